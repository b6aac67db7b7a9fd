#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/sharing.hpp"

namespace tilewright::detail {

/// Whether distances are wanted everywhere (for reports) or only where they cost something.
enum class Detail : std::uint8_t { cost, everything };

/// What the network below every level carries of dataspace `p` if every level keeps it: fills
/// scratch.traffic[p]. The tiles must be known (first_violation).
void find_traffic(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                  Scratch& scratch);

/// The question who shares dataspace `p` below level `s`.
GroupQuery group_query(const Compiled& c, const LevelMapping& level, int p, int s, Detail detail,
                       const Scratch& scratch);

/// Adds `words` per child to a traffic, shared as `sharing` says.
void add_shared(const Sharing& sharing, double words, Scratch& scratch, Traffic& traffic);

}  // namespace tilewright::detail
