#include "search/mapspace/mapspace.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "model/error.hpp"
#include "model/mapping/check_perfect.hpp"
#include "search/allocation_count.hpp"
#include "search/mapspace/membership.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::enumerate_factors;
using test::factor_fingerprint;
using test::fingerprint;
using test::gemm;
using test::hierarchy;
using test::legal_factors;
using test::unconstrained;

struct Case {
  Problem problem;
  Architecture arch;
  Constraints constraints;
  MapspaceOptions options;
};

template <typename T>
T pick(std::initializer_list<T> values) {
  return *rc::gen::elementOf(std::vector<T>(values));
}

// Independent of rapidcheck's size, which would make small numbers, and so constraints, the rule.
std::ptrdiff_t below(std::ptrdiff_t n) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::ptrdiff_t>(0, n));
}

bool one_in(int n) { return below(n) == 0; }

void constrain_factors(LoopConstraint& loops) {
  for (int dim = 0; dim < 3; ++dim) {
    if (one_in(10)) loops.fixed[dim] = pick({1, 1, 1, 2, 2, 3, 4});
    if (one_in(6)) loops.at_most[dim] = pick({1, 2, 3, 4});
    if (one_in(16)) loops.at_least[dim] = pick({1, 2});
  }
}

void constrain_order(LoopConstraint& loops, bool spatial) {
  std::vector<int> dims{0, 1, 2};
  std::rotate(dims.begin(), dims.begin() + below(3), dims.end());
  if (one_in(2)) std::swap(dims[0], dims[1]);
  const auto inner = dims.begin() + below(4);
  const auto outer = inner + below(dims.end() - inner + 1);
  loops.inner.assign(dims.begin(), inner);
  loops.outer.assign(outer, dims.end());
  if (spatial && one_in(2)) loops.split = static_cast<int>(below(5));
}

Case random_case() {
  Case made;
  const auto bound = [] { return std::int64_t{pick({1, 2, 3, 4, 6, 8})}; };
  made.problem = gemm(bound(), bound(), bound());
  const test::Mesh inner{pick<std::uint64_t>({1, 2}), pick<std::uint64_t>({1, 3})};
  const test::Mesh macs{inner.x * pick<std::uint64_t>({1, 2, 4}),
                        inner.y * pick<std::uint64_t>({1, 2, 3})};
  made.arch = one_in(2) ? hierarchy(macs, {{1, 1}}) : hierarchy(macs, {inner, {1, 1}});
  made.constraints = unconstrained(made.arch);
  made.options.both_axes = one_in(4);
  for (LevelConstraint& level : made.constraints.levels) {
    if (one_in(3)) constrain_factors(level.temporal);
    if (one_in(3)) constrain_factors(level.spatial);
    if (one_in(3)) constrain_order(level.temporal, false);
    if (!made.options.both_axes && one_in(2)) constrain_order(level.spatial, true);
  }
  if (one_in(5)) made.constraints.min_parallelism = pick({0.1, 0.25, 0.5, 1.0});
  return made;
}

