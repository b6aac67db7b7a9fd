#pragma once

#include <string>

#include "model/nest/evaluator.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// Why a search that ended without a mapping has none. Where the size of a level alone rules every
/// mapping out, or its removal would let some run, that level is named; else the rejection that
/// some samples missed by the least. `rules` say until when there is time to look.
std::string explain_failure(const SearchResult& result, const SearchPlan& plan,
                            const Mapspace& space, const Evaluator& evaluator,
                            const StopRules& rules);

}  // namespace tilewright
