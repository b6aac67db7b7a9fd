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

TEST(Verdict, KeepsReasonAndLevelOfEveryRejection) {
  for (int level = -1; level < kMaxLevels; ++level) {
    for (int reason = 1; reason <= static_cast<int>(RejectReason::min_utilization); ++reason) {
      Rejection rejection;
      rejection.reason = static_cast<RejectReason>(reason);
      rejection.level = static_cast<std::int8_t>(level);
      const Verdict verdict(rejection);
      EXPECT_FALSE(verdict.valid());
      EXPECT_EQ(verdict.reason(), rejection.reason);
      EXPECT_EQ(verdict.level_place(), static_cast<std::size_t>(level + 1));
    }
  }
  EXPECT_TRUE(Verdict(Rejection{}).valid());
}

}  // namespace
}  // namespace tilewright
