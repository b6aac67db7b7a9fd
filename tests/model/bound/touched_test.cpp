#include "model/bound/touched.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "oracle/random_case.hpp"

namespace tilewright {
namespace {

// A row of a convolution: R and P with steps of their own.
Problem row(std::int64_t r, std::int64_t dilation, std::int64_t p, std::int64_t stride) {
  Problem problem;
  problem.dims = {"R", "P"};
  problem.bounds = {r, p};
  problem.spaces = {{"Weights", {{{0, 1}}}, false},
                    {"Inputs", {{{0, dilation}, {1, stride}}}, false},
                    {"Outputs", {{{1, 1}}}, true}};
  return problem;
}

TEST(Touched, GapsOfStridesAndDilationsDoNotCount) {
  EXPECT_EQ(touched_words(row(3, 1, 16, 1), 1), 18);
  EXPECT_EQ(touched_words(row(3, 1, 16, 2), 1), 33);  // overlapping windows: 15*2 + 3
  EXPECT_EQ(touched_words(row(2, 1, 4, 3), 1), 8);    // windows apart: 4 * 2
  EXPECT_EQ(touched_words(row(3, 2, 5, 1), 1), 9);    // 0..8: 4 + 2*2 + 1
  EXPECT_EQ(touched_words(row(3, 2, 5, 2), 1), 7);    // even columns only: 0, 2, .. 12
  EXPECT_EQ(touched_words(row(1, 1, 5, 7), 1), 5);
  EXPECT_EQ(touched_words(row(3, 3, 4, 2), 1), 11);  // 0,2,4,6 + 0,3,6: 0,2..10,12 without 11
}

TEST(Touched, ADimensionMayStandTwiceOnACoordinate) {
  Problem problem = row(3, 1, 4, 1);
  problem.spaces[1].projection = {{{1, 1}, {1, 1}}};  // P + P: 0, 2, 4, 6
  EXPECT_EQ(touched_words(problem, 1), 4);
  problem.spaces[1].projection = {{{1, 1}, {0, 1}, {0, -1}}};  // R cancels out
  EXPECT_EQ(touched_words(problem, 1), 4);
}

TEST(Touched, OverlapIsTheWaysToReachAWord) {
  EXPECT_EQ(overlap(row(3, 1, 16, 1), 1), 3);
  EXPECT_EQ(overlap(row(3, 1, 16, 1), 0), 1);
}

TEST(Touched, WeightsAreFoundByName) {
  EXPECT_EQ(weight_space(row(1, 1, 1, 1)), 0);
  const Problem product = make_problem(*find_builtin_shape("gemm"), "p", {2, 3, 4}, {});
  EXPECT_EQ(weight_space(product), 1);
}

// All points of a tensor, one operation after the other.
std::size_t enumerate(const Problem& problem, int space) {
  std::set<std::vector<std::int64_t>> points;
  std::vector<std::int64_t> index(problem.bounds.size(), 0);
  while (true) {
    std::vector<std::int64_t> point;
    for (const Coordinate& coordinate : problem.spaces[space].projection) {
      std::int64_t value = 0;
      for (const Term& term : coordinate) value += term.coefficient * index[term.dim];
      point.push_back(value);
    }
    points.insert(point);
    std::size_t d = 0;
    while (d < index.size() && ++index[d] == problem.bounds[d]) index[d++] = 0;
    if (d == index.size()) return points.size();
  }
}

// Whether each dimension that stands on several coordinates is alone on one of them, which then
// tells its value.
bool is_told(const Problem& problem, int space) {
  std::map<int, std::set<std::size_t>> places;
  std::set<int> alone;
  const auto& projection = problem.spaces[space].projection;
  for (std::size_t x = 0; x < projection.size(); ++x) {
    std::map<int, std::int64_t> moves;
    for (const Term& term : projection[x]) {
      if (problem.bounds[term.dim] > 1) moves[term.dim] += term.coefficient;
    }
    std::erase_if(moves, [](const auto& move) { return move.second == 0; });
    for (const auto& [dim, step] : moves) places[dim].insert(x);
    if (moves.size() == 1) alone.insert(moves.begin()->first);
  }
  return std::all_of(places.begin(), places.end(), [&](const auto& place) {
    return place.second.size() == 1 || alone.contains(place.first);
  });
}

// A tensor of up to three coordinates over three dimensions, which may stand on any of them.
Problem random_tensor(oracle::Choices& choices) {
  Problem problem;
  problem.dims = {"A", "B", "C"};
  for (int d = 0; d < 3; ++d) problem.bounds.push_back(choices.pick(1, 6));
  DataSpace space{.name = "T"};
  const int rank = choices.pick(1, 3);
  for (int x = 0; x < rank; ++x) {
    Coordinate coordinate;
    const int terms = choices.pick(1, 3);
    for (int t = 0; t < terms; ++t) coordinate.push_back({choices.pick(0, 2), choices.pick(-2, 3)});
    space.projection.push_back(coordinate);
  }
  problem.spaces = {space};
  return problem;
}

TEST(Touched, DimensionsMayStandOnSeveralCoordinates) {
  Problem problem;
  problem.dims = {"I", "K"};
  problem.bounds = {16, 8};
  problem.spaces = {{.name = "B", .projection = {{{0, 1}, {1, 1}}, {{0, 1}}}},
                    {.name = "D", .projection = {{{0, 1}}, {{0, 1}}}},
                    {.name = "S", .projection = {{{0, 1}, {1, 1}}, {{0, 1}, {1, -1}}}}};
  EXPECT_EQ(touched_words(problem, 0), 128);  // the second coordinate tells I, the first then K
  EXPECT_EQ(touched_words(problem, 1), 16);   // a diagonal
  EXPECT_EQ(touched_words(problem, 2), 128);  // sum and difference tell both
}

TEST(Touched, IsNeverAboveTheNumberOfPointsOfRandomTensors) {
  int exact = 0;
  int below = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    const Problem problem = random_tensor(choices);
    const std::uint64_t words = touched_words(problem, 0);
    const std::size_t points = enumerate(problem, 0);
    const bool single = problem.spaces[0].projection.size() == 1;
    if (!single && is_told(problem, 0)) {
      EXPECT_EQ(words, points) << "seed " << seed;
      ++exact;
    } else {
      EXPECT_LE(words, points) << "seed " << seed;
      if (words < points) ++below;
    }
  }
  EXPECT_GT(exact, 1000);
  EXPECT_LT(below, 300);
}

TEST(Touched, EqualsTheNumberOfPointsOfRandomProblems) {
  oracle::CaseOptions options;
  options.max_operations = 1 << 10;
  int exact = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    const Problem problem = oracle::random_case(choices, options).problem;
    for (int p = 0; p < problem.num_spaces(); ++p) {
      const std::uint64_t words = touched_words(problem, p);
      const std::size_t points = enumerate(problem, p);
      if (is_told(problem, p)) {
        EXPECT_EQ(words, points) << "seed " << seed << " tensor " << p;
        ++exact;
      } else {
        EXPECT_LE(words, points) << "seed " << seed << " tensor " << p;
      }
    }
  }
  EXPECT_GT(exact, 1000);
}

}  // namespace
}  // namespace tilewright
