#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EnergyCommand : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("chip.yaml", chip("45nm"));
    write("prices.csv",
          "class, action, energy, area, accuracy, source\n"
          "SRAM,  read,   7,      11,   95,       our lab\n"
          "SRAM,  write,  8,      11,   95,       our lab\n"
          "SRAM,  idle,   1,      11,   95,       our lab\n");
  }

  static std::string chip(const std::string& technology) {
    return "architecture:\n"
           "  version: 0.3\n"
           "  subtree:\n"
           "  - name: chip\n"
           "    attributes: {technology: " +
           technology +
           "}\n"
           "    local:\n"
           "    - {name: buffer, class: SRAM, attributes: {width: 64, depth: 512}}\n"
           "    - {name: adder, class: intadder, attributes: {datawidth: 16}}\n"
           "action_counts:\n"
           "  version: 0.3\n"
           "  subtree:\n"
           "  - name: chip\n"
           "    local:\n"
           "    - name: buffer\n"
           "      action_counts:\n"
           "      - {name: read, arguments: {data_delta: 1, address_delta: 1}, counts: 5}\n";
  }
};

TEST_F(EnergyCommand, WritesEveryTableAndTellsWhoPricedWhat) {
  const ProgramResult result = run("energy chip.yaml --table prices.csv -o out");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("chip.buffer, SRAM: 11 um2\n"));
  EXPECT_THAT(result.out, HasSubstr("read   7 pJ\n"));
  EXPECT_THAT(result.out, HasSubstr(", 95 %, our lab: chip.buffer\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("Guesses")));
  for (const char* file : {"ERT.yaml", "ART.yaml", "ERT_summary.yaml", "ART_summary.yaml",
                           "flattened_architecture.yaml"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / "out" / file)) << file;
  }
  const YAML::Node estimation =
      YAML::LoadFile(folder_ / "out/energy_estimation.yaml")["energy_estimation"];
  EXPECT_EQ(estimation["Total"].as<double>(), 5 * 7);
  // What it wrote prices the same architecture without anybody's help.
  const ProgramResult again =
      run("energy chip.yaml out/ERT.yaml out/ART.yaml --pin dummy -o again");
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_text(folder_ / "again/ERT.yaml"), read_text(folder_ / "out/ERT.yaml"));
}

TEST_F(EnergyCommand, TellsGuessesEvenWhenQuiet) {
  write("old.yaml", chip("180nm"));
  const ProgramResult result = run("energy old.yaml --quiet");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "Guesses, below 50 % accuracy: AnalyticMemory for chip.buffer; ScaledArithmetic for "
            "chip.adder\n");
  EXPECT_EQ(run("energy chip.yaml --quiet").out,
            "Guesses, below 50 % accuracy: AnalyticMemory for chip.buffer (idle)\n");
  EXPECT_EQ(run("energy chip.yaml --quiet --table prices.csv").out, "");
}

TEST_F(EnergyCommand, TellsWhy) {
  const ProgramResult result = run("energy chip.yaml --quiet --why");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nchip.buffer read: AnalyticMemory, 60 %"));
  EXPECT_THAT(result.out, HasSubstr("\n  not CactiSRAM: "));
}

TEST_F(EnergyCommand, APinLetsNobodyElseAnswer) {
  const ProgramResult result = run("energy chip.yaml --pin SRAM=Aladdin_table");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("chip.buffer: no estimator can price"));
  EXPECT_THAT(result.err, HasSubstr("AnalyticMemory: another one is pinned"));
  EXPECT_THAT(run("energy chip.yaml --pin SRAM=Aladin_table").err,
              HasSubstr("did you mean 'Aladdin_table'?"));
}

}  // namespace
}  // namespace tilewright::testing
