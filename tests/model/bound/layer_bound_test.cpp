#include "model/bound/layer_bound.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "model/bound/parallelism.hpp"
#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::gemm;
using test::hierarchy;
using test::unconstrained;

Prices free_of_charge(const Architecture& arch) {
  Prices prices;
  prices.storage.resize(arch.storage.size());
  prices.networks.resize(arch.networks.size());
  prices.implicit_networks.resize(arch.storage.size());
  return prices;
}

LayerBound bound_of(const Problem& problem, const Architecture& arch) {
  return bound_of(problem, arch, free_of_charge(arch), unconstrained(arch));
}

TEST(LayerBound, ArrayIsFilledByFactorsThatDivide) {
  // 14 columns and 12 rows: of 13 nothing but 13 fits, of 8 the factor 8.
  const Architecture arch = hierarchy({14, 12}, {{1, 1}});
  const LayerBound bound = bound_of(gemm(13, 8, 2), arch);
  EXPECT_EQ(bound.steps[0].cycles, 2);  // 208 operations on 168 multipliers
  EXPECT_EQ(bound.steps[1].operations_per_cycle, 13 * 8);
  EXPECT_EQ(bound.steps[1].cycles, 2);
  EXPECT_EQ(most_parallel(gemm(17, 1, 1), arch), 1);
  EXPECT_EQ(most_parallel(gemm(28, 6, 1), arch), 14 * 12);  // 14 of 28; 2 * 6
}

TEST(LayerBound, ConstraintsTakeDimensionsFromTheArray) {
  const Architecture arch = hierarchy({4, 4}, {{1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].spatial.fixed[0] = 1;    // no M
  constraints.levels[0].spatial.at_most[1] = 2;  // N up to 2
  EXPECT_EQ(most_parallel(gemm(16, 16, 1), arch), 16);
  EXPECT_EQ(most_parallel(gemm(16, 16, 1), arch, constraints), 4);  // 2 * 2, at most
  EXPECT_EQ(most_parallel(gemm(16, 16, 3), arch, constraints), 9);  // 3 * 3, at most
}

TEST(LayerBound, BandwidthOfTheOutermostLevelCounts) {
  Architecture arch = hierarchy({16, 1}, {{1, 1}, {1, 1}});
  arch.storage[1].read_bandwidth = 2;
  arch.storage[1].write_bandwidth = 0.5;
  // Z = A * B: 4*1000 words and 1000*1 are read, 4 are written; 4,000 operations.
  const LayerBound bound = bound_of(gemm(4, 1, 1000), arch);
  EXPECT_EQ(bound.compulsory, (std::vector<std::uint64_t>{4000, 1000, 4}));
  EXPECT_EQ(bound.traffic, 5004);
  ASSERT_EQ(bound.rooflines.size(), 2);
  EXPECT_EQ(bound.rooflines[0].name, "L1 read bandwidth");
  EXPECT_DOUBLE_EQ(bound.rooflines[0].intensity, 0.8);
  EXPECT_DOUBLE_EQ(bound.rooflines[0].operations_per_cycle, 1.6);
  EXPECT_NEAR(static_cast<double>(bound.cycles), 2500, 2);  // 5,000 words, 2 per cycle
  EXPECT_EQ(bound.steps[0].cycles, 250);
}

TEST(LayerBound, CapacityDemandsTraffic) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  const LayerBound bound =
      bound_of(gemm(1000, 1000, 1000), arch, free_of_charge(arch), unconstrained(arch), 100);
  // sqrt(2) * 1e9 / sqrt(100) - 4 * 100
  EXPECT_NEAR(bound.traffic, std::sqrt(2.0) * 1e8 - 400, 1);
  EXPECT_EQ(bound_of(gemm(10, 10, 10), arch).traffic, 300);  // unlimited: each word once
}

TEST(LayerBound, EnergyCountsEachOperationAndEachWord) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Prices prices = free_of_charge(arch);
  prices.compute.op = 2;
  prices.storage[0].read = prices.storage[0].update = 1;
  prices.storage[1].read = prices.storage[1].update = 100;
  // 1,000 operations, each with three words of L0; 100 words of each tensor from and to L1. A word
  // of each instance is given away to rounding.
  const LayerBound bound = bound_of(gemm(10, 10, 10), arch, prices, unconstrained(arch));
  EXPECT_DOUBLE_EQ(bound.energy, 2 * 1000 + 3 * (999 * 1) + 3 * (99 * 100));
}

