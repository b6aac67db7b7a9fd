#include "model/energy/compound/design_limits.hpp"

#include <fmt/format.h>

namespace tilewright::energy {

void Quota::spend(std::size_t count, const Mark& mark) {
  spent_ += count;
  if (spent_ <= most_) return;
  throw SpecError(mark, fmt::format("here the {} come to more than {}, the most that is supported",
                                    what_, most_));
}

void DesignLimits::add_file(std::size_t bytes) {
  attributes.add(bytes / 8);
  parts.add(bytes / 16);
  prices.add(bytes / 64);
  expressions.add(bytes / 4);
}

}  // namespace tilewright::energy
