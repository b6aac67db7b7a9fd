#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/limits.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// The three kinds of loops of a level. Within a level the nest runs, from inside to outside,
/// over the X loops, the Y loops and the temporal loops.
enum class LoopKind : std::uint8_t { spatial_x, spatial_y, temporal };
inline constexpr int kLoopKinds = 3;
using SpaceMask = std::uint8_t;  // bit s = dataspace s

/// The loops of one level, and what it holds. Plain data without heap.
struct LevelMapping {
  using Factors = std::array<std::int32_t, kMaxDims>;
  using Order = std::array<std::uint8_t, kMaxDims>;

  std::array<Factors, kLoopKinds> factor;    // [kind][dim], >= 1
  std::array<Factors, kLoopKinds> residual;  // bound in the last pass of all outer loops, <= factor
  std::array<Order, kLoopKinds> order;       // [kind][position], innermost first, all dims once
  SpaceMask keep;                            // dataspaces that this level stores
  SpaceMask no_link_transfer;                // reuse that the user switched off
  SpaceMask no_multicast;
  SpaceMask no_temporal_reuse;

  Factors& factors(LoopKind kind) { return factor[static_cast<int>(kind)]; }
  const Factors& factors(LoopKind kind) const { return factor[static_cast<int>(kind)]; }
  Factors& residuals(LoopKind kind) { return residual[static_cast<int>(kind)]; }
  const Factors& residuals(LoopKind kind) const { return residual[static_cast<int>(kind)]; }
  Order& orders(LoopKind kind) { return order[static_cast<int>(kind)]; }
  const Order& orders(LoopKind kind) const { return order[static_cast<int>(kind)]; }
};

/// How a problem runs on an architecture: levels[0] is the innermost memory. Level s holds the
/// spatial loops over the instances of level s-1 and the temporal loops over the tile of s.
/// A perfect mapping has residual == factor everywhere and its factors multiply to the bounds;
/// an imperfect one satisfies, with loops b and residuals r from the outermost (n) inwards,
/// ((r_n - 1) * b_{n-1} + r_{n-1} - 1) ... * b_0 + r_0 = bound.
struct Mapping {
  std::array<LevelMapping, kMaxLevels> levels;
  std::int8_t num_levels = 0;
  std::int8_t num_dims = 0;
  bool imperfect = false;  // some residual differs from its factor

  /// All factors 1, dimensions in their own order, everything kept.
  static Mapping unit(int num_levels, int num_dims, int num_spaces);
  friend bool operator==(const Mapping& a, const Mapping& b);
};

/// The extent of each dimension that the factors and residuals reach (see Mapping).
std::vector<std::int64_t> reached_bounds(const Mapping& mapping);

/// The loops of one level with more than one step, outermost first: `for K in [0:2) (Spatial-X)`.
std::vector<std::string> format_level_loops(const LevelMapping& level, const Problem& problem);

/// The loop nest as text, outermost first: one block per level with what it keeps.
std::string format_nest(const Mapping& mapping, const Problem& problem, const Architecture& arch);

/// One line: `L2[WIO] P2 - L1[WIO] Q2 K8 P4 C2X - L0[WO] R3`.
std::string format_compact(const Mapping& mapping, const Problem& problem);

}  // namespace tilewright
