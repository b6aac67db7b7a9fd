#pragma once

#include <cstdint>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// Multipliers that a perfect mapping can keep busy at most: along each axis of each level's
/// fan-out lies a product of factors that divide the bounds of their dimensions.
std::uint64_t most_parallel(const Problem& problem, const Architecture& arch);

/// The same where constraints fix or limit the spatial factors.
std::uint64_t most_parallel(const Problem& problem, const Architecture& arch,
                            const Constraints& constraints);

}  // namespace tilewright
