#pragma once

#include <array>
#include <cstdint>

#include "model/limits.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::detail {

using DimMask = std::uint32_t;  // bit d = dimension d

struct CompiledTerm {
  int dim = 0;
  std::int64_t coefficient = 1;
};

/// One coordinate of a dataspace. Dimensions of bound 1 never move and are left out.
struct CompiledCoordinate {
  std::array<CompiledTerm, kMaxTerms> terms{};
  int num_terms = 0;
  std::array<std::int64_t, kMaxDims> coefficients{};  // [dim]; 0 where no term has it

  /// How far one step of `dim` moves the coordinate; 0 if it does not.
  std::int64_t coefficient(int dim) const { return coefficients[dim]; }
  /// Words between the lowest and the highest value that a box of `extents` reaches, inclusive.
  std::int64_t width(const std::array<std::int64_t, kMaxDims>& extents) const {
    std::int64_t words = 1;
    for (int i = 0; i < num_terms; ++i) {
      const auto [dim, coefficient] = terms[i];
      words += (coefficient < 0 ? -coefficient : coefficient) * (extents[dim] - 1);
    }
    return words;
  }
};

/// A dataspace. Coordinates on which several dimensions meet, or whose dimension also drives
/// another coordinate, come first: only they can keep a halo. A dimension that is alone on its
/// coordinate moves the tile to where nothing of it was before, and out of every neighbour's reach.
struct CompiledSpace {
  std::array<CompiledCoordinate, kMaxRank> coordinates{};
  int rank = 0;
  int num_shared = 0;    // coordinates[0, num_shared) are the shared ones
  DimMask relevant = 0;  // dimensions that move the dataspace
  DimMask alone = 0;     // those of them that are alone on their coordinate
  DimMask shared() const { return relevant & ~alone; }
  std::array<CompiledTerm, kMaxRank> alone_terms{};  // their coordinates, coefficients positive
  /// Tiles are disjoint or equal: no halo, no direction rule, no neighbour link can occur.
  bool simple = true;
  /// No dimension drives two coordinates: shifts can be counted coordinate by coordinate.
  bool separable = true;
  bool read_write = false;

  /// Words of the box that `extents` spans, stride gaps and dilation holes included.
  std::int64_t box_words(const std::array<std::int64_t, kMaxDims>& extents) const {
    std::int64_t words = 1;
    for (int x = 0; x < num_shared; ++x) words *= coordinates[x].width(extents);
    for (int i = 0; i < rank - num_shared; ++i) {
      words *= 1 + alone_terms[i].coefficient * (extents[alone_terms[i].dim] - 1);
    }
    return words;
  }
  bool moved_by(int dim) const { return ((relevant >> dim) & 1) != 0; }
  bool moved_afar_by(int dim) const { return ((alone >> dim) & 1) != 0; }
};

CompiledSpace compile_space(const DataSpace& space, const Problem& problem);

}  // namespace tilewright::detail
