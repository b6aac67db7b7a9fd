// What searchers make of objectives: budgets, fronts, accesses of levels.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "search/searcher.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

/// A small accelerator whose costs trade energy for time: the outer memory is slow.
struct Setting {
  explicit Setting(Problem p) : problem(std::move(p)) {
    arch.storage[2].read_bandwidth = 0.5;
    arch.storage[1].write_bandwidth = 0.25;
  }
  SearchResult search(std::string_view searcher, const Objective& objective,
                      std::uint64_t evaluations, int threads) const {
    const Mapspace space(problem, arch, test::unconstrained(arch));
    const Evaluator evaluator(problem, arch, test::small_prices(arch), objective.access_levels());
    SilentSink sink;
    return make_searcher(searcher, {.seed = 3, .threads = threads})
        ->run(space, evaluator, objective, {.max_evaluated = evaluations}, sink);
  }

  Problem problem;
  Architecture arch = test::small_arch();
};

class ObjectiveSearch : public testing::TestWithParam<std::string> {
 protected:
  SearchResult search(const Objective& objective, int threads = 2) const {
    return setting_.search(GetParam(), objective, 20000, threads);
  }
  Setting setting_{test::gemm(16, 12, 24)};
};

TEST_P(ObjectiveSearch, FrontIsTheSameForAnyThreads) {
  const Objective objective(parse_metrics("edp"), {},
                            parse_metrics("energy,delay,last-level-accesses", &setting_.arch));
  const SearchResult one = search(objective, 1);
  EXPECT_GE(one.front.size(), 3U);
  for (const int threads : {2, 4}) {
    const SearchResult many = search(objective, threads);
    ASSERT_EQ(many.front.size(), one.front.size());
    for (std::size_t i = 0; i < one.front.size(); ++i) {
      EXPECT_EQ(many.front[i].at, one.front[i].at);
      EXPECT_EQ(many.front[i].mapping, one.front[i].mapping);
      EXPECT_EQ(many.front[i].proposal, one.front[i].proposal);
    }
  }
}

TEST_P(ObjectiveSearch, FrontIsSortedAndHoldsTheBest) {
  const Objective objective(parse_metrics("edp"), {}, parse_metrics("energy,delay"));
  const SearchResult result = search(objective);
  ASSERT_FALSE(result.front.empty());
  double least = result.front.front().cost.edp();
  for (std::size_t i = 0; i < result.front.size(); ++i) {
    const ParetoPoint& point = result.front[i];
    least = std::min(least, point.cost.edp());
    EXPECT_EQ(point.at[0], point.cost.energy);
    EXPECT_EQ(point.at[1], static_cast<double>(point.cost.cycles));
    if (i == 0) continue;
    EXPECT_GT(point.at[0], result.front[i - 1].at[0]);  // rising energy, falling delay
    EXPECT_LT(point.at[1], result.front[i - 1].at[1]);
  }
  EXPECT_EQ(least, result.best->key[0]);
}

// The walkers give half of their proposals to the front, so the way to the best is another one.
TEST_P(ObjectiveSearch, FrontDoesNotCostTheBest) {
  const SearchResult without = search(Objective());
  const SearchResult with =
      search(Objective(parse_metrics("edp"), {}, parse_metrics("energy,delay")));
  EXPECT_EQ(with.best->key, without.best->key);
}

TEST_P(ObjectiveSearch, BestMeetsTheBudgets) {
  const double fastest = search(Objective::parse("delay")).best->key[0];
  Budgets budgets;
  budgets.max_delay = fastest * 1.5;
  const SearchResult result = search(Objective(parse_metrics("energy"), budgets));
  ASSERT_TRUE(result.best);
  EXPECT_LE(static_cast<double>(result.best->cost.cycles), budgets.max_delay);
  EXPECT_GT(result.over_budget, 0U);
  EXPECT_LT(result.over_budget, result.valid);
  EXPECT_FALSE(result.nearest);
  EXPECT_EQ(result.best->key[0], 0);
}

