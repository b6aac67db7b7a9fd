#pragma once

#include "model/mapping/change.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright::detail {

/// Lays out the nest of `mapping`: extents and words of every tile, spatial groups, temporal loops.
/// Stops at the first limit that the mapping breaks, looked at from the MACs outwards: a dataspace
/// kept nowhere, instances, mesh, capacity. With `clip`, no tile is larger than the problem.
Rejection lay_out(const Compiled& c, const Mapping& mapping, bool clip, Scratch& scratch);

/// The same for a mapping that differs from the one laid out in `scratch` as `change` says, both
/// perfect. Rejected half-way, it leaves a geometry that still differs as `change` says from one or
/// the other.
Rejection lay_out_again(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                        Scratch& scratch);

}  // namespace tilewright::detail
