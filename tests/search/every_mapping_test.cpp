// Proven optima against an enumeration that knows no canonical form: what the mapspace leaves out
// because it costs the same (orders of spatial loops, exchanged axes, orders of one class, idle
// loops, like dimensions) must really cost the same.
#include "search/every_mapping.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/optimal/optimal.hpp"
#include "search/searcher.hpp"
#include "search/searchers.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

constexpr std::uint64_t kMostLabels = 20'000;  // of a proof: larger ones take too long for a test

/// A random case with constraints and an objective.
struct Study {
  oracle::Case c;
  Constraints constraints;
  Prices prices;
  Objective objective;

  MapspaceOptions options() const {
    return {.distances_are_free = distances_are_free(c.arch, prices)};
  }
};

// Only one axis of every array: all that differs between its layouts is an order.
void flatten_axes(Architecture& arch) {
  for (StorageLevel& level : arch.storage) {
    level.mesh_x = level.instances;
    level.mesh_y = 1;
  }
  arch.compute.mesh_x = arch.compute.instances;
  arch.compute.mesh_y = 1;
}

void free_networks(Architecture& arch) {
  for (StorageLevel& level : arch.storage) {
    level.implicit_network.wire_energy = 0;
    level.implicit_network.router_energy = 0;
    level.implicit_network.energy_per_ingress = 0;
  }
}

void constrain_order(oracle::Choices& choices, int num_dims, LoopConstraint& loops) {
  const int first = choices.pick(0, num_dims - 1);
  const int second = choices.pick(0, num_dims - 1);
  if (choices.chance(50)) loops.inner = {first};
  if (choices.chance(50) && first != second) loops.outer = {second};
}

void constrain_loops(oracle::Choices& choices, const Problem& problem, LevelConstraint& level) {
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto dim = static_cast<std::size_t>(d);
    if (choices.chance(10)) level.temporal.at_most[dim] = choices.pick(1, 3);
    if (choices.chance(8)) level.spatial.at_most[dim] = choices.pick(1, 3);
  }
  if (choices.chance(20)) constrain_order(choices, problem.num_dims(), level.temporal);
  if (choices.chance(20)) constrain_order(choices, problem.num_dims(), level.spatial);
  if (choices.chance(8)) level.spatial.split = choices.pick(0, problem.num_dims());
}

Study random_study(std::uint64_t seed, int max_operations) {
  auto choices = oracle::Choices::from_seed(seed);
  oracle::CaseOptions options;
  options.distributed = false;
  options.over_mapped = false;
  options.max_operations = max_operations;
  options.mixed = seed % 5 == 0;
  Study study{random_case(choices, options), {}, {}, Objective()};
  if (seed % 2 == 0) flatten_axes(study.c.arch);
  if (seed % 3 != 0) free_networks(study.c.arch);
  const auto& problem = study.c.problem;
  study.constraints = test::random_constraints(
      choices, study.c, [&](LevelConstraint& level) { constrain_loops(choices, problem, level); });
  study.prices = price(study.c.arch, {});
  constexpr std::array kMetrics{"edp", "energy", "delay", "delay,energy"};
  study.objective = Objective(parse_metrics(kMetrics[seed % kMetrics.size()]));
  return study;
}

