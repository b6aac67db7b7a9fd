#include "search/settings.hpp"

#include <gtest/gtest.h>

#include "search/support.hpp"

namespace tilewright {
namespace {

TEST(Settings, NothingAskedGivesTheDefaults) {
  const SearchRequest request = interpret({});
  EXPECT_EQ(request.objective.name(), "edp");
  EXPECT_EQ(request.searcher, "auto");
  EXPECT_EQ(request.stop.max_valid, 0U);
  EXPECT_TRUE(request.notes.empty());
}

TEST(Settings, CountsBecomeStopRules) {
  SearchSettings settings;
  settings.search_size = 10;
  settings.victory_condition = 20;
  settings.timeout = 30;
  settings.algorithm = "none";
  settings.metrics = {"delay", "energy"};
  const SearchRequest request = interpret(settings);
  EXPECT_EQ(request.stop.max_valid, 10U);
  EXPECT_EQ(request.stop.victory_condition, 20U);
  EXPECT_EQ(request.stop.max_invalid_run, 30U);
  EXPECT_EQ(request.stop.max_evaluated, 0U);
  EXPECT_EQ(request.searcher, "none");
  EXPECT_EQ(request.objective.name(), "delay,energy");
  EXPECT_TRUE(request.notes.empty());
}

TEST(Settings, WhatIsNotHonouredIsSaid) {
  SearchSettings settings;
  settings.algorithm = "linear-pruned";
  settings.metrics = {"heat", "energy"};
  const SearchRequest request = interpret(settings);
  EXPECT_EQ(request.searcher, "auto");
  EXPECT_EQ(request.objective.name(), "energy");
  EXPECT_EQ(request.notes, (std::vector<std::string>{
                               "unknown metric 'heat'; expected edp, energy, delay, ed2p, "
                               "last-level-accesses, area or utilization; it is left out",
                               "the spec's search algorithm 'linear-pruned' is replaced by 'auto'; "
                               "--searcher chooses one"}));
}

TEST(Settings, MetricsOfLevelsAreThoseOfTheArchitecture) {
  const Architecture arch = test::hierarchy({1, 1}, {{1, 1}, {1, 1}, {1, 1}});
  SearchSettings settings;
  settings.metrics = {"last-level-accesses", "accesses-1", "energy", "accesses:L2"};
  const SearchRequest request = interpret(settings, &arch);
  EXPECT_EQ(request.objective.name(), "last-level-accesses,accesses-1,energy");
  EXPECT_EQ(request.objective.access_levels(), (std::vector<int>{2, 1}));
  EXPECT_TRUE(request.notes.empty());
}

TEST(Settings, WithoutAnyKnownMetricEdpIsUsed) {
  SearchSettings settings;
  settings.metrics = {"accesses-1"};
  const SearchRequest request = interpret(settings);
  EXPECT_EQ(request.objective.name(), "edp");
  EXPECT_EQ(request.notes.size(), 2U);
}

}  // namespace
}  // namespace tilewright
