// What leads walks along a front: to its ends, and below its points.
#include "search/lead.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tilewright {
namespace {

const Objective kObjective(parse_metrics("edp"), {}, parse_metrics("energy,delay"));

Cost cost(double energy, std::uint64_t cycles) {
  Cost made;
  made.energy = energy;
  made.cycles = cycles;
  return made;
}

TEST(Lead, ToAnEndTheOtherAxesDecideTies) {
  const Lead energy = Lead::to_end(kObjective, 0);
  EXPECT_LT(energy.key(cost(1, 900)), energy.key(cost(2, 1)));
  EXPECT_LT(energy.key(cost(1, 8)), energy.key(cost(1, 9)));
  const Lead delay = Lead::to_end(kObjective, 1);
  EXPECT_LT(delay.key(cost(900, 1)), delay.key(cost(1, 2)));
  EXPECT_LT(delay.key(cost(8, 1)), delay.key(cost(9, 1)));
}

TEST(Lead, BelowAPointTheLargestRatioDecides) {
  const Lead lead = Lead::below(kObjective, {10, 100});
  EXPECT_EQ(lead.key(cost(10, 100))[0], 1);
  EXPECT_LT(lead.key(cost(9, 99))[0], 1);                   // better on both axes
  EXPECT_GT(lead.key(cost(1, 101))[0], 1);                  // not on the second
  EXPECT_EQ(lead.key(cost(5, 120))[0], 1.2);                // 0.5 and 1.2
  EXPECT_LT(lead.key(cost(5, 50)), lead.key(cost(6, 50)));  // 0.5, 0.5 before 0.6, 0.5
  EXPECT_LT(lead.key(cost(4, 50)), lead.key(cost(5, 50)));  // 0.5 both: the smaller sum
}

TEST(Lead, AnAxisThatIsZeroAlreadyDoesNotCount) {
  const Lead lead = Lead::below(kObjective, {0, 100});
  EXPECT_EQ(lead.key(cost(7, 50))[0], 0.5);
}

TEST(Lead, BudgetsComeFirst) {
  Budgets budgets;
  budgets.max_delay = 10;
  const Objective objective(parse_metrics("edp"), budgets, parse_metrics("energy,delay"));
  for (const Lead& lead : {Lead::to_end(objective, 0), Lead::below(objective, {5, 10})}) {
    EXPECT_LT(lead.key(cost(9, 10)), lead.key(cost(1, 11)));
    EXPECT_LT(lead.key(cost(1, 11)), lead.key(cost(1, 12)));
  }
}

// In eight rounds each of the eight blocks is led to each end twice and below a point four times.
TEST(Lead, EveryBlockHasEveryTurn) {
  ParetoFront front;
  front.insert({kObjective.point(cost(2, 8)), cost(2, 8), {}, 0});
  front.insert({kObjective.point(cost(4, 2)), cost(4, 2), {}, 1});
  for (std::size_t place = 0; place < 8; ++place) {
    std::multiset<char> turns;
    for (std::uint64_t round = 0; round < 8; ++round) {
      const Lead lead = choose_lead(kObjective, front, place, 8, round, Stream(1, round));
      const Objective::Key key = lead.key(cost(7, 5));
      turns.insert(key[0] == 7 ? 'e' : key[0] == 5 ? 'd' : 'b');
    }
    EXPECT_EQ(turns.count('e'), 2U);
    EXPECT_EQ(turns.count('d'), 2U);
    EXPECT_EQ(turns.count('b'), 4U);
  }
}

}  // namespace
}  // namespace tilewright