// Nothing if it is empty; the first test decides whether it has to be.
std::optional<Mapspace> space_of(const Case& made) {
  try {
    return std::make_optional<Mapspace>(made.problem, made.arch, made.constraints, made.options);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

TEST(Mapspace, FactorizationsEqualBruteForceOnRandomCases) {
  EXPECT_TRUE(rc::check([] {
    const Case made = random_case();
    const auto expected =
        enumerate_factors(made.problem, made.arch, made.constraints, made.options);
    RC_CLASSIFY(expected.empty(), "empty");
    if (expected.empty()) {
      RC_ASSERT_THROWS_AS(Mapspace(made.problem, made.arch, made.constraints, made.options),
                          UsageError);
      return;
    }
    const Mapspace space(made.problem, made.arch, made.constraints, made.options);
    RC_ASSERT(space.size().factorizations == expected.size());
    std::vector<std::string> found;
    const BigInt stride = space.size().total / space.size().factorizations;
    for (BigInt index = 0; index < space.size().total; index += stride) {
      found.push_back(factor_fingerprint(space.at(index)));
    }
    std::sort(found.begin(), found.end());
    RC_ASSERT(found == expected);
  }));
}

TEST(Mapspace, EveryDrawIsLegalOnRandomCases) {
  EXPECT_TRUE(rc::check([] {
    const Case made = random_case();
    const std::optional<Mapspace> space = space_of(made);
    if (!space) return;
    Mapping mapping = space->blank();
    Stream random(7, 0);
    for (int i = 0; i < 50; ++i) {
      space->sample(random, mapping);
      RC_ASSERT(legal_factors(mapping, made.problem, made.arch, made.constraints, made.options));
    }
  }));
}

// Prime factors of each dimension thrown at the loops of all levels, fan-out or not.
Mapping random_tiling(const Mapspace& space, const Problem& problem) {
  Mapping mapping =
      Mapping::unit(space.blank().num_levels, problem.num_dims(), problem.num_spaces());
  for (int level = 0; level < mapping.num_levels; ++level) {
    mapping.levels[level].order = space.blank().levels[level].order;
    mapping.levels[level].keep = space.blank().levels[level].keep;
  }
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    std::int64_t rest = problem.bounds[dim];
    for (const std::int32_t prime : {2, 3}) {
      for (; rest % prime == 0; rest /= prime) {
        mapping.levels[below(mapping.num_levels)].factor[below(kLoopKinds)][dim] *= prime;
      }
    }
  }
  settle_residuals(mapping);
  return mapping;
}

TEST(Mapspace, MembershipIsLegalityOnRandomCases) {
  EXPECT_TRUE(rc::check([] {
    const Case made = random_case();
    const std::optional<Mapspace> space = space_of(made);
    if (!space) return;
    const Membership members(*space, made.problem);
    for (int i = 0; i < 30; ++i) {
      const Mapping mapping = random_tiling(*space, made.problem);
      const std::uint64_t before = test::allocation_count();
      const Departure departure = members.find_departure(mapping);
      const std::uint64_t after = test::allocation_count();  // what asserts allocates, too
      RC_ASSERT(after == before);
      const bool inside = departure.what == Departure::What::nothing;
      RC_ASSERT(inside ==
                legal_factors(mapping, made.problem, made.arch, made.constraints, made.options));
      RC_ASSERT(inside == describe(departure, made.problem, made.arch).empty());
      RC_ASSERT(inside == space->index_of(mapping).has_value());
    }
  }));
}

TEST(Mapspace, IndexOfIsTheInverseOfAtOnRandomCases) {
  EXPECT_TRUE(rc::check([] {
    const Case made = random_case();
    const std::optional<Mapspace> space = space_of(made);
    if (!space) return;
    Mapping mapping = space->blank();
    Stream random(11, 0);
    for (int i = 0; i < 30; ++i) {
      space->sample(random, mapping);
      const std::optional<BigInt> index = space->index_of(mapping);
      RC_ASSERT(index.has_value());
      RC_ASSERT(space->at(*index) == mapping);
    }
  }));
}

TEST(Mapspace, ProjectionLeadsIntoTheSpaceAndLeavesWhatIsInIt) {
  EXPECT_TRUE(rc::check([] {
    const Case made = random_case();
    const std::optional<Mapspace> space = space_of(made);
    if (!space) return;
    const Membership members(*space, made.problem);
    const auto project = [&](const Mapping& wished) {
      LoopWishes wishes{};
      for (int level = 0; level < wished.num_levels; ++level) {
        for (int kind = 0; kind < kLoopKinds; ++kind) {
          const auto& factors = wished.levels[level].factor[kind];
          std::copy(factors.begin(), factors.end(), wishes[level][kind].begin());
        }
      }
      return space->project(wishes, wished);
    };
    Mapping drawn = space->blank();
    Stream random(5, 0);
    for (int i = 0; i < 20; ++i) {
      space->sample(random, drawn);
      RC_ASSERT(project(drawn) == drawn);
      const Mapping near = project(random_tiling(*space, made.problem));
      RC_ASSERT(members.find_departure(near).what == Departure::What::nothing);
    }
  }));
}

TEST(Mapspace, IndexIsABijection) {
  const Architecture arch = hierarchy({2, 2}, {{1, 1}, {1, 1}});
  const Mapspace space(gemm(2, 1, 2), arch, unconstrained(arch));
  std::set<std::string> seen;
  for (BigInt index = 0; index < space.size().total; ++index) {
    EXPECT_TRUE(seen.insert(fingerprint(space.at(index))).second);
  }
  // Per dimension: on X, on Y, in time at L0 or at L1; M and N may not share an axis of two.
  EXPECT_EQ(space.size().factorizations, 4 * 4 - 2);
  EXPECT_EQ(space.size().permutations, 2 * 2 * 2);  // space and time of L0, time of L1
  EXPECT_EQ(space.size().bypasses, 8);              // three dataspaces at L0
  EXPECT_EQ(seen.size(), space.size().total);
  EXPECT_THROW(space.at(space.size().total), UsageError);
}

TEST(Mapspace, DrawsAreUniform) {
  const Architecture arch = hierarchy({3, 2}, {{3, 2}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].must_keep = 0b001;
  constraints.levels[0].must_bypass = 0b100;
  const Mapspace space(gemm(6, 4, 1), arch, constraints);
  std::map<std::string, std::uint64_t> counts;
  for (BigInt index = 0; index < space.size().total; ++index) counts[fingerprint(space.at(index))];
  ASSERT_EQ(counts.size(), space.size().total);
  ASSERT_GT(counts.size(), 200U);
  Mapping mapping = space.blank();
  Stream random(3, 0);
  for (std::size_t i = 0; i < 200 * counts.size(); ++i) {
    space.sample(random, mapping);
    ++counts[fingerprint(mapping)];
  }
  ASSERT_EQ(counts.size(), space.size().total) << "a draw outside of the space";
  std::vector<std::uint64_t> numbers;
  for (const auto& [text, count] : counts) numbers.push_back(count);
  EXPECT_LT(test::uniformity_excess(numbers), 4);
}

TEST(Mapspace, DrawingAllocatesNothing) {
  const Architecture arch = hierarchy({16, 16}, {{16, 16}, {1, 1}, {1, 1}});
  const Mapspace space(gemm(256, 96, 1024), arch, unconstrained(arch));
  Mapping mapping = space.blank();
  Stream random(1, 0);
  const std::uint64_t before = test::allocation_count();
  for (int i = 0; i < 1000; ++i) space.sample(random, mapping);
  EXPECT_EQ(test::allocation_count(), before);
}

TEST(Mapspace, SizesAreExactBeyondSixtyFourBits) {
  const Architecture arch = hierarchy({1, 1}, std::vector<test::Mesh>(12));
  const Mapspace space(gemm(1 << 20, 1 << 20, 1 << 20), arch, unconstrained(arch));
  // Compositions of 20 into 12 parts: C(31, 11) = 84,672,315 per dimension.
  EXPECT_EQ(space.size().factorizations, BigInt(84672315) * 84672315 * 84672315);
  EXPECT_EQ(space.size().permutations, boost::multiprecision::pow(BigInt(6), 11));
  EXPECT_EQ(space.size().bypasses, BigInt(1) << 33);
  const Mapping last = space.at(space.size().total - 1);
  EXPECT_TRUE(legal_factors(last, gemm(1 << 20, 1 << 20, 1 << 20), arch, unconstrained(arch), {}));
  Mapping mapping = space.blank();
  Stream random(1, 0);
  space.sample(random, mapping);
  EXPECT_TRUE(
      legal_factors(mapping, gemm(1 << 20, 1 << 20, 1 << 20), arch, unconstrained(arch), {}));
}

TEST(Mapspace, OneLevelWithoutFanOutHasOneFactorization) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}});
  const Mapspace space(gemm(4, 5, 6), arch, unconstrained(arch));
  EXPECT_EQ(space.size().total, 1);
  EXPECT_EQ(space.blank(), space.at(0));
  EXPECT_EQ(space.blank().levels[0].factors(LoopKind::temporal)[2], 6);
}

