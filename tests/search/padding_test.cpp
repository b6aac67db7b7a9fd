#include "search/short_tiles/padding.hpp"

#include <gtest/gtest.h>

#include "model/energy/prices.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/optimal/optimal.hpp"

namespace tilewright::short_tiles {
namespace {

using Bounds = std::vector<std::int64_t>;

TEST(RicherBounds, HaveMoreDivisorsThanAllBefore) {
  EXPECT_EQ(richer_bounds(55), (Bounds{56, 60}));
  EXPECT_EQ(richer_bounds(11), (Bounds{12}));
  EXPECT_EQ(richer_bounds(13), (Bounds{14, 16}));
  EXPECT_EQ(richer_bounds(16), (Bounds{18}));
  EXPECT_EQ(richer_bounds(3), Bounds{});
  EXPECT_EQ(richer_bounds(1), Bounds{});
}

// 23 is prime; 24 is twice as many as there are units.
TEST(Pad, CutsTheBestOfLargerProblems) {
  const SpecSet specs = read_spec_texts({{"here.yaml", R"(
arch:
  arithmetic: {name: MAC, instances: 12, meshX: 12, word-bits: 16}
  storage:
  - {name: Registers, entries: 16, instances: 12, meshX: 12, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}
problem: {shape: gemm-ABZ, instance: {M: 23, N: 5, K: 7}}
)"}});
  const Problem& problem = specs.layers.front().problem;
  const Architecture& arch = *specs.architecture;
  const Prices prices = price(arch, {});
  const Evaluator evaluator(problem, arch, prices);
  const Objective objective(parse_metrics("delay"));
  const Mapspace space(problem, arch, {},
                       {.distances_are_free = distances_are_free(arch, prices), .imperfect = true});
  Descent descent(space, evaluator, objective, 1);
  Incumbent worst;
  worst.key = {1e9};
  const auto search = optimal::quick_search({.threads = 1}, objective);
  const auto found = pad(search, space, evaluator, objective, {}, worst, descent);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->cost.cycles, 2 * 5 * 7);  // 23 as 2 times 12, the last step short by one
}

}  // namespace
}  // namespace tilewright::short_tiles
