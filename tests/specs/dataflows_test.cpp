// The arrays whose dataflow is a constraint: any mapping keeps one tensor in the units, and the
// buffer walks through what that tensor is reused for before it changes it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/spec/spec.hpp"
#include "places.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

constexpr int kRegisterFile = 0;
constexpr int kGlobalBuffer = 1;

struct Dataflow {
  std::string name;
  std::string kept;
  std::vector<std::string> not_side_by_side;
};

class DataflowSpec : public testing::TestWithParam<Dataflow> {};

TEST_P(DataflowSpec, KeepsOneTensorInTheUnits) {
  const std::string specs_folder = std::string(kSourceFolder) + "/specs/";
  for (const char* network : {"alexnet", "mobilenet_v1", "bert_base_encoder", "lstm_layer"}) {
    const auto specs = read_specs({specs_folder + "arch/" + GetParam().name + ".yaml",
                                   specs_folder + "network/" + network + ".yaml"});
    for (const auto& layer : specs.layers) {
      SCOPED_TRACE(layer.name);
      const auto constraints = read_constraints(specs, layer.problem);
      const auto& units = constraints.levels[kRegisterFile];
      const int kept = layer.problem.find_space(GetParam().kept);
      EXPECT_EQ(units.must_keep, 1U << kept);
      EXPECT_EQ(units.must_keep | units.must_bypass, 0b111);
      for (const auto& name : GetParam().not_side_by_side) {
        const int dim = layer.problem.find_dim(name);
        if (dim < 0) continue;
        const auto& spatial = constraints.levels[kGlobalBuffer].spatial;
        EXPECT_TRUE(spatial.fixed[dim] == 1 || spatial.at_most[dim] == 1) << name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Specs, DataflowSpec,
                         testing::Values(Dataflow{"weight_stationary", "Weights", {"N", "P", "Q"}},
                                         Dataflow{"output_stationary", "Outputs", {"C", "R", "S"}},
                                         Dataflow{
                                             "input_stationary", "Inputs", {"M", "K", "R", "S"}}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tilewright