TEST_P(ObjectiveSearch, WhenNoneMeetsTheBudgetsTheNearestIsTold) {
  const Cost fastest = search(Objective::parse("delay")).best->cost;
  Budgets budgets;
  budgets.max_delay = static_cast<double>(fastest.cycles) * 0.5;
  const SearchResult one = search(Objective(parse_metrics("energy"), budgets), 1);
  const SearchResult two = search(Objective(parse_metrics("energy"), budgets), 2);
  EXPECT_FALSE(one.best);
  EXPECT_TRUE(one.front.empty());
  ASSERT_TRUE(one.nearest);
  ASSERT_TRUE(two.nearest);
  EXPECT_EQ(one.nearest->mapping, two.nearest->mapping);
  EXPECT_EQ(one.over_budget, one.valid);
  // The budgets lead the walkers: they come as near as a search for the delay alone.
  EXPECT_EQ(one.nearest->cost.cycles, fastest.cycles);
}

INSTANTIATE_TEST_SUITE_P(All, ObjectiveSearch,
                         testing::Values("random", "annealing", "portfolio", "hybrid"),
                         [](const auto& info) { return info.param; });

// Small enough to look at every mapping.
TEST(ObjectiveSearchTiny, FrontIsThatOfAllMappings) {
  const Setting tiny(test::gemm(4, 2, 2));
  const Objective two(parse_metrics("edp"), {}, parse_metrics("energy,delay"));
  const Objective three(parse_metrics("edp"), {},
                        parse_metrics("last-level-accesses,energy,delay", &tiny.arch));
  const Mapspace space(tiny.problem, tiny.arch, test::unconstrained(tiny.arch));
  const Evaluator evaluator(tiny.problem, tiny.arch, test::small_prices(tiny.arch),
                            three.access_levels());
  const ScratchPtr scratch = evaluator.scratch();
  std::array<ParetoFront, 2> all;
  const auto total = static_cast<std::uint64_t>(space.size().total);
  for (std::uint64_t i = 0; i < total; ++i) {
    const Outcome outcome = evaluator.evaluate(space.at(i), *scratch);
    if (!outcome.valid()) continue;
    all[0].insert({two.point(outcome.cost), outcome.cost, {}, i});
    all[1].insert({three.point(outcome.cost), outcome.cost, {}, i});
  }
  const std::array expected{all[0].take(), all[1].take()};
  for (const char* searcher : {"portfolio", "annealing", "genetic", "local", "exhaustive"}) {
    for (std::size_t i = 0; i < 2; ++i) {
      const auto front = tiny.search(searcher, i == 0 ? two : three, 50'000, 2).front;
      ASSERT_EQ(front.size(), expected[i].size()) << searcher;
      for (std::size_t p = 0; p < front.size(); ++p) {
        EXPECT_EQ(front[p].at, expected[i][p].at) << searcher;
      }
    }
  }
}

TEST(ObjectiveSearchTiny, AccessesAreThoseOfTheReport) {
  const Setting setting(test::gemm(16, 12, 24));
  const Objective objective =
      Objective::parse("accesses:L1,last-level-accesses,accesses:L0", &setting.arch);
  const SearchResult result = setting.search("random", objective, 3000, 1);
  ASSERT_TRUE(result.best);
  const Evaluator evaluator(setting.problem, setting.arch, test::small_prices(setting.arch));
  const Stats stats = evaluator.explain(result.best->mapping, *evaluator.scratch());
  EXPECT_GT(result.best->key[1], 0);
  for (std::size_t i = 0; i < 3; ++i) {
    double words = 0;
    const LevelStats& level = stats.levels[static_cast<std::size_t>(objective.access_levels()[i])];
    for (const SpaceStats& space : level.spaces) {
      words +=
          space.utilized_instances * static_cast<double>(space.reads + space.fills + space.updates);
    }
    EXPECT_EQ(result.best->key[i], words);
  }
}

}  // namespace
}  // namespace tilewright
