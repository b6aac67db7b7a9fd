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

// Checks the mapping of a claim.
void check_mapping(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const Claim& claim, Verdict& verdict) {
  verdict.fault = why_outside(space, evaluator.problem(), evaluator.architecture(), *claim.mapping);
  if (!verdict.fault.empty()) return;
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(*claim.mapping, *scratch);
  verdict.fault = check_cost(outcome, evaluator, objective, claim);
  if (verdict.fault.empty()) count_again(evaluator, *claim.mapping, *scratch, verdict);
}

// What any mapping that refutes the claim is better than; nothing: every mapping refutes it.
std::optional<Incumbent> what_is_known(const Evaluator& evaluator, const Objective& objective,
                                       const Claim& claim) {
  constexpr double kLeast = -std::numeric_limits<double>::infinity();
  const bool budgets = objective.budgets().any();
  if (!claim.mapping && !budgets) return std::nullopt;
  Incumbent known;
  known.key.fill(kLeast);
  if (!claim.mapping) {  // beyond the budgets, by next to nothing
    known.key[0] = std::numeric_limits<double>::min();
    return known;
  }
  known.mapping = *claim.mapping;
  const ScratchPtr scratch = evaluator.scratch();
  known.cost = evaluator.evaluate(*claim.mapping, *scratch).cost;
  if (claim.proven) {
    known.key = objective.key(known.cost);
    return known;
  }
  // What costs as much as the claim allows is no contradiction, whatever the later metrics say.
  if (budgets) known.key[0] = 0;
  known.key[budgets ? 1 : 0] = claim.lower_bound;
  return known;
}

}  // namespace

Verdict verify(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
               const Claim& claim, const StopRules& stop) {
  const Clock::time_point start = Clock::now();
  Verdict verdict;
  if (claim.mapping) check_mapping(space, evaluator, objective, claim, verdict);
  if (!verdict.fault.empty()) return verdict;
  const std::optional<Incumbent> known = what_is_known(evaluator, objective, claim);
  verdict.complete = true;
  for (const bool whole : {true, false}) {
    if (!whole && !space.imperfect()) continue;
    optimal::Target target(objective, evaluator.terms());
    if (known) target.take(*known);
    chains::ChainSearch search(space, evaluator, objective, target, whole);
    verdict.complete &= search.run([&] { return verdict.better || stop.interruption(); },
                                   [&](const Incumbent& found) { verdict.better = found; });
    verdict.counts.add(search.counts());
  }
  verdict.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return verdict;
}

}  // namespace tilewright
