// The best mappings, against all mappings tried one by one.
#include "search/top/top_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "search/every_mapping.hpp"
#include "search/small_spaces.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using Keys = std::vector<Objective::Key>;

constexpr std::size_t kMost = 30'000;
constexpr std::size_t kCount = 5;

SearchResult search(const test::SmallSpace& small) {
  SilentSink quiet;
  return make_searcher("optimal", {.threads = 1})
      ->run(small.space, small.evaluator, small.objective, {}, quiet);
}

TopSearch::Result best_of(const test::SmallSpace& small, top::Differ differ, int threads) {
  const TopSearch top(
      small.space, small.evaluator, small.objective,
      {.count = kCount, .differ = differ, .searcher = "optimal", .options = {.threads = threads}});
  return top.run(search(small), {});
}

// What is left of a mapping where orders and axes do not count.
std::string tiling_of(Mapping mapping) {
  for (int s = 0; s < mapping.num_levels; ++s) {
    LevelMapping& level = mapping.levels[static_cast<std::size_t>(s)];
    for (int d = 0; d < mapping.num_dims; ++d) {
      auto& x = level.factors(LoopKind::spatial_x)[static_cast<std::size_t>(d)];
      auto& y = level.factors(LoopKind::spatial_y)[static_cast<std::size_t>(d)];
      x *= y;
      y = 1;
      level.residuals(LoopKind::spatial_x)[static_cast<std::size_t>(d)] = x;
      level.residuals(LoopKind::spatial_y)[static_cast<std::size_t>(d)] = 1;
    }
  }
  std::string text = test::factor_fingerprint(mapping);
  for (int s = 0; s < mapping.num_levels; ++s) {
    text += std::to_string(mapping.levels[static_cast<std::size_t>(s)].keep) + ",";
  }
  return text;
}

/// The keys of all mappings in order, and of the best of each tiling; false if there are too many.
bool all_keys(const test::SmallSpace& small, Keys& keys, Keys& of_tilings) {
  const ScratchPtr scratch = small.evaluator.scratch();
  std::map<std::string, Objective::Key> tilings;
  const bool all = test::for_each_mapping(
      small.c.problem, small.c.arch, small.constraints, small.space.options(), kMost,
      [&](const Mapping& mapping) {
        const Outcome outcome = small.evaluator.evaluate(mapping, *scratch);
        if (!outcome.valid()) return;
        const Objective::Key key = small.objective.key(outcome.cost);
        keys.push_back(key);
        const auto [it, is_new] = tilings.try_emplace(tiling_of(mapping), key);
        if (!is_new) it->second = std::min(it->second, key);
      });
  for (const auto& [tiling, key] : tilings) of_tilings.push_back(key);
  std::sort(keys.begin(), keys.end());
  std::sort(of_tilings.begin(), of_tilings.end());
  return all;
}

void expect_best(const TopSearch::Result& found, const Keys& truth) {
  EXPECT_TRUE(found.proven);
  ASSERT_EQ(found.best.size(), std::min(kCount, truth.size()));
  for (std::size_t i = 0; i < found.best.size(); ++i) {
    for (std::size_t m = 0; m < truth[i].size(); ++m) {
      EXPECT_NEAR(found.best[i].key[m], truth[i][m], 1e-9 * std::abs(truth[i][m])) << i;
    }
  }
}

TEST(TopSearch, FindsTheBestOfAllMappings) {
  int checked = 0;
  int with_more = 0;
  for (std::uint64_t seed = 1; checked < 80; ++seed) {
    ASSERT_LT(seed, 4000U);
    SCOPED_TRACE(seed);
    const auto small = test::make_space(seed, 24, true);
    if (!small || small->space.options().both_axes) continue;
    Keys keys;
    Keys tilings;
    if (!all_keys(*small, keys, tilings) || keys.empty()) continue;
    ++checked;
    with_more += keys.size() > kCount ? 1 : 0;
    const TopSearch::Result found = best_of(*small, top::Differ::loops, 1);
    expect_best(found, keys);
    std::set<std::string> different;
    for (const Incumbent& each : found.best) different.insert(test::fingerprint(each.mapping));
    EXPECT_EQ(different.size(), found.best.size());
    const TopSearch::Result apart = best_of(*small, top::Differ::tilings, 1);
    expect_best(apart, tilings);
    std::set<std::string> tiled;
    for (const Incumbent& each : apart.best) tiled.insert(tiling_of(each.mapping));
    EXPECT_EQ(tiled.size(), apart.best.size());
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(with_more, 40);
}

TEST(TopSearch, IsTheSameWithAnyNumberOfThreads) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto small = test::make_space(seed, 24, true);
    if (!small || small->space.options().both_axes) continue;
    const TopSearch::Result one = best_of(*small, top::Differ::loops, 1);
    const TopSearch::Result two = best_of(*small, top::Differ::loops, 2);
    ASSERT_EQ(one.best.size(), two.best.size());
    for (std::size_t i = 0; i < one.best.size(); ++i) {
      EXPECT_EQ(one.best[i].mapping, two.best[i].mapping);
    }
  }
}

}  // namespace
}  // namespace tilewright
