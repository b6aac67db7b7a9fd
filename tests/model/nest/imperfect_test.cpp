// Imperfect factors: every operation counted once, the last tile short.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "model/nest/evaluator.hpp"
#include "model/nest/terms.hpp"
#include "model/oracle/short_tiles.hpp"
#include "oracle/random_case.hpp"

namespace tilewright {
namespace {

// Conv1D, R = 3, P = 16, on one MAC, a buffer and a main memory.
Problem conv1d(std::int64_t taps, std::int64_t outputs) {
  Problem problem{.name = "conv1d", .dims = {"R", "P"}, .bounds = {taps, outputs}};
  problem.spaces = {{.name = "Weights", .projection = {{{.dim = 0}}}},
                    {.name = "Inputs", .projection = {{{.dim = 0}, {.dim = 1}}}},
                    {.name = "Outputs", .projection = {{{.dim = 1}}}, .read_write = true}};
  return problem;
}

Architecture two_levels(std::uint64_t macs) {
  Architecture arch{.compute = {.name = "MAC", .instances = macs, .mesh_x = macs}};
  arch.storage = {{.name = "Buf", .entries = 64, .instances = macs, .mesh_x = macs},
                  {.name = "Main"}};
  arch.storage[1].technology = Technology::dram;
  return arch;
}

void set_loop(Mapping& mapping, int level, LoopKind kind, int dim, int bound, int residual) {
  mapping.levels[level].factors(kind)[dim] = bound;
  mapping.levels[level].residuals(kind)[dim] = residual;
  mapping.imperfect |= bound != residual;
}

Stats explain(const Problem& problem, const Architecture& arch, const Mapping& mapping) {
  const Evaluator evaluator(problem, arch, price(arch, {}));
  return evaluator.explain(mapping, *evaluator.scratch());
}

TEST(Imperfect, CountsEveryOperationAndEveryNewWordOnce) {
  // Tiles of 5, 5, 5 and 1 outputs: inputs 7, then 5 and 5 new ones, then 1.
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 0, LoopKind::temporal, 0, 3, 3);
  set_loop(mapping, 0, LoopKind::temporal, 1, 5, 1);
  set_loop(mapping, 1, LoopKind::temporal, 1, 4, 4);
  ASSERT_EQ(reached_bounds(mapping), (std::vector<std::int64_t>{3, 16}));

  const Stats stats = explain(conv1d(3, 16), two_levels(1), mapping);
  ASSERT_TRUE(stats.outcome.valid());
  EXPECT_EQ(stats.computes, 48U);
  EXPECT_EQ(stats.outcome.cost.cycles, 48U);  // the reference pads to 3 * 5 * 4 = 60
  EXPECT_EQ(stats.levels[0].spaces[1].fills, 7U + 5 + 5 + 1);
  EXPECT_EQ(stats.levels[0].spaces[1].reads, 48U);
  EXPECT_EQ(stats.levels[0].spaces[0].fills, 3U);
  EXPECT_EQ(stats.levels[0].spaces[2].updates, 48U);
  EXPECT_EQ(stats.levels[0].spaces[2].reads, 48U - 16);
  EXPECT_EQ(stats.levels[1].spaces[2].updates, 16U);
  EXPECT_EQ(stats.levels[0].spaces[1].utilized_capacity, 7U);
}

TEST(Imperfect, LeavesSpatialElementsIdleInTheLastPass) {
  // 16 outputs on 3 MACs: 6 passes of 3, 3, 3, 3, 3 and 1.
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 0, LoopKind::temporal, 0, 3, 3);
  set_loop(mapping, 1, LoopKind::spatial_x, 1, 3, 1);
  set_loop(mapping, 1, LoopKind::temporal, 1, 6, 6);
  ASSERT_EQ(reached_bounds(mapping), (std::vector<std::int64_t>{3, 16}));

  const Stats stats = explain(conv1d(3, 16), two_levels(4), mapping);
  ASSERT_TRUE(stats.outcome.valid());
  EXPECT_EQ(stats.computes, 48U);  // the reference counts 54
  EXPECT_EQ(stats.outcome.cost.cycles, 3U * 6);
  EXPECT_DOUBLE_EQ(stats.outcome.cost.utilization, 48.0 / (4 * 18));
  // Main sends 3 inputs to each of 16 outputs' tiles and the 3 weights once to all MACs.
  EXPECT_EQ(stats.levels[1].spaces[1].reads, 16U * 3);
  EXPECT_EQ(stats.levels[1].spaces[0].reads, 3U);
  EXPECT_EQ(stats.levels[0].spaces[0].fills, 3U);
  EXPECT_EQ(stats.levels[1].spaces[2].updates, 16U);
}

TEST(Imperfect, ADimensionMayStandTwiceOnACoordinate) {
  // Inputs[P + P], 7 outputs in tiles of 2, 2, 2 and 1: boxes of 3, 3, 3 and 1 words.
  Problem problem = conv1d(1, 7);
  problem.spaces[1].projection = {{{.dim = 1}, {.dim = 1}, {.dim = 0, .coefficient = 0}}};
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 0, LoopKind::temporal, 1, 2, 1);
  set_loop(mapping, 1, LoopKind::temporal, 1, 4, 4);
  const Stats stats = explain(problem, two_levels(1), mapping);
  ASSERT_TRUE(stats.outcome.valid());
  EXPECT_EQ(stats.levels[0].spaces[1].fills, 3U + 3 + 3 + 1);
  const auto counts = oracle::count_short_tiles(problem, mapping);
  ASSERT_TRUE(counts);
  EXPECT_EQ(oracle::difference(*counts, stats, problem), "");
}

