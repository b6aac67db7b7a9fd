#include "search/objective.hpp"

#include <gtest/gtest.h>

#include "model/error.hpp"

namespace tilewright {
namespace {

Cost cost(double energy, std::uint64_t cycles) {
  Cost made;
  made.energy = energy;
  made.cycles = cycles;
  return made;
}

TEST(Objective, DefaultIsEdp) {
  EXPECT_EQ(Objective().name(), "edp");
  EXPECT_EQ(Objective().key(cost(3, 7))[0], 21);
}

TEST(Objective, ParsesListsWithBlanks) {
  const Objective objective = Objective::parse(" delay , energy");
  EXPECT_EQ(objective.metrics(), (std::vector{Metric::delay, Metric::energy}));
  EXPECT_EQ(objective.name(), "delay,energy");
  EXPECT_EQ(objective.key(cost(3, 7)), (Objective::Key{7, 3, 0, 0}));
}

TEST(Objective, LaterMetricsDecideOnlyTies) {
  const Objective objective = Objective::parse("delay,energy");
  EXPECT_LT(objective.key(cost(9, 6)), objective.key(cost(3, 7)));
  EXPECT_LT(objective.key(cost(2, 7)), objective.key(cost(3, 7)));
}

std::string message(std::string_view text) {
  try {
    Objective::parse(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(Objective, UnknownMetricNamesTheNearest) {
  EXPECT_EQ(message("energi"), "unknown metric 'energi'; did you mean 'energy'?");
}

TEST(Objective, EmptyAndRepeatedMetricsAreErrors) {
  EXPECT_NE(message(""), "nothing thrown");
  EXPECT_NE(message("edp,"), "nothing thrown");
  EXPECT_EQ(message("edp,delay,edp"), "metric 'edp' appears twice in the objective");
  EXPECT_THROW(Objective(std::vector<Metric>{}), UsageError);
}

}  // namespace
}  // namespace tilewright
