#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/sharing.hpp"

namespace tilewright::detail {

/// Whether distances are wanted everywhere (for reports) or only where they cost something.
enum class Detail : std::uint8_t { cost, everything };

/// What the network below every level carries of dataspace `p` if every level keeps it: finds
/// scratch.sharing[p] and scratch.of(p).words, then fills scratch.of(p).traffic. The nest must be
/// laid out.
void find_traffic(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                  Scratch& scratch);

/// The steps of find_traffic. Who shares below level `s`; if it has more than one child.
void find_sharing(const Compiled& c, const Mapping& mapping, int p, int s, Detail detail,
                  Scratch& scratch);
/// The words that cross the boundaries below the levels [0, end). Who shares them must be known.
/// Fills the traffic of a level, and marks it, if neighbours pass some of them on.
void find_words(const Compiled& c, const Mapping& mapping, int p, int end, Detail detail,
                Scratch& scratch);
/// Fills the traffic of all levels where that is not done.
void share_words(const Compiled& c, int p, Scratch& scratch);

/// The question who shares dataspace `p` below level `s`.
GroupQuery group_query(const Compiled& c, const LevelMapping& level, int p, int s, Detail detail,
                       const Scratch& scratch);

/// Adds `words` per child to a traffic, shared as `sharing` says.
void add_shared(const Sharing& sharing, double words, SpaceCounts& counts, Traffic& traffic);

}  // namespace tilewright::detail
