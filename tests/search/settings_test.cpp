#include "search/settings.hpp"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

TEST(Settings, NothingAskedGivesTheDefaults) {
  const SearchRequest request = interpret({});
  EXPECT_EQ(request.objective.name(), "edp");
  EXPECT_EQ(request.searcher, "portfolio");
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
  settings.metrics = {"last-level-accesses", "energy"};
  const SearchRequest request = interpret(settings);
  EXPECT_EQ(request.searcher, "portfolio");
  EXPECT_EQ(request.objective.name(), "energy");
  EXPECT_EQ(request.notes,
            (std::vector<std::string>{
                "optimization metric 'last-level-accesses' is not available; it is left out",
                "the spec's search algorithm 'linear-pruned' is replaced by 'portfolio'; "
                "--searcher chooses one"}));
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
