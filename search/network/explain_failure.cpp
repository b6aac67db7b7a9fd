#include "search/network/explain_failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "search/blame/blame.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

std::string count_rejections(const SearchResult& result, const Architecture& arch) {
  std::string text =
      fmt::format("no valid mapping among {} considered: {} rejected for fan-out, {} for capacity",
                  with_commas(result.evaluated), with_commas(result.rejected_fanout),
                  with_commas(result.rejected_capacity));
  for (std::size_t i = 0; i < result.rejected_at.size(); ++i) {
    if (result.rejected_at[i] == 0) continue;
    const std::string& level = i == 0 ? arch.compute.name : arch.storage[i - 1].name;
    text += fmt::format(", {} at {}", with_commas(result.rejected_at[i]), level);
  }
  return text;
}

constexpr std::size_t kRepairs = 5;  // of which the best is told
constexpr std::string_view kAskExplain = "'tilewright explain' says why";

// What rules all mappings out; nothing if nothing does.
std::string culprit(const Problem& problem, const explain::Demands& given, const Prices& prices,
                    const MapspaceOptions& options, const StopRules& rules) {
  constexpr std::chrono::milliseconds kLeast{200};  // where the search has used all of its time
  StopToken stop = rules;
  if (stop.deadline) stop.deadline = std::max(*stop.deadline, StopToken::Clock::now() + kLeast);
  const std::vector<explain::Demand> demands = list_demands(problem, given);
  const explain::Feasibility feasibility(problem, given, demands, prices, options, stop);
  try {
    if (feasibility.find(feasibility.all())) return {};
    return short_blame(explain::blame(feasibility, kRepairs), feasibility);
  } catch (const Stopped&) {
    return std::string(kAskExplain);
  }
}

std::string culprit(const Mapspace& space, const Evaluator& evaluator, const StopRules& rules) {
  const std::string text =
      culprit(evaluator.problem(), {space.constraints(), evaluator.architecture()},
              evaluator.prices(), space.options(), rules);
  return text.empty() ? "; there are valid ones, and 'tilewright explain' shows one" : "; " + text;
}

}  // namespace

std::string explain_failure(const SearchResult& result, const SearchPlan& plan,
                            const Mapspace& space, const Evaluator& evaluator,
                            const StopRules& rules) {
  if (result.nearest) {
    return fmt::format(
        "no mapping meets the budgets: the {} valid ones among {} considered are beyond them; the "
        "nearest has {}",
        with_commas(result.valid), with_commas(result.evaluated),
        plan.objective.budgets().describe_violation(result.nearest->cost));
  }
  // A proof rules out mappings that it never scores: counts of rejections would say little.
  if (result.proven && plan.objective.budgets().any()) {
    return "no valid mapping of the whole mapspace meets the budgets: this is proven";
  }
  if (result.proven) {
    return "no valid mapping in the whole mapspace: this is proven" +
           culprit(space, evaluator, rules);
  }
  if (result.evaluated == 0) return "no mapping was considered";
  return count_rejections(result, evaluator.architecture()) + culprit(space, evaluator, rules);
}

std::string explain_empty(const std::string& message, const Problem& problem,
                          const Architecture& arch, const Constraints& constraints,
                          const Prices& prices, const MapspaceOptions& options,
                          const StopRules& rules) {
  explain::Demands given{constraints, arch};
  given.constraints.levels.resize(arch.storage.size());
  const std::string text = culprit(problem, given, prices, options, rules);
  return text.empty() || text == kAskExplain ? message : text;
}

}  // namespace tilewright
