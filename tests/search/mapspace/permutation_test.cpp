#include "search/mapspace/permutation.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::gemm;
using test::hierarchy;
using test::unconstrained;

constexpr int kM = 0;
constexpr int kN = 1;
constexpr int kK = 2;

std::string order(const Mapping& mapping, int level, LoopKind kind) {
  std::string text;
  for (int i = 0; i < 3; ++i) text += "MNK"[mapping.levels[level].orders(kind)[i]];
  return text;
}

PermutationSpace space_of(const Architecture& arch, const Constraints& constraints,
                          const MapspaceOptions& options = {},
                          const Problem& problem = gemm(2, 2, 2)) {
  return {problem, arch, constraints, options, ArrayLayout(problem, arch, constraints, options)};
}

Mapping blank(const Architecture& arch) { return Mapping::unit(arch.num_levels(), 3, 3); }

std::set<std::string> temporal_orders(const PermutationSpace& space, const Architecture& arch) {
  std::set<std::string> seen;
  Mapping mapping = blank(arch);
  space.fix(mapping);
  for (BigInt index = 0; index < space.size(); ++index) {
    space.at(index, mapping);
    seen.insert(order(mapping, 1, LoopKind::temporal));
  }
  return seen;
}

TEST(Permutation, FreeLevelHasAllOrders) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  const PermutationSpace space = space_of(arch, unconstrained(arch));
  EXPECT_EQ(space.size(), 6);  // level 0 is canonical
  EXPECT_EQ(temporal_orders(space, arch),
            (std::set<std::string>{"MNK", "MKN", "NMK", "NKM", "KMN", "KNM"}));
}

TEST(Permutation, InnerAndOuterDimensionsKeepTheirPlaces) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[1].temporal.inner = {kK};
  EXPECT_EQ(temporal_orders(space_of(arch, constraints), arch),
            (std::set<std::string>{"KMN", "KNM"}));
  constraints.levels[1].temporal.inner = {};
  constraints.levels[1].temporal.outer = {kN, kM};
  EXPECT_EQ(temporal_orders(space_of(arch, constraints), arch), (std::set<std::string>{"KNM"}));
}

TEST(Permutation, InnermostLevelWithoutFanOutFollowsTheUserOnly) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].temporal.inner = {kK};
  const PermutationSpace space = space_of(arch, constraints);
  EXPECT_EQ(space.size(), 1);
  Mapping mapping = blank(arch);
  space.fix(mapping);
  EXPECT_EQ(order(mapping, 0, LoopKind::temporal), "KMN");
}

TEST(Permutation, DimensionsWithoutALoopTakeNoPart) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[2].temporal.fixed[kK] = 1;
  const PermutationSpace space = space_of(arch, constraints, {}, gemm(1, 2, 2));
  EXPECT_EQ(space.size(), 2);  // N and K at level 1, N alone at level 2
}

// Neighbours of a matrix product that keep their tiles have nothing to pass on.
TEST(Permutation, OneAxisIsCanonicalWhereItsLayoutMakesNoDifference) {
  const Architecture arch = hierarchy({4, 1}, {{4, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].temporal.inner = constraints.levels[1].temporal.inner = {kM, kN};
  const auto orders = [&](bool distances_are_free) {
    return space_of(arch, constraints, {.distances_are_free = distances_are_free}).size();
  };
  EXPECT_EQ(orders(true), 1);
  EXPECT_EQ(orders(false), 6);
  constraints.levels[1].spatial.inner = {kN};
  EXPECT_EQ(orders(true), 1);
  EXPECT_EQ(orders(false), 2);
}

TEST(Permutation, TwoAxesShareAnOrderUnlessTheyMayShareADimension) {
  const Architecture arch = hierarchy({2, 2}, {{1, 1}});
  const PermutationSpace shared = space_of(arch, unconstrained(arch));
  EXPECT_EQ(shared.size(), 6 * 6);
  Mapping mapping = blank(arch);
  shared.fix(mapping);
  Stream random(2, 0);
  shared.sample(random, mapping);
  EXPECT_EQ(order(mapping, 0, LoopKind::spatial_x), order(mapping, 0, LoopKind::spatial_y));
  const PermutationSpace separate = space_of(arch, unconstrained(arch), {.both_axes = true});
  EXPECT_EQ(separate.size(), 6 * 6 * 6);
}

TEST(Permutation, DrawsAreUniformAndKeepThePrefix) {
  const Architecture arch = hierarchy({2, 2}, {{1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].spatial.inner = {kM};
  const PermutationSpace space = space_of(arch, constraints);
  Mapping mapping = blank(arch);
  space.fix(mapping);
  std::map<std::string, std::uint64_t> counts;
  Stream random(2, 0);
  for (int i = 0; i < 12000; ++i) {
    space.sample(random, mapping);
    ++counts[order(mapping, 0, LoopKind::spatial_x) + order(mapping, 0, LoopKind::temporal)];
  }
  ASSERT_EQ(counts.size(), 2U * 6U);
  std::vector<std::uint64_t> numbers;
  for (const auto& [text, count] : counts) {
    EXPECT_EQ(text[0], 'M');
    numbers.push_back(count);
  }
  EXPECT_LT(test::uniformity_excess(numbers), 4);
}

}  // namespace
}  // namespace tilewright
