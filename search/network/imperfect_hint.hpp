#pragma once

#include <string>

#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// By how much factors that need not divide could yet be better, and how to look for them: "up to
/// 74 % fewer cycles: --imperfect". Empty where nothing is known of that, nothing is to be gained,
/// or the user has said which factors are wanted.
std::string imperfect_hint(const SearchResult& result, const SearchPlan& plan);

}  // namespace tilewright
