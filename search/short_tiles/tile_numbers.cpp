#include "search/short_tiles/tile_numbers.hpp"

#include <algorithm>

#include "search/indices.hpp"

namespace tilewright::short_tiles {

TileNumbers::TileNumbers(const Problem& problem) : problem_(problem) {
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 62U;
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    const std::int64_t bound = problem.bounds[at(dim)];
    if (bound == 1) continue;
    Axis axis{.dim = dim, .bound = bound, .numbers = {}, .stride = size_};
    for (std::int64_t length = 1; length <= bound;) {
      const std::int64_t tiles = ceil_div(bound, length);
      axis.numbers.push_back(tiles);
      length = tiles == 1 ? bound + 1 : (bound - 1) / (tiles - 1) + 1;  // the next that needs fewer
    }
    const std::uint64_t places = axis.numbers.size();
    while (axis.all_up_to < bound &&
           axis.numbers[places - at(axis.all_up_to) - 1] == axis.all_up_to + 1) {
      ++axis.all_up_to;
    }
    size_ = size_ > kHuge / places ? kHuge : size_ * places;
    axes_.push_back(std::move(axis));
  }
}

Factors TileNumbers::tiles(std::uint64_t id) const {
  Factors tiles;
  tiles.fill(1);
  for (const Axis& axis : axes_) {
    tiles[at(axis.dim)] = axis.numbers[id % axis.numbers.size()];
    id /= axis.numbers.size();
  }
  return tiles;
}

Factors TileNumbers::extents(const Factors& tiles) const {
  Factors extents;
  extents.fill(1);
  for (const Axis& axis : axes_) {
    extents[at(axis.dim)] = ceil_div(problem_.bounds[at(axis.dim)], tiles[at(axis.dim)]);
  }
  return extents;
}

}  // namespace tilewright::short_tiles
