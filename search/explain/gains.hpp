#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/energy/prices.hpp"
#include "search/blame/demand.hpp"
#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright::explain {

/// What one change would gain.
struct Gain {
  std::string what;   // "without temporal factor C=4 of 64 at 'Buffer'", "twice the capacity ..."
  double before = 0;  // first metric, as people read it
  double after = 0;
  bool proven = false;                   // the best there is with the change
  std::vector<std::string> differences;  // of the mapping

  double share() const { return before != 0 ? (before - after) / before : 0; }
};

/// What searches are made of.
struct Setting {
  const Problem& problem;
  const Demands& given;
  std::function<Prices(const Architecture&)> price;
  const SearchPlan& plan;
};

/// The best neighbour of a mapping: one factor moved or exchanged, two loops swapped, or one
/// dataspace kept or not. Nothing if none is better.
std::optional<Gain> best_neighbour(const Mapspace& space, const Evaluator& evaluator,
                                   const Objective& objective, const Incumbent& incumbent);

/// What each demand costs, and what more of each resource would gain: the best mapping is searched
/// again without the demand, or with twice the resource. The largest gains first; what gains
/// nothing is left out. `complete` says whether there was time for all.
std::vector<Gain> relaxations(const Setting& setting, const Incumbent& incumbent,
                              const StopToken& stop, bool& complete);

}  // namespace tilewright::explain