// Whatever the mapping: no better than any bound.
void expect_bounded(const LayerBound& bound, const Stats& stats, const Problem& problem,
                    const Architecture& arch, std::uint64_t seed) {
  const Cost& cost = stats.outcome.cost;
  EXPECT_GE(cost.cycles, bound.cycles) << "seed " << seed;
  EXPECT_GE(cost.energy, bound.energy * (1 - 1e-9)) << "seed " << seed;
  const double rate = static_cast<double>(bound.operations) / static_cast<double>(cost.cycles);
  for (const BoundStep& step : bound.steps) {
    EXPECT_LE(rate, step.operations_per_cycle * (1 + 1e-9)) << "seed " << seed << step.name;
  }
  const LevelStats& outermost = stats.levels.back();
  double traffic = 0;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    const SpaceStats& tensor = outermost.spaces[p];
    const double words = static_cast<double>(tensor.reads + tensor.updates) *
                         static_cast<double>(arch.storage.back().instances);
    traffic += words;
    EXPECT_GE(words, static_cast<double>(bound.compulsory[p]))
        << "seed " << seed << " tensor " << p;
  }
  EXPECT_GE(traffic, bound.traffic * (1 - 1e-9)) << "seed " << seed;
}

// Small bandwidths, so that they matter.
void limit_bandwidths(Architecture& arch, oracle::Choices& choices) {
  for (StorageLevel& level : arch.storage) {
    if (choices.chance(50)) level.read_bandwidth = 0.1 * choices.pick(1, 20);
    if (choices.chance(30)) level.write_bandwidth = 0.1 * choices.pick(1, 20);
    if (choices.chance(30)) level.shared_bandwidth = 0.1 * choices.pick(1, 20);
  }
}

Prices random_prices(const Architecture& arch, oracle::Choices& choices) {
  Prices prices = price(arch, ReferenceTable{});
  prices.compute.op = choices.pick(0, 3);
  for (StoragePrice& level : prices.storage) {
    level.read = choices.pick(0, 9);
    level.fill = choices.pick(0, 9);
    level.update = choices.pick(0, 9);
    level.idle = 0.1 * choices.pick(0, 9);
  }
  prices.compute.idle = 0.1 * choices.pick(0, 9);
  prices.count_idle = choices.chance(30);
  prices.idle_in_use = choices.chance(50);
  return prices;
}

// Now and then a tensor that a level has to keep, or a limit on a spatial factor.
Constraints random_constraints(const oracle::Case& c, oracle::Choices& choices) {
  Constraints constraints = unconstrained(c.arch);
  for (int s = 0; s < c.arch.num_levels(); ++s) {
    LevelConstraint& level = constraints.levels[s];
    if (choices.chance(30)) {
      level.must_keep = static_cast<SpaceMask>(choices.pick(0, (1 << c.problem.num_spaces()) - 1));
    }
    if (choices.chance(30)) {
      level.spatial.at_most[choices.pick(0, c.problem.num_dims() - 1)] = choices.pick(1, 3);
    }
  }
  return constraints;
}

// Elements of any bits.
void mix(oracle::Case& c, oracle::Choices& choices) {
  for (StorageLevel& level : c.arch.storage) {
    for (const DataSpace& space : c.problem.spaces) {
      const int bits = choices.pick(1, 40);
      level.data_bits.push_back({space.name, static_cast<std::uint32_t>(bits), {}});
    }
  }
}

void expect_no_mapping_is_better(bool mixed) {
  oracle::CaseOptions options;
  options.over_mapped = false;
  options.max_operations = 1 << 12;
  const bool full = std::getenv("TILEWRIGHT_FULL") != nullptr;
  const std::uint64_t seeds = full ? 60'000 : 1500;
  int valid = 0;
  int tight = 0;  // mappings that reach the bound on cycles
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    oracle::Case c = oracle::random_case(choices, options);
    limit_bandwidths(c.arch, choices);
    if (mixed) mix(c, choices);
    const Prices prices = random_prices(c.arch, choices);
    const Constraints constraints = random_constraints(c, choices);
    const Mapspace space(c.problem, c.arch, constraints);
    const Evaluator evaluator(c.problem, c.arch, prices);
    const ScratchPtr scratch = evaluator.scratch();
    const LayerBound bound = bound_of(c.problem, c.arch, prices, constraints);
    Stream random(seed, 0);
    Mapping mapping = space.blank();
    for (int i = 0; i < 20; ++i) {
      space.sample(random, mapping);
      const Stats stats = evaluator.explain(mapping, *scratch);
      if (!stats.outcome.valid()) continue;
      ++valid;
      if (stats.outcome.cost.cycles == bound.cycles) ++tight;
      expect_bounded(bound, stats, c.problem, c.arch, seed);
      if (::testing::Test::HasFailure()) {
        FAIL() << oracle::case_yaml({c.problem, c.arch, mapping});
      }
    }
  }
  EXPECT_GT(valid, 5000);
  EXPECT_GT(tight, mixed ? 100 : 500);
}

TEST(LayerBound, NoMappingIsBetter) { expect_no_mapping_is_better(false); }
TEST(LayerBound, NoMappingOfMixedPrecisionIsBetter) { expect_no_mapping_is_better(true); }

}  // namespace
}  // namespace tilewright
