// What the program explains: why nothing runs, why the best mapping costs what it does, and the
// best mappings that `map --top` keeps.
#include <gmock/gmock.h>

#include <set>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kTight = R"(arch:
  arithmetic: {name: MAC, instances: 16, meshX: 4, word-bits: 16}
  storage:
  - {name: Registers, entries: 2, instances: 16, meshX: 4, word-bits: 16}
  - {name: Buffer, entries: 64, instances: 1, word-bits: 16}
  - {name: Mem, technology: DRAM, instances: 1, word-bits: 16}
problem: {shape: gemm, instance: {M: 8, N: 8, K: 8}}
mapspace:
- {target: Registers, type: datatype, keep: [A, B, Z]}
- {target: Buffer, type: spatial, factors: K=8}
)";

class ExplainCommand : public ProgramTest {
 protected:
  Json explain(const std::string& arguments, int exit_code) const {
    const ProgramResult result = run("explain " + arguments + " --json -");
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    const Json json = Json::parse(result.out);
    EXPECT_EQ(json["layers"].size(), 1U);
    return json["layers"][0];
  }
};

TEST_F(ExplainCommand, TwoSetsThatCannotHoldTogetherAndAWayOutOfBoth) {
  write("tight.yaml", kTight);
  const Json layer = explain("tight.yaml", 3);
  EXPECT_FALSE(layer["runs"]);
  ASSERT_EQ(layer["conflicts"].size(), 2U);
  std::set<std::string> kinds;
  for (const Json& member : layer["conflicts"][0]) kinds.insert(member["kind"]);
  EXPECT_EQ(kinds, (std::set<std::string>{"factor", "fan-out"}));
  EXPECT_EQ(layer["conflicts"][1].size(), 4U);  // three tensors and two words
  for (const Json& conflict : layer["conflicts"]) {
    for (const Json& member : conflict) {
      EXPECT_TRUE(member["alone"].is_null());
      EXPECT_EQ(member["together"].size(), 1U);
    }
  }
  const Json& best = layer["repairs"][0];
  ASSERT_EQ(best["changes"].size(), 2U);
  // The mapping that stands beside a way out runs with it.
  std::string mended = kTight;
  for (const Json& change : best["changes"]) {
    if (change["demand"]["kind"] == "factor") {
      EXPECT_EQ(change["to"], 4);
      mended.replace(mended.find("K=8}"), 4, "K=4}");
    } else {
      EXPECT_EQ(change["demand"]["kind"], "capacity");
      EXPECT_EQ(change["to"], 3);
      mended.replace(mended.find("entries: 2"), 10, "entries: 3");
    }
  }
  write("mended.yaml", mended);
  write("mapping.yaml", best["mapping"].get<std::string>());
  EXPECT_EQ(run("model mended.yaml mapping.yaml").exit_code, 0);
  EXPECT_TRUE(explain("mended.yaml", 0)["runs"]);
}

TEST_F(ExplainCommand, MapPrintsTheShortForm) {
  write("tight.yaml", kTight);
  const ProgramResult result = run("map tight.yaml -o out --quiet");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("no mapping satisfies spatial factor K=8 of 8 at 'Buffer'; the "
                                    "fan-out of 'Buffer' (4 x 4) together (and 1 more such sets); "
                                    "a way out: "));
}

TEST_F(ExplainCommand, WhyTheBestMappingCostsWhatItDoes) {
  const Json layer = explain("arch.yaml conv.yaml", 0);
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --quiet --perfect").exit_code, 0);
  const Json summary = read_json("out/summary.json")["layers"][0];
  EXPECT_EQ(layer["mapping"]["cost"]["edp_pJ_cycles"], summary["edp_pJ_cycles"]);
  EXPECT_TRUE(layer["mapping"]["proven"]);
  EXPECT_TRUE(layer["neighbour"].is_null());  // nothing is better than what is proven
  double energy = 0;
  for (const Json& part : layer["energy"]) energy += part["energy_pJ"].get<double>();
  EXPECT_NEAR(energy, summary["energy_pJ"].get<double>(), 1e-6 * energy);
  EXPECT_GE(layer["runner_up"]["cost"]["edp_pJ_cycles"], summary["edp_pJ_cycles"]);
  double last = 1;
  for (const Json& gain : layer["gains"]) {
    EXPECT_LE(gain["share"], last);
    last = gain["share"];
    EXPECT_GT(last, 0);
  }
}

