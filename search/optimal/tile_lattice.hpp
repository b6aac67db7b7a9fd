#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/limits.hpp"
#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::optimal {

/// A tile: for every axis of the lattice the place of its extent among the divisors of the bound.
using Tile = std::array<std::uint16_t, kMaxDims>;

/// All tiles that perfect factors can make of a problem: one axis per dimension with a bound above
/// 1, on it the divisors of the bound. Tile a lies below b if every extent of a divides that of b.
class TileLattice {
 public:
  struct Axis {
    int dim = 0;
    std::vector<std::int64_t> extents;                  // ascending
    std::vector<std::int64_t> rests;                    // [place]: what is left of the bound
    std::vector<std::vector<std::uint16_t>> multiples;  // [place]: places above it, itself first
    std::vector<std::vector<std::int32_t>> times;       // [place][place of a factor]: product or -1
    std::vector<std::pair<std::uint16_t, std::uint16_t>> covers;  // (a, b): b = a * a prime
    std::uint64_t stride = 1;                                     // of the id
    int place(std::int64_t extent) const;                         // -1 if it divides not
  };

  explicit TileLattice(const Problem& problem);

  int num_axes() const { return static_cast<int>(axes_.size()); }
  const Axis& axis(int a) const { return axes_[static_cast<std::size_t>(a)]; }
  int axis_of(int dim) const { return axis_of_[static_cast<std::size_t>(dim)]; }  // -1 = bound 1

  /// Number of tiles; saturates at 2^62.
  std::uint64_t size() const { return size_; }
  std::uint64_t id(const Tile& tile) const {
    std::uint64_t id = 0;
    for (std::size_t a = 0; a < axes_.size(); ++a) id += tile[a] * axes_[a].stride;
    return id;
  }
  Tile tile(std::uint64_t id) const;
  std::int64_t extent(const Tile& tile, int a) const {
    return axes_[static_cast<std::size_t>(a)].extents[tile[static_cast<std::size_t>(a)]];
  }
  /// What is left of axis a outside the tile.
  std::int64_t rest(const Tile& tile, int a) const {
    return axes_[static_cast<std::size_t>(a)].rests[tile[static_cast<std::size_t>(a)]];
  }
  /// Extents by dimension; 1 where the lattice has no axis.
  Terms::Extents extents(const Tile& tile) const;
  double volume(const Tile& tile) const;
  static Tile bottom() { return {}; }
  Tile top() const;

 private:
  std::vector<Axis> axes_;
  std::array<int, kMaxDims> axis_of_{};
  std::uint64_t size_ = 1;
};

}  // namespace tilewright::optimal
