// Searchers that go through mappings in order: against brute force over the numbers of the whole
// mapspace, which knows nothing of order classes.
#include <gtest/gtest.h>

#include <chrono>

#include "model/error.hpp"
#include "search/mapspace/loop_orders.hpp"
#include "search/searchers.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

struct Recorder : Sink {
  std::uint64_t announcement = 0;
  std::uint64_t improvements_before = 0;
  void improved(const Incumbent& /*incumbent*/) override {
    if (announcement == 0) ++improvements_before;
  }
  void progress(const SearchResult& /*result*/) override {}
  void announced(std::uint64_t mappings) override { announcement = mappings; }
};

Problem conv(std::vector<std::int64_t> bounds, std::int64_t stride, std::int64_t dilation) {
  enum { kR, kP, kC, kK };
  Problem problem;
  problem.name = "conv";
  problem.dims = {"R", "P", "C", "K"};
  problem.bounds = std::move(bounds);
  const Coordinate width{{kR, dilation}, {kP, stride}};
  problem.spaces = {{"Weights", {{{kC, 1}}, {{kK, 1}}, {{kR, 1}}}, false},
                    {"Inputs", {{{kC, 1}}, width}, false},
                    {"Outputs", {{{kK, 1}}, {{kP, 1}}}, true}};
  return problem;
}

Problem depthwise(std::vector<std::int64_t> bounds, std::int64_t stride) {
  enum { kR, kP, kG };
  Problem problem;
  problem.name = "depthwise";
  problem.dims = {"R", "P", "G"};
  problem.bounds = std::move(bounds);
  const Coordinate width{{kR, 1}, {kP, stride}};
  problem.spaces = {{"Weights", {{{kG, 1}}, {{kR, 1}}}, false},
                    {"Inputs", {{{kG, 1}}, width}, false},
                    {"Outputs", {{{kG, 1}}, {{kP, 1}}}, true}};
  return problem;
}

/// A tiny search; the memories are so small that many mappings do not fit.
class TinySearch {
 public:
  TinySearch(Problem problem, Architecture arch)
      : problem_(std::move(problem)),
        arch_(with_sizes(std::move(arch))),
        constraints_(test::unconstrained(arch_)) {}

  Constraints& constraints() { return constraints_; }
  const Mapspace& space() {
    if (!space_) space_.emplace(problem_, arch_, constraints_);
    return *space_;
  }

  SearchResult search(std::string_view name, const StopRules& stop = {}, int threads = 2,
                      BigInt from = 0, std::optional<BigInt> to = {}) {
    SearchOptions options;
    options.threads = threads;
    options.from = std::move(from);
    options.to = std::move(to);
    recorder = {};
    return make_searcher(name, options)->run(space(), evaluator_, Objective(), stop, recorder);
  }

  std::optional<Objective::Key> brute_force() {
    std::optional<Objective::Key> best;
    const ScratchPtr scratch = evaluator_.scratch();
    for (BigInt i = 0; i < space().size().total; ++i) {
      const Outcome outcome = evaluator_.evaluate(space().at(i), *scratch);
      if (!outcome.valid()) continue;
      const Objective::Key key = Objective().key(outcome.cost);
      if (!best || key < *best) best = key;
    }
    return best;
  }

  Recorder recorder;

 private:
  static Architecture with_sizes(Architecture arch) {
    arch.storage[0].entries = 10;
    if (arch.storage.size() > 2) arch.storage[1].entries = 40;
    arch.storage.back().technology = Technology::dram;
    return arch;
  }
  static Prices prices(const Architecture& arch) {
    Prices prices;
    prices.compute.op = 1;
    double energy = 1;
    for (std::size_t level = 0; level < arch.storage.size(); ++level, energy *= 7) {
      StoragePrice price;
      price.read = price.fill = price.update = energy;
      prices.storage.push_back(price);
      prices.implicit_networks.emplace_back().per_hop = 0.3;
    }
    return prices;
  }

