#pragma once

#include <cstdint>
#include <memory>

#include "search/searcher.hpp"

namespace tilewright::optimal {

struct Settings {
  std::uint64_t warm_up = 4000;  // mappings that the heuristics consider first
};

/// The searcher with settings of its own: for tests that want the proof to find everything itself.
std::unique_ptr<Searcher> make_searcher(const SearchOptions& options, const Settings& settings);

}  // namespace tilewright::optimal
