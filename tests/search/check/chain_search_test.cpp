// The chain search against every mapping of random small spaces: it must find nothing better than
// the best, and something where a claim is a little too high.
#include "search/check/chain_search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "search/every_mapping.hpp"
#include "search/optimal/optimal.hpp"
#include "search/searcher.hpp"
#include "search/small_spaces.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::SmallSpace;

struct Truth {
  std::optional<Mapping> best;
  Objective::Key key{};
};

// False if there are more than `most` mappings.
bool best_of_every(const SmallSpace& small, std::uint64_t most, Truth& truth) {
  const ScratchPtr scratch = small.evaluator.scratch();
  return test::for_each_mapping(small.c.problem, small.c.arch, small.constraints,
                                small.space.options(), most, [&](const Mapping& mapping) {
                                  const Outcome outcome =
                                      small.evaluator.evaluate(mapping, *scratch);
                                  if (!outcome.valid()) return;
                                  const Objective::Key key = small.objective.key(outcome.cost);
                                  if (!truth.best || key < truth.key) truth = {mapping, key};
                                });
}

bool finds_better(const SmallSpace& small, bool whole, const Objective::Key& claimed) {
  const check::Contest contest(small.objective, small.evaluator.terms(), claimed);
  check::ChainSearch search(small.space, small.evaluator, small.objective, contest, whole);
  EXPECT_TRUE(search.run([] { return false; }));
  return search.found().has_value();
}

// The optimal search must know the same best mapping, without the help of the heuristics.
void expect_optimum(const SmallSpace& small, std::uint64_t seed, const Objective::Key& best) {
  SilentSink nothing;
  const SearchResult result = optimal::make_searcher({.threads = 1}, {.warm_up = 0})
                                  ->run(small.space, small.evaluator, small.objective, {}, nothing);
  ASSERT_TRUE(result.proven && result.best) << seed;
  EXPECT_NEAR(small.objective.first_metric(result.best->key), small.objective.first_metric(best),
              1e-9 * std::abs(small.objective.first_metric(best)))
      << seed << '\n'
      << case_yaml(small.c);
}

// False if the space is empty or too large to be gone through.
bool compare(const SmallSpace& small, std::uint64_t seed, std::uint64_t most, bool whole) {
  Truth truth;
  if (!best_of_every(small, most, truth) || !truth.best) return false;
  EXPECT_FALSE(finds_better(small, whole, truth.key)) << seed << '\n' << case_yaml(small.c);
  Objective::Key higher = truth.key;
  higher[0] += 1e-6 * std::abs(higher[0]);
  EXPECT_TRUE(finds_better(small, whole, higher)) << seed << '\n' << case_yaml(small.c);
  if (whole) expect_optimum(small, seed, truth.key);
  return true;
}

bool compare(std::uint64_t seed, std::uint64_t most, bool whole) {
  const auto small = test::make_small_space(seed, most, whole);
  return small != nullptr && compare(*small, seed, most, whole);
}

