#include <gmock/gmock.h>

#include <map>
#include <string>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ConvertCommand : public ProgramTest {
 protected:
  std::string specs() const { return std::string(kSourceFolder) + "/specs/"; }
};

TEST_F(ConvertCommand, WritesTheSameSpecsInAnotherForm) {
  const ProgramResult before = run("model arch.yaml conv.yaml mapping.yaml --json -");
  ASSERT_EQ(before.exit_code, 0) << before.err;
  for (const std::string form : {"tilewright", "v0.3"}) {
    const ProgramResult result =
        run("convert arch.yaml conv.yaml mapping.yaml --to " + form + " -o " + form + ".yaml");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out + result.err, "");
    const ProgramResult after = run("model " + form + ".yaml --json -");
    EXPECT_EQ(after.out, before.out);
  }
  EXPECT_THAT(read_text(folder_ / "tilewright.yaml"),
              StartsWith("# Converted by tilewright from arch.yaml, conv.yaml, mapping.yaml.\n"
                         "tilewright: 1\n"));
  const ProgramResult printed = run("convert tilewright.yaml --to v0.3");
  const std::string text = read_text(folder_ / "v0.3.yaml");
  EXPECT_EQ(printed.out.substr(printed.out.find('\n')), text.substr(text.find('\n')));
}

TEST_F(ConvertCommand, WritesAFolderOfParts) {
  ASSERT_EQ(run("convert arch.yaml conv.yaml mapping.yaml --to tilewright -o parts/").exit_code, 0);
  EXPECT_THAT(files_of("parts"), ElementsAre("architecture.yaml", "mapping.yaml", "network.yaml"));
  EXPECT_EQ(run("model parts --json -").out,
            run("model arch.yaml conv.yaml mapping.yaml --json -").out);
}

TEST_F(ConvertCommand, TellsWhatIsSaidInOtherWords) {
  const std::string files = specs() + "v04";
  const ProgramResult result = run("convert " + files + " --to v0.3 -o v03.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("note: energies and areas are written as numbers"));
  EXPECT_EQ(run("convert -q " + files + " --to v0.3 -o v03.yaml").err, "");
  EXPECT_THAT(read_text(folder_ / "v03.yaml"),
              HasSubstr("# Note: energies and areas are written as numbers"));
}

// The same optimum, with the same proof, in all forms.
TEST_F(ConvertCommand, SearchesFindTheSame) {
  const std::string files = specs() + "v04";
  ASSERT_EQ(run("map " + files + " -o before -q").exit_code, 0);
  for (const std::string form : {"tilewright", "v0.3"}) {
    ASSERT_EQ(run("convert -q " + files + " --to " + form + " -o " + form + ".yaml").exit_code, 0);
    ASSERT_EQ(run("map " + form + ".yaml -o " + form + " -q").exit_code, 0);
    const auto before = read_json("before/summary.json")["layers"][0];
    const auto after = read_json(form + "/summary.json")["layers"][0];
    for (const char* key : {"proven", "energy_pJ", "cycles", "evaluated", "valid"}) {
      ASSERT_TRUE(before.contains(key)) << before.dump();
      EXPECT_EQ(after[key], before[key]) << key;
    }
    EXPECT_EQ(run("verify " + form).exit_code, 0);
  }
}

TEST_F(ConvertCommand, RefusesWhatIsNoForm) {
  EXPECT_EQ(run("convert arch.yaml --to v0.4").exit_code, 2);
  EXPECT_THAT(run("convert arch.yaml --to v0.4").err, HasSubstr("version 0.4 is read, but not"));
  EXPECT_THAT(run("convert arch.yaml --to tilewrite").err,
              HasSubstr("unknown form 'tilewrite'; did you mean 'tilewright'?"));
  EXPECT_THAT(run("convert arch.yaml").err, HasSubstr("--to is required"));
  const ProgramResult unwritable = run("convert arch.yaml --to v0.3 -o none/v03.yaml");
  EXPECT_EQ(unwritable.exit_code, 2);
}

// Networks make a tree of an architecture, of which estimators are told what they are told
// otherwise.
TEST_F(ConvertCommand, NetworksDoNotChangeWhatLevelsCost) {
  const std::string levels =
      "tilewright: 1\narchitecture:\n  levels:\n"
      "  - {name: Main, kind: dram, word-bits: 8, capacity: 4096 words}\n"
      "  - {name: Buf, capacity: 64 KiB, word-bits: 8, block-size: 4}\n"
      "  arithmetic: {name: MAC}\n";
  write("plain.yaml", levels);
  write("networks.yaml", levels + "  networks: [{name: n, kind: mesh}]\n");
  const auto prices_in = [&](const std::string& file) {
    EXPECT_EQ(run("energy " + file + " --dummy --json prices.json").exit_code, 0);
    std::map<std::string, std::string> prices;
    const nlohmann::json tables = read_json("prices.json");
    for (const auto& component : tables["components"]) {
      const std::string name = component["name"];
      prices[name.substr(name.rfind('.') + 1)] = component["actions"].dump();
    }
    return prices;
  };
  const auto plain = prices_in("plain.yaml");
  auto networks = prices_in("networks.yaml");
  EXPECT_EQ(networks.erase("n"), 1U);
  ASSERT_EQ(plain.size(), 3U);
  EXPECT_EQ(networks, plain);
}

// Own files are read by every command, and beside files of other forms.
TEST_F(ConvertCommand, OwnFormIsReadByAllCommands) {
  const std::string edge = specs() + "own/edge.yaml";
  EXPECT_THAT(run("network " + edge).out, HasSubstr("conv2d M=32 C=16"));
  EXPECT_EQ(run("bound " + edge).exit_code, 0);
  EXPECT_THAT(run("energy " + edge).out, HasSubstr("SumRegisters"));
  EXPECT_EQ(run("map " + edge + " -o out -q --max-evaluated 200").exit_code, 0);
  EXPECT_EQ(run("convert " + edge + " --to tilewright -o parts/").exit_code, 0);
  EXPECT_EQ(run("model parts/architecture.yaml " + edge).exit_code, 2);  // two architectures
  write("fc.yaml", "problem: {shape: fully-connected, instance: {N: 1, C: 16, M: 8}}\n");
  EXPECT_EQ(run("map parts/architecture.yaml fc.yaml -o fc -q").exit_code, 0);
}

}  // namespace
}  // namespace tilewright::testing
