#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/traffic.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright::detail {

/// Counts a mapping whose factors do not divide the bounds. It runs like the perfect mapping of the
/// padded problem, but every tile is cut off where the problem ends, so that each operation and
/// each word is counted once: counts are totals over all instances, divided by the instances in
/// use. Words move as in a perfect mapping, with two simplifications that can only raise a count: a
/// halo survives only while the first loop runs, and neighbours forward nothing.
Rejection count_imperfect(const Compiled& c, const Mapping& mapping, Detail detail,
                          Scratch& scratch);

}  // namespace tilewright::detail
