// The default searcher: a proof where it is quick, the heuristics with a bound elsewhere.
#include <gtest/gtest.h>

#include <chrono>

#include "search/optimal/optimal.hpp"
#include "search/searchers.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

/// Sees that what is reported only ever gets better.
struct Descent : Sink {
  std::optional<Objective::Key> last;
  bool descends = true;
  void improved(const Incumbent& incumbent) override {
    descends &= !last || incumbent.key < *last;
    last = incumbent.key;
  }
  void progress(const SearchResult& result) override {
    if (last) descends &= result.best.has_value() && !(*last < result.best->key);
  }
};

class Automatic : public testing::Test {
 protected:
  SearchResult run(const char* searcher, const StopRules& stop,
                   const Objective& objective = Objective()) {
    Descent sink;
    SearchResult result = make_searcher(searcher, {.seed = 3, .threads = 2, .perfect_only = true})
                              ->run(space_, evaluator_, objective, stop, sink);
    EXPECT_TRUE(sink.descends) << searcher;
    return result;
  }
  static std::string mapping(const SearchResult& result) {
    return result.best ? test::fingerprint(result.best->mapping) : "none";
  }

  Problem problem_ = test::gemm(12, 16, 24);
  Architecture arch_ = test::small_arch();
  Mapspace space_{problem_, arch_, test::unconstrained(arch_)};
  Evaluator evaluator_{problem_, arch_, test::small_prices(arch_)};
};

TEST_F(Automatic, ProvesWhatIsQuicklyProved) {
  const SearchResult result = run("auto", {});
  const SearchResult optimal = run("optimal", {});
  ASSERT_TRUE(result.best && optimal.best);
  EXPECT_TRUE(result.proven);
  EXPECT_EQ(result.best->cost.edp(), optimal.best->cost.edp());
  EXPECT_EQ(result.gap(), 0.0);
}

TEST_F(Automatic, CountsAreThoseOfTheHeuristicsWithABoundBeside) {
  StopRules stop;
  stop.max_evaluated = 500;
  const SearchResult result = run("auto", stop);
  const SearchResult portfolio = run("portfolio", stop);
  const SearchResult optimal = run("optimal", {});
  EXPECT_EQ(result.stopped_by, StopCause::max_evaluated);
  EXPECT_EQ(result.evaluated, portfolio.evaluated);
  EXPECT_EQ(mapping(result), mapping(portfolio));
  ASSERT_TRUE(result.proof && optimal.best);
  EXPECT_LE(result.proof->lower_bound, optimal.best->cost.edp() * (1 + 1e-12));
  EXPECT_GT(result.proof->lower_bound, 0);
  ASSERT_TRUE(result.gap());
  EXPECT_GE(*result.gap(), 0);
}

// A search that would keep too many labels at once gives up, with a bound.
TEST_F(Automatic, MemoryIsBounded) {
  const optimal::Settings settings{.warm_up = 100, .most_kept = 2};
  Descent sink;
  const SearchResult result = optimal::make_searcher({.seed = 3, .threads = 1}, settings)
                                  ->run(space_, evaluator_, Objective(), {}, sink);
  const SearchResult optimal = run("optimal", {});
  EXPECT_FALSE(result.proven);
  EXPECT_EQ(result.stopped_by, StopCause::effort);
  ASSERT_TRUE(result.best && result.proof && optimal.best);
  EXPECT_LE(result.proof->lower_bound, optimal.best->cost.edp() * (1 + 1e-12));
}

TEST_F(Automatic, AnEndedTimeIsAnEnd) {
  StopRules stop;
  stop.deadline = std::chrono::steady_clock::now();
  const SearchResult result = run("auto", stop);
  EXPECT_FALSE(result.proven);
  EXPECT_EQ(result.stopped_by, StopCause::deadline);
}

TEST_F(Automatic, ACancelledSearchReturnsAtOnce) {
  const std::atomic<bool> cancelled = true;
  StopRules stop;
  stop.cancelled = &cancelled;
  const SearchResult result = run("auto", stop);
  EXPECT_FALSE(result.proven);
  EXPECT_EQ(result.stopped_by, StopCause::cancelled);
}

TEST_F(Automatic, FrontsAreExactWhereTheyAreQuick) {
  const Objective both = Objective(parse_metrics("edp"), {}, parse_metrics("energy,delay"));
  const SearchResult result = run("auto", {}, both);
  const SearchResult optimal = run("optimal", {}, both);
  EXPECT_TRUE(result.proven);
  ASSERT_EQ(result.front.size(), optimal.front.size());
  for (std::size_t i = 0; i < result.front.size(); ++i) {
    EXPECT_EQ(result.front[i].at, optimal.front[i].at);
  }
}

}  // namespace
}  // namespace tilewright
