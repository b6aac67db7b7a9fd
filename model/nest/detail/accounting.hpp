#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/traffic.hpp"

namespace tilewright::detail {

/// Turns the traffic of dataspace `p` into reads, fills, updates and reductions of every level,
/// per instance, under the mapping's keep masks: fills scratch.of(p).at, changes its traffic to
/// what really travels. With Detail::cost, what nothing is charged for is left out.
void count_accesses(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                    Scratch& scratch);

/// Words as a count: rounded to the nearest, never negative.
std::int64_t to_count(double words);

/// Reads, fills, updates and reductions of one level from what it serves and receives.
void count_level(const CompiledSpace& space, bool outermost, SpaceLevel& level);

}  // namespace tilewright::detail
