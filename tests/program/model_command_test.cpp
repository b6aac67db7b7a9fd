#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ModelCommand = ProgramTest;

TEST_F(ModelCommand, PrintsTablesPricesAndTheLoopNest) {
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("operations   48\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("Weights"), std::string::npos);
  EXPECT_NE(result.out.find("pat"), std::string::npos);
  EXPECT_NE(result.out.find("for "), std::string::npos);
}

TEST_F(ModelCommand, WritesTheCountsAsJson) {
  const ProgramResult result = run("model mapping.yaml conv.yaml arch.yaml --json stats.json");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  const nlohmann::json stats = read_json("stats.json");
  EXPECT_EQ(stats["status"], "ok");
  EXPECT_EQ(stats["computes"], 48);
  EXPECT_EQ(stats["cycles"], 48);                // one MAC in use, nothing limits it
  EXPECT_DOUBLE_EQ(stats["utilization"], 0.25);  // of four
  EXPECT_EQ(stats["dataspaces"], (nlohmann::json{"Weights", "Inputs", "Outputs"}));
  ASSERT_EQ(stats["levels"].size(), 3);
  EXPECT_EQ(stats["levels"][0]["kind"], "arithmetic");
  EXPECT_EQ(stats["levels"][1]["name"], "Buf");
  const nlohmann::json& spaces = stats["levels"][1]["dataspaces"];
  EXPECT_EQ(spaces["Weights"]["fills"], 3);
  EXPECT_EQ(spaces["Inputs"]["fills"], 18);
  EXPECT_EQ(spaces["Outputs"]["fills"], 0);  // nothing to fetch before the first sum
  EXPECT_EQ(spaces["Weights"]["reads"], 48);
  EXPECT_EQ(stats["levels"][2]["dataspaces"]["Outputs"]["updates"], 16);
  EXPECT_DOUBLE_EQ(stats["edp_pJ_cycles"].get<double>(), stats["energy_pJ"].get<double>() * 48);
  EXPECT_EQ(stats["price_sources"][0]["source"], "pat");
}

TEST_F(ModelCommand, JsonGoesToStandardOutputOnDemand) {
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml --json -");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["status"], "ok");
}

TEST_F(ModelCommand, RejectionIsExitCode3WithItsReason) {
  // The tile of 3 + 18 + 16 = 37 words misses a buffer of 36 by one.
  std::string small = kArch;
  small.replace(small.find("entries: 64"), 11, "entries: 36");
  write("arch.yaml", small);
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml --json stats.json");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("tilewright: error: mapping rejected: "), std::string::npos);
  const nlohmann::json stats = read_json("stats.json");
  EXPECT_EQ(stats["status"], "reject");
  EXPECT_EQ(stats["reason"], "capacity");
  EXPECT_EQ(stats["level"], "Buf");
  EXPECT_EQ(stats["needed"], 37);
  EXPECT_EQ(stats["available"], 36);
  EXPECT_EQ(stats["share"], (nlohmann::json{{"Weights", 3}, {"Inputs", 18}, {"Outputs", 16}}));
}

TEST_F(ModelCommand, MappingThatDoesNotFitTheProblemIsARejectionToo) {
  write("mapping.yaml",
        "mapping:\n"
        "- {target: Buf, type: temporal, factors: R=3 P=5, permutation: RP}\n"
        "- {target: Main, type: temporal, factors: R=1 P=4, permutation: RP}\n");
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml --json stats.json");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err.rfind("tilewright: error: mapping.yaml:2:", 0), 0) << result.err;
  EXPECT_EQ(read_json("stats.json")["status"], "reject");
}

TEST_F(ModelCommand, TileThatExactlyFillsIsAccepted) {
  std::string exact = kArch;
  exact.replace(exact.find("entries: 64"), 11, "entries: 37");
  write("arch.yaml", exact);
  EXPECT_EQ(run("model arch.yaml conv.yaml mapping.yaml").exit_code, 0);
}

TEST_F(ModelCommand, FullDiskIsAnError) {
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml --json - >/dev/full");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("cannot write to standard output"), std::string::npos) << result.err;
}

TEST_F(ModelCommand, NeedsAllThreeParts) {
  const ProgramResult result = run("model arch.yaml conv.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("no mapping"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace tilewright::testing
