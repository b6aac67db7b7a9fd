#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "search/searcher.hpp"
#include "search/short_tiles/padding.hpp"

namespace tilewright::optimal {

struct Settings {
  std::uint64_t warm_up = 2000;  // mappings that the heuristics consider first
  /// Labels after which the search gives up; what it knows then is a bound all the same.
  std::uint64_t most_labels = std::numeric_limits<std::uint64_t>::max();
  /// The same for labels that are kept at once; they take some 0.7 KiB each.
  std::size_t most_kept = std::numeric_limits<std::size_t>::max();
};

/// Is a search of this mapspace with tables over its lattice of tiles worth a try? That takes a
/// look at each tile for each way of keeping dataspaces.
bool promising(const Mapspace& space, const Evaluator& evaluator);

/// A proof that gives up soon.
short_tiles::QuickSearch quick_search(const SearchOptions& options, const Objective& objective);

/// The searcher with settings of its own: for tests that want the proof to find everything itself.
std::unique_ptr<Searcher> make_searcher(const SearchOptions& options, const Settings& settings);

}  // namespace tilewright::optimal
