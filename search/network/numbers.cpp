#include "search/network/numbers.hpp"

#include <fmt/format.h>

namespace tilewright {

std::string short_form(const BigInt& number) {
  constexpr std::size_t kPlain = 7;
  std::string digits = number.str();
  if (digits.size() <= kPlain) return digits;
  return fmt::format("{}.{}e+{}", digits.substr(0, 1), digits.substr(1, 2), digits.size() - 1);
}

std::string short_form(const MapspaceSize& size) {
  if (size.of_perfect) return "more than " + short_form(size.full_total);
  return short_form(size.full_total) + " -> " + short_form(size.reduced_total);
}

}  // namespace tilewright
