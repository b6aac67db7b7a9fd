#include "search/mapspace/choice_table.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace tilewright {
namespace {

// Draws `draws` times; the largest deviation from the expected counts, in standard deviations.
double worst_deviation(const std::vector<BigInt>& weights, int draws) {
  ChoiceTable table;
  const BigInt total = std::accumulate(weights.begin(), weights.end(), BigInt(0));
  table.add(std::vector<BigInt>{1, 2}, 3);  // not the first distribution
  table.add(weights, total);
  std::vector<int> counts(weights.size());
  Stream random(11, 0);
  for (int i = 0; i < draws; ++i) ++counts.at(table.draw(1, random, [&] { return weights; }));
  double worst = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = static_cast<double>(weights[i]) / static_cast<double>(total);
    const double deviation = std::sqrt(draws * share * (1 - share));
    worst = std::max(worst, std::abs(counts[i] - draws * share) / deviation);
  }
  return worst;
}

TEST(ChoiceTable, FollowsSmallWeights) { EXPECT_LT(worst_deviation({1, 2, 3, 4, 5}, 100000), 4.5); }

TEST(ChoiceTable, FollowsManyUnequalWeights) {
  std::vector<BigInt> weights;
  for (int i = 1; i <= 100; ++i) weights.emplace_back(i * i);
  EXPECT_LT(worst_deviation(weights, 300000), 4.5);
}

TEST(ChoiceTable, FollowsWeightsBeyondTwoHundredBits) {
  const BigInt huge = BigInt(1) << 250;
  EXPECT_LT(worst_deviation({huge, huge * 3, huge / 3}, 100000), 4.5);
}

TEST(ChoiceTable, SingleChoiceNeedsNoRandomness) {
  ChoiceTable table;
  table.add(std::vector<BigInt>{7}, 7);
  Stream random(1, 0);
  Stream untouched(1, 0);
  EXPECT_EQ(table.draw(0, random, [] { return std::vector<BigInt>{7}; }), 0U);
  EXPECT_EQ(random.next(), untouched.next());
}

TEST(ChoiceTable, ResolvesAWordOnTheLimitByItsRemainder) {
  // 2^64 / 3 = 6148914691236517205 + 1/3: of all fractions that begin with this word, the first
  // third belongs to choice 0 and the rest to choice 1.
  const std::vector<BigInt> weights{1, 2};
  constexpr std::uint64_t kLimit = 6148914691236517205;
  Stream random(1, 0);
  int zeros = 0;
  for (int i = 0; i < 30000; ++i) {
    zeros += ChoiceTable::resolve(kLimit, weights, random) == 0 ? 1 : 0;
  }
  EXPECT_NEAR(zeros, 10000, 5 * 82);  // deviation sqrt(30000 * 2/9) = 82
  EXPECT_EQ(ChoiceTable::resolve(kLimit - 1, weights, random), 0U);
  EXPECT_EQ(ChoiceTable::resolve(kLimit + 1, weights, random), 1U);
}

TEST(ChoiceTable, ResolvesChoicesThatAreRarerThanAWordCanTell) {
  // Limits in units of 2^-64: 2^63 - 1/2, 2^63 and 2^63 + 1/2, to within 2^-64.
  const std::vector<BigInt> weights{BigInt(1) << 64, 1, 1, BigInt(1) << 64};
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  Stream random(1, 0);
  std::vector<int> below(4);
  std::vector<int> above(4);
  for (int i = 0; i < 10000; ++i) {
    ++below.at(ChoiceTable::resolve(kHalf - 1, weights, random));
    ++above.at(ChoiceTable::resolve(kHalf, weights, random));
  }
  EXPECT_NEAR(below[0], 5000, 5 * 50);
  EXPECT_NEAR(below[1], 5000, 5 * 50);
  EXPECT_NEAR(above[2], 5000, 5 * 50);
  EXPECT_NEAR(above[3], 5000, 5 * 50);
}

}  // namespace
}  // namespace tilewright
