// The evaluator's counts of short tiles against a look at every tile.
#include "model/oracle/short_tiles.hpp"

#include <gtest/gtest.h>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "oracle/hand_cases.hpp"
#include "oracle/random_case.hpp"

namespace tilewright::oracle {
namespace {

void compare_many(std::uint64_t first, std::uint64_t cases) {
  std::uint64_t compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    auto choices = Choices::from_seed(seed);
    CaseOptions options;
    options.distributed = options.over_mapped = options.capacities = false;
    options.imperfect = true;
    options.max_operations = 1 << 13;
    Case c = random_case(choices, options);
    c.mapping.imperfect = true;  // whole factors count as short tiles here
    const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
    const Stats stats = evaluator.explain(c.mapping, *evaluator.scratch());
    if (!stats.outcome.valid()) continue;
    const auto counts = count_short_tiles(c.problem, c.mapping);
    ASSERT_TRUE(counts);
    EXPECT_EQ(difference(*counts, stats, c.problem), "") << seed << case_yaml(c);
    ++compared;
  }
  EXPECT_GT(compared, cases / 2);
}

TEST(ShortTileOracle, AgreesWithTheEvaluator) { compare_many(0, 3'000); }
TEST(ShortTileOracle, AgreesWithTheEvaluatorLong) { compare_many(100'000, 200'000); }

TEST(ShortTileOracle, CountsByHand) {
  const Case c = hand_case("imperfect_p");  // P = 16 in tiles of 5, 5, 5 and 1, R = 3
  const auto counts = count_short_tiles(c.problem, c.mapping);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->compute_cycles, 48U);
  double fills = 0;
  for (std::size_t p = 0; p < c.problem.spaces.size(); ++p) {
    if (c.problem.spaces[p].name == "Inputs") fills = counts->levels[0][p].fills;
  }
  EXPECT_EQ(fills, 7 + 5 + 5 + 1);
}

}  // namespace
}  // namespace tilewright::oracle
