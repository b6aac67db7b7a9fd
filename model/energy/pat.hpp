#pragma once

#include <cstdint>

#include "model/arch/architecture.hpp"

namespace tilewright::pat {

// The public technology model behind Timeloop's own numbers, restated from its published data
// points (Eyeriss: 0.5 KB costs 1 pJ per 16-bit access, 100 KB costs 6 pJ; linear in between and
// beyond). Wires, adders and all areas are free in it. Energies in pJ.

/// One vector access of one instance: `level`'s block, its cluster sharing one macro.
double storage_access(const StorageLevel& level);
/// One vector access of `bits` bits to DRAM.
double dram_access(std::uint64_t bits);
/// One multiply-accumulate of `bits` by `bits`: quadratic in the width, 1 pJ at 16 bits.
double multiply(std::uint64_t bits);

}  // namespace tilewright::pat
