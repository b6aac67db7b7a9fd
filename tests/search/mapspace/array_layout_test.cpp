// Layouts of an array that cannot differ in cost: against the evaluator, and against the list of
// all tilings.
#include "search/mapspace/array_layout.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::Mesh;

constexpr MapspaceOptions kFull{};
constexpr MapspaceOptions kReduced{.distances_are_free = true};

/// A problem on a hierarchy of arrays, with switches that reuse depends on.
struct Case {
  Problem problem;
  Architecture arch;
  Constraints constraints;

  ArrayLayout layout(const MapspaceOptions& options = kReduced) const {
    return {problem, arch, constraints, options};
  }
  std::uint32_t loops_below(const Mapping& mapping, int level) const {
    std::uint32_t loops = 0;
    const LevelMapping& at = mapping.levels[static_cast<std::size_t>(level)];
    for (int d = 0; d < problem.num_dims(); ++d) {
      const bool any =
          at.factors(LoopKind::spatial_x)[d] > 1 || at.factors(LoopKind::spatial_y)[d] > 1;
      if (any) loops |= 1U << static_cast<unsigned>(d);
    }
    return loops;
  }
};

// Arrays of {1, 1} to {4, 4}, equal on both axes or not, from the outside in.
Case random_case(oracle::Choices& choices, const std::vector<int>& bounds, int most_operations) {
  Case made;
  made.problem = oracle::random_problem(choices, choices.pick(0, 63), true);
  std::int64_t operations = 1;
  for (std::int64_t& bound : made.problem.bounds) {
    const int drawn =
        bounds[static_cast<std::size_t>(choices.pick(0, static_cast<int>(bounds.size()) - 1))];
    if (operations * drawn > most_operations) continue;
    operations *= bound = drawn;
  }
  std::vector<Mesh> meshes{{1, 1}};
  for (int level = choices.pick(1, 2); level > 0; --level) {
    const auto x = static_cast<std::uint64_t>(choices.pick(1, 4));
    const auto y = choices.chance(70) ? x : static_cast<std::uint64_t>(choices.pick(1, 4));
    meshes.insert(meshes.begin(), {meshes.front().x * x, meshes.front().y * y});
  }
  const Mesh macs =
      choices.chance(50) ? meshes.front() : Mesh{meshes.front().x * 2, meshes.front().y * 2};
  made.arch = test::hierarchy(macs, meshes);
  made.arch.storage.front().read_bandwidth = 1.5;
  made.constraints = test::unconstrained(made.arch);
  const int masks = (1 << made.problem.num_spaces()) - 1;
  for (LevelConstraint& level : made.constraints.levels) {
    const auto mask = [&](int percent) {
      return static_cast<SpaceMask>(choices.chance(percent) ? choices.pick(0, masks) : 0);
    };
    level.no_link_transfer = choices.chance(40) ? static_cast<SpaceMask>(masks) : mask(30);
    level.no_multicast = mask(15);
    level.no_temporal_reuse = mask(15);
  }
  return made;
}

Prices prices_of(const Architecture& arch) {
  Prices prices;
  prices.compute.op = 1;
  double energy = 1;
  for (std::size_t level = 0; level < arch.storage.size(); ++level, energy *= 5) {
    StoragePrice price;
    price.read = energy;
    price.fill = 1.25 * energy;
    price.update = 1.5 * energy;
    prices.storage.push_back(price);
    prices.implicit_networks.emplace_back().per_ingress = 0.5;
  }
  return prices;
}

bool same(const Outcome& a, const Outcome& b) {
  if (a.valid() != b.valid()) return false;
  if (!a.valid()) return true;
  return a.cost.cycles == b.cost.cycles && a.cost.utilization == b.cost.utilization &&
         a.cost.accesses == b.cost.accesses &&
         std::abs(a.cost.energy - b.cost.energy) <= 1e-12 * a.cost.energy;
}

// Exchanges X and Y below a level, orders included.
void exchange(LevelMapping& level) {
  std::swap(level.factors(LoopKind::spatial_x), level.factors(LoopKind::spatial_y));
  std::swap(level.residuals(LoopKind::spatial_x), level.residuals(LoopKind::spatial_y));
  std::swap(level.orders(LoopKind::spatial_x), level.orders(LoopKind::spatial_y));
}

void shuffle(oracle::Choices& choices, int num_dims, LevelMapping& level) {
  auto& order = level.orders(LoopKind::spatial_x);
  for (int place = num_dims - 1; place > 0; --place) {
    std::swap(order[place], order[choices.pick(0, place)]);
  }
  level.orders(LoopKind::spatial_y) = order;
}

