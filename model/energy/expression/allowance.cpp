#include "model/energy/expression/allowance.hpp"

#include <fmt/format.h>

#include "model/energy/expression/expression.hpp"

namespace tilewright::energy {
namespace {

constexpr std::size_t kTextPiece = 32;  // letters that count as one item

}  // namespace

std::size_t weight_of(const Value& value, std::size_t most) {
  if (const std::string* text = value.text()) return text->size() / kTextPiece;
  std::size_t weight = 0;
  if (const ValueList* list = value.list()) {
    for (const Value& item : *list) {
      weight += 1 + weight_of(item, most);
      if (weight > most) return weight;
    }
  } else if (const ValueMap* map = value.map()) {
    for (const auto& [key, item] : *map) {
      weight += 1 + key.size() / kTextPiece + weight_of(item, most);
      if (weight > most) return weight;
    }
  }
  return weight;
}

void Allowance::spend(const Value& value) {
  spent_ += weight_of(value, most_ - spent_);
  if (spent_ <= most_) return;
  spent_ = most_;
  throw ExpressionError(
      fmt::format("with it, the texts and lists of all expressions come to more than {} items or "
                  "pieces of {} letters",
                  most_, kTextPiece));
}

}  // namespace tilewright::energy
