// The optimal search with one thread and with two: the same mapping, proof and counts.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

#include "model/energy/prices.hpp"
#include "model/spec/spec.hpp"
#include "places.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/optimal/optimal.hpp"

namespace tilewright {
namespace {

/// A problem that ships, on an architecture that ships.
class Layer {
 public:
  Layer(const std::string& architecture, const std::string& problem, bool imperfect = false)
      : specs_(read_specs({folder() + "arch/" + architecture + ".yaml",
                           folder() + "problem/" + problem + ".yaml"})),
        prices_(price(*specs_.architecture, {})),
        evaluator_(of_layer(), *specs_.architecture, prices_),
        space_(of_layer(), *specs_.architecture, read_constraints(specs_, of_layer()),
               {.distances_are_free = distances_are_free(*specs_.architecture, prices_),
                .imperfect = imperfect}) {}

  SearchResult search(int threads, const optimal::Settings& settings, const Objective& objective,
                      const StopRules& stop, Sink& sink) const {
    return optimal::make_searcher({.threads = threads}, settings)
        ->run(space_, evaluator_, objective, stop, sink);
  }

 private:
  static std::string folder() { return std::string(kSourceFolder) + "/specs/"; }
  const Problem& of_layer() const { return specs_.layers.front().problem; }

  SpecSet specs_;
  Prices prices_;
  Evaluator evaluator_;
  Mapspace space_;
};

struct Case {
  const char* architecture;
  const char* problem;
  std::uint64_t most_labels;  // of a proof that is cut short, so that the test is quick
  const char* front;
  bool imperfect = false;
};

class OptimalThreads : public testing::TestWithParam<Case> {};

TEST_P(OptimalThreads, MakeNoDifference) {
  const Layer layer(GetParam().architecture, GetParam().problem, GetParam().imperfect);
  const std::string front = GetParam().front;
  const Objective objective(parse_metrics("edp"), {},
                            front.empty() ? std::vector<Metric>{} : parse_metrics(front));
  const optimal::Settings settings{.most_labels = GetParam().most_labels};
  SilentSink nothing;
  const SearchResult one = layer.search(1, settings, objective, {}, nothing);
  ASSERT_TRUE(one.best);
  for (const int threads : {2, 3}) {
    const SearchResult many = layer.search(threads, settings, objective, {}, nothing);
    EXPECT_EQ(many.best->mapping, one.best->mapping);
    EXPECT_EQ(many.best->key, one.best->key);
    EXPECT_EQ(many.best->proposal, one.best->proposal);
    EXPECT_EQ(many.proof, one.proof);
    EXPECT_EQ(many.proven, one.proven);
    EXPECT_EQ(many.stopped_by, one.stopped_by);
    EXPECT_EQ(many.evaluated, one.evaluated);
    EXPECT_EQ(many.valid, one.valid);
    ASSERT_EQ(many.front.size(), one.front.size());
    for (std::size_t i = 0; i < one.front.size(); ++i) {
      EXPECT_EQ(many.front[i].at, one.front[i].at);
      EXPECT_EQ(many.front[i].mapping, one.front[i].mapping);
    }
  }
}

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

INSTANTIATE_TEST_SUITE_P(Layers, OptimalThreads,
                         testing::Values(Case{"three_level", "alexnet_conv3", kAll, ""},
                                         Case{"three_level", "vgg16_conv3_2", 150'000, ""},
                                         Case{"three_level", "resnet50_res2_1x1", 20'000,
                                              "energy,delay"},
                                         Case{"simba_like", "resnet50_res2_1x1", kAll, ""},
                                         Case{"simba_like", "alexnet_conv3", 50'000, ""},
                                         Case{"eyeriss_like_256", "alexnet_conv3", kAll, ""},
                                         Case{"eyeriss_like_168", "alexnet_conv3", kAll, "", true},
                                         Case{"three_level", "resnet50_res2_1x1", kAll, "", true}),
                         [](const auto& info) {
                           return std::string(info.param.architecture) + "_" + info.param.problem +
                                  (info.param.imperfect ? "_imperfect" : "");
                         });

TEST(OptimalStop, ADeadlineLeavesWhatWasFound) {
  for (const bool imperfect : {false, true}) {
    const Layer layer("three_level", "vgg16_conv3_2", imperfect);
    StopRules stop;
    stop.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(60);
    SilentSink nothing;
    const SearchResult result = layer.search(2, {}, Objective(), stop, nothing);
    EXPECT_EQ(result.stopped_by, StopCause::deadline);
    EXPECT_FALSE(result.proven);
    ASSERT_TRUE(result.best);
  }
}

/// Ends the search with the first mapping that it finds.
class Impatient final : public Sink {
 public:
  void improved(const Incumbent& incumbent) override {
    if (!first) first = incumbent;
    cancelled = true;
  }
  void progress(const SearchResult& /*result*/) override {}

  std::optional<Incumbent> first;
  std::atomic<bool> cancelled = false;
};

TEST(OptimalStop, ACancelledSearchLeavesWhatWasFound) {
  const Layer layer("three_level", "vgg16_conv3_2");
  Impatient sink;
  StopRules stop;
  stop.cancelled = &sink.cancelled;
  const SearchResult result =
      layer.search(2, {.warm_up = 0}, Objective(), stop, sink);  // only the proof finds any
  EXPECT_EQ(result.stopped_by, StopCause::cancelled);
  EXPECT_FALSE(result.proven);
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.best->key, sink.first->key);
}

}  // namespace
}  // namespace tilewright
