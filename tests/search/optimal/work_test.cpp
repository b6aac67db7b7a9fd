// How much the optimal search has to look at. A bound that is too low is no error, so no other test
// notices one.
#include <gtest/gtest.h>

#include <string>

#include "model/energy/prices.hpp"
#include "model/spec/spec.hpp"
#include "places.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/optimal/optimal.hpp"

namespace tilewright {
namespace {

struct Work {
  const char* architecture;
  const char* problem;
  double edp;            // J * cycle
  std::uint64_t labels;  // twice as many as there were
};

class OptimalWork : public testing::TestWithParam<Work> {};

TEST_P(OptimalWork, IsLittle) {
  const std::string folder = std::string(kSourceFolder) + "/specs/";
  const SpecSet specs = read_specs({folder + "arch/" + GetParam().architecture + ".yaml",
                                    folder + "problem/" + GetParam().problem + ".yaml"});
  const Problem& problem = specs.layers.front().problem;
  const Architecture& arch = *specs.architecture;
  const Prices prices = price(arch, {});
  const Evaluator evaluator(problem, arch, prices);
  const Mapspace space(problem, arch, read_constraints(specs, problem),
                       {.distances_are_free = distances_are_free(arch, prices)});
  SilentSink nothing;
  const SearchResult result =
      optimal::make_searcher({.threads = 1}, {})->run(space, evaluator, Objective(), {}, nothing);
  EXPECT_TRUE(result.proven);
  EXPECT_NEAR(result.best->key[0] * 1e-12, GetParam().edp, 1e-4 * GetParam().edp);
  EXPECT_LT(result.proof->labels, GetParam().labels);
}

INSTANTIATE_TEST_SUITE_P(Layers, OptimalWork,
                         testing::Values(Work{"three_level", "alexnet_conv3", 414.0866, 25'000},
                                         Work{"three_level", "resnet50_res2_1x1", 74.75715, 17'000},
                                         Work{"simba_like", "alexnet_conv3", 43.17463, 85'000},
                                         Work{"simba_like", "resnet50_res2_1x1", 8.130803, 65'000}),
                         [](const auto& info) {
                           return std::string(info.param.architecture) + "_" + info.param.problem;
                         });

}  // namespace
}  // namespace tilewright
