#include "search/ordered_merge.hpp"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

struct Improvements : Sink {
  std::vector<std::uint64_t> at;
  void improved(const Incumbent& incumbent) override { at.push_back(incumbent.proposal); }
  void progress(const SearchResult& /*result*/) override {}
};

class OrderedMergeTest : public ::testing::Test {
 protected:
  // A mapping that says which proposal it was.
  static Mapping marked(std::uint32_t place) {
    Mapping mapping = Mapping::unit(2, 3, 3);
    mapping.levels[0].factor[0][0] = static_cast<std::int32_t>(place + 1);
    return mapping;
  }

  // One block: a number is the key of a valid proposal, a negative one a rejection.
  static Block block(const std::vector<double>& keys) {
    Block made;
    made.made = made.planned = static_cast<std::uint32_t>(keys.size());
    std::optional<double> best;
    for (std::uint32_t place = 0; place < made.made; ++place) {
      Rejection rejection;
      if (keys[place] < 0) rejection = {RejectReason::capacity, 1, 0, 0, {}};
      made.verdicts.emplace_back(rejection);
      if (keys[place] < 0 || (best && keys[place] >= *best)) continue;
      best = keys[place];
      made.records.push_back({place, {*best}, {}, marked(place)});
    }
    return made;
  }

  SearchResult merge(const std::vector<Block>& blocks) {
    OrderedMerge merged(stop_, sink_);
    for (const Block& one : blocks) merged.take(one);
    return merged.finish(std::nullopt);
  }

  StopRules stop_;
  Improvements sink_;
};

TEST_F(OrderedMergeTest, KeepsTheEarliestOfTheBest) {
  const SearchResult result = merge({block({5, 4, 4}), block({4, 3, 3}), block({3})});
  EXPECT_EQ(sink_.at, (std::vector<std::uint64_t>{0, 1, 4}));
  EXPECT_EQ(result.best->proposal, 4U);
  EXPECT_EQ(result.best->key[0], 3);
  EXPECT_EQ(result.evaluated, 7U);
  EXPECT_EQ(result.valid, 7U);
  EXPECT_EQ(result.stopped_by, StopCause::exhausted);
}

TEST_F(OrderedMergeTest, HandsOutTheMappingOfTheBest) {
  EXPECT_EQ(merge({block({5, 4})}).best->mapping, marked(1));
}

TEST_F(OrderedMergeTest, StopsAtTheExactEvaluation) {
  stop_.max_evaluated = 4;
  const SearchResult result = merge({block({5, -1, 4}), block({-1, 1, 1})});
  EXPECT_EQ(result.evaluated, 4U);
  EXPECT_EQ(result.valid, 2U);
  EXPECT_EQ(result.rejected_capacity, 2U);
  EXPECT_EQ(result.rejected_at[2], 2U);
  EXPECT_EQ(result.best->key[0], 4);
  EXPECT_EQ(result.stopped_by, StopCause::max_evaluated);
}

TEST_F(OrderedMergeTest, StopsAtTheExactValidMapping) {
  stop_.max_valid = 3;
  const SearchResult result = merge({block({5, -1, 4}), block({-1, 3, 1})});
  EXPECT_EQ(result.evaluated, 5U);
  EXPECT_EQ(result.best->key[0], 3);
  EXPECT_EQ(result.stopped_by, StopCause::max_valid);
}

TEST_F(OrderedMergeTest, VictoryCountsValidMappingsSinceTheLastImprovement) {
  stop_.victory_condition = 2;
  const SearchResult result = merge({block({5, 6, -1, 4, 7, -1}), block({-1, 4, 1})});
  EXPECT_EQ(result.evaluated, 8U);
  EXPECT_EQ(result.best->key[0], 4);
  EXPECT_EQ(result.stopped_by, StopCause::victory);
}

TEST_F(OrderedMergeTest, InvalidRunReachesAcrossBlocks) {
  stop_.max_invalid_run = 3;
  const SearchResult result = merge({block({-1, -1, 5, -1}), block({-1, -1, 1})});
  EXPECT_EQ(result.evaluated, 6U);
  EXPECT_EQ(result.stopped_by, StopCause::invalid_run);
}

