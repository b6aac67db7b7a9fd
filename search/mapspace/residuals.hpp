#pragma once

#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// Writes the residuals that the factors of a mapping leave: the last iteration of each dimension
/// is a number in mixed radix, and its digits are the last steps of the loops. The factors of a
/// dimension must multiply to at least its bound.
void write_residuals(const Problem& problem, Mapping& mapping);

}  // namespace tilewright
