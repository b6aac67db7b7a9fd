#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright::detail {

/// Lays out the nest of `mapping`: extents of every tile, spatial groups, temporal loops.
void lay_out(const Compiled& c, const Mapping& mapping, Scratch& scratch);

/// The first limit that the laid-out mapping breaks, from the MACs outwards: instances, mesh,
/// capacity. Fills the tile sizes of every level that it visits.
Rejection first_violation(const Compiled& c, const Mapping& mapping, Scratch& scratch);

/// Words of the box that `extents` spans in a dataspace, stride gaps and dilation holes included.
std::int64_t box_words(const CompiledSpace& space, const Extents& extents);

}  // namespace tilewright::detail
