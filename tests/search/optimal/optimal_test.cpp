// The optimal search against brute force over every mapping of random small spaces.
#include "search/optimal/optimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/pareto_front.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

struct Truth {
  std::optional<Objective::Key> best;
  std::vector<ParetoPoint> front;
};

Truth brute_force(const Mapspace& space, const Evaluator& evaluator, const Objective& objective) {
  Truth truth;
  ParetoFront front;
  const ScratchPtr scratch = evaluator.scratch();
  for (BigInt i = 0; i < space.size().total; ++i) {
    const Outcome outcome = evaluator.evaluate(space.at(i), *scratch);
    if (!outcome.valid() || !objective.within_budgets(outcome.cost)) continue;
    const Objective::Key key = objective.key(outcome.cost);
    if (!truth.best || key < *truth.best) truth.best = key;
    if (objective.wants_front()) front.insert({objective.point(outcome.cost), outcome.cost, {}, 0});
  }
  truth.front = front.take();
  return truth;
}

void constrain_loops(oracle::Choices& choices, const Problem& problem, LevelConstraint& level) {
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto dim = static_cast<std::size_t>(d);
    if (choices.chance(12)) level.temporal.at_most[dim] = choices.pick(1, 3);
    if (choices.chance(5)) level.temporal.at_least[dim] = 2;
    if (choices.chance(8)) level.spatial.at_most[dim] = 1;
  }
  if (choices.chance(15)) level.temporal.inner = {choices.pick(0, problem.num_dims() - 1)};
  if (choices.chance(15)) {
    const int dim = choices.pick(0, problem.num_dims() - 1);
    if (level.temporal.inner != std::vector{dim}) level.temporal.outer = {dim};
  }
}

Constraints random_constraints(oracle::Choices& choices, const oracle::Case& c) {
  return test::random_constraints(
      choices, c, [&](LevelConstraint& level) { constrain_loops(choices, c.problem, level); });
}

void free_networks(Architecture& arch) {
  for (StorageLevel& level : arch.storage) {
    level.implicit_network.wire_energy = 0;
    level.implicit_network.router_energy = 0;
    level.implicit_network.energy_per_ingress = 0;
  }
}

Objective random_objective(std::uint64_t seed) {
  constexpr std::array kMetrics{"edp", "energy", "delay", "ed2p", "energy,delay", "delay,energy"};
  const auto metrics = parse_metrics(kMetrics[seed % kMetrics.size()]);
  if (seed % 5 == 0) return Objective(metrics, {}, parse_metrics("energy,delay"));
  if (seed % 7 == 0) return Objective(metrics, {.min_utilization = 0.3});
  return Objective(metrics);
}

void expect_front(const std::vector<ParetoPoint>& found, const std::vector<ParetoPoint>& truth) {
  ASSERT_EQ(found.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      EXPECT_NEAR(found[i].at[axis] / truth[i].at[axis], 1, 1e-9);
    }
  }
}

// False if the space is empty or too large to be gone through.
bool compare(std::uint64_t seed, const oracle::CaseOptions& options, const BigInt& most) {
  auto choices = oracle::Choices::from_seed(seed);
  oracle::Case c = random_case(choices, options);
  if (seed % 4 != 0) free_networks(c.arch);
  const Constraints constraints = random_constraints(choices, c);
  std::optional<Mapspace> space;
  try {
    space.emplace(c.problem, c.arch, constraints);
  } catch (const UsageError&) {
    return false;
  }
  if (space->size().total > most) return false;
  const Objective objective = random_objective(seed);
  Prices prices = price(c.arch, {});
  prices.count_idle = seed % 3 == 0;
  prices.idle_in_use = seed % 2 == 0;
  for (StoragePrice& level : prices.storage) level.idle = static_cast<double>(seed % 11);
  const Evaluator evaluator(c.problem, c.arch, prices);
  const Truth truth = brute_force(*space, evaluator, objective);
  SilentSink nothing;
  // A mapping to begin with, more often a bad one than a good one, or none.
  const optimal::Settings settings{.warm_up = seed % 3};
  const SearchResult result =
      optimal::make_searcher({.seed = seed, .threads = seed % 2 == 0 ? 1 : 2}, settings)
          ->run(*space, evaluator, objective, {}, nothing);
  EXPECT_TRUE(result.proven);
  EXPECT_EQ(result.best.has_value(), truth.best.has_value()) << seed << case_yaml(c);
  if (!truth.best || !result.best) return true;
  for (std::size_t i = 0; i < truth.best->size(); ++i) {
    EXPECT_NEAR(result.best->key[i], (*truth.best)[i], 1e-9 * (*truth.best)[i])
        << objective.name() << " of case " << seed << '\n'
        << format_nest(result.best->mapping, c.problem, c.arch) << case_yaml(c);
  }
  if (objective.wants_front()) expect_front(result.front, truth.front);
  return true;
}

