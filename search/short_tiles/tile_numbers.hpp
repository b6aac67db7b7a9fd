#pragma once

#include <cstdint>
#include <vector>

#include "model/problem/problem.hpp"
#include "search/mapspace/factors.hpp"

namespace tilewright::short_tiles {

/// All numbers of tiles that a problem can be cut into: one axis per dimension with a bound above
/// 1, on it the numbers of tiles that some length gives, some two roots of the bound.
class TileNumbers {
 public:
  struct Axis {
    int dim = 0;
    std::int64_t bound = 1;
    std::vector<std::int64_t> numbers;  // falling, from the bound to 1
    std::uint64_t stride = 1;           // of the id
    std::int64_t all_up_to = 1;         // the numbers up to it are all there

    /// Of a number among them. A large one is that of one length only, and the shorter lengths are
    /// all before it.
    std::uint64_t place(std::int64_t tiles) const {
      return tiles <= all_up_to ? numbers.size() - static_cast<std::uint64_t>(tiles)
                                : static_cast<std::uint64_t>((bound - 1) / tiles);
    }
  };

  explicit TileNumbers(const Problem& problem);

  int num_axes() const { return static_cast<int>(axes_.size()); }
  const Axis& axis(int a) const { return axes_[static_cast<std::size_t>(a)]; }
  /// Of all combinations; saturates at 2^62.
  std::uint64_t size() const { return size_; }
  /// What an axis adds to the id for so many tiles.
  std::uint64_t id(int a, std::int64_t tiles) const {
    const Axis& own = axis(a);
    return own.place(tiles) * own.stride;
  }
  Factors tiles(std::uint64_t id) const;
  /// The shortest tiles of these numbers.
  Factors extents(const Factors& tiles) const;

 private:
  const Problem& problem_;
  std::vector<Axis> axes_;
  std::uint64_t size_ = 1;
};

}  // namespace tilewright::short_tiles
