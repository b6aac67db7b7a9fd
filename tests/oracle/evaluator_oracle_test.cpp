#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/oracle/compare.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "oracle/check_cases.hpp"
#include "oracle/hand_cases.hpp"
#include "oracle/loop_walker.hpp"

namespace tilewright::oracle {
namespace {

// explain() and evaluate() must tell the same story.
std::string short_form_difference(const Outcome& outcome, const Stats& stats) {
  std::ostringstream text;
  if (outcome.rejection.reason != stats.outcome.rejection.reason ||
      outcome.rejection.level != stats.outcome.rejection.level) {
    text << "evaluate() and explain() disagree about the rejection\n";
  }
  if (!outcome.valid() || !stats.outcome.valid()) return text.str();
  const Cost& a = outcome.cost;
  const Cost& b = stats.outcome.cost;
  if (a.cycles != b.cycles || std::abs(a.energy - b.energy) > 1e-9 * std::abs(b.energy)) {
    text << "evaluate(): " << a.energy << " pJ, " << a.cycles << " cycles; explain(): " << b.energy
         << " pJ, " << b.cycles << " cycles\n";
  }
  return text.str();
}

double sum_of_parts(const Stats& stats) {
  double energy = stats.compute.energy_total;
  for (const LevelStats& level : stats.levels) energy += level.energy_total;
  for (const NetworkStats& network : stats.networks) energy += network.energy_total;
  return energy;
}

std::string evaluator_complaint(const Case& c) {
  const OracleCounts expected = point_set_oracle(c.problem, c.arch, c.mapping);
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, ReferenceTable{}));
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(c.mapping, *scratch);
  std::string text = difference(expected, outcome.rejection);
  if (!text.empty() || !outcome.valid()) return text;
  const Stats stats = evaluator.explain(c.mapping, *scratch);
  text = difference(expected, stats, c.problem) + short_form_difference(outcome, stats);
  const double parts = sum_of_parts(stats);
  if (std::abs(parts - outcome.cost.energy) > 1e-9 * parts) {
    text += "the parts sum to " + std::to_string(parts) + " pJ, the total is " +
            std::to_string(outcome.cost.energy) + "\n";
  }
  return text;
}

bool simple(const DataSpace& space) {
  for (const Coordinate& coordinate : space.projection) {
    if (coordinate.size() != 1 || coordinate[0].coefficient != 1) return false;
  }
  return true;
}

// Where tiles coincide or are disjoint, the words of all instances together are at least those of
// the walk (a loop that runs once in its last pass does not move the tile there: the walk sees
// that). The counts of one instance are rounded averages.
std::string imperfect_words(const Case& c, const Walk& walk, const Stats& stats) {
  std::ostringstream text;
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    if (!simple(c.problem.spaces[space]) || c.problem.spaces[space].read_write) continue;
    for (int level = 0; level < c.mapping.num_levels; ++level) {
      const SpaceStats& counted = stats.levels[level].spaces[space];
      if (!counted.keep) continue;
      const double instances = counted.utilized_instances;
      const double walked = static_cast<double>(walk.levels[level][space].served);
      const double total = static_cast<double>(counted.reads) * instances;
      if (total < walked - instances) {
        text << "level " << level << " " << c.problem.spaces[space].name << ": " << total
             << " reads by " << instances << " instances, walked " << walked << "\n";
      }
    }
  }
  return text.str();
}

// Imperfect factors: every operation once, and the time of the busiest MAC.
std::string imperfect_complaint(const Case& original) {
  Case c = original;  // the walk knows no peer forwarding
  for (int level = 0; level < c.mapping.num_levels; ++level) {
    c.mapping.levels[level].no_link_transfer = 0xff;
  }
  const Walk walk = walk_nest(c.problem, c.mapping);
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, ReferenceTable{}));
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(c.mapping, *scratch);
  if (!outcome.valid()) return "";  // bypassed everywhere
  const Stats stats = evaluator.explain(c.mapping, *scratch);
  std::ostringstream text;
  if (stats.computes != walk.operations) {
    text << "computes " << stats.computes << ", walked " << walk.operations << "\n";
  }
  if (stats.compute_cycles != walk.cycles) {
    text << "compute cycles " << stats.compute_cycles << ", walked " << walk.cycles << "\n";
  }
  return text.str() + imperfect_words(c, walk, stats) + short_form_difference(outcome, stats);
}

CaseOptions plain() {
  CaseOptions options;
  options.distributed = options.reuse_masks = options.no_temporal_reuse = false;
  options.capacities = options.over_mapped = options.bypass = options.odd_problems = false;
  return options;
}

TEST(EvaluatorOracle, CountsOfPlainMappings) { check_cases(5000, plain(), evaluator_complaint); }

TEST(EvaluatorOracle, CountsWithBypass) {
  CaseOptions options = plain();
  options.bypass = true;
  check_cases(5000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsOfManySmallLoops) {
  CaseOptions options = plain();
  options.bypass = true;
  options.max_temporal_loops = 12;
  options.max_operations = 1 << 20;
  check_cases(1500, options, evaluator_complaint);
}

TEST(EvaluatorOracle, RejectionsAgree) {
  CaseOptions options = plain();
  options.bypass = options.capacities = options.over_mapped = true;
  check_cases(4000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsWithoutLinksOrMulticast) {
  CaseOptions options = plain();
  options.bypass = options.reuse_masks = true;
  check_cases(4000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsWithoutTemporalReuse) {
  CaseOptions options = plain();
  options.bypass = options.no_temporal_reuse = true;
  check_cases(4000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsWithDistributedMulticast) {
  CaseOptions options = plain();
  options.bypass = options.distributed = true;
  check_cases(4000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsOfOddProblems) {
  CaseOptions options = plain();
  options.bypass = options.odd_problems = true;
  check_cases(4000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsOfAllKindsOfNetworks) {
  CaseOptions options;
  options.networks = true;
  check_cases(6000, options, evaluator_complaint);
}

TEST(EvaluatorOracle, CountsOfEverything) { check_cases(8000, {}, evaluator_complaint); }

TEST(EvaluatorOracle, ImperfectFactorsRunEveryOperationOnce) {
  CaseOptions options = plain();
  options.bypass = options.imperfect = true;
  options.max_operations = 768;
  check_cases(1000, options, imperfect_complaint);
}

TEST(EvaluatorOracle, CountsOfHandCases) {
  for (const HandCase& hand : hand_cases()) {
    if (hand.c.mapping.imperfect) continue;
    EXPECT_EQ(evaluator_complaint(hand.c), "") << hand.name;
  }
}

// P = 16 in tiles of 5, 5, 5 and 1: 16 * 3 operations; 18 inputs, each fetched once.
TEST(EvaluatorOracle, ImperfectTilesByHand) {
  const Case c = hand_case("imperfect_p");
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, ReferenceTable{}));
  const ScratchPtr scratch = evaluator.scratch();
  const Stats stats = evaluator.explain(c.mapping, *scratch);
  EXPECT_EQ(stats.computes, 48u);
  EXPECT_EQ(stats.compute_cycles, 48u);
  EXPECT_EQ(stats.levels[0].spaces[1].fills, 18u);
  EXPECT_EQ(stats.levels[0].spaces[2].updates, 48u);
}

}  // namespace
}  // namespace tilewright::oracle