void compare_many(std::uint64_t first, std::uint64_t cases, bool whole, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed, 3'000, whole) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

LevelConstraint random_keep(oracle::Choices& choices, SpaceMask all, bool outermost) {
  LevelConstraint level;
  const auto kept = outermost ? all : static_cast<SpaceMask>(choices.pick(1, all));
  if (choices.chance(80)) {
    level.must_keep = kept;
    level.must_bypass = static_cast<SpaceMask>(all & ~kept);
  }
  if (choices.chance(10)) level.no_multicast = static_cast<SpaceMask>(choices.pick(1, all));
  if (choices.chance(15)) level.no_temporal_reuse = static_cast<SpaceMask>(choices.pick(1, all));
  return level;
}

Prices random_prices(oracle::Choices& choices, const Architecture& arch) {
  constexpr std::array kPrices{1.0, 10.0, 0.1, 100.0};
  Prices prices = price(arch, {});
  for (StoragePrice& level : prices.storage) {
    level.read = kPrices[static_cast<std::size_t>(choices.pick(0, 3))];
    level.fill = kPrices[static_cast<std::size_t>(choices.pick(0, 3))];
    level.update = kPrices[static_cast<std::size_t>(choices.pick(0, 3))];
  }
  return prices;
}

// Accesses of several words, bandwidths, prices of wires.
void add_limits(oracle::Choices& choices, Architecture& arch) {
  for (StorageLevel& level : arch.storage) {
    if (choices.chance(40)) level.block_size = choices.chance(50) ? 2 : 4;
    if (choices.chance(25)) level.read_bandwidth = choices.pick(1, 4);
    if (choices.chance(15)) level.write_bandwidth = choices.pick(1, 4);
    if (choices.chance(30)) level.entries = static_cast<std::uint64_t>(choices.pick(2, 40));
  }
}

// Sliding windows on arrays below several parents, which lie in an array of their own. With
// `limits`, also a fourth level and all that makes results loose.
std::unique_ptr<SmallSpace> make_peers(std::uint64_t seed, bool limits = false) {
  constexpr std::array kKinds{1, 1, 5, 6, 7};
  constexpr std::array kBounds{1, 2, 3, 4, 6, 2, 3, 8};
  auto choices = oracle::Choices::from_seed(seed);
  oracle::Case c;
  c.problem = random_problem(choices, kKinds[static_cast<std::size_t>(choices.pick(0, 4))], false);
  std::int64_t operations = 1;
  for (std::int64_t& bound : c.problem.bounds) {
    bound = kBounds[static_cast<std::size_t>(choices.pick(0, 7))];
    if ((operations *= bound) > 96) return nullptr;
  }
  const auto mesh_of = [&](const test::Mesh& outside, int most_x, int most_y) {
    return test::Mesh{outside.x * static_cast<std::uint64_t>(choices.pick(1, most_x)),
                      outside.y * static_cast<std::uint64_t>(choices.pick(1, most_y))};
  };
  const test::Mesh parents = mesh_of({}, 3, 2);
  const test::Mesh children = mesh_of(parents, 4, 2);
  c.arch = test::hierarchy(choices.chance(25) ? mesh_of(children, 3, 1) : children,
                           limits && choices.chance(40)
                               ? std::vector<test::Mesh>{children, parents, {}, {}}
                               : std::vector<test::Mesh>{children, parents, {}});
  for (StorageLevel& level : c.arch.storage) level.vector_access_energy = 1;
  Constraints constraints;
  const auto all = static_cast<SpaceMask>((1U << c.problem.spaces.size()) - 1U);
  if (limits) add_limits(choices, c.arch);
  const int levels = c.arch.num_levels();
  for (int s = 0; s < levels; ++s) {
    constraints.levels.push_back(random_keep(choices, all, s + 1 == levels));
  }
  if (choices.chance(30)) constraints.min_parallelism = 0.5;
  const Prices prices = random_prices(choices, c.arch);
  try {
    return std::unique_ptr<SmallSpace>(
        new SmallSpace{c, constraints,
                       Mapspace(c.problem, c.arch, constraints,
                                MapspaceOptions{.both_axes = limits && choices.chance(30)}),
                       Objective(parse_metrics(choices.chance(70)             ? "energy"
                                               : limits && choices.chance(50) ? "delay,energy"
                                                                              : "edp")),
                       Evaluator(c.problem, c.arch, prices)});
  } catch (const UsageError&) {
    return nullptr;
  }
}

void compare_peers(std::uint64_t first, std::uint64_t cases, int least_compared,
                   bool limits = false) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    const auto small = make_peers(seed, limits);
    compared += small != nullptr && compare(*small, seed, 10'000, true) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

// A step that takes another one back, below a memory or MACs that keep nothing: a neighbour may
// have the same tile. Tiles of which a dimension needs two, where it has three iterations. Routers
// are charged for whole words, and the order of loops decides about a word even where the memory
// inside keeps nothing.
TEST(ChainSearch, FindsTheBestWhereItDidNotOnce) {
  EXPECT_TRUE(compare(11'223, 3'000, true));
  EXPECT_TRUE(compare(62'409, 3'000, false));
  EXPECT_TRUE(compare(1'042'660, 3'000, true));
}

TEST(ChainSearch, FindsTheBestOfEveryMapping) { compare_many(0, 3'000, true, 500); }
TEST(ChainSearch, FindsTheBestOfEveryMappingWithShortTiles) {
  compare_many(50'000, 1'000, false, 100);
}
// Words that neighbours pass on are charged by the share of all children of all parents, and what
// is no whole word of a child is lost. The first loop outside may lie beyond spatial loops of two
// levels. Of two children with the same tile each can have what the other had, if a step takes back
// another one, and then nobody asks the parent; and a third loop may go on where the first ended.
// Steps along a coordinate are not known before the spatial loops inside them are, and a loop that
// could as well lie outside an array could not if neighbours in it then pass words on.
TEST(ChainSearch, FindsTheBestOfPeersBelowSeveralParents) {
  compare_peers(0, 300, 20);
  for (const std::uint64_t seed :
       {961, 10'119, 12'442, 14'363, 17'195, 23'512, 29'224, 100'433, 212'806})
    compare_peers(seed, 1, 0);
}
TEST(ChainSearch, FindsTheBestOfPeersBelowSeveralParentsLong) {
  compare_peers(10'000, 20'000, 2'000);
}
TEST(ChainSearch, FindsTheBestOfPeersWithLimits) { compare_peers(500'000, 300, 20, true); }
TEST(ChainSearch, FindsTheBestOfPeersWithLimitsLong) {
  compare_peers(510'000, 20'000, 1'500, true);
}
TEST(ChainSearch, FindsTheBestOfEveryMappingLong) { compare_many(10'000, 12'000, true, 2'000); }
TEST(ChainSearch, FindsTheBestOfEveryMappingWithShortTilesLong) {
  compare_many(60'000, 6'000, false, 600);
}

}  // namespace
}  // namespace tilewright
