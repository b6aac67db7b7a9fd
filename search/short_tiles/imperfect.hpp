#pragma once

#include <functional>

#include "search/searcher.hpp"
#include "search/short_tiles/padding.hpp"

namespace tilewright::short_tiles {

/// Searches among the mappings whose factors divide.
using PerfectSearch = std::function<SearchResult(const StopRules&)>;

/// Goes on from the best mapping whose factors divide to the best of all whose factors need not:
/// improves it step by step, then goes through all that could be better. The end of that is a
/// proof. If it takes long, there are turns of other heuristics, also from what `quick_search`
/// finds for larger problems.
SearchResult search_imperfect(const PerfectSearch& perfect_search, const QuickSearch& quick_search,
                              const Mapspace& space, const Evaluator& evaluator,
                              const Objective& objective, const StopRules& stop, Sink& sink,
                              const SearchOptions& options);

}  // namespace tilewright::short_tiles
