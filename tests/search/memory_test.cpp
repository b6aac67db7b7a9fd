// Searches that may take little memory: they claim no more than they know, and always the same.
#include <gtest/gtest.h>

#include <cmath>

#include "search/searcher.hpp"
#include "search/small_spaces.hpp"

namespace tilewright {
namespace {

SearchResult search(const test::SmallSpace& small, const char* searcher, std::uint64_t memory,
                    int threads) {
  SilentSink nothing;
  const StopRules rules{.max_evaluated = 3'000};
  return make_searcher(searcher, {.threads = threads, .max_memory = memory})
      ->run(small.space, small.evaluator, small.objective, rules, nothing);
}

void expect_honest(const SearchResult& result, double best, std::uint64_t seed) {
  const double margin = 1e-9 * std::abs(best);
  if (result.proof) {
    EXPECT_LE(result.proof->lower_bound, best + margin) << seed;
  }
  if (result.proven) {
    ASSERT_TRUE(result.best) << seed;
    EXPECT_LE(result.proof->best, best + margin) << seed;
  }
}

// Enough for nothing, for some tables, for some labels, for all.
TEST(Memory, LittleOfItMakesNoFalseClaims) {
  int looked = 0;
  int out_of_memory = 0;
  for (std::uint64_t seed = 0; seed < 300 && looked < 40; ++seed) {
    const bool whole = seed % 2 == 0;
    const auto small = test::make_small_space(seed, 20'000, whole);
    if (small == nullptr) continue;
    test::Best truth;
    if (whole) {
      truth = test::best_of_all(*small);
    } else if (!test::best_of_short_tiles(*small, 20'000, truth)) {
      continue;
    }
    if (!truth) continue;
    ++looked;
    const double best = small->objective.first_metric(*truth);
    for (const std::uint64_t memory : {1'000, 20'000, 100'000, 1'000'000}) {
      for (const char* searcher : {"auto", "optimal"}) {
        const SearchResult one = search(*small, searcher, memory, 1);
        const SearchResult two = search(*small, searcher, memory, 2);
        expect_honest(one, best, seed);
        EXPECT_EQ(one.out_of_memory, two.out_of_memory) << seed;
        EXPECT_EQ(one.stopped_by, two.stopped_by) << seed;
        ASSERT_EQ(one.best.has_value(), two.best.has_value()) << seed;
        if (one.best) {
          EXPECT_EQ(one.best->key, two.best->key) << seed;
        }
        EXPECT_EQ(one.proof, two.proof) << seed;
        out_of_memory += one.out_of_memory ? 1 : 0;
      }
    }
  }
  EXPECT_GT(looked, 20);
  EXPECT_GT(out_of_memory, 20);
}

}  // namespace
}  // namespace tilewright
