#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using BoundCommand = ProgramTest;

TEST_F(BoundCommand, ShowsLimitsAndWork) {
  const ProgramResult result = run("bound arch.yaml conv.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  // 48 operations on 4 multipliers; 3 weights, 18 inputs, 16 outputs.
  EXPECT_NE(result.out.find("\nconv       1    48     37 "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("multipliers\n"), std::string::npos) << result.out;
}

TEST_F(BoundCommand, JsonHoldsEveryStep) {
  const ProgramResult result = run("bound arch.yaml conv.yaml --json out.json --capacity 20");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json layer = read_json("out.json")["layers"][0];
  EXPECT_EQ(layer["cycles"], 12);
  EXPECT_EQ(layer["capacity_words"], 20);
  EXPECT_EQ(layer["compulsory_words"]["Inputs"], 18);
  EXPECT_EQ(layer["steps"][1]["name"], "array");
  EXPECT_EQ(layer["work"]["training_operations"], 48 + 48 + 3);  // a first layer: no gradient back
}

TEST_F(BoundCommand, SearchesDoNotBeatIt) {
  const ProgramResult bound = run("bound arch.yaml conv.yaml --json bound.json");
  ASSERT_EQ(bound.exit_code, 0) << bound.err;
  const ProgramResult best = run("map arch.yaml conv.yaml --max-evaluated 5000 --quiet -o out");
  ASSERT_EQ(best.exit_code, 0) << best.err;
  const nlohmann::json limit = read_json("bound.json")["total"];
  const nlohmann::json found = read_json("out/summary.json")["total"];
  EXPECT_GE(found["cycles"], limit["cycles"]);
  EXPECT_GE(found["energy_pJ"], limit["energy_pJ"]);
}

TEST_F(BoundCommand, NeedsArchitectureAndProblem) {
  EXPECT_EQ(run("bound conv.yaml").exit_code, 2);
  EXPECT_EQ(run("bound arch.yaml").exit_code, 2);
  EXPECT_EQ(run("bound arch.yaml conv.yaml --capacity 0").exit_code, 2);
}

}  // namespace
}  // namespace tilewright::testing
