#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "model/limits.hpp"
#include "model/mapping/mapping.hpp"
#include "search/check/turns.hpp"
#include "search/mapspace/factors.hpp"

// The chain search goes through a mapspace depth first, with nothing but bounds. It shares with the
// searches the model and the definition of the mapspace (constraints, and what they allow a
// factor), and nothing else: neither their rule of pruning nor their lists of orders and
// unrollings. So a claim of theirs can be held against it.
namespace tilewright::check {

/// What each level keeps.
using Keep = std::array<SpaceMask, kMaxLevels>;

/// What neighbours may pass on to each other.
struct PeersFound {
  /// The share of children that a step of the first loop outside their tiles may lead to where a
  /// neighbour was, at most: for first loops of each dimension.
  std::array<float, kMaxDims> first;
  std::array<float, kMaxDims> beyond;  // the same for a step of another loop
  /// So many children get a word that is sent to some of them, at most on average.
  double alike = std::numeric_limits<double>::infinity();

  PeersFound() {
    first.fill(1);
    beyond.fill(1);
  }
};

/// The loops of a mapping as far as they are chosen: first the spatial loops of all levels, then
/// the temporal ones from the inside out. Neither the order of the loops of a level is chosen nor
/// their places on X and Y.
struct Chain {
  std::array<Factors, kMaxLevels> spatial{};   // [level]: over the instances inside it
  std::array<Factors, kMaxLevels> temporal{};  // [level]
  /// Iterations of each dimension within the tile of level s - 1; the last may reach beyond the
  /// bounds if factors need not divide them.
  std::array<Factors, kMaxLevels + 1> tile{};  // [level + 1]; [0] = one operation
  /// pJ of filling a level's child, where no loop that is still to be chosen can change it; else
  /// below 0.
  std::array<double, kMaxLevels> settled{};  // [child + 1]
  /// What neighbours may pass on to the children of a level.
  std::array<std::array<PeersFound, kMaxSpaces>, kMaxLevels> peers{};  // [child + 1]
  /// What loops outside a level's child may do to each other.
  std::array<std::array<TurnsFound, kMaxSpaces>, kMaxLevels> turns{};  // [child + 1]
  int levels = 0;                                                      // whose loops are all chosen
  bool planned = false;  // the spatial loops of all levels are
  bool spread = false;   // the tile of the next one holds those of all instances inside it
  int dims = 0;          // temporal loops of the next one that are chosen

  Chain() {
    for (auto* all : {&spatial, &temporal}) {
      for (Factors& factors : *all) factors.fill(1);
    }
    for (Factors& extents : tile) extents.fill(1);
    settled.fill(-1);
  }
};

/// A loop of a mapping.
struct Loop {
  int dim = 0;
  std::int64_t steps = 1;
  bool temporal = true;
};

}  // namespace tilewright::check
