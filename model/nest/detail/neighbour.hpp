#pragma once

#include "model/mapping/change.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright::detail {

/// Scores a mapping that differs from the base of `scratch` as `change` says; both perfect. Every
/// term is found by the function that the full evaluation uses, or is still that of the base where
/// nothing that it depends on has changed: the cost is the same to the last bit.
Outcome score_neighbour(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                        const CostCeiling& ceiling, Scratch& scratch);

}  // namespace tilewright::detail
