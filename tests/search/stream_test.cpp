#include "search/stream.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "search/support.hpp"

namespace tilewright {
namespace {

TEST(Stream, EqualSeedAndNumberGiveEqualWords) {
  Stream a(5, 9);
  Stream b(5, 9);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
}

TEST(Stream, NeighbouringSeedsAndNumbersGiveDifferentWords) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::uint64_t number = 0; number < 100; ++number) {
      firsts.insert(Stream(seed, number).next());
    }
  }
  EXPECT_EQ(firsts.size(), 10000U);
}

TEST(Stream, FirstDrawsOfConsecutiveStreamsAreUniform) {
  std::vector<std::uint64_t> counts(64);
  for (std::uint64_t number = 0; number < 64000; ++number) ++counts[Stream(1, number).below(64)];
  EXPECT_LT(test::uniformity_excess(counts), 4);
}

TEST(Stream, BelowIsUniformForBoundsThatAreNoPowerOfTwo) {
  std::vector<std::uint64_t> counts(7);
  Stream random(1, 0);
  for (int i = 0; i < 70000; ++i) ++counts.at(random.below(7));
  EXPECT_LT(test::uniformity_excess(counts), 4);
}

TEST(Stream, BelowRejectsWhatWouldBeUnfair) {
  // With bound 3 * 2^62 a quarter of all words must be drawn again, or some results are twice as
  // likely as others: each third of the range must still hold a third.
  constexpr std::uint64_t kThird = std::uint64_t{1} << 62;
  std::vector<std::uint64_t> counts(3);
  Stream random(1, 0);
  for (int i = 0; i < 30000; ++i) ++counts.at(random.below(3 * kThird) / kThird);
  EXPECT_LT(test::uniformity_excess(counts), 4);
}

TEST(Stream, BelowOneIsZero) { EXPECT_EQ(Stream(1, 1).below(1), 0U); }

TEST(Stream, UnitStaysBelowOne) {
  Stream random(1, 0);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double x = random.unit();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    sum += x;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

}  // namespace
}  // namespace tilewright