void compare_many(std::uint64_t first, std::uint64_t cases, int least_compared,
                  oracle::CaseOptions options = {}, int most = 20'000) {
  options.distributed = false;
  options.over_mapped = false;
  options.max_operations = 200;
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed, options, most) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

// False if the space is empty or too large to be gone through.
bool compare_with_gap(std::uint64_t seed, const oracle::CaseOptions& options) {
  auto choices = oracle::Choices::from_seed(seed);
  const oracle::Case c = random_case(choices, options);
  const Mapspace space(c.problem, c.arch, {});
  if (space.size().total > 20'000) return false;
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const Objective objective;
  const Truth truth = brute_force(space, evaluator, objective);
  SilentSink nothing;
  const double gap = 0.05 * static_cast<double>(1 + seed % 6);
  const SearchResult result = optimal::make_searcher({.threads = 1, .gap = gap}, {.warm_up = 0})
                                  ->run(space, evaluator, objective, {}, nothing);
  EXPECT_EQ(result.best.has_value(), truth.best.has_value());
  if (!truth.best || !result.best) return true;
  const double optimum = (*truth.best)[0];
  EXPECT_LE(*result.gap(), gap);
  EXPECT_LE(result.proof->lower_bound, optimum * (1 + 1e-9));
  EXPECT_LE(result.best->key[0] * (1 - gap), optimum * (1 + 1e-9));
  EXPECT_TRUE(!result.proven || result.best->key[0] <= optimum * (1 + 1e-9));
  return true;
}

TEST(Optimal, GapIsATrueBound) {
  oracle::CaseOptions options;
  options.distributed = false;
  options.over_mapped = false;
  options.max_operations = 200;
  int compared = 0;
  for (std::uint64_t seed = 70'000; seed < 71'000; ++seed) {
    compared += compare_with_gap(seed, options) ? 1 : 0;
  }
  EXPECT_GT(compared, 50);
}

// Neighbours that pass on words of a level which keeps none and may not reuse them; words still to
// be counted at a memory of limited bandwidth when labels were compared; quotients that only differ
// in their last digit, of other numbers of instances; vectors that are not full where more
// instances share as many words, and where idle loops lie further out.
TEST(Optimal, EqualsBruteForceWhereItDidNotOnce) {
  compare_many(1'004'639, 1, 0, {}, 1'000'000);
  compare_many(1'086'353, 1, 0, {}, 1'000'000);
  compare_many(7'027'106, 1, 0, {}, 1'000'000);
  compare_many(8'005'329, 1, 0, {}, 1'000'000);
  compare_many(170'016'439, 1, 0, {}, 1'000'000);
}

TEST(Optimal, EqualsBruteForce) { compare_many(0, 1'500, 400); }

TEST(Optimal, EqualsBruteForceInMixedPrecision) {
  oracle::CaseOptions options;
  options.mixed = true;
  compare_many(50'000, 1'500, 400, options);
}

TEST(Optimal, EqualsBruteForceLong) { compare_many(10'000, 12'000, 2'000); }

}  // namespace
}  // namespace tilewright
