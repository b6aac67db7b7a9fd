#include "search/verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "model/oracle/compare.hpp"
#include "model/oracle/nest.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "model/oracle/short_tiles.hpp"

namespace tilewright {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostCountedLoops = 22;  // the oracle takes time that doubles with each temporal loop

int temporal_loops(const Mapping& mapping) {
  const oracle::Nest nest = oracle::build_nest(mapping);
  return static_cast<int>(std::count_if(nest.loops.begin(), nest.loops.end(),
                                        [](const auto& loop) { return !loop.spatial(); }));
}

// Does the mapping cost what is claimed?
std::string check_cost(const Outcome& outcome, const Evaluator& evaluator,
                       const Objective& objective, const Claim& claim) {
  if (!outcome.valid()) {
    return "it cannot run: " +
           describe(outcome.rejection, evaluator.problem(), evaluator.architecture());
  }
  if (!objective.within_budgets(outcome.cost)) {
    return "it is beyond the budgets: " + objective.budgets().describe_violation(outcome.cost);
  }
  const double cost = objective.first_metric(objective.key(outcome.cost));
  if (std::abs(cost - claim.best) > optimal::Target::kRounding * std::abs(cost)) {
    return fmt::format("it costs {}, not {}", cost, claim.best);
  }
  if (claim.lower_bound > cost * (1 + optimal::Target::kRounding)) {
    return fmt::format("it costs {}, below the bound {}", cost, claim.lower_bound);
  }
  if (claim.proven && claim.lower_bound < cost * (1 - optimal::Target::kRounding)) {
    return fmt::format("the bound of a proven optimum is {}, not {}", claim.lower_bound, cost);
  }
  return {};
}

// Counts everything once more, by sets of points.
void count_again(const Evaluator& evaluator, const Mapping& mapping, Scratch& scratch,
                 Verdict& verdict) {
  if (mapping.imperfect) {
    const auto counts = oracle::count_short_tiles(evaluator.problem(), mapping);
    if (counts) {
      verdict.fault =
          oracle::difference(*counts, evaluator.explain(mapping, scratch), evaluator.problem());
    } else {
      verdict.uncounted = "too many short tiles";
    }
    return;
  }
  if (const int loops = temporal_loops(mapping); loops > kMostCountedLoops) {
    verdict.uncounted = fmt::format("{} temporal loops", loops);
    return;
  }
  const oracle::OracleCounts counts =
      oracle::point_set_oracle(evaluator.problem(), evaluator.architecture(), mapping);
  verdict.fault =
      oracle::difference(counts, evaluator.explain(mapping, scratch), evaluator.problem());
  if (!counts.violations.empty()) verdict.fault = "sets of points say that it cannot run";
}

}  // namespace

Verdict verify(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
               const Claim& claim, const StopRules& stop) {
  const Clock::time_point start = Clock::now();
  Verdict verdict;
  const ScratchPtr scratch = evaluator.scratch();
  verdict.fault = why_outside(space, evaluator.problem(), evaluator.architecture(), claim.mapping);
  if (!verdict.fault.empty()) return verdict;
  const Outcome outcome = evaluator.evaluate(claim.mapping, *scratch);
  verdict.fault = check_cost(outcome, evaluator, objective, claim);
  if (verdict.fault.empty()) count_again(evaluator, claim.mapping, *scratch, verdict);
  if (!verdict.fault.empty()) return verdict;

  // What costs as much as the claim allows is no contradiction, whatever the later metrics say.
  Incumbent known{claim.mapping, outcome.cost, objective.key(outcome.cost), 0};
  if (!claim.proven) {
    known.key.fill(-std::numeric_limits<double>::infinity());
    if (objective.budgets().any()) known.key[0] = 0;
    known.key[objective.budgets().any() ? 1 : 0] = claim.lower_bound;
  }
  verdict.complete = true;
  for (const bool whole : {true, false}) {
    if (!whole && !space.imperfect()) continue;
    optimal::Target target(objective, evaluator.terms());
    target.take(known);
    chains::ChainSearch search(space, evaluator, objective, target, whole);
    verdict.complete &= search.run([&] { return verdict.better || stop.interruption(); },
                                   [&](const Incumbent& found) { verdict.better = found; });
    verdict.counts.add(search.counts());
  }
  verdict.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return verdict;
}

}  // namespace tilewright
