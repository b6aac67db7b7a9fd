#include "search/pareto_front.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tilewright {
namespace {

ParetoPoint point(double x, double y, double z = 0, std::uint64_t proposal = 0) {
  return {{x, y, z}, {}, Mapping::unit(1, 1, 1), proposal};
}

std::vector<Objective::Point> positions(const std::vector<ParetoPoint>& points) {
  std::vector<Objective::Point> at;
  for (const ParetoPoint& one : points) at.push_back(one.at);
  return at;
}

TEST(ParetoFront, KeepsWhatNothingCovers) {
  ParetoFront front;
  front.insert(point(2, 2));
  front.insert(point(1, 3));
  front.insert(point(3, 3));  // covered by the first
  front.insert(point(2, 1));  // covers the first
  EXPECT_EQ(positions(front.take()), (std::vector<Objective::Point>{{1, 3, 0}, {2, 1, 0}}));
}

TEST(ParetoFront, OfEqualPointsTheFirstStays) {
  ParetoFront front;
  front.insert(point(1, 1, 0, 7));
  front.insert(point(1, 1, 0, 8));
  ASSERT_EQ(front.points().size(), 1U);
  EXPECT_EQ(front.points()[0].proposal, 7U);
}

// The definition: a point is on the front unless an earlier one is no worse on any axis, or a later
// one is no worse anywhere and better somewhere.
std::vector<Objective::Point> front_by_definition(const std::vector<Objective::Point>& all) {
  std::vector<Objective::Point> front;
  for (const auto& one : all) {
    const bool beaten = std::any_of(all.begin(), all.end(), [&](const auto& other) {
      bool no_worse = true;
      for (std::size_t i = 0; i < one.size(); ++i) no_worse = no_worse && other[i] <= one[i];
      return no_worse && other != one;
    });
    if (!beaten && std::find(front.begin(), front.end(), one) == front.end()) front.push_back(one);
  }
  std::sort(front.begin(), front.end());
  return front;
}

RC_GTEST_PROP(ParetoFront, EqualsItsDefinitionWithAndWithoutTheFilter, ()) {
  const auto all = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(rc::gen::inRange(0, 12), rc::gen::inRange(0, 12), rc::gen::inRange(0, 4)));
  std::vector<Objective::Point> at;
  ParetoFront plain;
  ParetoFront filtered;
  CoverFilter filter;
  for (const auto& [x, y, z] : all) {
    at.push_back({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)});
    plain.insert(point(x, y, z));
    if (!filter.covered(at.back())) filtered.insert(point(x, y, z));
  }
  const auto expected = front_by_definition(at);
  RC_ASSERT(positions(plain.take()) == expected);
  RC_ASSERT(positions(filtered.take()) == expected);
}

TEST(CoverFilter, KnowsTheFrontItStartsFrom) {
  ParetoFront front;
  front.insert(point(1, 1));
  CoverFilter filter(front);
  EXPECT_TRUE(filter.covered({1, 2, 0}));
  EXPECT_FALSE(filter.covered({0, 2, 0}));
  EXPECT_TRUE(filter.covered({0, 2, 0}));
}

TEST(ParetoFront, TooManyPointsAreThinnedButItsEndsStay) {
  ParetoFront front(100);
  // A hyperbola, dense at one end.
  for (int i = 1; i <= 1000; ++i) front.insert(point(i * i, 1e6 / i));
  EXPECT_TRUE(front.thinned());
  const auto at = positions(front.take());
  EXPECT_LE(at.size(), 100U);
  EXPECT_GE(at.size(), 75U);
  EXPECT_EQ(at.front()[0], 1);
  EXPECT_EQ(at.back()[0], 1e6);
}

TEST(ParetoFront, FullFrontIsNotThinned) {
  ParetoFront front(100);
  for (int i = 1; i <= 100; ++i) front.insert(point(i, -i));
  EXPECT_FALSE(front.thinned());
  EXPECT_EQ(front.points().size(), 100U);
}

}  // namespace
}  // namespace tilewright
