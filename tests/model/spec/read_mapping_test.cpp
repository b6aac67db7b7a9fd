#include <gtest/gtest.h>

#include "spec_text.hpp"

namespace tilewright {
namespace {

constexpr int kR = 0, kP = 1, kC = 2;

Mapping mapping_of(const std::string& directives) {
  const auto specs = read_texts({kSmallArch, kSmallProblem, "mapping:\n" + directives});
  return read_mapping(specs, specs.layers[0].problem);
}

// Registers and Main are filled up around the directive for Buffer's temporal loops.
LevelMapping::Factors buffer_factors(const std::string& factors) {
  const auto mapping = mapping_of(
      "- {target: Registers, type: temporal, factors: R=0}\n"
      "- target: Buffer\n  type: temporal\n  factors: " +
      factors + "\n- {target: Main, type: temporal, factors: P=0 C=0}\n");
  return mapping.levels[1].factors(LoopKind::temporal);
}

TEST(MappingFactors, AllSpellingsMeanTheSame) {
  for (const char* text : {"P=4 C=2", "P4 C2", "P = 4 C = 2", "P=4,C=2", "P=4, C=2", "C2 P4",
                           "P==4 C2", "P=4 C=2 # x", "[P=4, C=2]", "[P=4 C=2]", "[P4, C2]",
                           "{P: 4, C: 2}", "[P: 4, C: 2]", "\n  - P=4\n  - C=2", "'P=4 C=2'"}) {
    const auto factors = buffer_factors(text);
    EXPECT_EQ(factors[kR], 1) << text;
    EXPECT_EQ(factors[kP], 4) << text;
    EXPECT_EQ(factors[kC], 2) << text;
  }
}

TEST(MappingFactors, ACommaAndANumberAreTheLastPass) {
  // P: (4 - 1) * 5 + 1 = 16.
  for (const char* text :
       {"'R=3 P=5,1 C=8'", "'P=5, 1, R=3 C8'", "[R=3, P=5,1, C=8]", "{R: 3, P: [5, 1], C: 8}"}) {
    const auto mapping =
        mapping_of("- {target: Buffer, type: temporal, factors: " + std::string(text) +
                   "}\n- {target: Main, type: temporal, factors: P=4}\n");
    EXPECT_TRUE(mapping.imperfect) << text;
    EXPECT_EQ(mapping.levels[1].factors(LoopKind::temporal)[kP], 5) << text;
    EXPECT_EQ(mapping.levels[1].residuals(LoopKind::temporal)[kP], 1) << text;
    EXPECT_EQ(mapping.levels[1].residuals(LoopKind::temporal)[kC], 8) << text;
  }
}

TEST(MappingFactors, ZeroIsTheRest) {
  const auto mapping = mapping_of(
      "- {target: Main, type: temporal, factors: R0 P=0 C=0}\n"
      "- {target: Buffer, type: spatial, factors: P=4}\n");
  EXPECT_EQ(mapping.levels[2].factors(LoopKind::temporal)[kR], 3);
  EXPECT_EQ(mapping.levels[2].factors(LoopKind::temporal)[kP], 4);
  EXPECT_EQ(mapping.levels[2].factors(LoopKind::temporal)[kC], 8);
  EXPECT_FALSE(mapping.imperfect);
}

LevelMapping::Order order_of(const std::string& permutation) {
  const auto mapping =
      mapping_of("- {target: Main, type: temporal, factors: R3 P16 C8, " + permutation + "}\n");
  return mapping.levels[2].orders(LoopKind::temporal);
}

TEST(MappingPermutation, IsInnermostFirstAndCompleted) {
  for (const char* text : {"permutation: CPR", "permutation: 'C P R'", "permutation: [C, P, R]",
                           "permutation: [CP, R]", "permutation: C"}) {
    const auto order = order_of(text);
    EXPECT_EQ(order[0], kC) << text;
    if (std::string(text) == "permutation: C") {
      EXPECT_EQ(order[1], kR);
      EXPECT_EQ(order[2], kP);
    } else {
      EXPECT_EQ(order[1], kP) << text;
      EXPECT_EQ(order[2], kR) << text;
    }
  }
}

TEST(MappingTarget, MayBeAnIndex) {
  const auto mapping = mapping_of("- {target: 2, type: temporal, factors: R3 P16 C8}\n");
  EXPECT_EQ(mapping.levels[2].factors(LoopKind::temporal)[kP], 16);
}

TEST(MappingSplit, DividesTheOrderOverTheAxes) {
  const std::string rest = "- {target: Main, type: temporal, factors: R=0 P=0 C=0}\n";
  const auto x = LoopKind::spatial_x;
  const auto y = LoopKind::spatial_y;
  const auto loops = [&](const std::string& keys) {
    return mapping_of(rest + "- {target: Buffer, type: spatial, factors: P2 C2, permutation: PCR" +
                      keys + "}\n")
        .levels[1];
  };
  EXPECT_EQ(loops("").factors(x)[kP], 2);
  EXPECT_EQ(loops("").factors(x)[kC], 2);
  EXPECT_EQ(loops(", split: 1").factors(x)[kP], 2);
  EXPECT_EQ(loops(", split: 1").factors(y)[kC], 2);
  EXPECT_EQ(loops(", split: 0").factors(y)[kP], 2);
  EXPECT_EQ(loops(", split: 99").factors(x)[kC], 2);
}

TEST(MappingBypass, EverythingIsKeptUnlessSaidOtherwise) {
  const std::string rest = "- {target: Main, type: temporal, factors: R=0 P=0 C=0}\n";
  EXPECT_EQ(mapping_of(rest).levels[0].keep, 0b111);
  EXPECT_EQ(
      mapping_of(rest + "- {target: Buffer, type: bypass, bypass: [Inputs]}\n").levels[1].keep,
      0b101);
  EXPECT_EQ(
      mapping_of(rest + "- {target: Buffer, type: datatype, keep: [Inputs]}\n").levels[1].keep,
      0b111);
  EXPECT_EQ(
      mapping_of(rest + "- {target: Main, type: datatype, bypass: [Outputs]}\n").levels[2].keep,
      0b011);
}

TEST(MappingReuse, ItsListsSwitchItOff) {
  const auto mapping = mapping_of(R"(
- {target: Main, type: temporal, factors: R=0 P=0 C=0, no_temporal_reuse: [Inputs]}
- target: Buffer
  type: spatial
  factors: P4
  no_link_transfer: [Weights, Outputs]
  no_multicast_no_reduction: [Weights]
)");
  EXPECT_EQ(mapping.levels[2].no_temporal_reuse, 0b010);
  EXPECT_EQ(mapping.levels[1].no_link_transfer, 0b101);
  EXPECT_EQ(mapping.levels[1].no_multicast, 0b001);
}

TEST(MappingSpatial, FactorsOfOneDoNoHarmWhereNothingFansOut) {
  EXPECT_NO_THROW(
      mapping_of("- {target: Main, type: spatial, factors: R1 P1}\n"
                 "- {target: Main, type: temporal, factors: R=0 P=0 C=0}\n"));
}

TEST(MappingSection, EmptyOnesCountAsNone) {
  const auto specs = read_texts({kSmallArch, kSmallProblem, "mapping: []\n"});
  EXPECT_FALSE(specs.has_mapping);
  EXPECT_EQ(error_of([&] { (void)read_mapping(specs, specs.layers[0].problem); }),
            "none of the specs has a 'mapping'");
}

}  // namespace
}  // namespace tilewright
