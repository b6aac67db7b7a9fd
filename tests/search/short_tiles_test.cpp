// The search among short tiles: its bounds against the evaluator, its result against brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/optimal/optimal.hpp"
#include "search/short_tiles/short_search.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

using namespace short_tiles;
using test::Best;
using test::SmallSpace;

// Whole factors by the search for them, all others by the one for short tiles; neither has help.
Best search(const SmallSpace& small) {
  optimal::Target target(small.objective, small.evaluator.terms());
  const Mapspace whole(small.c.problem, small.c.arch, small.constraints,
                       MapspaceOptions{.both_axes = small.space.options().both_axes});
  SilentSink nothing;
  const SearchResult perfect = optimal::make_searcher({.threads = 1}, {.warm_up = 0})
                                   ->run(whole, small.evaluator, small.objective, {}, nothing);
  EXPECT_TRUE(perfect.proven);
  ShortSearch search(small.space, small.evaluator, small.objective, target, {}, {});
  EXPECT_TRUE(search.run([] { return false; }, [](const Incumbent& /*found*/) {}, [] {}));
  Best best;
  if (perfect.best) best = perfect.best->key;
  if (target.best()) best = std::min(best.value_or(target.best()->key), target.best()->key);
  return best;
}

bool compare(std::uint64_t seed, std::uint64_t most) {
  const auto small = test::make_small_space(seed, most, false);
  Best truth;
  if (small == nullptr || !best_of_short_tiles(*small, most, truth)) return false;
  expect_equal(search(*small), truth, *small, seed);
  return true;
}

