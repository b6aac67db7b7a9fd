#include <gtest/gtest.h>

#include <numeric>

#include "spec_text.hpp"

namespace tilewright {
namespace {

constexpr int kP = 1, kC = 2;

SpecSet small_specs() { return read_texts({kSmallArch, kSmallProblem}); }

Mapping read_back(const SpecSet& specs, const std::string& text) {
  const auto with_mapping = read_texts({kSmallArch, kSmallProblem, text});
  return read_mapping(with_mapping, specs.layers[0].problem);
}

std::string written(const SpecSet& specs, const Mapping& mapping) {
  return write_mapping(mapping, specs.layers[0].problem, *specs.architecture);
}

TEST(WriteMapping, SpellsOutEverything) {
  const auto specs = read_texts({kSmallArch, kSmallProblem, R"(
mapping:
- {target: Main, type: temporal, factors: C=8, permutation: C}
- {target: Buffer, type: spatial, factors: P=4, permutation: P, split: 1}
- {target: Buffer, type: temporal, factors: P=4}
- {target: Buffer, type: bypass, bypass: [Weights]}
- {target: Registers, type: temporal, factors: R=3}
)"});
  EXPECT_EQ(written(specs, read_mapping(specs, specs.layers[0].problem)), R"(mapping:
- target: Registers
  type: datatype
  keep: [Weights, Inputs, Outputs]
  bypass: []
- target: Buffer
  type: datatype
  keep: [Inputs, Outputs]
  bypass: [Weights]
- target: Main
  type: datatype
  keep: [Weights, Inputs, Outputs]
  bypass: []
- target: Registers
  type: temporal
  factors: R=3 P=1 C=1
  permutation: RPC
- target: Buffer
  type: spatial
  factors: R=1 P=4 C=1
  permutation: PRC
  split: 1
- target: Buffer
  type: temporal
  factors: R=1 P=4 C=1
  permutation: RPC
- target: Main
  type: temporal
  factors: R=1 P=1 C=8
  permutation: CRP
)");
}

TEST(WriteMapping, IsReadBackAsItWas) {
  const auto specs = read_texts({kSmallArch, kSmallProblem, R"(
mapping:
- {target: Main, type: temporal, factors: 'C=2 P=1', permutation: PCR, no_temporal_reuse: [Inputs]}
- target: Buffer
  type: spatial
  factors: C=4
  permutation: RCP
  split: 2
  no_link_transfer: [Weights]
  no_multicast_no_reduction: [Weights, Outputs]
- {target: Buffer, type: temporal, factors: 'P=4 R=3', permutation: RPC}
- {target: Buffer, type: bypass, bypass: [Weights, Outputs]}
- {target: Registers, type: temporal, factors: 'P=5,1', permutation: CPR}
)"});
  const Mapping mapping = read_mapping(specs, specs.layers[0].problem);
  EXPECT_TRUE(mapping.imperfect);
  EXPECT_EQ(read_back(specs, written(specs, mapping)), mapping);
}

TEST(WriteMapping, OrdersOfTheTwoAxesBecomeOne) {
  const auto specs = small_specs();
  Mapping mapping = Mapping::unit(3, 3, 3);
  auto& loops = mapping.levels[1];
  loops.factors(LoopKind::spatial_x)[kC] = loops.residuals(LoopKind::spatial_x)[kC] = 2;
  loops.factors(LoopKind::spatial_y)[kP] = loops.residuals(LoopKind::spatial_y)[kP] = 2;
  auto& outer = mapping.levels[2];
  for (const auto& [dim, factor] : {std::pair{0, 3}, std::pair{kP, 8}, std::pair{kC, 4}}) {
    outer.factors(LoopKind::temporal)[dim] = outer.residuals(LoopKind::temporal)[dim] = factor;
  }
  const std::string text = written(specs, mapping);
  EXPECT_NE(text.find("factors: R=1 P=2 C=2\n  permutation: CPR\n  split: 1\n"), std::string::npos);
  const Mapping back = read_back(specs, text);
  EXPECT_EQ(back.levels[1].factors(LoopKind::spatial_x), loops.factors(LoopKind::spatial_x));
  EXPECT_EQ(back.levels[1].factors(LoopKind::spatial_y), loops.factors(LoopKind::spatial_y));
}

TEST(WriteMapping, ADimensionOnBothAxesHasAFormOfItsOwn) {
  const auto specs = small_specs();
  Mapping mapping = Mapping::unit(3, 3, 3);
  auto& loops = mapping.levels[1];
  for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
    loops.factors(kind)[kC] = loops.residuals(kind)[kC] = 2;
  }
  auto& outer = mapping.levels[2];
  for (const auto& [dim, factor] : {std::pair{0, 3}, std::pair{kP, 16}, std::pair{kC, 2}}) {
    outer.factors(LoopKind::temporal)[dim] = outer.residuals(LoopKind::temporal)[dim] = factor;
  }
  EXPECT_EQ(read_back(specs, written(specs, mapping)), mapping);
}

TEST(WriteMapping, OddNamesAreQuoted) {
  const std::string arch =
      "arch:\n  arithmetic: {instances: 1}\n  storage:\n  - {name: 'it''s: 1', instances: 1}\n";
  const auto specs = read_texts({arch, kSmallProblem});
  Mapping mapping = Mapping::unit(1, 3, 3);
  auto& loops = mapping.levels[0];
  for (int d = 0; d < 3; ++d) {
    const auto bound = static_cast<std::int32_t>(specs.layers[0].problem.bounds[d]);
    loops.factors(LoopKind::temporal)[d] = loops.residuals(LoopKind::temporal)[d] = bound;
  }
  const auto back = read_texts({arch, kSmallProblem, written(specs, mapping)});
  EXPECT_EQ(read_mapping(back, back.layers[0].problem), mapping);
}

}  // namespace
}  // namespace tilewright
