#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/bound/layer_bound.hpp"
#include "model/nest/stats.hpp"
#include "model/spec/spec.hpp"
#include "search/blame/blame.hpp"
#include "search/explain/gains.hpp"
#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright::explain {

/// A budget, and the least that any mapping needs of it.
struct BudgetMiss {
  std::string what;     // "at most 1000 cycles"
  double allowed = 0;   // cycles, pJ or a share
  double possible = 0;  // the best value of all mappings
  bool proven = false;
};

/// A mapping and why it costs what it does.
struct Account {
  Incumbent incumbent;
  Stats stats;
  std::string origin;  // "given" or the searcher
  bool proven = false;
  std::optional<double> gap;  // share of the cost by which a better one could be cheaper
};

/// Why a layer cannot run, or why its mapping costs what it does.
struct Explanation {
  const Layer* layer = nullptr;
  Demands given;
  std::vector<Demand> demands;
  std::optional<Blame> blame;       // if no mapping is valid
  bool runs_imperfect = false;      // it could if factors need not divide
  std::vector<BudgetMiss> budgets;  // that no valid mapping meets
  bool together = false;            // each budget can be met, but nothing was found that meets all
  std::string rejection;            // why a given mapping cannot run
  std::optional<Account> account;
  std::optional<Account> other;          // the second mapping, or the best one beside a given one
  std::vector<std::string> differences;  // from the first to the other
  std::optional<Gain> neighbour;
  std::vector<Gain> gains;
  bool gains_complete = false;
  std::optional<Incumbent> runner_up;  // the best mapping with another tiling
  bool runner_up_proven = false;
  std::optional<LayerBound> bound;
  bool interrupted = false;  // there was no time for all of it

  bool runs() const { return !blame && budgets.empty() && !together && rejection.empty(); }
};

/// Explains one layer. With mappings, the first is explained, and how the second differs from it;
/// otherwise the best one that is found. Ends early, with what is known, once `stop` says so.
/// \throws SpecError, UsageError.
Explanation explain_layer(const SpecSet& specs, const Layer& layer, const SearchPlan& plan,
                          const std::vector<Mapping>& mappings, const StopToken& stop);

/// The texts of mappings to be explained, and the layer that they are of.
struct Question {
  std::vector<SpecText> mappings;  // two at most; none: that of the specs, or the best one
  std::string layer;               // empty = all, or the only one if there are mappings
};

/// Explains the layers that the question is about, each within the time of the plan (10 s where it
/// has none); `done` is called with each. \throws SpecError, UsageError.
std::vector<Explanation> explain_layers(const SpecSet& specs, const SearchPlan& plan,
                                        const Question& question, const StopToken& stop,
                                        const std::function<void(const Explanation&)>& done = {});

}  // namespace tilewright::explain
