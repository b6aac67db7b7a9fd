// What the automatic search claims: of mappings whose factors divide, or of all. Against brute
// force; and what is found without asking does not depend on the number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/spec/spec.hpp"
#include "places.hpp"
#include "search/check/verify.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/optimal/optimal.hpp"
#include "search/short_tiles/imperfect.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

using test::Best;
using test::SmallSpace;

constexpr std::uint64_t kMost = 20'000;  // mappings of a small space

/// How often each kind of result came.
struct Seen {
  int compared = 0;
  int perfect = 0;   // proven for factors that divide
  int whole = 0;     // for all
  int improved = 0;  // a mapping whose factors do not divide
  int unproven = 0;
};

// A claim must hold for the mappings that it names.
void check_claims(const SearchResult& result, double gap, const SmallSpace& small,
                  const Best& perfect, const Best& all, Seen& seen) {
  ASSERT_TRUE(result.best && result.proof && all);
  const auto first = [&](const Best& best) { return small.objective.first_metric(*best); };
  const double hair = 1 + 1e-9;
  EXPECT_LE(first(result.best->key) * (1 - gap), first(perfect) * hair);
  EXPECT_EQ(why_outside(small.space, small.c.problem, small.c.arch, result.best->mapping), "");
  const bool whole = result.proof->scope == Scope::imperfect;
  const Best& truth = whole ? all : perfect;
  EXPECT_LE(result.proof->lower_bound, first(truth) * hair);
  if (result.imperfect_gap()) {
    EXPECT_LE(first(result.best->key) * (1 - *result.imperfect_gap()), first(all) * hair);
  }
  EXPECT_TRUE(whole || !result.best->mapping.imperfect);
  if (result.proven) {
    for (std::size_t i = 0; i < truth->size(); ++i) {
      EXPECT_NEAR(result.best->key[i], (*truth)[i], 1e-9 * (*truth)[i]);
    }
  }
  ++seen.compared;
  seen.perfect += !whole && result.proven ? 1 : 0;
  seen.whole += whole && result.proven ? 1 : 0;
  seen.improved += result.best->mapping.imperfect ? 1 : 0;
  seen.unproven += result.proven ? 0 : 1;
}

// After a proof of the best mapping whose factors divide, with few steps or enough of them.
void compare_scope(std::uint64_t seed, Seen& seen) {
  const auto small = test::make_small_space(seed, kMost, false);
  Best all;
  if (small == nullptr || !best_of_short_tiles(*small, kMost, all)) return;
  const Best perfect = best_of_all(*small);
  if (!perfect) return;
  const Mapspace whole(small->c.problem, small->c.arch, small->constraints,
                       MapspaceOptions{.both_axes = small->space.options().both_axes});
  SearchOptions options{.seed = seed, .threads = 1};
  if (seed % 4 == 0) options.gap = 0.01 * static_cast<double>(1 + seed % 30);
  SilentSink nothing;
  const SearchResult proof = optimal::make_searcher(options, {.warm_up = seed % 3})
                                 ->run(whole, small->evaluator, small->objective, {}, nothing);
  const std::uint64_t steps = seed % 2 == 0 ? 1 + seed % 97 : 1'000'000;
  const SearchResult result =
      short_tiles::try_imperfect(proof, optimal::quick_search(options, small->objective), whole,
                                 small->evaluator, small->objective, {}, nothing, options, steps);
  check_claims(result, options.gap, *small, perfect, all, seen);
}

void compare_scopes(std::uint64_t first, std::uint64_t cases) {
  Seen seen;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    compare_scope(seed, seen);
    if (testing::Test::HasFailure()) std::cerr << "case " << seed << '\n';
  }
  const int many = seen.compared / 30;
  EXPECT_GT(seen.compared, static_cast<int>(cases / 10));
  EXPECT_GT(seen.perfect, many);
  EXPECT_GT(seen.whole, many);
  EXPECT_GT(seen.improved, many);
  EXPECT_GT(seen.unproven, many / 4);
}