TEST_F(OrderedMergeTest, InterruptionNamesTheCauseUnlessARuleFired) {
  stop_.max_valid = 2;
  OrderedMerge merged(stop_, sink_);
  merged.take(block({5}));
  OrderedMerge other = merged;
  EXPECT_EQ(other.finish(StopCause::deadline).stopped_by, StopCause::deadline);
  merged.take(block({4}));
  EXPECT_TRUE(merged.ended());
  EXPECT_EQ(merged.finish(StopCause::deadline).stopped_by, StopCause::max_valid);
}

// Keys with a violation in front; a proposal over budget is worse than any other.
TEST_F(OrderedMergeTest, BestMeetsTheBudgetsAndTheNearestIsKeptUntilThen) {
  Block one = block({-1});
  one.made = one.planned = 4;
  one.verdicts.assign(4, Verdict::over_budget());
  one.records.push_back({0, {0.5, 9}, {}, marked(0)});
  one.records.push_back({2, {0.2, 10}, {}, marked(2)});
  const SearchResult without = merge({one});
  EXPECT_FALSE(without.best);
  ASSERT_TRUE(without.nearest);
  EXPECT_EQ(without.nearest->mapping, marked(2));
  EXPECT_EQ(without.valid, 4U);
  EXPECT_EQ(without.over_budget, 4U);
  EXPECT_TRUE(sink_.at.empty());

  one.verdicts[3] = Verdict(Rejection{});
  one.records.push_back({3, {0, 99}, {}, marked(3)});
  const SearchResult with = merge({one});
  ASSERT_TRUE(with.best);
  EXPECT_EQ(with.best->mapping, marked(3));
  EXPECT_FALSE(with.nearest);
  EXPECT_EQ(with.over_budget, 3U);
  EXPECT_EQ(sink_.at, (std::vector<std::uint64_t>{3}));
}

TEST_F(OrderedMergeTest, FrontHoldsWhatIsNotCoveredUpToTheStop) {
  Block one = block({5, 5, 5, 5});
  one.points.push_back({0, {4, 1, 0}, {}, marked(0)});
  one.points.push_back({1, {1, 4, 0}, {}, marked(1)});
  one.points.push_back({2, {3, 1, 0}, {}, marked(2)});
  one.points.push_back({3, {0, 0, 0}, {}, marked(3)});
  stop_.max_evaluated = 3;
  const SearchResult result = merge({one});
  ASSERT_EQ(result.front.size(), 2U);
  EXPECT_EQ(result.front[0].mapping, marked(1));
  EXPECT_EQ(result.front[1].mapping, marked(2));
  EXPECT_EQ(result.front[1].proposal, 2U);
  EXPECT_FALSE(result.front_thinned);
}

TEST(Verdict, OverBudgetIsValid) {
  EXPECT_TRUE(Verdict::over_budget().valid());
  EXPECT_TRUE(Verdict::over_budget().is_over_budget());
  EXPECT_FALSE(Verdict(Rejection{}).is_over_budget());
}

TEST(Verdict, KeepsReasonAndLevelOfEveryRejection) {
  for (int level = -1; level < kMaxLevels; ++level) {
    for (int reason = 1; reason <= static_cast<int>(RejectReason::min_utilization); ++reason) {
      Rejection rejection;
      rejection.reason = static_cast<RejectReason>(reason);
      rejection.level = static_cast<std::int8_t>(level);
      const Verdict verdict(rejection);
      EXPECT_FALSE(verdict.valid());
      EXPECT_FALSE(verdict.is_over_budget());
      EXPECT_EQ(verdict.reason(), rejection.reason);
      EXPECT_EQ(verdict.level_place(), static_cast<std::size_t>(level + 1));
    }
  }
  EXPECT_TRUE(Verdict(Rejection{}).valid());
}

}  // namespace
}  // namespace tilewright
