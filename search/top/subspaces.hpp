#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::top {

/// In what two mappings have to differ to count as two.
enum class Differ : std::uint8_t {
  loops,   // in more than loops of one step: factors, axes, orders or what is kept
  tilings  // in factors or in what is kept; of the orders and axes of one tiling, the best counts
};

/// "loops" or "tilings". \throws UsageError
Differ parse_differ(std::string_view text);

/// Constraints whose mapspaces do not overlap and together hold what `constraints` allow without
/// `mapping`, which they do: a decision of the mapping after the other is fixed, and each other
/// way to take it makes a space. Some may hold nothing. Factors divide, and a dimension has spatial
/// loops on one axis of a level only.
std::vector<Constraints> split_off(const Constraints& constraints, const Mapping& mapping,
                                   const Problem& problem, const Architecture& arch,
                                   const MapspaceOptions& options, Differ differ);

}  // namespace tilewright::top
