#pragma once

#include <cstddef>
#include <functional>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::test {

/// Visits every mapping that the constraints allow, from the definitions alone: all factors that
/// multiply to the bounds (with `options.imperfect` those that multiply to more, and short tiles),
/// temporal and spatial, on either axis; all orders of the loops of every level, in time and along
/// each axis; all ways to keep dataspaces. It knows no canonical form: of mappings that cost the
/// same it visits all. False, and no more visits, beyond `most` mappings.
bool for_each_mapping(const Problem& problem, const Architecture& arch,
                      const Constraints& constraints, const MapspaceOptions& options,
                      std::size_t most, const std::function<void(const Mapping&)>& visit);

}  // namespace tilewright::test
