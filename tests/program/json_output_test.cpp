// `--json` of every command that prints results. python/tests/test_schemas.py holds the documents
// against their schemas.
#include <gmock/gmock.h>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using nlohmann::json;

class JsonOutput : public ProgramTest {
 protected:
  // What a command writes to standard output; a file gets the same, and then nothing is printed.
  json document(const std::string& arguments, int exit_code = 0) const {
    const ProgramResult shown = run(arguments + " --json -");
    EXPECT_EQ(shown.exit_code, exit_code) << arguments << "\n" << shown.err;
    const ProgramResult written = run(arguments + " --json document.json");
    EXPECT_EQ(written.exit_code, exit_code) << arguments << "\n" << written.err;
    EXPECT_EQ(written.out, "") << arguments;
    EXPECT_EQ(json::parse(shown.out)["format"], read_json("document.json")["format"]) << arguments;
    return json::parse(shown.out);
  }
};

TEST_F(JsonOutput, OfMapIsItsSummary) {
  const json summary = document("map arch.yaml conv.yaml -o out --seed 3 --quiet");
  EXPECT_EQ(summary, read_json("out/summary.json"));
  EXPECT_EQ(summary["layers"][0]["name"], "conv");
  // A run that is finished says the same again.
  EXPECT_EQ(document("map arch.yaml conv.yaml -o out --seed 3 --quiet --resume"), summary);
}

TEST_F(JsonOutput, OfVerifySaysWhatBecameOfEachClaim) {
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --quiet").exit_code, 0);
  const json good = document("verify out");
  EXPECT_EQ(good["format"], "tilewright verification 1");
  EXPECT_EQ(good["holds"], true);
  EXPECT_EQ(good["complete"], true);
  ASSERT_EQ(good["layers"].size(), 1);
  EXPECT_EQ(good["layers"][0]["finding"], "holds");
  EXPECT_GT(good["layers"][0]["chains"], 0);

  json forged = read_json("out/certificate.json");
  forged["layers"][0]["best"] = forged["layers"][0]["best"].get<double>() / 2;
  forged["layers"][0]["lower_bound"] = forged["layers"][0]["best"];
  write("forged.json", forged.dump());
  const json bad = document("verify forged.json", 1);
  EXPECT_EQ(bad["holds"], false);
  EXPECT_EQ(bad["layers"][0]["finding"], "wrong");
}

TEST_F(JsonOutput, OfVerifyLeavesOutWhatIsGoodWhenQuiet) {
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --quiet").exit_code, 0);
  const ProgramResult result = run("verify out --quiet");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
}

TEST_F(JsonOutput, OfNetworkHasSizesAndWhatIsRead) {
  write("net.yaml", R"(
network:
  name: block
  shape: fully-connected
  layers:
  - {name: second, instance: {N: 1, C: 10, M: 20}, inputs: [first]}
  - {name: first, repeats: 2, instance: {N: 1, C: 1000, M: 10}}
  - {name: third, instance: {N: 1, C: 10, M: 20}, inputs: [second, first]}
)");
  const json network = document("network net.yaml");
  EXPECT_EQ(network["network"], "block");
  EXPECT_EQ(network["total"]["operations"], 2 * 10000 + 200 + 200);
  EXPECT_EQ(network["layers"][0]["name"], "first");
  EXPECT_EQ(network["layers"][0]["sizes"], (json{{"N", 1}, {"C", 1000}, {"M", 10}}));
  EXPECT_EQ(network["layers"][2]["reads"], (json{"second", "first"}));
  const json merged = document("network net.yaml --merge");
  EXPECT_EQ(merged["layers"][0]["layers"], (json{"second", "third"}));
  EXPECT_EQ(run("network net.yaml --json - --dot -").exit_code, 2);
}

TEST_F(JsonOutput, OfEnergyHasEveryPriceAndItsSource) {
  write("chip.yaml",
        "architecture:\n"
        "  version: 0.3\n"
        "  subtree:\n"
        "  - name: chip\n"
        "    attributes: {technology: 45nm}\n"
        "    local:\n"
        "    - {name: buffer, class: SRAM, attributes: {width: 64, depth: 512}}\n");
  write("prices.csv",
        "class, action, energy, area, accuracy, source\n"
        "SRAM,  read,   7.25,   11,   95,       our lab\n"
        "SRAM,  write,  8,      11,   95,       our lab\n"
        "SRAM,  idle,   1,      11,   95,       our lab\n");
  const json energy = document("energy chip.yaml --table prices.csv");
  ASSERT_EQ(energy["components"].size(), 1);
  const json& buffer = energy["components"][0];
  EXPECT_EQ(buffer["name"], "chip.buffer");
  EXPECT_EQ(buffer["class"], "SRAM");
  EXPECT_EQ(buffer["area_um2"], 11);
  EXPECT_EQ(buffer["actions"][0]["name"], "read");
  EXPECT_EQ(buffer["actions"][0]["energy_pJ"], 7.25);
  EXPECT_EQ(buffer["prices"][0]["of"], "read");
  EXPECT_EQ(buffer["prices"][0]["accuracy_percent"], 95);
  EXPECT_EQ(buffer["prices"][0]["guess"], false);
  EXPECT_EQ(buffer["prices"][0]["note"], "our lab");
}

TEST_F(JsonOutput, OfTheOthersIsAsBefore) {
  EXPECT_EQ(document("bound arch.yaml conv.yaml")["format"], "tilewright bound 1");
  EXPECT_EQ(document("model arch.yaml conv.yaml mapping.yaml")["status"], "ok");
  write("misfit.yaml",
        "mapping:\n- {target: Buf, type: temporal, factors: R=3 P=5, permutation: RP}\n");
  const json misfit = document("model arch.yaml conv.yaml misfit.yaml", 3);
  EXPECT_EQ(misfit["format"], "tilewright stats 1");
  EXPECT_EQ(misfit["reason"], "mapping");
}

TEST_F(JsonOutput, NeedsAName) {
  const ProgramResult result = run("bound arch.yaml conv.yaml --json ''");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
}

TEST_F(JsonOutput, QuietPrintsNoTables) {
  for (const char* command : {"bound arch.yaml conv.yaml", "model arch.yaml conv.yaml mapping.yaml",
                              "network conv.yaml"}) {
    const ProgramResult result = run(std::string(command) + " -q");
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_EQ(result.out, "") << command;
    EXPECT_EQ(result.err, "") << command;
  }
}

}  // namespace
}  // namespace tilewright::testing