// What a constraint costs is what the search without it finds.
TEST_F(ExplainCommand, AGainIsThatOfAnotherSearch) {
  write("limits.yaml", "mapspace:\n- {target: Buf, type: temporal, factors: P=1}\n");
  const Json layer = explain("arch.yaml conv.yaml limits.yaml", 0);
  const Json free = explain("arch.yaml conv.yaml", 0);
  bool found = false;
  for (const Json& gain : layer["gains"]) {
    if (gain["what"].get<std::string>().find("without temporal factor P=1") != 0) continue;
    found = true;
    EXPECT_EQ(gain["after"], free["mapping"]["cost"]["edp_pJ_cycles"]);
  }
  EXPECT_EQ(found,
            layer["mapping"]["cost"]["edp_pJ_cycles"] != free["mapping"]["cost"]["edp_pJ_cycles"]);
}

TEST_F(ExplainCommand, TwoMappingsAndHowTheyDiffer) {
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --quiet --top 3 --top-by tilings").exit_code, 0);
  const std::vector<std::string> files = files_of("out");
  std::string folder;
  for (const std::string& file : files) {
    if (file.find(".top") != std::string::npos) folder = "out/" + file.substr(0, file.find('/'));
  }
  ASSERT_FALSE(folder.empty());
  const Json layer = explain(
      "arch.yaml conv.yaml --map " + folder + "/01.map.yaml --map " + folder + "/03.map.yaml", 0);
  EXPECT_EQ(layer["mapping"]["origin"], "given");
  EXPECT_FALSE(layer["differences"].empty());
  const Json same = explain(
      "arch.yaml conv.yaml --map " + folder + "/01.map.yaml --map " + folder + "/01.map.yaml", 0);
  EXPECT_TRUE(same["differences"].empty());
  const ProgramResult none = run("explain arch.yaml conv.yaml --map nowhere.yaml");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("nowhere.yaml"));
}

TEST_F(ExplainCommand, BudgetsThatNoMappingMeets) {
  const Json layer = explain("arch.yaml conv.yaml --max-delay 1", 3);
  ASSERT_EQ(layer["budgets"].size(), 1U);
  const double possible = layer["budgets"][0]["possible"];
  EXPECT_TRUE(layer["budgets"][0]["proven"]);
  EXPECT_TRUE(explain(
      "arch.yaml conv.yaml --max-delay " + std::to_string(static_cast<long>(possible)), 0)["runs"]);
}

TEST_F(ExplainCommand, TheBestMappingsAreInOrderAndSurviveAResume) {
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --quiet --top 4").exit_code, 0);
  const Json layer = read_json("out/summary.json")["layers"][0];
  ASSERT_EQ(layer["top"].size(), 4U);
  EXPECT_TRUE(layer["top_proven"]);
  EXPECT_EQ(layer["top"][0]["cost"]["edp_pJ_cycles"], layer["edp_pJ_cycles"]);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GE(layer["top"][i]["cost"]["edp_pJ_cycles"],
              layer["top"][i - 1]["cost"]["edp_pJ_cycles"]);
    EXPECT_NE(layer["top"][i]["mapping"], layer["top"][i - 1]["mapping"]);
  }
  EXPECT_EQ(run("map arch.yaml conv.yaml -o out --quiet --top 4 --resume").exit_code, 0);
  EXPECT_EQ(read_json("out/summary.json")["layers"][0], layer);
  for (const char* other : {"--imperfect", "--both-axes", "--pareto energy,delay"}) {
    const ProgramResult refused =
        run(std::string("map arch.yaml conv.yaml -o no --top 2 ") + other);
    EXPECT_EQ(refused.exit_code, 2) << other;
    EXPECT_THAT(refused.err, HasSubstr("--top does not go with"));
  }
}

}  // namespace
}  // namespace tilewright::testing
