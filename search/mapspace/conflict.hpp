#pragma once

#include <string>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"

namespace tilewright {

struct MapspaceOptions;

/// Why no factorization satisfies the constraints: names a smallest set of them that together
/// leave nothing, in the sense that dropping any one of the set makes room. Slow: it builds the
/// space once per constraint. Only for spaces that are empty. \throws Stopped.
std::string explain_conflict(const Problem& problem, const Architecture& arch,
                             const Constraints& constraints, const MapspaceOptions& options,
                             const StopToken& stop);

}  // namespace tilewright