TEST(Mapspace, SpatialSlotOfTheFanOutTakesTheFactorThatExactlyFits) {
  const Architecture arch = hierarchy({6, 1}, {{1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].spatial.fixed[0] = 6;
  EXPECT_EQ(Mapspace(gemm(12, 1, 1), arch, constraints).size().total, 1);
}

std::string message(const Problem& problem, const Architecture& arch,
                    const Constraints& constraints) {
  try {
    const Mapspace space(problem, arch, constraints);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(Mapspace, NamesTheFactorThatExceedsTheFanOut) {
  const Architecture arch = hierarchy({4, 2}, {{4, 2}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].temporal.fixed[0] = 2;
  constraints.levels[1].spatial.fixed[1] = 8;
  EXPECT_EQ(message(gemm(8, 8, 8), arch, constraints),
            "no mapping satisfies spatial factor N=8 of 8 at 'L1' (fan-out 4 x 2)");
}

TEST(Mapspace, NamesTheFactorThatDoesNotDivide) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].temporal.fixed[2] = 3;
  EXPECT_EQ(message(gemm(8, 8, 8), arch, constraints),
            "no mapping satisfies temporal factor K=3 of 8 at 'L0'");
}

TEST(Mapspace, NamesConstraintsThatOnlyConflictTogether) {
  const Architecture arch = hierarchy({4, 1}, {{4, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[1].spatial.at_most = {2, 1, 1};
  constraints.min_parallelism = 0.75;
  EXPECT_EQ(message(gemm(4, 1, 1), arch, constraints),
            "no mapping satisfies spatial factor M<=2 of 4 at 'L1' (fan-out 4 x 1); parallelism of "
            "at least 0.75 together");
  constraints.min_parallelism = 0.5;
  EXPECT_EQ(message(gemm(4, 1, 1), arch, constraints), "nothing thrown");
}

TEST(Mapspace, NamesTheLevelThatMustKeepAndBypass) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].must_keep = 0b010;
  constraints.levels[0].must_bypass = 0b010;
  EXPECT_EQ(message(gemm(2, 2, 2), arch, constraints),
            "the constraints ask 'L0' to both keep and bypass B");
  constraints.levels[0].must_keep = 0;
  constraints.levels[1].must_bypass = 0b010;
  EXPECT_EQ(message(gemm(2, 2, 2), arch, constraints),
            "the constraints make every level bypass B: no level is left to keep it");
}

TEST(Mapspace, RejectsImperfectFactors) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].temporal.fixed[0] = 5;
  constraints.levels[0].temporal.residual[0] = 3;
  EXPECT_EQ(message(gemm(8, 8, 8), arch, constraints),
            "the factor M=5,3 of the temporal loops at 'L0' is imperfect; the mapspace holds only "
            "factors that divide");
}

TEST(Mapspace, CopiesSwitchesIntoEveryMapping) {
  const Architecture arch = hierarchy({1, 1}, {{1, 1}, {1, 1}});
  Constraints constraints = unconstrained(arch);
  constraints.levels[0].no_multicast = 0b011;
  constraints.levels[1].no_link_transfer = 0b100;
  constraints.levels[1].no_temporal_reuse = 0b001;
  const Mapspace space(gemm(2, 2, 2), arch, constraints);
  EXPECT_EQ(space.at(5).levels[0].no_multicast, 0b011);
  EXPECT_EQ(space.at(5).levels[1].no_link_transfer, 0b100);
  EXPECT_EQ(space.at(5).levels[1].no_temporal_reuse, 0b001);
}

}  // namespace
}  // namespace tilewright
