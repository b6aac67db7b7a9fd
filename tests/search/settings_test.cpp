#include "search/settings.hpp"

#include <gtest/gtest.h>

#include "search/network/search_plan.hpp"
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
  settings.algorithm = "simulated-dreaming";
  settings.metrics = {"heat", "energy"};
  const SearchRequest request = interpret(settings);
  EXPECT_EQ(request.searcher, "auto");
  EXPECT_EQ(request.unknown_algorithm, "simulated-dreaming");
  EXPECT_EQ(request.objective.name(), "energy");
  EXPECT_EQ(request.notes,
            (std::vector<std::string>{"unknown metric 'heat'; expected edp, energy, delay, ed2p, "
                                      "last-level-accesses, area or utilization; it is left out"}));
}

TEST(Settings, AlgorithmsOfTimeloopAreOurs) {
  for (const auto& [theirs, ours] : {std::pair("random", "random"),
                                     {"random-pruned", "random"},
                                     {"random_pruned", "random"},
                                     {"linear-pruned", "exhaustive"},
                                     {"exhaustive", "exhaustive"},
                                     {"hybrid", "hybrid"}}) {
    SearchSettings settings;
    settings.algorithm = theirs;
    EXPECT_EQ(interpret(settings).searcher, ours) << theirs;
  }
}

// A search that was told when to stop is not a proof: it has to be asked for.
TEST(Settings, TheMapperSectionIsFollowedIfAsked) {
  SearchSettings settings;
  settings.algorithm = "random";
  settings.victory_condition = 100;
  settings.timeout = 10000;
  settings.metrics = {"energy"};
  const SearchPlan plain = make_plan({}, settings);
  EXPECT_EQ(plain.searcher, "auto");
  EXPECT_EQ(plain.objective.name(), "energy");
  EXPECT_EQ(plain.counts.victory_condition, kDefaultVictory);
  EXPECT_TRUE(plain.notes.empty());
  EXPECT_EQ(plain.unfollowed,
            "the spec's mapper section (algorithm random, victory-condition 100, timeout 10000) is "
            "not followed: 'auto' searches; --searcher mapper follows it");
  SearchWishes wishes;
  wishes.searcher = "mapper";
  const SearchPlan asked = make_plan(wishes, settings);
  EXPECT_EQ(asked.searcher, "random");
  EXPECT_EQ(asked.counts.victory_condition, 100U);
  EXPECT_EQ(asked.counts.max_invalid_run, 10000U);
  EXPECT_TRUE(asked.notes.empty());
  EXPECT_TRUE(asked.unfollowed.empty());
}

TEST(Settings, ATemplateAsksForShortTiles) {
  SearchSettings settings;
  settings.imperfect = true;
  EXPECT_TRUE(make_plan({}, settings).mapspace.imperfect);
  SearchWishes wishes;
  wishes.perfect = true;
  EXPECT_FALSE(make_plan(wishes, settings).mapspace.imperfect);
  wishes.perfect = false;
  wishes.searcher = "random";
  const SearchPlan plan = make_plan(wishes, settings);
  EXPECT_FALSE(plan.mapspace.imperfect);
  EXPECT_EQ(plan.notes.size(), 1U);
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