TEST(Scope, ClaimsHoldForTheMappingsThatTheyName) { compare_scopes(200'000, 150); }
// A loop that descents give to a dimension which had none must stand where the constraints want it.
TEST(Scope, AnOrderHoldsForLoopsThatAreNew) {
  Seen seen;
  compare_scope(306'613, seen);
  EXPECT_EQ(seen.compared, 1);
}
TEST(Scope, ClaimsHoldForTheMappingsThatTheyNameLong) { compare_scopes(300'000, 12'000); }

// With a gap, and with ties that a later metric could break.
void compare_gaps(std::uint64_t first, std::uint64_t cases, int least_compared) {
  int compared = 0;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) {
    const auto small = test::make_small_space(seed, kMost, false);
    Best all;
    if (small == nullptr || !best_of_short_tiles(*small, kMost, all) || !all) continue;
    const Objective objective(parse_metrics(seed % 2 == 0 ? "delay,energy" : "energy,delay"));
    const SmallSpace own{
        small->c, small->constraints,
        Mapspace(small->c.problem, small->c.arch, small->constraints, small->space.options()),
        objective, Evaluator(small->c.problem, small->c.arch, small->evaluator.prices())};
    Best truth;
    if (!best_of_short_tiles(own, kMost, truth) || !truth) continue;
    const SearchOptions options{
        .seed = seed, .threads = 1, .gap = 0.01 * static_cast<double>(1 + seed % 20)};
    SilentSink nothing;
    const SearchResult result = make_searcher(seed % 3 == 0 ? "auto" : "optimal", options)
                                    ->run(own.space, own.evaluator, objective, {}, nothing);
    ASSERT_TRUE(result.best && result.proof);
    EXPECT_LE(result.proof->lower_bound, (*truth)[0] * (1 + 1e-9)) << seed;
    EXPECT_LE(result.best->key[0] * (1 - options.gap), (*truth)[0] * (1 + 1e-9)) << seed;
    for (std::size_t i = 0; result.proven && i < truth->size(); ++i) {
      EXPECT_NEAR(result.best->key[i], (*truth)[i], 1e-9 * (*truth)[i]) << seed;
    }
    ++compared;
  }
  EXPECT_GT(compared, least_compared);
}

TEST(Scope, AGapLeavesNoTieOpenThatIsCalledProven) { compare_gaps(400'000, 200, 20); }
TEST(Scope, AGapLeavesNoTieOpenThatIsCalledProvenLong) { compare_gaps(500'000, 10'000, 1'200); }

/// A layer of a product on a small array that its bounds do not fill.
class Pruned : public testing::Test {
 protected:
  SearchResult search(const SearchOptions& options, const char* metric, bool imperfect = false) {
    SilentSink nothing;
    const Mapspace space(problem(), *specs_.architecture, read_constraints(specs_, problem()),
                         {.distances_are_free = distances_are_free(*specs_.architecture, prices_),
                          .imperfect = imperfect});
    const Evaluator evaluator(problem(), *specs_.architecture, prices_);
    return make_searcher("auto", options)
        ->run(space, evaluator, Objective(parse_metrics(metric)), {}, nothing);
  }
  const Problem& problem() const { return specs_.layers.front().problem; }

  SpecSet specs_ = read_files_and_texts(
      {std::string(kSourceFolder) + "/specs/arch/weight_stationary.yaml"},
      {{"pruned", "problem: {shape: fully-connected, instance: {N: 81, C: 298, M: 100}}"}});
  Prices prices_ = price(*specs_.architecture, {});
};

// 298 = 2 * 149 channels use 2 of 16 rows of the array unless the last tile is short.
TEST_F(Pruned, FactorsThatDoNotDivideAreFoundWithoutAsking) {
  const SearchResult asked = search({.threads = 1}, "delay", true);
  const SearchResult result = search({.threads = 1}, "delay");
  ASSERT_TRUE(asked.best && result.best && result.proof);
  EXPECT_TRUE(asked.proven);
  EXPECT_TRUE(result.proven);
  EXPECT_EQ(result.proof->scope, Scope::imperfect);
  EXPECT_TRUE(result.best->mapping.imperfect);
  EXPECT_EQ(result.best->cost.cycles, asked.best->cost.cycles);
}

TEST_F(Pruned, PerfectFactorsAreKeptToWhereTheyAreWanted) {
  const SearchResult result = search({.threads = 1, .perfect_only = true}, "delay");
  ASSERT_TRUE(result.best && result.proof);
  EXPECT_TRUE(result.proven);
  EXPECT_EQ(result.proof->scope, Scope::perfect);
  EXPECT_FALSE(result.best->mapping.imperfect);
  EXPECT_FALSE(result.imperfect_gap());
  EXPECT_GT(result.best->cost.cycles, 2 * search({.threads = 1}, "delay").best->cost.cycles);
}

TEST_F(Pruned, ThreadsMakeNoDifference) {
  for (const char* metric : {"edp", "energy", "delay,energy"}) {
    const SearchResult one = search({.threads = 1}, metric);
    for (const int threads : {2, 3}) {
      const SearchResult many = search({.threads = threads}, metric);
      EXPECT_EQ(many.best->mapping, one.best->mapping) << metric;
      EXPECT_EQ(many.proof, one.proof) << metric;
      EXPECT_EQ(many.proven, one.proven) << metric;
      EXPECT_EQ(many.stopped_by, one.stopped_by) << metric;
      EXPECT_EQ(many.evaluated, one.evaluated) << metric;
      EXPECT_EQ(many.valid, one.valid) << metric;
    }
  }
}

}  // namespace
}  // namespace tilewright