  Problem problem_;
  Architecture arch_;
  Constraints constraints_;
  Evaluator evaluator_{problem_, arch_, prices(arch_)};
  std::optional<Mapspace> space_;
};

void expect_brute_force_best(TinySearch setup, bool proven = true) {
  const SearchResult result = setup.search("exhaustive");
  const auto best = setup.brute_force();
  ASSERT_EQ(result.best.has_value(), best.has_value());
  EXPECT_EQ(result.proven, proven);
  EXPECT_DOUBLE_EQ(result.best->key[0], (*best)[0]);
  EXPECT_EQ(result.stopped_by, StopCause::exhausted);
  EXPECT_EQ(result.evaluated, result.announced);
  EXPECT_EQ(setup.recorder.announcement, result.announced);
  EXPECT_EQ(setup.recorder.improvements_before, 0U);
  EXPECT_LT(result.evaluated, setup.space().size().total);
  EXPECT_LE(result.evaluated, setup.space().size().reduced_total);
}

TEST(Exhaustive, FindsTheBestOfAMatrixProduct) {
  expect_brute_force_best({test::gemm(4, 2, 4), test::hierarchy({1, 1}, {{1, 1}, {1, 1}, {1, 1}})});
  expect_brute_force_best({test::gemm(4, 4, 2), test::hierarchy({2, 2}, {{2, 2}, {1, 1}})});
}

TEST(Exhaustive, FindsTheBestOfAConvolution) {
  const Architecture plain = test::hierarchy({1, 1}, {{1, 1}, {1, 1}});
  const Architecture array = test::hierarchy({4, 1}, {{4, 1}, {1, 1}});
  expect_brute_force_best({conv({3, 4, 2, 2}, 1, 1), plain});
  expect_brute_force_best({conv({3, 4, 2, 2}, 2, 1), array});
  expect_brute_force_best({conv({2, 4, 2, 2}, 1, 2), array});
}

TEST(Exhaustive, FindsTheBestOfADepthwiseConvolution) {
  expect_brute_force_best(
      {depthwise({3, 4, 4}, 1), test::hierarchy({2, 1}, {{2, 1}, {1, 1}, {1, 1}})});
  expect_brute_force_best({depthwise({3, 4, 4}, 2), test::hierarchy({1, 1}, {{1, 1}, {1, 1}})});
}

// Several MACs below level 0 pass words on: its order counts.
TEST(Exhaustive, FindsTheBestWhereMacsShareAMemory) {
  expect_brute_force_best({conv({2, 4, 2, 2}, 1, 1), test::hierarchy({4, 1}, {{1, 1}, {1, 1}})});
}

// One order of each class is not known to be enough there.
TEST(Exhaustive, ClaimsNoProofWhereNetworksDistribute) {
  Architecture arch = test::hierarchy({4, 1}, {{4, 1}, {1, 1}});
  arch.storage[1].implicit_network.distributed_multicast = true;
  expect_brute_force_best({conv({3, 4, 2, 2}, 1, 1), arch}, false);
}

TEST(Exhaustive, HonoursTheUsersOrder) {
  TinySearch setup(conv({3, 4, 2, 2}, 1, 1), test::hierarchy({1, 1}, {{1, 1}, {1, 1}}));
  setup.constraints().levels[1].temporal.inner = {2};
  setup.constraints().levels[1].temporal.outer = {1};
  const SearchResult result = setup.search("exhaustive");
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.best->mapping.levels[1].orders(LoopKind::temporal)[0], 2);
  EXPECT_EQ(result.best->mapping.levels[1].orders(LoopKind::temporal)[3], 1);
  EXPECT_EQ(result.best->key, setup.brute_force());
}