void compare_many(std::uint64_t first, std::uint64_t cases, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare(seed, 20'000) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(ShortTiles, EqualBruteForce) { compare_many(0, 1'500, 250); }
TEST(ShortTiles, EqualBruteForceLong) { compare_many(10'000, 12'000, 2'000); }

// Larger problems: with and without the steps that make no difference. False if that takes long.
bool compare_steps(std::uint64_t seed) {
  const auto small = test::make_space(seed, 1'000, false);
  if (small == nullptr) return false;
  std::array<Best, 2> best;
  for (const bool all : {true, false}) {
    optimal::Target target(small->objective, small->evaluator.terms());
    ShortSearch search(small->space, small->evaluator, small->objective, target, {}, {}, all);
    int looks = 0;
    const auto stop = [&] { return ++looks > 300; };
    if (!search.run(
            stop, [](const Incumbent& /*found*/) {}, [] {}))
      return false;
    if (target.best()) best[all ? 0 : 1] = target.best()->key;
  }
  expect_equal(best[1], best[0], *small, seed);
  return true;
}

void compare_steps(std::uint64_t first, std::uint64_t cases, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compared += compare_steps(seed) ? 1 : 0;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(ShortTiles, LeavesOutOnlyStepsThatMakeNoDifference) { compare_steps(500'000, 60, 20); }
TEST(ShortTiles, LeavesOutOnlyStepsThatMakeNoDifferenceLong) { compare_steps(600'000, 1'500, 500); }

// What is known when a search is stopped before it has begun, or after a while.
TEST(ShortTiles, AStoppedSearchClaimsNoMoreThanItKnows) {
  int looked = 0;
  for (std::uint64_t seed = 0; seed < 400 && looked < 60; ++seed) {
    const auto small = test::make_small_space(seed, 20'000, false);
    Best truth;
    if (small == nullptr || !best_of_short_tiles(*small, 20'000, truth) || !truth) continue;
    const double best = small->objective.first_metric(*truth);
    std::atomic<bool> cancelled = true;
    std::vector<StopRules> rules(3);
    rules[0].cancelled = &cancelled;
    rules[1].max_evaluated = 1;
    rules[2].max_valid = 1 + seed % 7;
    for (const StopRules& stop : rules) {
      SilentSink nothing;
      const SearchResult result =
          make_searcher(seed % 2 == 0 ? "auto" : "optimal", {.threads = 1})
              ->run(small->space, small->evaluator, small->objective, stop, nothing);
      if (result.proof) {
        EXPECT_LE(result.proof->lower_bound, best + 1e-9 * std::abs(best)) << seed;
      }
      if (result.proven) {
        EXPECT_NEAR(small->objective.first_metric(result.best->key), best, 1e-9 * std::abs(best));
      }
    }
    ++looked;
  }
  EXPECT_GT(looked, 40);
}

/// Follows a mapping through all the bounds that the search would ask for on its way.
class Follower {
 public:
  Follower(const oracle::Case& c, const Evaluator& evaluator, const Mapspace& space, bool tables)
      : mapping_(c.mapping),
        nest_(evaluator, c.mapping),
        plans_(space, c.problem, evaluator.terms(), {}, kUnlimited),
        further_(nest_, c.problem, {}, tables ? Further::kMostEntries : 0) {
    nest_.use(optimal::make_keeping(mapping_, c.problem.num_spaces()));
    further_.prepare();
  }

  // False if the space does not allow the spatial loops.
  bool go(double energy, double cycles) {
    energy_ = energy;
    cycles_ = cycles;
    Plans::Selection selection{};
    if (!select(selection)) return false;
    const Plan plan = plans_.make(selection);
    nest_.use(plan);
    EXPECT_LE(further_.macs() + further_.rough(), energy_ * (1 + 1e-9));
    Frame frame = nest_.start();
    check(LevelBound(nest_, frame, -1), frame, -1, 0);
    for (int s = 0; s < mapping_.num_levels; ++s) pass(s, frame);
    exact_ = std::abs(frame.settled - energy_) <= 1e-9 * energy_;
    EXPECT_LE(frame.settled, energy_ * (1 + 1e-9));
    return true;
  }
  bool exact() const { return exact_; }

 private:
  Factors factors(int level, bool spatial) const {
    Factors result;
    result.fill(1);
    for (const int d : nest_.dims()) {
      const LevelMapping& from = mapping_.levels[at(level)];
      const auto own = [&](LoopKind kind) { return std::int64_t{from.factors(kind)[at(d)]}; };
      result[at(d)] =
          spatial ? own(LoopKind::spatial_x) * own(LoopKind::spatial_y) : own(LoopKind::temporal);
    }
    return result;
  }

  bool select(Plans::Selection& selection) {
    for (int s = 0; s < mapping_.num_levels; ++s) {
      const Factors wanted = factors(s, true);
      const auto place = std::find(plans_.levels().begin(), plans_.levels().end(), s);
      if (place == plans_.levels().end()) {
        if (std::any_of(wanted.begin(), wanted.end(), [](auto n) { return n > 1; })) return false;
        continue;
      }
      const auto& choices = plans_.choices(s);
      const auto same = std::find_if(choices.begin(), choices.end(), [&](const auto& choice) {
        return std::all_of(nest_.dims().begin(), nest_.dims().end(),
                           [&](int d) { return choice.factor[at(d)] == wanted[at(d)]; });
      });
      if (same == choices.end()) return false;
      selection[static_cast<std::size_t>(place - plans_.levels().begin())] =
          static_cast<std::uint32_t>(same - choices.begin());
    }
    return true;
  }

  std::uint64_t id(const Frame& frame, const Factors& factor, int fixed) const {
    std::uint64_t sum = 0;
    for (int a = 0; a < further_.numbers().num_axes(); ++a) {
      const auto d = at(nest_.dims()[at(a)]);
      sum += further_.numbers().id(
          a, a < fixed ? ceil_div(frame.tiles[d], factor[d]) : frame.tiles[d]);
    }
    return sum;
  }

  void check(const LevelBound& bound, const Frame& frame, int level, double beyond) {
    EXPECT_LE(bound.energy() + beyond, energy_ * (1 + 1e-9)) << "level " << level;
    EXPECT_LE(nest_.cycles(frame, level), cycles_ * (1 + 1e-9)) << "level " << level;
  }

  void pass(int level, Frame& frame) {
    EXPECT_TRUE(nest_.spread(level, frame));
    const Factors factor = factors(level, false);
    LevelBound bound(nest_, frame, level);
    const int dims = static_cast<int>(nest_.dims().size());
    for (int fixed = 0; fixed <= dims; ++fixed) {
      bound.choose(factor, fixed);
      check(bound, frame, level, further_.beyond(level, fixed, id(frame, factor, fixed)));
    }
    const optimal::LoopClass loops = optimal::classify(
        nest_.terms(), temporal_loops(mapping_.levels[at(level)], mapping_.num_dims));
    if (loops.first >= 0 && bound.any_open()) {
      EXPECT_NE(bound.firsts() & bit(loops.first), 0U);
      EXPECT_LE(bound.energy(loops.first), energy_ * (1 + 1e-9)) << "first at level " << level;
    }
    nest_.run(level, factor, loops, frame);
    EXPECT_LE(nest_.cycles(frame, level), cycles_ * (1 + 1e-9)) << "after level " << level;
  }

  Mapping mapping_;
  Nest nest_;
  Plans plans_;
  Further further_;
  double energy_ = 0;
  double cycles_ = 0;
  bool exact_ = false;
};

void follow_many(std::uint64_t first, std::uint64_t cases) {
  std::uint64_t followed = 0;
  std::uint64_t exact = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    auto choices = oracle::Choices::from_seed(seed);
    oracle::CaseOptions options;
    options.distributed = options.over_mapped = options.capacities = false;
    options.imperfect = true;
    options.mixed = seed % 4 == 0;
    options.max_operations = 2'000;
    oracle::Case c = random_case(choices, options);
    c.mapping.imperfect = true;  // whole factors are priced as short tiles here
    Constraints constraints;
    constraints.levels.resize(c.arch.storage.size());
    const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
    const ScratchPtr scratch = evaluator.scratch();
    const Stats stats = evaluator.explain(c.mapping, *scratch);
    if (!stats.outcome.valid()) continue;
    double energy = stats.compute.energy_total;  // wires are not bounded
    for (const LevelStats& level : stats.levels) energy += level.energy_total;
    std::optional<Mapspace> space;
    try {
      space.emplace(c.problem, c.arch, constraints,
                    MapspaceOptions{.both_axes = true, .imperfect = true});
    } catch (const UsageError&) {
      continue;
    }
    Follower follower(c, evaluator, *space, seed % 5 != 0);
    if (!follower.go(energy, static_cast<double>(stats.outcome.cost.cycles))) continue;
    ++followed;
    exact += follower.exact() ? 1 : 0;
    if (testing::Test::HasFailure()) std::cerr << seed << case_yaml(c);
  }
  EXPECT_GT(followed, cases / 2);
  EXPECT_GT(exact, followed / 2);
}

TEST(ShortTiles, BoundsAreNeverAboveTheEvaluatorOnTheWay) { follow_many(0, 6'000); }
TEST(ShortTiles, BoundsAreNeverAboveTheEvaluatorOnTheWayLong) { follow_many(100'000, 400'000); }

}  // namespace
}  // namespace tilewright
