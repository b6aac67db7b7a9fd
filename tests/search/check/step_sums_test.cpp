#include "search/check/step_sums.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace tilewright {
namespace {

using Steps = std::vector<std::int64_t>;

// All loops, from the inside out, that `left` iterations can have: the steps of each.
void for_each_nest(std::int64_t left, Steps& steps,
                   const std::function<void(const Steps&)>& visit) {
  visit(steps);
  const std::int64_t last = steps.empty() ? 1 : 2 * steps.back();
  for (std::int64_t step = last; step < left; ++step) {
    if (left % step != 0 || (!steps.empty() && step % steps.back() != 0)) continue;
    steps.push_back(step);
    for_each_nest(left, steps, visit);
    steps.pop_back();
  }
}

// Sums of all nests, one loop of which steps while the others fall back.
struct Sums {
  std::set<std::int64_t> first, back, on, on_back, twice, on_twice;
};

Sums sums_of_all_nests(std::int64_t left) {
  Sums sums;
  Steps steps;
  for_each_nest(left, steps, [&](const Steps& nest) {
    std::int64_t sum = 0;
    for (const std::int64_t step : nest) sum += step;
    sums.back.insert(sum);
    if (nest.empty()) return;
    sums.first.insert(nest.front());
    sums.twice.insert(sum + nest.front());
    sums.on.insert(2 * nest.back() - sum);
    if (nest.size() == 1) return;
    sums.on_back.insert(2 * nest.back() - sum);
    sums.on_twice.insert(2 * nest.back() - sum - nest.front());
  });
  return sums;
}

Steps list(const std::set<std::int64_t>& numbers) { return {numbers.begin(), numbers.end()}; }

TEST(StepTables, HoldTheSumsOfAllNests) {
  for (const std::int64_t bound : {1, 2, 7, 12, 16, 48, 112, 360}) {
    Problem problem;
    problem.bounds = {bound};
    const check::StepTables tables(problem);
    for (std::int64_t left = 1; left <= bound; ++left) {
      const check::StepSums* const found = tables.of(left);
      if (bound % left != 0) {
        EXPECT_EQ(found, nullptr);
        continue;
      }
      ASSERT_NE(found, nullptr) << left;
      const Sums sums = sums_of_all_nests(left);
      EXPECT_EQ(found->first, list(sums.first)) << left;
      EXPECT_EQ(found->back, list(sums.back)) << left;
      EXPECT_EQ(found->on, list(sums.on)) << left;
      EXPECT_EQ(found->on_back, list(sums.on_back)) << left;
      EXPECT_EQ(found->twice, list(sums.twice)) << left;
      EXPECT_EQ(found->on_twice, list(sums.on_twice)) << left;
    }
  }
}

TEST(StepTables, LeaveOutWhatIsTooMuch) {
  Problem problem;
  problem.bounds = {720'720};
  const check::StepTables tables(problem);
  EXPECT_EQ(tables.of(720'720), nullptr);
}

}  // namespace
}  // namespace tilewright
