#include <gtest/gtest.h>

#include "spec_text.hpp"

namespace tilewright {
namespace {

constexpr int kR = 0, kP = 1, kC = 2;

Constraints constraints_of(const std::vector<std::string>& sections,
                           std::vector<Warning>* warnings = nullptr) {
  std::vector<std::string> texts{kSmallArch, kSmallProblem};
  texts.insert(texts.end(), sections.begin(), sections.end());
  const auto specs = read_texts(texts);
  return read_constraints(specs, specs.layers[0].problem, warnings);
}

const LoopConstraint& buffer_loops(const Constraints& constraints) {
  return constraints.levels[1].temporal;
}

TEST(Constraints, NoneLeaveEverythingFreeButTheBackingStore) {
  const auto constraints = constraints_of({});
  ASSERT_EQ(constraints.levels.size(), 3U);
  EXPECT_EQ(constraints.levels[0].must_keep, 0);
  EXPECT_EQ(constraints.levels[2].must_keep, 0b111);
  EXPECT_FALSE(constraints.min_parallelism);
}

TEST(Constraints, AllFormsOfASectionMeanTheSame) {
  const std::string entry = "{target: Buffer, type: temporal, factors: C=4 P<=8 R>=3}";
  for (const std::string& text :
       {"mapspace_constraints:\n- " + entry, "mapspace_constraints:\n  targets:\n  - " + entry,
        "architecture_constraints:\n  targets:\n  - " + entry, "arch_constraints: [" + entry + "]",
        "mapspace:\n  constraints:\n  - " + entry,
        "mapspace:\n  constraints: mine\n  constraints_mine:\n  - " + entry,
        std::string("mapspace:\n  targets:\n  - name: Buffer\n    constraints:\n"
                    "    - {type: temporal, attributes: {factors: C=4 P<=8 R>=3}}"),
        std::string("constraints:\n  targets:\n"
                    "  - {target: 1, type: temporal, factors: [C4, P<=8, R>=3]}")}) {
    const auto loops = buffer_loops(constraints_of({text + "\n"}));
    EXPECT_EQ(loops.fixed[kC], 4) << text;
    EXPECT_EQ(loops.fixed[kP], 0) << text;
    EXPECT_EQ(loops.at_most[kP], 8) << text;
    EXPECT_EQ(loops.at_least[kR], 3) << text;
  }
}

TEST(Constraints, SectionsOfSeveralFilesAddUp) {
  const auto constraints =
      constraints_of({"mapspace: [{target: Buffer, type: temporal, factors: P1}]\n",
                      "arch_constraints: [{target: Buffer, type: temporal, factors: C1}]\n"});
  EXPECT_EQ(buffer_loops(constraints).fixed[kP], 1);
  EXPECT_EQ(buffer_loops(constraints).fixed[kC], 1);
}

TEST(Constraints, ZeroIsTheWholeBoundOrTheRest) {
  const auto whole =
      constraints_of({"mapspace: [{target: Buffer, type: temporal, factors: C0}]\n"});
  EXPECT_EQ(buffer_loops(whole).fixed[kC], 8);
  const auto rest =
      constraints_of({"mapspace:\n- {target: Buffer, type: temporal, factors: C=0}\n"
                      "- {target: Buffer, type: spatial, factors: C=2}\n"});
  EXPECT_EQ(buffer_loops(rest).fixed[kC], 4);
}

TEST(Constraints, AFactorAboveTheBoundIsIgnoredWithAWarning) {
  std::vector<Warning> warnings;
  const auto constraints = constraints_of(
      {"mapspace: [{target: Buffer, type: temporal, factors: C=9 P=16}]\n"}, &warnings);
  EXPECT_EQ(buffer_loops(constraints).fixed[kC], 0);
  EXPECT_EQ(buffer_loops(constraints).fixed[kP], 16);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].message,
            "C=9 in the temporal loops of Buffer exceeds the bound 8 and is ignored");
}

TEST(Constraints, DimensionsThatTheProblemLacksHaveSizeOne) {
  std::vector<Warning> warnings;
  const auto constraints = constraints_of({R"(
mapspace:
- {target: Buffer, type: temporal, factors: K=1 C=2 N<=4 S=0, permutation: K C _ N}
- {target: Registers, type: temporal, factors: K1 R=1}
)"},
                                          &warnings);
  const auto& loops = buffer_loops(constraints);
  EXPECT_EQ(loops.fixed[kC], 2);
  EXPECT_EQ(loops.fixed[kR], 0);
  EXPECT_EQ(loops.inner, std::vector<int>{kC});
  EXPECT_TRUE(loops.outer.empty());
  EXPECT_EQ(constraints.levels[0].temporal.fixed[kR], 1);
  ASSERT_EQ(warnings.size(), 1U);  // one per file
  EXPECT_EQ(warnings[0].mark.line, 3);
  EXPECT_EQ(warnings[0].message,
            "the constraints name K, N, S, which problem spec1 lacks (it has R, P, C); they are "
            "taken as dimensions of size 1");
}

TEST(Constraints, DemandsOnADimensionThatTheProblemLacksAreErrors) {
  for (const char* factors : {"K=2", "K>=2", "k=1", "X=1", "K=3,1"}) {
    EXPECT_THROW(constraints_of({std::string("mapspace: [{target: Buffer, type: temporal, "
                                             "factors: '") +
                                 factors + "'}]\n"}),
                 SpecError)
        << factors;
  }
}

TEST(Constraints, DefaultsFillInTheOtherDimensions) {
  const auto loops = buffer_loops(constraints_of(
      {"mapspace: [{target: Buffer, type: temporal, factors: C<=8, default_max_factor: '2'}]\n"}));
  EXPECT_EQ(loops.at_most[kC], 8);
  EXPECT_EQ(loops.at_most[kP], 2);
  EXPECT_EQ(loops.at_most[kR], 2);
}

