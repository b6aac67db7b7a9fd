// Dataflows by name: what they ask of a mapping, and that they fit any architecture and problem.
#include "model/spec/dataflow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "model/error.hpp"
#include "model/spec/spec.hpp"
#include "oracle/random_case.hpp"
#include "places.hpp"
#include "search/blame/feasibility.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

constexpr std::array kFlows{Dataflow::weight_stationary, Dataflow::output_stationary,
                            Dataflow::input_stationary, Dataflow::row_stationary};

std::string place(const std::string& file) { return std::string(kSourceFolder) + "/" + file; }

TEST(Dataflow, NamesAreKnownAndTheNearestIsToldOtherwise) {
  EXPECT_EQ(parse_dataflow("weight-stationary"), Dataflow::weight_stationary);
  EXPECT_EQ(parse_dataflow("row_stationary"), Dataflow::row_stationary);
  try {
    (void)parse_dataflow("weigth-stationary");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("weight-stationary"), std::string::npos);
  }
}

TEST(Dataflow, RolesFollowFromNamesOrFromUse) {
  const Problem gemm = test::gemm(4, 4, 4);
  const DataspaceRoles roles = roles_of(gemm);
  EXPECT_EQ(gemm.spaces[static_cast<std::size_t>(roles.outputs)].name, "Out");
  EXPECT_EQ(gemm.spaces[static_cast<std::size_t>(roles.inputs)].name, "A");
  EXPECT_EQ(gemm.spaces[static_cast<std::size_t>(roles.weights)].name, "B");
}

// Loops that leave a stationary dataspace where it is come first in every level outside its own.
TEST(Dataflow, NothingIsMovedBeforeItIsUsed) {
  int tried = 0;
  for (const auto& entry : std::filesystem::directory_iterator(place("specs/arch"))) {
    SCOPED_TRACE(entry.path().string());
    for (const char* problem : {"alexnet_conv3.yaml", "gemm_512x768x3072.yaml"}) {
      SpecSet specs;
      Constraints free;
      try {
        specs = read_specs({entry.path().string(), place(std::string("specs/problem/") + problem)});
        free = read_constraints(specs, specs.layers[0].problem);
      } catch (const SpecError&) {  // it speaks of dataspaces that a GEMM has not
        continue;
      }
      ++tried;
      for (const Dataflow flow : kFlows) {
        Constraints constraints = free;
        const std::string yaml =
            apply_dataflow(flow, specs.layers[0].problem, *specs.architecture, constraints);
        // The same text as a file gives the same constraints.
        const SpecSet again = read_files_and_texts(
            specs.files, {{"flow.yaml", "mapspace_constraints:\n" +
                                            (yaml.empty() ? std::string("  []") : yaml)}});
        if (free.levels.size() != constraints.levels.size()) continue;
        const Constraints read = read_constraints(again, again.layers[0].problem);
        for (std::size_t s = 0; s < constraints.levels.size(); ++s) {
          EXPECT_EQ(read.levels[s].must_keep, constraints.levels[s].must_keep);
          EXPECT_EQ(read.levels[s].temporal.inner, constraints.levels[s].temporal.inner);
          EXPECT_EQ(read.levels[s].temporal.fixed, constraints.levels[s].temporal.fixed);
          EXPECT_EQ(read.levels[s].temporal.at_most, constraints.levels[s].temporal.at_most);
          EXPECT_EQ(read.levels[s].spatial.at_most, constraints.levels[s].spatial.at_most);
        }
      }
    }
  }
  EXPECT_GT(tried, 10);
}

// A GEMM on an architecture whose constraints speak of a convolution.
TEST(Dataflow, ConstraintsFindDataspacesByRole) {
  const SpecSet specs = read_specs(
      {place("specs/arch/simba_like.yaml"), place("specs/problem/gemm_512x768x3072.yaml")});
  std::vector<Warning> warnings;
  const Problem& problem = specs.layers[0].problem;
  const Constraints constraints = read_constraints(specs, problem, &warnings);
  const DataspaceRoles roles = roles_of(problem);
  const bool told = std::any_of(warnings.begin(), warnings.end(), [](const Warning& warning) {
    return warning.message.find("'Weights' is taken as ") == 0;
  });
  EXPECT_TRUE(told);
  bool kept = false;
  for (const LevelConstraint& level : constraints.levels) {
    kept |= (level.must_keep >> roles.weights & 1) != 0;
  }
  EXPECT_TRUE(kept);
}

TEST(Dataflow, FitsAnyArchitectureAndProblem) {
  int tried = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    auto choices = oracle::Choices::from_seed(seed);
    const oracle::Case c =
        oracle::random_case(choices, {.max_operations = 4096, .over_mapped = false});
    const Prices prices = test::small_prices(c.arch);
    for (const Dataflow flow : kFlows) {
      explain::Demands given{test::unconstrained(c.arch), c.arch};
      const auto runs = [&] {
        const std::vector<explain::Demand> demands = list_demands(c.problem, given);
        const explain::Feasibility feasibility(c.problem, given, demands, prices, {}, {});
        return feasibility.find(feasibility.all()).has_value();
      };
      if (!runs()) continue;
      try {
        apply_dataflow(flow, c.problem, c.arch, given.constraints);
      } catch (const UsageError&) {  // a problem without such a dataspace
        continue;
      }
      ++tried;
      EXPECT_TRUE(runs());
    }
  }
  EXPECT_GT(tried, 600);
}

}  // namespace
}  // namespace tilewright