struct Tally {
  int free = 0;     // layouts that must not matter
  int placed = 0;   // layouts that may
  int differs = 0;  // and do
};

void compare_layouts(const Case& c, oracle::Choices& choices, Tally& tally) {
  const Mapspace space(c.problem, c.arch, c.constraints, kFull);
  const ArrayLayout layout = c.layout();
  const Evaluator evaluator(c.problem, c.arch, prices_of(c.arch), {0});
  const ScratchPtr scratch = evaluator.scratch();
  Stream random(static_cast<std::uint64_t>(choices.pick(0, 1 << 30)), 0);
  Mapping mapping = space.blank();
  for (int draw = 0; draw < 8; ++draw) {
    space.sample(random, mapping);
    const Outcome expected = evaluator.evaluate(mapping, *scratch);
    for (int level = 0; level < c.arch.num_levels(); ++level) {
      const std::uint32_t loops = c.loops_below(mapping, level);
      if (loops == 0) continue;
      Mapping other = mapping;
      LevelMapping& at = other.levels[static_cast<std::size_t>(level)];
      shuffle(choices, c.problem.num_dims(), at);
      if (layout.exchangeable(level) && choices.chance(70)) exchange(at);
      const bool equal = same(expected, evaluator.evaluate(other, *scratch));
      if ((loops & layout.placed(level)) == 0) {
        ++tally.free;
        ASSERT_TRUE(equal) << test::fingerprint(mapping) << "\n" << test::fingerprint(other);
      } else {
        ++tally.placed;
        tally.differs += equal ? 0 : 1;
      }
    }
  }
}

TEST(ArrayLayout, WhereItDoesNotMatterTheEvaluatorSeesNoDifference) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < 15'000; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    const Case c = random_case(choices, {1, 1, 2, 3, 4, 6, 9}, 20'000);
    compare_layouts(c, choices, tally);
    if (HasFatalFailure()) FAIL() << "seed " << seed << "\n" << c.problem.shape_name;
  }
  EXPECT_GT(tally.free, 5000);
  EXPECT_GT(tally.placed, 5000);
  EXPECT_GT(tally.differs, 100);  // so it is not for nothing that these are told apart
}

// The least text among the tilings that differ from this one by exchanges at no cost.
std::string representative(const Case& c, const ArrayLayout& layout, Mapping mapping) {
  std::string least = test::factor_fingerprint(mapping);
  for (int level = 0; level < c.arch.num_levels(); ++level) {
    const bool free = (c.loops_below(mapping, level) & layout.placed_somewhere()) == 0;
    if (!layout.exchangeable(level) || !free) continue;
    Mapping other = mapping;
    exchange(other.levels[static_cast<std::size_t>(level)]);
    const std::string text = test::factor_fingerprint(other);
    if (text >= least) continue;
    least = text;
    mapping = other;
  }
  return least;
}

std::vector<std::string> representatives(const Case& c, const Mapspace& space) {
  std::vector<std::string> texts;
  const ArrayLayout layout = c.layout();
  const BigInt stride = space.size().total / space.size().factorizations;
  for (BigInt index = 0; index < space.size().total; index += stride) {
    texts.push_back(representative(c, layout, space.at(index)));
  }
  return texts;
}

TEST(ArrayLayout, OfTilingsThatCanBeExchangedTheMapspaceHoldsOne) {
  int reduced_ones = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    const Case c = random_case(choices, {1, 2, 2, 3, 4}, 64);
    const Mapspace full(c.problem, c.arch, c.constraints, kFull);
    const Mapspace reduced(c.problem, c.arch, c.constraints, kReduced);
    EXPECT_EQ(reduced.size().full_total / reduced.size().permutations,
              full.size().total / full.size().permutations);
    EXPECT_EQ(full.size().full_total, full.size().total);
    if (full.size().factorizations > 5'000) continue;
    const std::vector<std::string> all = representatives(c, full);
    const std::vector<std::string> kept = representatives(c, reduced);
    const std::set<std::string> expected(all.begin(), all.end());
    EXPECT_EQ(kept.size(), expected.size()) << "seed " << seed;
    EXPECT_TRUE(std::set<std::string>(kept.begin(), kept.end()) == expected) << "seed " << seed;
    reduced_ones += kept.size() < all.size() ? 1 : 0;
  }
  EXPECT_GT(reduced_ones, 30);
}

