#include "search/mapspace/temporal_splits.hpp"

#include <gtest/gtest.h>

#include <set>

#include "search/support.hpp"

namespace tilewright {
namespace {

FactorRange range(std::int32_t least, std::int32_t most) { return {least, most}; }

TEST(TemporalSplits, CountsOrderedFactorizations) {
  const Divisors divisors(12);  // 1 2 3 4 6 12
  const TemporalSplits splits(0, divisors, std::vector<FactorRange>(3));
  EXPECT_EQ(splits.count(5), 18U);  // 2^2 into three parts: 6 ways; 3: 3 ways
  EXPECT_EQ(splits.count(1), 3U);
  EXPECT_EQ(splits.count(0), 1U);
}

TEST(TemporalSplits, RangesLimitTheFactors) {
  const Divisors divisors(12);
  // (f0, f1) with f0 <= 3 and f1 >= 6: 1 x 12 and 2 x 6.
  const TemporalSplits splits(0, divisors, {range(1, 3), range(6, 12)});
  EXPECT_EQ(splits.count(5), 2U);
  EXPECT_EQ(splits.count(4), 1U);  // 1 x 6
  EXPECT_EQ(splits.count(3), 0U);
}

TEST(TemporalSplits, TableAndWalkAgree) {
  const Divisors divisors(360);
  const std::vector<FactorRange> ranges{range(1, 20), range(2, 100), range(1, 60)};
  const TemporalSplits walked(1, divisors, ranges);
  TemporalSplits listed(1, divisors, ranges);
  std::vector<int> all;
  for (int place = 0; place < divisors.size(); ++place) all.push_back(place);
  listed.tabulate(all);
  for (const int place : all) {
    std::set<std::string> seen;
    for (std::uint64_t rank = 0; rank < walked.count(place); ++rank) {
      Mapping a = Mapping::unit(3, 3, 3);
      Mapping b = a;
      walked.write(place, rank, a);
      listed.write(place, rank, b);
      EXPECT_EQ(a, b);
      EXPECT_TRUE(seen.insert(test::factor_fingerprint(a)).second);
      std::int64_t product = 1;
      for (int level = 0; level < 3; ++level) {
        product *= a.levels[level].factors(LoopKind::temporal)[1];
      }
      EXPECT_EQ(product, divisors.value(place));
    }
  }
}

}  // namespace
}  // namespace tilewright
