#pragma once

#include <string>
#include <vector>

#include "model/mapping/constraints.hpp"
#include "search/objective.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// A search as a spec asks for it.
struct SearchRequest {
  Objective objective;
  StopRules stop;
  std::string searcher = "auto";
  std::string unknown_algorithm;   // that the spec names and nobody knows
  std::vector<std::string> notes;  // one sentence per metric that is not honoured
};

/// Translates the settings of a spec. Its counts (`search-size`, `victory-condition`, `timeout`)
/// hold for the whole search, where Timeloop applies the last two to each of its threads.
/// Metrics that need an architecture are left out without one.
SearchRequest interpret(const SearchSettings& settings, const Architecture* arch = nullptr);

}  // namespace tilewright
