#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/memory.hpp"
#include "search/mapspace/spatial_rules.hpp"
#include "search/optimal/merging.hpp"
#include "search/optimal/tile_lattice.hpp"

namespace tilewright::optimal {

/// The loops over the instances inside one level, their places on X and Y left open: a factor per
/// axis of the lattice. Where they may lie, is listed beside.
struct SpatialChoice {
  struct Layout {
    std::array<std::int32_t, kMaxDims> x{}, y{};  // [dimension]
  };
  std::array<std::int32_t, kMaxDims> factor{};  // [axis of the lattice]
  std::vector<std::pair<int, int>> steps;       // (axis, place of its factor), factors above 1
  double instances = 1;
  std::vector<Layout> layouts;
};

/// The spatial loops of one level of a mapping, without their places.
SpatialChoice spatial_choice(const LevelMapping& level, const TileLattice& lattice);

/// By level, all choices that rules and fan-out allow, the most instances first; none where the
/// level has no spatial loops. The loops are those of `problem`, the choices those of the lattice
/// of the merged problem. \throws UsageError if they are too many to list, or
/// those of a level more than `most_bytes`; Stopped.
std::vector<std::vector<SpatialChoice>> list_spatial_choices(
    const Mapspace& space, const Problem& problem, const Merging& merging,
    const TileLattice& lattice, const StopToken& stop = {}, std::uint64_t most_bytes = kUnlimited);

}  // namespace tilewright::optimal
