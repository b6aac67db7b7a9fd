// The prices of the optimal search against the evaluator: never higher, and equal wherever a label
// claims to be exact. Without this no proof would be one.
#include "search/optimal/labelling.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/energy/prices.hpp"
#include "oracle/random_case.hpp"
#include "search/optimal/bounds.hpp"

namespace tilewright::optimal {
namespace {

struct Tally {
  int valid = 0, exact = 0, below = 0;
};

void compare(const oracle::Case& c, Tally& tally) {
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(c.mapping, *scratch);
  const TileLattice lattice(c.problem);
  Labelling labelling(c.mapping, evaluator, lattice);
  const Label label = labelling.follow(c.mapping);
  if (!outcome.valid()) return;
  ++tally.valid;
  const double energy = labelling.energy(label);
  const double cycles = std::ceil(labelling.cycles(label) * (1 - 1e-12));
  const double true_cycles = static_cast<double>(outcome.cost.cycles);
  EXPECT_LE(energy, outcome.cost.energy * (1 + 1e-9)) << case_yaml(c);
  EXPECT_LE(cycles, true_cycles) << case_yaml(c);
  if (label.loose || label.varied) {
    tally.below += energy < outcome.cost.energy * (1 - 1e-9) ? 1 : 0;
    return;
  }
  ++tally.exact;
  EXPECT_NEAR(energy / outcome.cost.energy, 1, 1e-9) << case_yaml(c);
  // The model divides twice where a bandwidth limits, and rounds up what should be whole.
  EXPECT_LE(true_cycles, cycles + 1) << case_yaml(c);
}

Tally compare_many(oracle::CaseOptions options, bool free_networks, std::uint64_t seed, int cases) {
  options.distributed = false;
  options.over_mapped = false;
  Tally tally;
  for (int i = 0; i < cases && !testing::Test::HasFailure(); ++i) {
    auto choices = oracle::Choices::from_seed(seed + static_cast<std::uint64_t>(i));
    oracle::Case c = random_case(choices, options);
    for (StorageLevel& level : c.arch.storage) {
      if (!free_networks) continue;
      level.implicit_network.wire_energy = 0;
      level.implicit_network.router_energy = 0;
      level.implicit_network.energy_per_ingress = 0;
    }
    compare(c, tally);
  }
  return tally;
}

// Whatever is known of a mapping, no bound on it may be above its true cost: not even if its own
// spatial loops are the only ones that are possible.
void bound_on_the_way(const oracle::Case& c, int& bounds_seen) {
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(c.mapping, *scratch);
  if (!outcome.valid()) return;
  const TileLattice lattice(c.problem);
  Labelling labelling(c.mapping, evaluator, lattice);
  labelling.use(make_keeping(c.mapping, evaluator.terms().num_spaces()));
  std::vector<std::vector<SpatialChoice>> choices(c.arch.storage.size());
  for (std::size_t s = 0; s < choices.size(); ++s) {
    if (evaluator.terms().fanout(static_cast<int>(s)) == 1) continue;
    choices[s].push_back(spatial_choice(c.mapping.levels[s], lattice));
  }
  Bounds bounds(labelling, choices);
  bounds.prepare();
  bounds.prepare_partial();
  const double most = outcome.cost.energy * (1 + 1e-9);
  const auto never_above = [&](double energy, int level, int fixed) {
    ++bounds_seen;
    EXPECT_LE(energy, most) << "level " << level << ", fixed " << fixed << "\n" << case_yaml(c);
  };
  (void)labelling.follow(c.mapping, [&](const Label& label, int level, const Tile* upto) {
    never_above(bounds.energy(label, level, upto != nullptr), level, -1);
    if (upto == nullptr) return;
    Label served = label;
    labelling.serve(level, served);
    Tile tile = label.tile;
    for (int fixed = 0; fixed <= lattice.num_axes(); ++fixed) {
      never_above(bounds.without_tables(served, level, true, &tile, fixed) +
                      bounds.beyond(lattice.id(tile), level, fixed),
                  level, fixed);
      if (fixed < lattice.num_axes()) {
        tile[static_cast<std::size_t>(fixed)] = (*upto)[static_cast<std::size_t>(fixed)];
      }
    }
  });
}

int bound_many(oracle::CaseOptions options, std::uint64_t first, std::uint64_t cases) {
  options.distributed = false;
  options.over_mapped = false;
  int bounds_seen = 0;
  for (std::uint64_t i = 0; i < cases && !testing::Test::HasFailure(); ++i) {
    auto choices = oracle::Choices::from_seed(first + i);
    bound_on_the_way(random_case(choices, options), bounds_seen);
  }
  return bounds_seen;
}

TEST(Bounds, NeverAboveTheEvaluatorOnTheWay) { EXPECT_GT(bound_many({}, 300'000, 20'000), 60'000); }

TEST(Bounds, NeverAboveTheEvaluatorInMixedPrecision) {
  oracle::CaseOptions options;
  options.mixed = true;
  EXPECT_GT(bound_many(options, 400'000, 20'000), 60'000);
}

TEST(Labelling, NeverAboveTheEvaluator) {
  const Tally tally = compare_many({}, true, 1, 30'000);
  EXPECT_GT(tally.valid, 19'000);
  EXPECT_GT(tally.exact, tally.valid / 8);
  std::printf("valid %d exact %d below %d\n", tally.valid, tally.exact, tally.below);
}

TEST(Labelling, NeverAboveTheEvaluatorWithWires) {
  const Tally tally = compare_many({}, false, 100'000, 5'000);
  EXPECT_GT(tally.valid, 3'000);
}

TEST(Labelling, NeverAboveTheEvaluatorInMixedPrecision) {
  oracle::CaseOptions options;
  options.mixed = true;
  const Tally tally = compare_many(options, true, 500'000, 30'000);
  EXPECT_GT(tally.valid, 15'000);
  EXPECT_GT(tally.exact, tally.valid / 20);
  std::printf("valid %d exact %d below %d\n", tally.valid, tally.exact, tally.below);
}

TEST(Labelling, MostlyExactForEvenProblems) {
  oracle::CaseOptions options;
  options.odd_problems = false;
  options.reuse_masks = options.no_temporal_reuse = false;
  const Tally tally = compare_many(options, true, 200'000, 19'000);
  EXPECT_GT(tally.exact, tally.valid / 5);
  std::printf("valid %d exact %d below %d\n", tally.valid, tally.exact, tally.below);
}

}  // namespace
}  // namespace tilewright::optimal
