#pragma once

#include <cstdint>

#include "model/problem/problem.hpp"

namespace tilewright {

/// Words of a tensor that some operation touches: gaps of strides and dilations are not among them.
/// Exact where every dimension that stands on several coordinates is alone on one of them, and no
/// three terms of odd steps meet; else at most so many.
std::uint64_t touched_words(const Problem& problem, int space);

/// How many operations with different values of all other tensors' coordinates may use one word of
/// the tensor in place of one: the most ways to reach a coordinate, e.g. 3 for P + R with R = 3. 1
/// unless several dimensions meet on a coordinate.
std::uint64_t overlap(const Problem& problem, int space);

/// The tensor that holds the parameters of a layer: `Weights`, or `B` of a matrix product; -1 if
/// there is none of such a name.
int weight_space(const Problem& problem);

}  // namespace tilewright
