#include "search/optimal/row.hpp"

#include <algorithm>

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
  const auto [entry, added] = known_.try_emplace(row);
  if (!added) return entry->second;
  const std::vector<std::int64_t> places = places_of(row);
  Unhelped& unhelped = entry->second;
  unhelped.later = unhelped.by_first = unhelped_by(places, row.move);
  for (std::int64_t move = 2 * row.move; move <= places.back(); move += row.move) {
    unhelped.later = std::min(unhelped.later, unhelped_by(places, move));
  }
  return unhelped;
}

}  // namespace tilewright::optimal
