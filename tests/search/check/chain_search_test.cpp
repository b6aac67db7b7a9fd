// The chain search against every mapping of random small spaces: it must find nothing better than
// the best, and something where a claim is a little too high.
#include "search/check/chain_search.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "search/every_mapping.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

using test::SmallSpace;

struct Truth {
  std::optional<Mapping> best;
  Objective::Key key{};
};

// False if there are more than `most` mappings.
bool best_of_every(const SmallSpace& small, std::uint64_t most, Truth& truth) {
  const ScratchPtr scratch = small.evaluator.scratch();
  return test::for_each_mapping(small.c.problem, small.c.arch, small.constraints,
                                small.space.options(), most, [&](const Mapping& mapping) {
                                  const Outcome outcome =
                                      small.evaluator.evaluate(mapping, *scratch);
                                  if (!outcome.valid()) return;
                                  const Objective::Key key = small.objective.key(outcome.cost);
                                  if (!truth.best || key < truth.key) truth = {mapping, key};
                                });
}

bool finds_better(const SmallSpace& small, bool whole, const Objective::Key& claimed) {
  const check::Contest contest(small.objective, small.evaluator.terms(), claimed);
  check::ChainSearch search(small.space, small.evaluator, small.objective, contest, whole);
  EXPECT_TRUE(search.run([] { return false; }));
  return search.found().has_value();
}

// False if the space is empty or too large to be gone through.
bool compare(std::uint64_t seed, std::uint64_t most, bool whole) {
  const auto small = test::make_small_space(seed, most, whole);
  if (small == nullptr) return false;
  Truth truth;
  if (!best_of_every(*small, most, truth) || !truth.best) return false;
  EXPECT_FALSE(finds_better(*small, whole, truth.key)) << seed << '\n' << case_yaml(small->c);
  Objective::Key higher = truth.key;
  higher[0] += 1e-6 * std::abs(higher[0]);
  EXPECT_TRUE(finds_better(*small, whole, higher)) << seed << '\n' << case_yaml(small->c);
  return true;
}

void compare_many(std::uint64_t first, std::uint64_t cases, bool whole, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed, 3'000, whole) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

// A step that takes another one back, below a memory or MACs that keep nothing: a neighbour may
// have the same tile. Tiles of which a dimension needs two, where it has three iterations. Routers
// are charged for whole words, and the order of loops decides about a word even where the memory
// inside keeps nothing.
TEST(ChainSearch, FindsTheBestWhereItDidNotOnce) {
  EXPECT_TRUE(compare(11'223, 3'000, true));
  EXPECT_TRUE(compare(62'409, 3'000, false));
  EXPECT_TRUE(compare(1'042'660, 3'000, true));
}

TEST(ChainSearch, FindsTheBestOfEveryMapping) { compare_many(0, 3'000, true, 500); }
TEST(ChainSearch, FindsTheBestOfEveryMappingWithShortTiles) {
  compare_many(50'000, 1'000, false, 100);
}
TEST(ChainSearch, FindsTheBestOfEveryMappingLong) { compare_many(10'000, 12'000, true, 2'000); }
TEST(ChainSearch, FindsTheBestOfEveryMappingWithShortTilesLong) {
  compare_many(60'000, 6'000, false, 600);
}

}  // namespace
}  // namespace tilewright
