#pragma once

#include <string>

#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// Whether a mapping that was made by hand, without imperfect factors, can be scored: every factor
/// is at least 1, those of a dimension multiply to its bound, every order names each dimension
/// once, and what is kept exists. Does not look at residuals: scoring does not either.
bool is_perfect(const Mapping& mapping, const Problem& problem);

/// Makes residuals equal to the factors, for writers.
void settle_residuals(Mapping& mapping);

/// What is wrong with a mapping that is_perfect() refuses.
std::string describe_fault(const Mapping& mapping, const Problem& problem);

}  // namespace tilewright
