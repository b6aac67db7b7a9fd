#pragma once

#include <cstdint>
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

inline constexpr std::uint64_t kLeastSteps = 1'000'000;

/// After a search among the mappings whose factors divide that came to its end: bounds what other
/// factors could gain. If that is worth it, goes on among them with as much effort as the first
/// search took, counted in steps, and `least_steps` at least. The scope of the result's proof tells
/// whether they are part of it; if not, `imperfect_bound` is what they could come to. Results do
/// not depend on the number of threads.
SearchResult try_imperfect(const SearchResult& perfect, const QuickSearch& quick_search,
                           const Mapspace& space, const Evaluator& evaluator,
                           const Objective& objective, const StopRules& stop, Sink& sink,
                           const SearchOptions& options, std::uint64_t least_steps = kLeastSteps);

}  // namespace tilewright::short_tiles
