// Moves on mappings that do not come from the mapspace: whatever they are, drawing must end.
#include "search/moves/move_set.hpp"

#include <gtest/gtest.h>

#include "search/mapspace/mapspace.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

constexpr int kM = 0;
constexpr int kSteps = 2000;

/// Two memories over a row of four MACs: spatial loops fit on X of the inner one only.
class ForeignMappings : public testing::Test {
 protected:
  ForeignMappings()
      : problem_(test::gemm(4, 1, 1)),
        arch_(test::hierarchy({4, 1}, {{1, 1}, {1, 1}})),
        space_(problem_, arch_, test::unconstrained(arch_)),
        mapping_(space_.blank()) {}

  void set(int level, LoopKind kind, std::int32_t factor) {
    mapping_.levels[level].factors(kind)[kM] = factor;
    mapping_.levels[level].residuals(kind)[kM] = factor;
  }

  // Draws many moves, taking every one back; how many were possible.
  int draw() {
    const Mapping before = mapping_;
    Stream random(1, 0);
    int moved = 0;
    for (int i = 0; i < kSteps; ++i) {
      const auto move = space_.moves().step(random, mapping_);
      if (!move) continue;
      ++moved;
      space_.moves().revert(*move, mapping_);
    }
    EXPECT_EQ(mapping_, before);
    return moved;
  }

  Problem problem_;
  Architecture arch_;
  Mapspace space_;
  Mapping mapping_;
};

TEST_F(ForeignMappings, AllFactorsOnAnAxisWithoutFanOutGiveNoTransfer) {
  set(0, LoopKind::spatial_y, 4);
  draw();
}

TEST_F(ForeignMappings, AFactorThatDoesNotDivideTheBoundGivesNoTransfer) {
  set(1, LoopKind::temporal, 7);
  draw();
}

TEST_F(ForeignMappings, WhatStandsInASlotStillMoves) {
  set(0, LoopKind::spatial_y, 2);
  set(1, LoopKind::temporal, 2);
  EXPECT_GT(draw(), 0);
}

}  // namespace
}  // namespace tilewright
