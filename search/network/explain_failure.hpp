#pragma once

#include <string>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// Why a search that ended without a mapping has none: a smallest set of what was asked for that
/// rules all mappings out, and the least change that lets one run. `rules` say until when there is
/// time to look.
std::string explain_failure(const SearchResult& result, const SearchPlan& plan,
                            const Mapspace& space, const Evaluator& evaluator,
                            const StopRules& rules);

/// Why a mapspace is empty, if that can be told within the time; else `message`.
std::string explain_empty(const std::string& message, const Problem& problem,
                          const Architecture& arch, const Constraints& constraints,
                          const Prices& prices, const MapspaceOptions& options,
                          const StopRules& rules);

}  // namespace tilewright
