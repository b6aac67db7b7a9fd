#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "model/mapping/constraints.hpp"

namespace tilewright {

/// What a constraint allows one factor to be.
struct FactorRange {
  std::int32_t least = 1;
  std::int32_t most = std::numeric_limits<std::int32_t>::max();
  bool holds(std::int64_t factor) const { return least <= factor && factor <= most; }
};

inline FactorRange factor_range(const LoopConstraint& constraint, int dim) {
  const auto d = static_cast<std::size_t>(dim);
  FactorRange range;
  if (constraint.at_least[d] > 0) range.least = constraint.at_least[d];
  if (constraint.at_most[d] > 0) range.most = constraint.at_most[d];
  if (const std::int32_t fixed = constraint.fixed[d]; fixed > 0) {
    range.least = std::max(range.least, fixed);
    range.most = std::min(range.most, fixed);
  }
  return range;
}

}  // namespace tilewright
