#pragma once

#include <memory>

#include "search/searcher.hpp"

namespace tilewright {

/// Draws mappings uniformly, with replacement, until a stop rule ends it. The result depends on the
/// seed and the stop rules only, not on the number of threads, unless the clock or a user ends it.
std::unique_ptr<Searcher> make_random(const SearchOptions& options);

}  // namespace tilewright
