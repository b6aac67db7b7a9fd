#pragma once

#include <vector>

#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "search/short_tiles/passes.hpp"

namespace tilewright::short_tiles {

/// Words of all tiles of a dataspace together, those at the end of the problem cut short. They
/// depend on the number of tiles alone, however long these are.
class TileWords {
 public:
  TileWords(const Problem& problem, const Terms& terms);

  /// Each tile fetched as a whole; no more than that if the dataspace is not regular.
  double all(int space, const Numbers& tiles) const;
  /// The first loop outside moves the tiles along `dim`, which lies on a coordinate with others.
  /// `continued` tiles keep what the tile `apart` places before them had already.
  double sliding(int space, const Numbers& tiles, const Numbers& extents, int dim, double continued,
                 std::int64_t apart) const;
  /// The same, at least, for tiles of any extents, if all but `starts` tiles along `dim` continue.
  double least_sliding(int space, const Numbers& tiles, int dim, double starts) const;
  /// Words that some operation touches; fewer if that is hard to tell.
  double touched(int space) const { return touched_[static_cast<std::size_t>(space)]; }
  /// Does the length of tiles along `dim` change what others can keep of them, if their number
  /// stays?
  bool counts_lengths(int dim) const { return ((lengths_ >> static_cast<unsigned>(dim)) & 1) != 0; }

 private:
  using Terms_ = std::vector<Term>;  // of one coordinate, dimensions of bound 1 left out
  double coordinate_words(const Terms_& terms, const Numbers& tiles, int but = -1) const;
  const Terms_& coordinate_of(int space, int dim) const;
  double beside(int space, const Numbers& tiles, const Terms_& coordinate) const;

  const Problem& problem_;
  std::vector<std::vector<Terms_>> spaces_;  // [space][coordinate]; empty = not regular
  std::vector<double> touched_;
  Terms::DimMask lengths_ = 0;
};

}  // namespace tilewright::short_tiles
