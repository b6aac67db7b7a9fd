// Every architecture in specs/arch leaves mappings for every layer of every network and every
// problem it is meant for, and the hand-made mappings are mappings.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "model/spec/spec.hpp"
#include "places.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

const std::string kSpecs = std::string(kSourceFolder) + "/specs/";

std::vector<std::string> workloads() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kSpecs + "network")) {
    files.push_back(entry.path().string());
  }
  for (const char* name : {"alexnet_conv3", "resnet50_res2_1x1", "vgg16_conv3_2", "fc_1000x2048"}) {
    files.push_back(kSpecs + "problem/" + name + ".yaml");
  }
  return files;
}

// A convolution has all dimensions that the constraints name. Others may lack some, which is said
// once.
void expect_about_absent_dimensions(const std::vector<Warning>& warnings, const Problem& problem) {
  const auto lacks = [&](const char* dim) { return problem.find_dim(dim) < 0; };
  const std::vector<const char*> dims{"N", "C", "P", "Q", "R", "S"};
  EXPECT_LE(warnings.size(), std::any_of(dims.begin(), dims.end(), lacks) ? 1U : 0U)
      << warnings.front().message;
  for (const auto& warning : warnings) {
    EXPECT_NE(warning.message.find("lacks"), std::string::npos) << warning.message;
  }
}

class ArchitectureSpec : public testing::TestWithParam<const char*> {};

TEST_P(ArchitectureSpec, LeavesMappingsForEveryLayer) {
  for (const auto& workload : workloads()) {
    const auto specs = read_specs({kSpecs + "arch/" + GetParam() + ".yaml", workload});
    ASSERT_TRUE(specs.architecture.has_value());
    ASSERT_FALSE(specs.layers.empty());
    for (const auto& layer : specs.layers) {
      SCOPED_TRACE(workload + " " + layer.name);
      std::vector<Warning> warnings;
      const auto constraints = read_constraints(specs, layer.problem, &warnings);
      expect_about_absent_dimensions(warnings, layer.problem);
      const Mapspace space(layer.problem, *specs.architecture, constraints);
      EXPECT_GT(space.size().total, 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Specs, ArchitectureSpec,
                         testing::Values("three_level", "three_level_mixed", "eyeriss_like_168",
                                         "eyeriss_like_256", "simba_like", "diannao_like",
                                         "tpu_like", "weight_stationary", "output_stationary",
                                         "input_stationary"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ThreeLevelSpec, TakesAMatrixProduct) {
  const auto specs =
      read_specs({kSpecs + "arch/three_level.yaml", kSpecs + "problem/gemm_512x768x3072.yaml"});
  const Problem& problem = specs.layers.at(0).problem;
  EXPECT_EQ(problem.operations(), std::uint64_t{512} * 768 * 3072);
  const Mapspace space(problem, *specs.architecture, read_constraints(specs, problem));
  EXPECT_GT(space.size().total, 0);
}

// The product of the temporal factors of a mapping.
std::uint64_t steps(const Mapping& mapping, const Problem& problem, int num_levels) {
  std::uint64_t product = 1;
  for (int s = 0; s < num_levels; ++s) {
    for (int d = 0; d < problem.num_dims(); ++d) {
      product *= static_cast<std::uint64_t>(mapping.levels[s].factors(LoopKind::temporal)[d]);
    }
  }
  return product;
}

TEST(HandMadeMappings, TakeTheCyclesTheirHeadersSay) {
  const auto cycles = [](const std::string& name) {
    const auto specs =
        read_specs({kSpecs + "arch/three_level.yaml", kSpecs + "problem/alexnet_conv3.yaml",
                    kSpecs + "mapping/three_level_alexnet_conv3_" + name + ".yaml"});
    const Problem& problem = specs.layers.at(0).problem;
    return steps(read_mapping(specs, problem), problem, specs.architecture->num_levels());
  };
  EXPECT_EQ(cycles("row_stationary"), 149'520'384U / (13 * 3 * 4));
  EXPECT_EQ(cycles("output_stationary"), 149'520'384U / (13 * 13));
}

}  // namespace
}  // namespace tilewright
