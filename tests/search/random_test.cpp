#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "model/error.hpp"
#include "search/searchers.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

using test::small_arch;
using test::small_prices;

struct Recorder : Sink {
  std::vector<std::uint64_t> proposals;
  std::vector<Objective::Key> keys;
  std::atomic<bool> cancel = false;
  bool cancel_at_first = false;
  void improved(const Incumbent& incumbent) override {
    proposals.push_back(incumbent.proposal);
    keys.push_back(incumbent.key);
    if (cancel_at_first) cancel = true;
  }
  void progress(const SearchResult& /*result*/) override {}
};

class RandomSearchTest : public ::testing::Test {
 protected:
  SearchResult search(int threads, std::uint64_t seed = 1) {
    recorder_.proposals.clear();
    recorder_.keys.clear();
    const auto searcher = make_searcher("random", {.seed = seed, .threads = threads});
    return searcher->run(space_, evaluator_, Objective(), stop_, recorder_);
  }

  // The same for 1, 2 and 4 threads, in everything but time.
  void expect_equal_for_any_threads() {
    const SearchResult one = search(1);
    const auto proposals = recorder_.proposals;
    EXPECT_TRUE(one.reproducible());
    for (const int threads : {2, 4}) {
      const SearchResult many = search(threads);
      EXPECT_EQ(recorder_.proposals, proposals);
      EXPECT_EQ(many.evaluated, one.evaluated);
      EXPECT_EQ(many.valid, one.valid);
      EXPECT_EQ(many.rejected_capacity, one.rejected_capacity);
      EXPECT_EQ(many.rejected_at, one.rejected_at);
      EXPECT_EQ(many.stopped_by, one.stopped_by);
      ASSERT_EQ(many.best.has_value(), one.best.has_value());
      if (!one.best) continue;
      EXPECT_EQ(many.best->mapping, one.best->mapping);
      EXPECT_EQ(many.best->key, one.best->key);
      EXPECT_EQ(many.best->proposal, one.best->proposal);
    }
  }

  Problem problem_ = test::gemm(16, 12, 24);
  Architecture arch_ = small_arch();
  Mapspace space_{problem_, arch_, test::unconstrained(arch_)};
  Evaluator evaluator_{problem_, arch_, small_prices(arch_)};
  StopRules stop_;
  Recorder recorder_;
};

TEST_F(RandomSearchTest, NumberStopGivesTheSameForAnyThreads) {
  stop_.max_evaluated = 20001;
  expect_equal_for_any_threads();
  const SearchResult result = search(2);
  EXPECT_EQ(result.evaluated, 20001U);
  EXPECT_EQ(result.valid + result.rejected_capacity, result.evaluated);
  EXPECT_GT(result.valid, 0U);
  EXPECT_GT(result.rejected_capacity, 0U);
  EXPECT_EQ(result.stopped_by, StopCause::max_evaluated);
}

TEST_F(RandomSearchTest, ValidStopGivesTheSameForAnyThreads) {
  stop_.max_valid = 3001;
  expect_equal_for_any_threads();
  EXPECT_EQ(search(2).valid, 3001U);
}

TEST_F(RandomSearchTest, VictoryStopGivesTheSameForAnyThreads) {
  stop_.victory_condition = 700;
  expect_equal_for_any_threads();
  EXPECT_EQ(search(2).stopped_by, StopCause::victory);
}

TEST_F(RandomSearchTest, InvalidRunStopGivesTheSameForAnyThreads) {
  stop_.max_invalid_run = 18;
  expect_equal_for_any_threads();
  EXPECT_EQ(search(2).stopped_by, StopCause::invalid_run);
}

TEST_F(RandomSearchTest, SeedsDiffer) {
  stop_.max_evaluated = 500;
  EXPECT_NE(search(1, 1).valid, search(1, 2).valid);
}

