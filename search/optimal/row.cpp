#include "search/optimal/row.hpp"

#include <algorithm>
#include <cstdlib>

namespace tilewright::optimal {
namespace {

// Where the tiles of a row lie, each place once, ascending.
std::vector<std::int64_t> places_of(const Row& row) {
  std::vector<std::int64_t> places{0};
  for (int i = 0; i < row.num_loops; ++i) {
    const auto [factor, step] = row.loops[static_cast<std::size_t>(i)];
    const std::size_t before = places.size();
    for (std::int64_t k = 1; k < factor; ++k) {
      for (std::size_t j = 0; j < before; ++j) places.push_back(places[j] + k * step);
    }
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

// Share of the places from which nothing of the row lies `move` further on.
double unhelped_by(const std::vector<std::int64_t>& places, std::int64_t move) {
  const auto alone = std::count_if(places.begin(), places.end(), [&](std::int64_t place) {
    return !std::binary_search(places.begin(), places.end(), place + move);
  });
  return static_cast<double>(alone) / static_cast<double>(places.size());
}

}  // namespace

Unhelped Rows::unhelped(const Row& row) {
  if (const auto known = known_.find(row); known != known_.end()) return known->second;
  const std::vector<std::int64_t> places = places_of(row);
  Unhelped unhelped;
  unhelped.later = unhelped.by_first = unhelped_by(places, row.move);
  const std::int64_t most = row.most > 0 ? row.most : places.back() / row.move;
  for (std::int64_t i = 2; i <= most && i * row.move <= places.back(); ++i) {
    unhelped.later = std::min(unhelped.later, unhelped_by(places, i * row.move));
  }
  known_.emplace(row, unhelped);
  return unhelped;
}

double Rows::unhelped_by_other(const Row& row) {
  if (const auto known = known_by_other_.find(row); known != known_by_other_.end()) {
    return known->second;
  }
  double left = 1;
  const std::vector<std::int64_t> places = places_of(row);
  const std::int64_t reach = places.back();
  for (std::int64_t i = 1; i <= row.most_other; ++i) {
    const std::int64_t off = i * row.other;
    if (off - row.most * row.move > reach) break;
    // Only as many steps of the first loop as lead back into reach.
    const std::int64_t least = std::max(-row.most, -(off + reach) / row.move);
    for (std::int64_t k = least; k <= row.most && off + k * row.move <= reach; ++k) {
      left = std::min(left, unhelped_by(places, std::abs(off + k * row.move)));
    }
  }
  known_by_other_.emplace(row, left);
  return left;
}

}  // namespace tilewright::optimal
