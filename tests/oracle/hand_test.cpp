// Counts worked out by hand. Each test tells the arithmetic: what the reference's conventions give
// (the point-set oracle) and what is physically needed (the walk).
#include <gtest/gtest.h>

#include "model/oracle/point_set_oracle.hpp"
#include "oracle/hand_cases.hpp"
#include "oracle/loop_walker.hpp"

namespace tilewright::oracle {
namespace {

constexpr int kWeights = 0, kInputs = 1, kOutputs = 2;
constexpr int kBuf = 0, kMain = 1;  // of the two-level line

struct Counted {
  explicit Counted(const std::string& name)
      : c(hand_case(name)),
        counts(point_set_oracle(c.problem, c.arch, c.mapping)),
        walk(walk_nest(c.problem, c.mapping)) {}
  const SpaceCounts& at(int level, int space) const { return counts.levels[level][space]; }
  const NetworkCounts& below(int level, int space) const {
    return counts.networks[level].spaces[space];
  }
  const WalkedSpace& walked(int level, int space) const { return walk.levels[level][space]; }
  Case c;
  OracleCounts counts;
  Walk walk;
};

TEST(HandCounts, SlidingWindowFetchesOnlyNewColumns) {
  const Counted counted("tile4");                   // R = 3, P = 4 tiles of 4
  EXPECT_EQ(counted.at(kBuf, kInputs).tile, 6u);    // (3 - 1) + (4 - 1) + 1
  EXPECT_EQ(counted.at(kBuf, kInputs).fills, 18u);  // 6 + 3 * 4, not 4 * 6 = 24
  EXPECT_EQ(counted.walked(kBuf, kInputs).filled, 18u);
  EXPECT_EQ(counted.at(kBuf, kWeights).fills, 3u);  // never move
  EXPECT_EQ(counted.at(kBuf, kInputs).reads, 48u);  // one per operation: 3 * 16
  EXPECT_EQ(counted.at(kBuf, kOutputs).updates, 48u);
  EXPECT_EQ(counted.at(kBuf, kOutputs).reads, 32u);  // the first of 3 adds to zero: 48 - 16
  EXPECT_EQ(counted.at(kMain, kOutputs).updates, 16u);
  EXPECT_EQ(counted.at(kMain, kOutputs).reads, 0u);
}

TEST(HandCounts, WrappingLoopFetchesTheWholeTile) {
  const Counted counted("tile4_rinner");                 // R moves the tile of 4 by 1, then P by 4
  EXPECT_EQ(counted.at(kBuf, kInputs).fills, 24u);       // 4 * (4 + 1 + 1)
  EXPECT_EQ(counted.walked(kBuf, kInputs).filled, 18u);  // 4 + 1 + 1, then 3 * (2 + 1 + 1)
}

TEST(HandCounts, PartialSumsLeaveAndReturn) {
  const Counted counted("tile4_router");  // all outputs once per R: 3 visits of 16 words
  EXPECT_EQ(counted.at(kMain, kOutputs).updates, 48u);  // 3 * 16
  EXPECT_EQ(counted.at(kMain, kOutputs).reads, 32u);    // the first visit starts at zero: 2 * 16
  EXPECT_EQ(counted.at(kBuf, kOutputs).fills, 32u);
  EXPECT_EQ(counted.walked(kMain, kOutputs).updated, 48u);
  EXPECT_EQ(counted.walked(kMain, kOutputs).reserved, 32u);
  EXPECT_EQ(counted.at(kBuf, kInputs).fills, 48u);  // 3 * 4 tiles of 4; none slides
}

TEST(HandCounts, IrrelevantLoopInsideTheSlideLosesTheHalo) {
  const Counted outside("halo_k_outside");  // K around P: each of 8 passes slides
  EXPECT_EQ(outside.at(kBuf, kInputs).fills, 8u * 18u);
  EXPECT_EQ(outside.walked(kBuf, kInputs).filled, 8u * 18u);
  const Counted inside("halo_k_inside");  // K inside P: the tile rests, then moves: 4 whole tiles
  EXPECT_EQ(inside.at(kBuf, kInputs).fills, 4u * 6u);
  EXPECT_EQ(inside.walked(kBuf, kInputs).filled, 18u);  // the halo of 2 is still there
}

TEST(HandCounts, TileThatSeemsUnmovedIsNotFetched) {
  // Word r + p; loops K2 inside R3 inside P4. Real: 0 1 2, 1 2 3, ... = 12 words. The reference
  // looks at r = 0, 1 and p = 0, 1 only: r = 1, p = 0 and r = 0, p = 1 are the same word, so the
  // move of P seems free: 3 + 3 * 2.
  const Counted counted("quirk_unmoved");
  EXPECT_EQ(counted.at(kBuf, kInputs).fills, 9u);
  EXPECT_EQ(counted.walked(kBuf, kInputs).filled, 12u);
}

TEST(HandCounts, StrideAndDilationWidenTheBox) {
  const Counted stride("stride2");
  EXPECT_EQ(stride.at(kBuf, kInputs).tile, 9u);    // (3 - 1) + (4 - 1) * 2 + 1
  EXPECT_EQ(stride.at(kBuf, kInputs).fills, 33u);  // 9 + 3 * 8
  const Counted dilation("dilation2");
  EXPECT_EQ(dilation.at(kBuf, kInputs).tile, 5u);    // (2 - 1) * 2 + (3 - 1) + 1
  EXPECT_EQ(dilation.at(kBuf, kInputs).fills, 36u);  // 4 * (5 + 4): R moves it by 4, P loses it
}

TEST(HandCounts, GapsOfAStrideAreCounted) {
  const Counted counted("gaps");  // R = 2, stride 3: of 3 columns one is never used
  EXPECT_EQ(counted.at(kBuf, kInputs).tile, 11u);     // (2 - 1) + (4 - 1) * 3 + 1
  EXPECT_EQ(counted.walked(kBuf, kInputs).peak, 8u);  // 4 windows of 2
  EXPECT_EQ(counted.at(kBuf, kInputs).fills, 22u);    // two disjoint boxes
  EXPECT_EQ(counted.walked(kBuf, kInputs).filled, 16u);
}

TEST(HandCounts, DimensionOnTwoCoordinatesMovesDiagonally) {
  const Counted counted("diagonal");  // a 4 x 4 tile moves by (1, 1): 9 of 16 words stay
  EXPECT_EQ(counted.at(kBuf, 0).tile, 16u);
  EXPECT_EQ(counted.at(kBuf, 0).fills, 74u);  // 2 * (16 + 3 * (16 - 9))
}

constexpr int kRf = 0, kShared = 1;  // of the three-level line

TEST(HandCounts, HalosOfNeighboursAreSeparateWords) {
  const Counted counted("spatial_p4");  // 4 PEs with windows of 3 that overlap by 2; 4 steps
  ASSERT_EQ(counted.below(kShared, kInputs).ingresses.size(), 1u);
  EXPECT_EQ(counted.below(kShared, kInputs).ingresses[0].multicast, 1u);
  EXPECT_EQ(counted.at(kShared, kInputs).reads, 48u);       // 4 steps * 4 PEs * 3
  EXPECT_EQ(counted.walked(kShared, kInputs).served, 24u);  // 4 steps * 6 different words
  EXPECT_EQ(counted.walked(kShared, kInputs).delivered, 48u);
  EXPECT_EQ(counted.below(kShared, kWeights).ingresses[0].multicast, 4u);
  EXPECT_EQ(counted.at(kShared, kWeights).reads, 3u);
}

TEST(HandCounts, NeighboursForwardWords) {
  const Counted counted("spatial_r3");  // PE r needs word p + r: what PE r + 1 had one step before
  EXPECT_EQ(counted.below(kShared, kInputs).link_transfers, 30.0);  // 15 steps * 2 of 3 PEs
  EXPECT_EQ(counted.at(kShared, kInputs).reads, 18u);               // 3 + 15 instead of 48
  EXPECT_EQ(counted.at(kRf, kInputs).fills, 16u);                   // (18 + 30) / 3
  EXPECT_EQ(counted.at(kRf, kInputs).reads, 26u);                   // 16 + 30 / 3 for a neighbour
}

TEST(HandCounts, NeighboursFollowFromThePlaceOnTheArray) {
  // K = 4 rows of R = 3 PEs, numbered r + 3 * k; PE (r, k) needs word p + r, which PE (r + 1, k)
  // had one step before. On 4 columns all 8 PEs with r < 2 stand beside one that had it (numbers 3
  // and 7 end a row, but 7 and 11 below them had theirs): a step costs the parent one word, for the
  // PEs with r = 2.
  const Counted four("placement_4");
  EXPECT_EQ(four.at(kShared, kInputs).reads, 6u);  // 3 + 3 * 1
  // On 5 columns number 4 (r = 1, k = 1) has no such neighbour: beside it are 3 and 9, both r = 0.
  const Counted five("placement_5");
  EXPECT_EQ(five.at(kShared, kInputs).reads, 9u);  // 3 + 3 * 2
  EXPECT_EQ(five.walked(kShared, kInputs).served, four.walked(kShared, kInputs).served);
}

TEST(HandCounts, ReturningPartialSumsGoToEveryPe) {
  // Two PEs share the outputs (spatial R = 2) and see each of 4 outputs twice (temporal R = 2).
  const Counted counted("psum_return");
  EXPECT_EQ(counted.at(kShared, kOutputs).updates, 8u);  // the two PEs' sums are added on the way
  EXPECT_EQ(counted.at(kShared, kOutputs).reads, 4u);
  EXPECT_EQ(counted.at(kRf, kOutputs).fills, 4u);  // in each of the two PEs
  EXPECT_EQ(counted.at(kRf, kOutputs).reads, 4u);  // to add the second product; none to send it off
}

TEST(HandCounts, ImperfectFactorsRunEveryOperationOnce) {
  const Counted time("imperfect_p");  // P = 16 in tiles of 5, 5, 5 and 1
  EXPECT_EQ(time.c.problem.operations(), 48u);
  EXPECT_EQ(time.walk.operations, 48u);
  EXPECT_EQ(time.walk.cycles, 48u);  // the reference: 4 * 5 * 3 = 60
  EXPECT_EQ(time.walked(kBuf, kInputs).filled, 18u);
  const Counted space("imperfect_sp");    // P = 16 on 3 PEs, 6 rounds, the last with one PE
  EXPECT_EQ(space.walk.operations, 48u);  // the reference: 3 * 18 = 54
  EXPECT_EQ(space.walk.cycles, 18u);
}

}  // namespace
}  // namespace tilewright::oracle
