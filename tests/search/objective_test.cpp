#include "search/objective.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/error.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

Cost cost(double energy, std::uint64_t cycles, double utilization = 1) {
  Cost made;
  made.energy = energy;
  made.cycles = cycles;
  made.utilization = utilization;
  return made;
}

Architecture three_levels() { return test::hierarchy({1, 1}, {{1, 1}, {1, 1}, {1, 1}}); }

std::string message(std::string_view text, const Architecture* arch = nullptr) {
  try {
    Objective::parse(text, arch);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(Objective, DefaultIsEdp) {
  EXPECT_EQ(Objective().name(), "edp");
  EXPECT_EQ(Objective().key(cost(3, 7))[0], 21);
}

TEST(Objective, ParsesListsWithBlanks) {
  const Objective objective = Objective::parse(" delay , energy");
  ASSERT_EQ(objective.metrics().size(), 2U);
  EXPECT_EQ(objective.metrics()[0].kind, MetricKind::delay);
  EXPECT_EQ(objective.name(), "delay,energy");
  EXPECT_EQ(objective.key(cost(3, 7)), (Objective::Key{7, 3, 0, 0, 0}));
}

TEST(Objective, LaterMetricsDecideOnlyTies) {
  const Objective objective = Objective::parse("delay,energy");
  EXPECT_LT(objective.key(cost(9, 6)), objective.key(cost(3, 7)));
  EXPECT_LT(objective.key(cost(2, 7)), objective.key(cost(3, 7)));
}

TEST(Objective, EveryMetricHasItsValue) {
  Cost made = cost(3, 7, 0.25);
  made.area = 11;
  made.accesses = {100, 200};
  const Architecture arch = three_levels();
  const auto value = [&](const char* text) { return Objective::parse(text, &arch).key(made)[0]; };
  EXPECT_EQ(value("energy"), 3);
  EXPECT_EQ(value("delay"), 7);
  EXPECT_EQ(value("edp"), 3 * 7);
  EXPECT_EQ(value("ed2p"), 3 * 7 * 7);
  EXPECT_EQ(value("area"), 11);
  EXPECT_EQ(value("accesses:L1"), 100);
  EXPECT_EQ(value("last-level-accesses"), 100);
}

TEST(Objective, UtilizationIsMaximised) {
  const Objective objective = Objective::parse("utilization");
  EXPECT_LT(objective.key(cost(3, 7, 0.5)), objective.key(cost(3, 7, 0.25)));
  EXPECT_EQ(objective.value(objective.metrics()[0], cost(3, 7, 0.25)), 0.25);
}

TEST(Objective, LevelsAreAskedForOnceInTheOrderOfTheMetrics) {
  const Architecture arch = three_levels();
  const Objective objective(parse_metrics("accesses:L1,energy,accesses:L0", &arch), {},
                            parse_metrics("last-level-accesses,accesses:L1", &arch));
  EXPECT_EQ(objective.access_levels(), (std::vector<int>{1, 0, 2}));
  Cost made = cost(3, 7);
  made.accesses = {10, 20, 30};
  EXPECT_EQ(objective.key(made), (Objective::Key{10, 3, 20, 0, 0}));
  EXPECT_EQ(objective.point(made), (Objective::Point{30, 10, 0}));
}

TEST(Objective, UnknownMetricNamesTheNearest) {
  EXPECT_EQ(message("energi"), "unknown metric 'energi'; did you mean 'energy'?");
  EXPECT_EQ(message("utilisation"), "unknown metric 'utilisation'; did you mean 'utilization'?");
}

TEST(Objective, UnknownLevelNamesTheNearest) {
  Architecture arch = three_levels();
  arch.storage[1].name = "GlobalBuffer";
  EXPECT_EQ(message("accesses:GlobalBufer", &arch),
            "unknown level 'GlobalBufer'; did you mean 'GlobalBuffer'?");
  EXPECT_EQ(message("acesses:GlobalBuffer", &arch),
            "unknown metric 'acesses:GlobalBuffer'; did you mean 'accesses:GlobalBuffer'?");
  EXPECT_EQ(message("accesses:L0"), "metric 'accesses:L0' needs an architecture");
}

TEST(Objective, EmptyRepeatedAndTooManyMetricsAreErrors) {
  const Architecture arch = three_levels();
  EXPECT_NE(message(""), "nothing thrown");
  EXPECT_NE(message("edp,"), "nothing thrown");
  EXPECT_EQ(message("edp,delay,edp"), "metric 'edp' appears twice in 'edp,delay,edp'");
  EXPECT_NE(message("accesses:L2,last-level-accesses", &arch), "nothing thrown");
  EXPECT_EQ(message("edp,delay,energy,area,ed2p"), "an objective has at most 4 metrics");
  EXPECT_THROW(Objective(std::vector<Metric>{}), UsageError);
  EXPECT_THROW(Objective(parse_metrics("edp"), {}, parse_metrics("edp")), UsageError);
}

TEST(Objective, BudgetsComeFirstInTheKey) {
  Budgets budgets;
  budgets.max_delay = 10;
  budgets.max_energy = 5;
  budgets.min_utilization = 0.5;
  const Objective objective(parse_metrics("energy"), budgets);
  EXPECT_EQ(objective.key(cost(5, 10, 0.5)), (Objective::Key{0, 5, 0, 0, 0}));
  EXPECT_TRUE(objective.within_budgets(cost(5, 10, 0.5)));
  EXPECT_FALSE(objective.within_budgets(cost(5, 11, 0.5)));
  EXPECT_FALSE(objective.within_budgets(cost(5.1, 10, 0.5)));
  EXPECT_FALSE(objective.within_budgets(cost(5, 10, 0.49)));
  // Twice the delay, four times the energy, half the utilisation: ln 2 + ln 4 + ln 2.
  EXPECT_DOUBLE_EQ(objective.key(cost(20, 20, 0.25))[0], std::log(16));
  EXPECT_LT(objective.key(cost(5, 10, 0.5)), objective.key(cost(1, 11, 0.5)));
}

TEST(Budgets, SayWhatIsMissing) {
  Budgets budgets;
  budgets.max_delay = 10;
  budgets.max_energy = 5e6;
  EXPECT_EQ(budgets.describe_violation(cost(6e6, 12)),
            "12 cycles where 10 are allowed, 6 uJ where 5 are allowed");
  EXPECT_EQ(budgets.describe_violation(cost(5e6, 10)), "");
  EXPECT_TRUE(budgets.any());
  EXPECT_FALSE(Budgets().any());
}

}  // namespace
}  // namespace tilewright
