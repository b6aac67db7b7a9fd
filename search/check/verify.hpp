#pragma once

#include <optional>
#include <string>

#include "model/nest/evaluator.hpp"
#include "search/check/chain_search.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/objective.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// What a search claims of a mapping, by the first metric of its objective. Without one, it may
/// claim that none is valid and within the budgets.
struct Claim {
  std::optional<Mapping> mapping;
  double best = 0;         // what the mapping costs
  double lower_bound = 0;  // what no mapping of the space is below
  bool proven = false;     // none is better, ties by later metrics included
};

/// What is found when a claim is checked by other code than the search that made it.
struct Verdict {
  std::string fault;                  // what is wrong with the mapping; empty = nothing
  std::string uncounted;              // why the point-set oracle was not asked; empty = it agrees
  std::optional<Mapping> better;      // one that there must not be
  bool complete = false;              // all mappings were gone through
  std::string unsettled;              // why they cannot be; empty = they can, or time was over
  check::ChainSearch::Counts counts;  // of that search, if it came to its end
  double seconds = 0;

  bool holds() const { return fault.empty() && !better && complete; }
};

/// Checks that the mapping belongs to the space and costs what is claimed, by the evaluator and,
/// independently of it, by sets of points; then looks for a mapping that is better than the claim
/// allows, with the chain search. Where no mapping is claimed, any would be better.
/// \throws Stopped before the mapping is checked
Verdict verify(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
               const Claim& claim, const StopRules& stop);

/// Why a mapping is not one of the space, or "".
std::string why_outside(const Mapspace& space, const Problem& problem, const Architecture& arch,
                        const Mapping& mapping);

}  // namespace tilewright
