#pragma once

#include <functional>

#include "search/chains/padding.hpp"
#include "search/searcher.hpp"

namespace tilewright::chains {

/// Searches among the mappings whose factors divide.
using PerfectSearch = std::function<SearchResult(const StopRules&)>;

/// Goes on from the best mapping whose factors divide to the best of all whose factors need not:
/// cuts short what `quick_search` finds for larger problems, improves it step by step, then looks
/// for better ones with the chain search, whose end is a proof. The first part gets half of the
/// time at most.
SearchResult search_imperfect(const PerfectSearch& perfect_search, const QuickSearch& quick_search,
                              const Mapspace& space, const Evaluator& evaluator,
                              const Objective& objective, const StopRules& stop, Sink& sink,
                              const SearchOptions& options);

}  // namespace tilewright::chains
