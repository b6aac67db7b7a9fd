#include "search/check/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "model/error.hpp"
#include "model/oracle/compare.hpp"
#include "model/oracle/nest.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "model/oracle/short_tiles.hpp"
#include "search/check/contest.hpp"

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
  if (std::abs(cost - claim.best) > check::Contest::kRounding * std::abs(cost)) {
    return fmt::format("it costs {}, not {}", cost, claim.best);
  }
  if (claim.lower_bound > cost * (1 + check::Contest::kRounding)) {
    return fmt::format("it costs {}, below the bound {}", cost, claim.lower_bound);
  }
  if (claim.proven && claim.lower_bound < cost * (1 - check::Contest::kRounding)) {
    return fmt::format("the bound of a proven optimum is {}, not {}", claim.lower_bound, cost);
  }
  return {};
}

// Counts everything once more, by sets of points.
void count_again(const Evaluator& evaluator, const Mapping& mapping, Scratch& scratch,
                 const StopToken& stop, Verdict& verdict) {
  if (mapping.imperfect) {
    const auto counts = oracle::count_short_tiles(evaluator.problem(), mapping, stop);
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
      oracle::point_set_oracle(evaluator.problem(), evaluator.architecture(), mapping, stop);
  verdict.fault =
      oracle::difference(counts, evaluator.explain(mapping, scratch), evaluator.problem());
  if (!counts.violations.empty()) verdict.fault = "sets of points say that it cannot run";
}

// Checks the mapping of a claim.
void check_mapping(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const Claim& claim, const StopToken& stop, Verdict& verdict) {
  verdict.fault = why_outside(space, evaluator.problem(), evaluator.architecture(), *claim.mapping);
  if (!verdict.fault.empty()) return;
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(*claim.mapping, *scratch);
  verdict.fault = check_cost(outcome, evaluator, objective, claim);
  if (verdict.fault.empty()) count_again(evaluator, *claim.mapping, *scratch, stop, verdict);
}

// What any mapping that refutes the claim is less than.
Objective::Key claimed_key(const Evaluator& evaluator, const Objective& objective,
                           const Claim& claim) {
  const bool budgets = objective.budgets().any();
  Objective::Key key;
  if (!claim.mapping) {  // every mapping refutes it that is within the budgets
    key.fill(std::numeric_limits<double>::max());
    if (budgets) key[0] = std::numeric_limits<double>::min();
    return key;
  }
  const ScratchPtr scratch = evaluator.scratch();
  if (claim.proven) return objective.key(evaluator.evaluate(*claim.mapping, *scratch).cost);
  // What costs as much as the claim allows is no contradiction, whatever the later metrics say.
  key.fill(-std::numeric_limits<double>::infinity());
  if (budgets) key[0] = 0;
  key[budgets ? 1 : 0] = claim.lower_bound;
  return key;
}

}  // namespace

Verdict verify(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
               const Claim& claim, const StopRules& stop) {
  const Clock::time_point start = Clock::now();
  Verdict verdict;
  if (claim.mapping) check_mapping(space, evaluator, objective, claim, stop, verdict);
  if (!verdict.fault.empty()) return verdict;
  const check::Contest contest(objective, evaluator.terms(),
                               claimed_key(evaluator, objective, claim));
  verdict.complete = true;
  for (const bool whole : {true, false}) {
    if (verdict.better || (!whole && !space.imperfect())) continue;
    try {
      check::ChainSearch search(space, evaluator, objective, contest, whole);
      verdict.complete &= search.run([&] { return stop.interruption().has_value(); });
      verdict.counts.add(search.counts());
      if (search.found()) verdict.better = search.found()->mapping;
    } catch (const UsageError& error) {
      verdict.complete = false;
      verdict.unsettled = error.what();
    }
  }
  verdict.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return verdict;
}

}  // namespace tilewright