// M, N and K of 2 in two levels: 8 tilings. With k loops in the outer level there are 1, 1, 2 and 3
// orders (all three matrices can stay), for 1, 3, 3 and 1 of the tilings; 8 bypasses.
TEST(Exhaustive, CountsOnlyOrdersOfLoopsThatExist) {
  TinySearch setup(test::gemm(2, 2, 2), test::hierarchy({1, 1}, {{1, 1}, {1, 1}}));
  const SearchResult result = setup.search("exhaustive");
  EXPECT_EQ(result.announced, (1 + 3 * 1 + 3 * 2 + 3) * 8U);
  EXPECT_EQ(result.evaluated, result.announced);
  EXPECT_EQ(setup.space().size().order_classes, 3);
  EXPECT_EQ(setup.space().size().reduced_total, 8 * 3 * 8);
  EXPECT_EQ(setup.space().size().total, 8 * 6 * 8);
}

TEST(Exhaustive, SlicesAddUpToTheWhole) {
  TinySearch setup(conv({3, 4, 2, 2}, 1, 1), test::hierarchy({4, 1}, {{4, 1}, {1, 1}}));
  const SearchResult whole = setup.search("exhaustive");
  const BigInt middle = setup.space().size().factorizations / 3;
  const SearchResult one = setup.search("exhaustive", {}, 2, 0, middle);
  const SearchResult two = setup.search("exhaustive", {}, 2, middle);
  EXPECT_FALSE(one.proven);
  EXPECT_FALSE(two.proven);
  EXPECT_EQ(one.evaluated + two.evaluated, whole.evaluated);
  EXPECT_EQ(one.valid + two.valid, whole.valid);
  EXPECT_EQ(std::min(one.best->key, two.best->key), whole.best->key);
  EXPECT_THROW(setup.search("exhaustive", {}, 2, middle, middle), UsageError);
  EXPECT_THROW(setup.search("exhaustive", {}, 2, 0, setup.space().size().total), UsageError);
}

TEST(Exhaustive, RefusesWhatWouldOutlastTheLimit) {
  const Architecture arch = test::hierarchy({16, 16}, {{16, 16}, {4, 4}, {1, 1}, {1, 1}, {1, 1}});
  TinySearch setup(conv({6, 240, 256, 256}, 1, 1), arch);
  try {
    setup.search("exhaustive");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("mappings/s"), std::string::npos) << error.what();
  }
  StopRules rules;
  rules.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  EXPECT_THROW(setup.search("exhaustive", rules), UsageError);
  EXPECT_EQ(setup.search("exhaustive", {.max_evaluated = 5000}).evaluated, 5000U);
}

class InOrder : public testing::TestWithParam<std::string> {};

TEST_P(InOrder, ResultDoesNotDependOnTheThreads) {
  TinySearch setup(conv({3, 4, 4, 4}, 1, 1), test::hierarchy({4, 2}, {{4, 2}, {1, 1}, {1, 1}}));
  for (const std::uint64_t evaluations : {1U, 1000U, 100000U}) {
    const StopRules stop{.max_evaluated = evaluations};
    const SearchResult one = setup.search(GetParam(), stop, 1);
    const SearchResult four = setup.search(GetParam(), stop, 4);
    EXPECT_EQ(one.evaluated, evaluations);
    EXPECT_EQ(one.evaluated, four.evaluated);
    EXPECT_EQ(one.valid, four.valid);
    EXPECT_EQ(one.rejected_capacity, four.rejected_capacity);
    EXPECT_FALSE(one.proven);
    ASSERT_EQ(one.best.has_value(), four.best.has_value());
    if (!one.best) continue;
    EXPECT_EQ(one.best->mapping, four.best->mapping);
    EXPECT_EQ(one.best->proposal, four.best->proposal);
  }
}

INSTANTIATE_TEST_SUITE_P(All, InOrder, testing::Values("exhaustive", "hybrid"),
                         [](const auto& info) { return info.param; });

TEST(Hybrid, FindsTheBestOfATinySpace) {
  TinySearch setup(test::gemm(4, 4, 2), test::hierarchy({1, 1}, {{1, 1}, {1, 1}}));
  const SearchResult result = setup.search("hybrid", {.max_evaluated = 50000});
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.best->key, setup.brute_force());
  EXPECT_FALSE(result.proven);
}

}  // namespace
}  // namespace tilewright
