#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"
#include "search/short_tiles/descent.hpp"

namespace tilewright::short_tiles {

/// Looks for a best mapping of a space whose factors divide, not for long.
using QuickSearch =
    std::function<SearchResult(const Mapspace&, const Evaluator&, const StopRules&)>;

/// Numbers a little above `bound` that have more divisors than it and all in between: a quarter or
/// a million above it at most, and three of them.
std::vector<std::int64_t> richer_bounds(std::int64_t bound);

/// The best mapping of `space` that is a best one of a problem a little larger, cut short: 55 rows
/// as 8 times 7. One dimension after the other gets the larger bound that helps most, as long as
/// that is better than `best`; nothing if none is.
std::optional<Incumbent> pad(const QuickSearch& search, const Mapspace& space,
                             const Evaluator& evaluator, const Objective& objective,
                             const StopRules& stop, const Incumbent& best, Descent& descent);

}  // namespace tilewright::short_tiles
