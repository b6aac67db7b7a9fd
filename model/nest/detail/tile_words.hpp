#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/nest/detail/compiled_space.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::detail {

/// Words of all tiles of a dataspace together, those at the end of the problem cut short. They
/// depend on the number of tiles alone, however long these are. Only for regular dataspaces: no
/// dimension stands on two coordinates, and no coefficient is negative.
class TileWords {
 public:
  using Numbers = std::array<std::int64_t, kMaxDims>;  // [dimension]: tiles, or iterations of one

  TileWords() = default;
  TileWords(const Problem& problem, std::span<const CompiledSpace> spaces);

  bool knows(int space) const { return spaces_[static_cast<std::size_t>(space)].regular; }
  /// Each tile fetched as a whole.
  double all(int space, const Numbers& tiles) const;
  /// The first loop outside moves the tiles along `dim`, which lies on a coordinate with others.
  /// `continued` tiles keep what the tile `apart` places before them had already.
  double sliding(int space, const Numbers& tiles, const Numbers& extents, int dim, double continued,
                 std::int64_t apart) const;
  /// The same, at least, for tiles of any extents, if all but `starts` tiles along `dim` continue.
  double least_sliding(int space, const Numbers& tiles, int dim, double starts) const;
  /// Does the length of tiles along `dim` change what others can keep of them, if their number
  /// stays?
  bool counts_lengths(int dim) const { return ((lengths_ >> dim) & 1) != 0; }

 private:
  using Coordinate = std::vector<CompiledTerm>;  // coefficients positive
  struct Space {
    bool regular = false;
    std::vector<Coordinate> coordinates;  // that some dimension moves
  };
  double words(const Coordinate& coordinate, const Numbers& tiles, int but = -1) const;
  const Coordinate& coordinate_of(int space, int dim) const;
  double beside(int space, const Numbers& tiles, const Coordinate& coordinate) const;

  std::vector<std::int64_t> bounds_;
  std::vector<Space> spaces_;
  DimMask lengths_ = 0;
};

}  // namespace tilewright::detail
