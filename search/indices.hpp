#pragma once

#include <cstddef>

#include "model/nest/terms.hpp"

// Dimensions, axes, levels and dataspaces are counted in int; here as members of a set and as
// places in an array.
namespace tilewright {

constexpr Terms::DimMask bit(int dim) { return Terms::DimMask{1} << static_cast<unsigned>(dim); }
constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace tilewright