std::optional<Mapspace> mapspace_of(const Study& study, const Constraints& constraints) {
  try {
    return std::make_optional<Mapspace>(study.c.problem, study.c.arch, constraints,
                                        study.options());
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

SearchResult search(const Study& study, const Mapspace& space, bool exhaustive,
                    std::uint64_t seed) {
  const Evaluator evaluator(study.c.problem, study.c.arch, study.prices);
  SilentSink nothing;
  const SearchOptions options{.seed = seed, .threads = 1};
  const auto searcher = exhaustive ? make_searcher("exhaustive", options)
                                   : optimal::make_searcher(options, {.warm_up = seed % 3});
  return searcher->run(space, evaluator, study.objective, {}, nothing);
}

std::string text(const Study& study, const std::optional<Mapping>& best) {
  std::string all = study.objective.name();
  if (best) all += '\n' + format_nest(*best, study.c.problem, study.c.arch);
  return all + case_yaml(study.c);
}

// False if there is nothing to compare, or too much to go through.
bool compare(std::uint64_t seed) {
  const Study study = random_study(seed, 96);
  const std::optional<Mapspace> space = mapspace_of(study, study.constraints);
  if (!space || space->size().total > 40'000) return false;
  const Evaluator evaluator(study.c.problem, study.c.arch, study.prices);
  const ScratchPtr scratch = evaluator.scratch();
  std::optional<Objective::Key> least;
  std::optional<Mapping> best;
  const bool all = test::for_each_mapping(
      study.c.problem, study.c.arch, study.constraints, {}, 40'000, [&](const Mapping& mapping) {
        const Outcome outcome = evaluator.evaluate(mapping, *scratch);
        if (!outcome.valid()) return;
        const Objective::Key key = study.objective.key(outcome.cost);
        if (least && key >= *least) return;
        least = key;
        best = mapping;
      });
  if (!all) return false;
  for (const bool exhaustive : {false, true}) {
    const SearchResult found = search(study, *space, exhaustive, seed);
    EXPECT_TRUE(found.proven || (exhaustive && !found.best)) << seed;
    EXPECT_EQ(found.best.has_value(), least.has_value()) << seed << text(study, best);
    if (!found.best || !least) continue;
    for (std::size_t i = 0; i < least->size(); ++i) {
      EXPECT_NEAR(found.best->key[i], (*least)[i], 1e-9 * (*least)[i])
          << (exhaustive ? "exhaustive" : "optimal") << ", case " << seed << text(study, best);
    }
  }
  return least.has_value();
}

void compare_many(std::uint64_t first, std::uint64_t cases, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(EveryMapping, NoneIsBetterThanAProvenOptimum) { compare_many(0, 3'000, 1'000); }

TEST(EveryMapping, NoneIsBetterThanAProvenOptimumLong) { compare_many(100'000, 60'000, 20'000); }

// Demands something more of one level; nothing of it changes what a mapping costs.
void shrink(oracle::Choices& choices, const Study& study, Constraints& constraints) {
  const int num_dims = study.c.problem.num_dims();
  auto& level = constraints.levels[static_cast<std::size_t>(
      choices.pick(0, static_cast<int>(constraints.levels.size()) - 1))];
  LoopConstraint& loops = choices.chance(70) ? level.spatial : level.temporal;
  const auto dim = static_cast<std::size_t>(choices.pick(0, num_dims - 1));
  const auto space = static_cast<SpaceMask>(1 << choices.pick(0, study.c.problem.num_spaces() - 1));
  switch (choices.pick(0, 5)) {
    case 0:
      if (loops.at_most[dim] == 0) loops.at_most[dim] = choices.pick(1, 4);
      break;
    case 1:
      if (loops.at_least[dim] == 0) loops.at_least[dim] = choices.pick(1, 2);
      break;
    case 2:
      if ((level.must_bypass & space) == 0) level.must_keep |= space;
      break;
    default:
      if (loops.inner.empty() && loops.outer.empty()) constrain_order(choices, num_dims, loops);
  }
}

bool compare_shrunk(std::uint64_t seed) {
  const Study study = random_study(seed, 300);
  const std::optional<Mapspace> wide = mapspace_of(study, study.constraints);
  if (!wide || wide->size().total > 300'000) return false;
  const SearchResult best = search(study, *wide, false, seed);
  if (!best.proven) return false;
  auto choices = oracle::Choices::from_seed(~seed);
  Constraints constraints = study.constraints;
  bool compared = false;
  for (int step = 0; step < 3; ++step) {
    shrink(choices, study, constraints);
    const std::optional<Mapspace> space = mapspace_of(study, constraints);
    if (!space) break;
    const SearchResult other = search(study, *space, false, seed);
    if (!other.best) break;
    EXPECT_TRUE(best.best.has_value()) << seed;
    if (!best.best) break;
    EXPECT_LE(study.objective.first_metric(best.best->key),
              study.objective.first_metric(other.best->key) * (1 + 1e-9))
        << "case " << seed << ", step " << step << text(study, other.best->mapping);
    compared = true;
  }
  return compared;
}

void shrink_many(std::uint64_t first, std::uint64_t cases, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare_shrunk(seed) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(EveryMapping, AConstraintThatOnlyShrinksTheSpaceImprovesNothing) {
  shrink_many(0, 1'500, 300);
}

TEST(EveryMapping, AConstraintThatOnlyShrinksTheSpaceImprovesNothingLong) {
  shrink_many(100'000, 30'000, 9'000);
}

}  // namespace
}  // namespace tilewright
