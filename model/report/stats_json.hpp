#pragma once

#include <string>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// What stands in it as "format".
inline constexpr const char* kStatsFormat = "tilewright stats 1";

/// Everything the model knows of one mapping as JSON text, doubles in full precision; what is not a
/// number is null. An accepted mapping has "status": "ok", "levels" from the arithmetic outwards
/// and "networks" by name; a rejected one "status": "reject" with the reason, the level, and what
/// was needed and available. Energies in pJ, areas in um2, bandwidths in words per cycle.
std::string stats_json(const Stats& stats, const Problem& problem, const Architecture& arch,
                       const Prices& prices);

/// Bits that address the blocks of a memory; an unbounded one is as large as what it holds.
int address_bits(const StorageLevel& level, const LevelStats& stats);

/// "capacity", "mesh_x", ...: the reasons of a rejection as they stand in the JSON.
std::string_view name(RejectReason reason);

}  // namespace tilewright