TEST(Constraints, DefaultsLeaveAloneWhatIsMentioned) {
  const char* const limit = "mapspace: [{target: Buffer, type: temporal, default_max_factor: '2'";
  for (const char* factors : {"C=4", "C>=4", "C<=8", "C=0"}) {
    const auto loops =
        buffer_loops(constraints_of({std::string(limit) + ", factors: '" + factors + "'}]\n"}));
    EXPECT_NE(loops.at_most[kC], 2) << factors;
    EXPECT_EQ(loops.at_most[kP], 2) << factors;
    EXPECT_EQ(loops.default_most, 1U << kP | 1U << kR) << factors;
  }
  // Also by a constraint of another file, before or after.
  const std::string fixed = "{target: Buffer, type: temporal, factors: C=4}";
  for (const bool first : {false, true}) {
    const std::string arch = std::string("architecture_") + "constraints: [" + fixed + "]\n";
    const auto loops = buffer_loops(constraints_of(
        first ? std::vector<std::string>{arch, std::string(limit) + "}]\n"}
              : std::vector<std::string>{std::string(limit) + "}, " + fixed + "]\n"}));
    EXPECT_EQ(loops.fixed[kC], 4);
    EXPECT_EQ(loops.at_most[kC], 0);
    EXPECT_EQ(loops.at_most[kR], 2);
  }
}

TEST(Constraints, DefaultsAreNamedWhereTheyLeaveNothing) {
  const auto message = [](const std::string& entry) -> std::string {
    try {
      (void)constraints_of({"mapspace: [{target: Buffer, type: temporal, " + entry + "}]\n"});
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("default_min_factor: 1000").find(">=1000 (default_min_factor) in the temporal"),
            std::string::npos)
      << message("default_min_factor: 1000");
  EXPECT_NE(message("default_min_factor: 2, default_max_factor: 1")
                .find(">=2 (default_min_factor) and R<=1 (default_max_factor) in the"),
            std::string::npos)
      << message("default_min_factor: 2, default_max_factor: 1");
}

TEST(Constraints, AnUnderscoreDividesThePermutation) {
  const auto loops = [](const std::string& permutation) {
    return buffer_loops(constraints_of(
        {"mapspace: [{target: Buffer, type: temporal, permutation: " + permutation + "}]\n"}));
  };
  EXPECT_EQ(loops("'C R'").inner, (std::vector<int>{kC, kR}));
  EXPECT_TRUE(loops("'C R'").outer.empty());
  EXPECT_EQ(loops("C_P").inner, std::vector<int>{kC});
  EXPECT_EQ(loops("C_P").outer, std::vector<int>{kP});
  EXPECT_EQ(loops("_PC").outer, (std::vector<int>{kP, kC}));
  EXPECT_EQ(loops("[C, _, P]").outer, std::vector<int>{kP});
}

TEST(Constraints, SpatialOnesHaveASplitAndSwitches) {
  const auto level = constraints_of({R"(
mapspace:
- target: Buffer
  type: spatial
  factors: P=4
  split: 1
  no_link_transfer: [Weights]
  no_multicast_no_reduction: [Outputs]
- {target: Buffer, type: temporal, no_temporal_reuse: [Inputs]}
)"})
                         .levels[1];
  EXPECT_EQ(level.spatial.fixed[kP], 4);
  EXPECT_EQ(level.spatial.split, 1);
  EXPECT_EQ(level.no_link_transfer, 0b001);
  EXPECT_EQ(level.no_multicast, 0b100);
  EXPECT_EQ(level.no_temporal_reuse, 0b010);
}

TEST(Constraints, KeepAndBypassUnderAllTheirNames) {
  for (const char* type : {"datatype", "bypass", "bypassing", "dataspace"}) {
    const auto level = constraints_of({"mapspace: [{target: Buffer, type: " + std::string(type) +
                                       ", keep: [Weights], bypass: [Inputs]}]\n"})
                           .levels[1];
    EXPECT_EQ(level.must_keep, 0b001) << type;
    EXPECT_EQ(level.must_bypass, 0b010) << type;
  }
}

TEST(Constraints, TheBackingStoreMayBeTold) {
  const auto level =
      constraints_of({"mapspace: [{target: Main, type: bypass, bypass: [Outputs]}]\n"}).levels[2];
  EXPECT_EQ(level.must_keep, 0b011);
  EXPECT_EQ(level.must_bypass, 0b100);
}

TEST(Constraints, ParallelismIsAShareOfTheUnits) {
  for (const char* type : {"utilization", "parallelism"}) {
    const auto constraints = constraints_of(
        {"mapspace: [{target: Registers, type: " + std::string(type) + ", min: 0.75}]\n"});
    EXPECT_EQ(constraints.min_parallelism, 0.75);
  }
}

TEST(Constraints, FactorsOfOneDoNoHarmWhereNothingFansOut) {
  std::vector<Warning> warnings;
  (void)constraints_of(
      {"mapspace: [{target: Main, type: spatial, factors: P=1, permutation: PC}]\n"}, &warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].message, "Main has no spatial loops; this constraint has no effect");
}

TEST(Constraints, OfTheArchitectureMayStandInIt) {
  const std::string arch =
      kSmallArch + "  constraints:\n  - {target: Buffer, type: temporal, factors: C=2}\n";
  const auto specs = read_texts({arch, kSmallProblem});
  EXPECT_EQ(buffer_loops(read_constraints(specs, specs.layers[0].problem)).fixed[kC], 2);
}

}  // namespace
}  // namespace tilewright