TEST_F(RandomSearchTest, ImprovementsImproveStrictlyAndCostWhatTheEvaluatorSays) {
  stop_.max_evaluated = 20000;
  const SearchResult result = search(2);
  for (std::size_t i = 1; i < recorder_.keys.size(); ++i) {
    EXPECT_LT(recorder_.keys[i], recorder_.keys[i - 1]);
    EXPECT_GT(recorder_.proposals[i], recorder_.proposals[i - 1]);
  }
  const Outcome again = evaluator_.evaluate(result.best->mapping, *evaluator_.scratch());
  ASSERT_TRUE(again.valid());
  EXPECT_EQ(again.cost.energy, result.best->cost.energy);
  EXPECT_EQ(again.cost.cycles, result.best->cost.cycles);
}

TEST_F(RandomSearchTest, DeadlineEndsTheSearchWithTheBestSoFar) {
  const auto start = Clock::now();
  stop_.deadline = start + milliseconds(100);
  const SearchResult result = search(2);
  EXPECT_EQ(result.stopped_by, StopCause::deadline);
  EXPECT_FALSE(result.reproducible());
  EXPECT_TRUE(result.best.has_value());
  EXPECT_GE(Clock::now() - start, milliseconds(100));
  EXPECT_LT(Clock::now() - start, milliseconds(1000));  // far above any block, for busy machines
}

TEST_F(RandomSearchTest, CancelEndsTheSearchWithTheBestSoFar) {
  recorder_.cancel_at_first = true;
  stop_.cancelled = &recorder_.cancel;
  const SearchResult result = search(2);
  EXPECT_EQ(result.stopped_by, StopCause::cancelled);
  EXPECT_TRUE(result.best.has_value());
}

TEST_F(RandomSearchTest, PassedDeadlineConsidersNothing) {
  stop_.deadline = Clock::now() - milliseconds(1);
  const SearchResult result = search(1);
  EXPECT_EQ(result.evaluated, 0U);
  EXPECT_FALSE(result.best.has_value());
}

TEST_F(RandomSearchTest, ErrorsOfTheSinkReachTheCaller) {
  struct Failing : Sink {
    void improved(const Incumbent& /*incumbent*/) override { throw InternalError("disk full"); }
    void progress(const SearchResult& /*result*/) override {}
  } failing;
  const auto searcher = make_searcher("random", {.seed = 1, .threads = 2});
  EXPECT_THROW(searcher->run(space_, evaluator_, Objective(), stop_, failing), InternalError);
}

TEST(RandomSearch, FindsTheBestOfATinySpace) {
  const Problem problem = test::gemm(4, 2, 2);
  Architecture arch = test::hierarchy({2, 1}, {{2, 1}, {1, 1}});
  arch.storage[0].entries = 6;
  const Mapspace space(problem, arch, test::unconstrained(arch));
  const Evaluator evaluator(problem, arch, small_prices(arch));
  const ScratchPtr scratch = evaluator.scratch();
  const Objective objective;
  std::optional<Objective::Key> best;
  for (BigInt index = 0; index < space.size().total; ++index) {
    const Outcome outcome = evaluator.evaluate(space.at(index), *scratch);
    if (!outcome.valid()) continue;
    const auto key = objective.key(outcome.cost);
    if (!best || key < *best) best = key;
  }
  StopRules stop;
  stop.max_evaluated = 20 * static_cast<std::uint64_t>(space.size().total);
  Recorder recorder;
  const auto result = make_searcher("random", {})->run(space, evaluator, objective, stop, recorder);
  ASSERT_TRUE(best.has_value());
  EXPECT_EQ(result.best->key, *best);
}

TEST(SearcherRegistry, NoneProposesNothing) {
  const Architecture arch = small_arch();
  const Problem problem = test::gemm(2, 2, 2);
  const Mapspace space(problem, arch, test::unconstrained(arch));
  const Evaluator evaluator(problem, arch, small_prices(arch));
  Recorder recorder;
  const auto result = make_searcher("none", {})->run(space, evaluator, {}, {}, recorder);
  EXPECT_EQ(result.evaluated, 0U);
  EXPECT_EQ(result.stopped_by, StopCause::exhausted);
  EXPECT_FALSE(result.best.has_value());
}

TEST(SearcherRegistry, UnknownNameNamesTheNearest) {
  const auto names = searcher_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "random"), 1);
  try {
    make_searcher("randm", {});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown search algorithm 'randm'; did you mean 'random'?");
  }
}

}  // namespace
}  // namespace tilewright