TEST(Imperfect, PaysForEveryWordOfAllInstances) {
  // 16 outputs on 3 MACs: each input and weight of one tap goes to one of them, 5 1/3 inputs on
  // average. Whole counts of an instance would let the 16th word go for free.
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 1, LoopKind::spatial_x, 1, 3, 1);
  set_loop(mapping, 1, LoopKind::temporal, 1, 6, 6);
  const Problem problem = conv1d(1, 16);
  const Architecture arch = two_levels(4);
  const Evaluator evaluator(problem, arch, price(arch, {}));
  const Stats stats = evaluator.explain(mapping, *evaluator.scratch());
  ASSERT_TRUE(stats.outcome.valid());
  const SpaceStats& inputs = stats.levels[0].spaces[1];
  EXPECT_EQ(inputs.fills, 5U);
  EXPECT_DOUBLE_EQ(inputs.fill_energy, 16 * evaluator.terms().fill_price(0, 1));
  EXPECT_DOUBLE_EQ(inputs.read_energy, 16 * evaluator.terms().read_price(0, 1));
  double total = stats.compute.energy_total;
  for (const LevelStats& level : stats.levels) total += level.energy_total;
  EXPECT_DOUBLE_EQ(stats.outcome.cost.energy, total);
}

TEST(Imperfect, ALoopAlwaysInItsLastPassIsAPerfectLoop) {
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 0, LoopKind::temporal, 0, 3, 3);
  set_loop(mapping, 1, LoopKind::temporal, 1, 20, 16);  // 20 outputs would be there, 16 are
  Mapping plain = Mapping::unit(2, 2, 3);
  set_loop(plain, 0, LoopKind::temporal, 0, 3, 3);
  set_loop(plain, 1, LoopKind::temporal, 1, 16, 16);
  const Stats a = explain(conv1d(3, 16), two_levels(1), mapping);
  const Stats b = explain(conv1d(3, 16), two_levels(1), plain);
  EXPECT_EQ(a.outcome.cost.cycles, b.outcome.cost.cycles);
  EXPECT_DOUBLE_EQ(a.outcome.cost.energy, b.outcome.cost.energy);
}

TEST(Imperfect, ACutOffTileTakesNoMoreRoomThanTheProblem) {
  Mapping mapping = Mapping::unit(2, 2, 3);
  set_loop(mapping, 0, LoopKind::temporal, 0, 3, 3);
  set_loop(mapping, 0, LoopKind::temporal, 1, 100, 16);
  const Stats stats = explain(conv1d(3, 16), two_levels(1), mapping);
  ASSERT_TRUE(stats.outcome.valid());
  EXPECT_EQ(stats.levels[0].spaces[2].utilized_capacity, 16U);
  EXPECT_EQ(stats.levels[0].spaces[1].utilized_capacity, 18U);
}

bool one_dimension_per_coordinate(const DataSpace& space) {
  std::vector<int> seen;
  for (const auto& coordinate : space.projection) {
    if (coordinate.size() > 1) return false;
    for (const auto& term : coordinate) {
      if (std::count(seen.begin(), seen.end(), term.dim) > 0) return false;
      seen.push_back(term.dim);
    }
  }
  return true;
}

// A perfect mapping that only claims to be imperfect must count the same, apart from what the
// imperfect count leaves out: words from neighbours, and halos that outlive the first loop.
RC_GTEST_PROP(Imperfect, AgreesWithThePerfectCountOnPerfectFactors, ()) {
  auto choices = oracle::Choices::from_seed(*rc::gen::arbitrary<std::uint64_t>());
  oracle::Case c = oracle::random_case(choices, {.distributed = false, .odd_problems = false});
  for (auto& level : c.mapping.levels) level.no_link_transfer = 0xF;
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const auto scratch = evaluator.scratch();
  const Stats perfect = evaluator.explain(c.mapping, *scratch);
  c.mapping.imperfect = true;
  const Stats counted = evaluator.explain(c.mapping, *scratch);
  RC_ASSERT(perfect.outcome.rejection.reason == counted.outcome.rejection.reason);
  if (!perfect.outcome.valid()) return;
  RC_ASSERT(perfect.outcome.cost.cycles <= counted.outcome.cost.cycles);
  for (std::size_t s = 0; s < perfect.levels.size(); ++s) {
    for (std::size_t p = 0; p < perfect.levels[s].spaces.size(); ++p) {
      const auto& a = perfect.levels[s].spaces[p];
      const auto& b = counted.levels[s].spaces[p];
      RC_ASSERT(a.utilized_capacity == b.utilized_capacity);
      RC_ASSERT(a.fills <= b.fills);
      RC_ASSERT(a.reads <= b.reads);
      RC_ASSERT(a.updates == b.updates);
      if (!one_dimension_per_coordinate(c.problem.spaces[p])) continue;
      RC_ASSERT(a.reads == b.reads);
      RC_ASSERT(a.fills == b.fills);
    }
  }
}

}  // namespace
}  // namespace tilewright
