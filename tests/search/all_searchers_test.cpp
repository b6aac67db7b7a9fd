// Random cases through every searcher: what comes back lies in the mapspace, costs what the model
// and the sets of points say, and is never better than a proven optimum.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/oracle/compare.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "search/check/verify.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

using test::SmallSpace;

constexpr std::uint64_t kMost = 3'000;  // mappings of a space: the exhaustive search sees all

// The heuristics never come to an end of their own.
StopRules rules_of(std::string_view searcher) {
  const bool ends = searcher == "optimal" || searcher == "auto" || searcher == "exhaustive";
  return {.max_evaluated = ends ? 0U : 300U};
}

SearchResult search(const SmallSpace& small, std::string_view searcher, std::uint64_t seed,
                    int threads) {
  SilentSink nothing;
  return make_searcher(searcher, {.seed = seed, .threads = threads})
      ->run(small.space, small.evaluator, small.objective, rules_of(searcher), nothing);
}

// The best mapping as the model, the mapspace and the oracle see it.
void check_best(const SmallSpace& small, const Incumbent& best) {
  const ScratchPtr scratch = small.evaluator.scratch();
  const Outcome outcome = small.evaluator.evaluate(best.mapping, *scratch);
  ASSERT_TRUE(outcome.valid());
  EXPECT_EQ(small.objective.key(outcome.cost), best.key);
  const Mapspace space(
      small.c.problem, small.c.arch, small.constraints,
      {.both_axes = small.space.options().both_axes, .imperfect = best.mapping.imperfect});
  EXPECT_EQ(why_outside(space, small.c.problem, small.c.arch, best.mapping), "");
  if (best.mapping.imperfect) return;  // counted again in tests/oracle
  const oracle::OracleCounts counts =
      oracle::point_set_oracle(small.c.problem, small.c.arch, best.mapping);
  EXPECT_EQ(
      oracle::difference(counts, small.evaluator.explain(best.mapping, *scratch), small.c.problem),
      "");
}

// False if there is no such case.
bool check_case(std::uint64_t seed) {
  const auto small = test::make_small_space(seed, kMost, true);
  if (small == nullptr) return false;
  const SearchResult optimal = search(*small, "optimal", seed, 1);
  EXPECT_TRUE(optimal.proven);
  for (const std::string_view searcher : searcher_names()) {
    if (searcher == "none") continue;
    SCOPED_TRACE(searcher);
    const SearchResult result = search(*small, searcher, seed, 1 + static_cast<int>(seed % 3));
    if (!result.best) continue;
    check_best(*small, *result.best);
    EXPECT_TRUE(optimal.best || result.best->mapping.imperfect);
    if (!optimal.best) continue;
    const double found = small->objective.first_metric(result.best->key);
    const double least = small->objective.first_metric(optimal.best->key);
    const bool whole = result.proof && result.proof->scope == Scope::imperfect;
    EXPECT_TRUE(whole || found >= least * (1 - 1e-9));
    EXPECT_TRUE(!result.proven || found <= least * (1 + 1e-9));
    EXPECT_TRUE(searcher != "exhaustive" || found <= least * (1 + 1e-9));
  }
  return true;
}

void check_cases(std::uint64_t first, int cases) {
  int checked = 0;
  for (std::uint64_t seed = first; checked < cases && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    checked += check_case(seed) ? 1 : 0;
  }
}

TEST(AllSearchers, AgreeOnRandomCases) { check_cases(700'000, 60); }
TEST(AllSearchers, AgreeOnRandomCasesLong) { check_cases(800'000, 2'000); }

}  // namespace
}  // namespace tilewright
