#pragma once

#include <cstdint>

#include "model/arch/architecture.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// Bits of an element of `space` in `level`: what the level says of the dataspace, or else the
/// problem, or else a word of the level.
std::uint32_t element_bits(const StorageLevel& level, const Problem& problem, int space);

/// Whether some dataspace's elements are no words of the level: then its capacity, its accesses and
/// its bandwidth are counted in bits.
bool is_mixed(const StorageLevel& level, const Problem& problem);

/// Likewise of any level.
bool is_mixed(const Architecture& arch, const Problem& problem);

}  // namespace tilewright
