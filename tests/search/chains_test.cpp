// The chain search against brute force over every mapping of random small spaces.
#include <gtest/gtest.h>

#include "search/chains/chain_search.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

using test::Best;
using test::SmallSpace;

// Without help of heuristics.
Best chain_search(const SmallSpace& small) {
  Best best;
  for (const bool whole : {true, false}) {
    if (!whole && !small.space.imperfect()) continue;
    optimal::Target target(small.objective, small.evaluator.terms());
    chains::ChainSearch search(small.space, small.evaluator, small.objective, target, whole);
    EXPECT_TRUE(search.run([] { return false; }, [](const Incumbent& /*found*/) {}));
    if (target.best()) best = std::min(best.value_or(target.best()->key), target.best()->key);
  }
  return best;
}

// False if the space is empty or too large to be gone through.
bool compare(std::uint64_t seed, std::uint64_t most, bool whole) {
  const auto small = test::make_small_space(seed, most, whole);
  if (small == nullptr) return false;
  Best truth;
  if (whole) {
    truth = best_of_all(*small);
  } else if (!best_of_short_tiles(*small, most, truth)) {
    return false;
  }
  expect_equal(chain_search(*small), truth, *small, seed);
  return true;
}

void compare_many(std::uint64_t first, std::uint64_t cases, bool whole, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed, 20'000, whole) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(Chains, EqualBruteForce) { compare_many(0, 1'500, true, 400); }
TEST(Chains, EqualBruteForceWithShortTiles) { compare_many(50'000, 600, false, 100); }
TEST(Chains, EqualBruteForceLong) { compare_many(10'000, 12'000, true, 2'000); }
TEST(Chains, EqualBruteForceWithShortTilesLong) { compare_many(60'000, 6'000, false, 1'000); }

}  // namespace
}  // namespace tilewright