TEST(ArrayLayout, DrawsAreUniformAmongTheTilingsThatAreLeft) {
  const Architecture arch = test::hierarchy({2, 2}, {{2, 2}, {1, 1}});
  const Problem problem = test::gemm(4, 2, 2);
  Constraints constraints = test::unconstrained(arch);
  constraints.levels[0].must_keep = constraints.levels[1].must_keep = 0b111;
  const Mapspace space(problem, arch, constraints, kReduced);
  std::map<std::string, std::uint64_t> counts;
  for (BigInt i = 0; i < space.size().total; ++i) counts[test::factor_fingerprint(space.at(i))] = 0;
  ASSERT_EQ(counts.size(), space.size().factorizations);
  ASSERT_LT(space.size().total, space.size().full_total);
  Mapping mapping = space.blank();
  Stream random(3, 0);
  for (std::size_t i = 0; i < 500 * counts.size(); ++i) {
    space.sample(random, mapping);
    ++counts[test::factor_fingerprint(mapping)];
  }
  ASSERT_EQ(counts.size(), space.size().factorizations) << "a draw outside of the space";
  std::vector<std::uint64_t> numbers;
  for (const auto& [text, count] : counts) numbers.push_back(count);
  EXPECT_LT(test::uniformity_excess(numbers), 4);
}

double least_edp(const Case& c) {
  const Mapspace space(c.problem, c.arch, c.constraints, kFull);
  const Evaluator evaluator(c.problem, c.arch, prices_of(c.arch));
  const ScratchPtr scratch = evaluator.scratch();
  double least = std::numeric_limits<double>::infinity();
  for (BigInt i = 0; i < space.size().total; ++i) {
    const Outcome outcome = evaluator.evaluate(space.at(i), *scratch);
    if (outcome.valid()) least = std::min(least, outcome.cost.edp());
  }
  return least;
}

TEST(ArrayLayout, ExhaustiveSearchStillFindsTheBestOfAllMappings) {
  int searched = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    Case c = random_case(choices, {1, 1, 2, 3}, 12);
    for (std::size_t level = 0; level < c.arch.storage.size(); ++level) {
      c.arch.storage[level].entries = 6 << (2 * level);
      c.constraints.levels[level].must_keep = 0b1;
    }
    const Mapspace reduced(c.problem, c.arch, c.constraints, kReduced);
    if (reduced.size().full_total > 20'000) continue;
    const double best = least_edp(c);
    const Evaluator evaluator(c.problem, c.arch, prices_of(c.arch));
    SilentSink sink;
    const SearchResult found =
        make_searcher("exhaustive", {.threads = 1})->run(reduced, evaluator, Objective(), {}, sink);
    ASSERT_EQ(found.best.has_value(), std::isfinite(best)) << "seed " << seed;
    if (!found.best) continue;
    EXPECT_NEAR(found.best->cost.edp(), best, 1e-12 * best) << "seed " << seed;
    ++searched;
  }
  EXPECT_GT(searched, 50);
}

TEST(ArrayLayout, WiresThatCostKeepEverythingInItsPlace) {
  const Architecture arch = test::hierarchy({4, 4}, {{4, 4}, {1, 1}});
  Prices prices = prices_of(arch);
  EXPECT_TRUE(distances_are_free(arch, prices));
  prices.implicit_networks[1].per_hop = 0.1;
  EXPECT_FALSE(distances_are_free(arch, prices));
  const Case c{test::gemm(4, 4, 4), arch, test::unconstrained(arch)};
  EXPECT_EQ(c.layout(kFull).placed(1), 0b111U);
  EXPECT_FALSE(c.layout(kFull).exchangeable(1));
  EXPECT_EQ(c.layout(kReduced).placed(1), 0U);
  EXPECT_TRUE(c.layout(kReduced).exchangeable(1));
}

TEST(ArrayLayout, TheUsersOrderAndSplitStay) {
  const Architecture arch = test::hierarchy({4, 4}, {{4, 4}, {1, 1}});
  Case c{test::gemm(4, 4, 4), arch, test::unconstrained(arch)};
  c.constraints.levels[1].spatial.inner = {0};
  EXPECT_FALSE(c.layout().exchangeable(1));
  c.constraints.levels[1].spatial = {};
  c.constraints.levels[1].spatial.split = 1;
  EXPECT_FALSE(c.layout().exchangeable(1));
}

}  // namespace
}  // namespace tilewright
