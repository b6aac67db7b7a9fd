// Names that would command a terminal, end a line or calculate in a spreadsheet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/printable.hpp"
#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HostileNames : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("specs.yaml", R"yaml(
arch:
  name: "a\e[31mred"
  arithmetic: {name: "M\e[1m", instances: 1, word-bits: 16}
  storage:
  - {name: "R\nf\e[2J", entries: 64, instances: 1, word-bits: 16}
  - {name: "Mem\u009b5m", technology: DRAM, instances: 1, word-bits: 16}
network:
  name: "n\e]0;title\a"
  shape:
    name: "s\e[7m"
    dimensions: [M, N]
    data-spaces:
    - {name: "A\e[4m", projection: [[[M]]]}
    - {name: "Z\n2", projection: [[[M]], [[N]]], read-write: True}
  layers:
  - {name: "=1+1", instance: {M: 4, N: 4}}
  - {name: "@SUM(1)", instance: {
    M:
      8, N : 4}
  }
  - {name: "l\e[2J\nx", instance: {M: 4, N: 8}}
)yaml");
  }

  // Every file but JSON, which has its own way to write them, and what the program printed.
  void expect_escaped(const ProgramResult& result) const {
    EXPECT_EQ(printable_lines(result.out), result.out);
    EXPECT_EQ(printable_lines(result.err), result.err);
    if (!fs::exists(folder_ / "out")) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "out")) {
      if (!entry.is_regular_file() || entry.path().extension() == ".json") continue;
      const std::string text = read_text(entry.path());
      EXPECT_EQ(printable_lines(text), text) << entry.path();
    }
  }
};

TEST_F(HostileNames, AreEscapedByMap) {
  const ProgramResult result = run("map specs.yaml -o out --max-evaluated 50 --searcher random");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_escaped(result);
  EXPECT_THAT(result.out, HasSubstr("l\\u001b[2J\\nx"));
  const auto summary = read_json("out/summary.json");
  EXPECT_EQ(summary["layers"][2]["name"], "l\033[2J\nx");
  const std::string csv = read_text(folder_ / "out/summary.csv");
  EXPECT_THAT(csv, HasSubstr("\n'=1+1,"));
  EXPECT_THAT(csv, HasSubstr("\n'@SUM(1),"));
  EXPECT_THAT(csv, HasSubstr("\nl\\u001b[2J\\nx,"));
}

TEST_F(HostileNames, AreEscapedByBoundAndNetwork) {
  for (const char* command : {"bound specs.yaml", "network specs.yaml",
                              "network specs.yaml --dot -", "bound specs.yaml --json -"}) {
    const ProgramResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << command << result.err;
    expect_escaped(result);
  }
}

TEST_F(HostileNames, AreTheSameInMappingsThatAreReadBack) {
  ASSERT_EQ(run("map specs.yaml -o out --max-evaluated 50 --searcher random").exit_code, 0);
  const auto stem = read_json("out/summary.json")["layers"][0]["files"].get<std::string>();
  write("one.yaml", read_text(folder_ / "out" / (stem + ".map.yaml")));
  const std::string specs = read_text(folder_ / "specs.yaml");
  write("specs.yaml", specs.substr(0, specs.find("  - {name: \"@SUM")));
  const ProgramResult result = run("model specs.yaml one.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_escaped(result);
}

TEST_F(HostileNames, AreEscapedInErrors) {
  write("bad.yaml", "problem: {\"sh\\e[31m\": 1}\n");
  expect_escaped(run("bound specs.yaml bad.yaml"));
  expect_escaped(run("bound 'no\033[31m.yaml'"));
}

TEST_F(HostileNames, AreEscapedByEnergy) {
  write("energy.yaml",
        "architecture:\n  version: 0.3\n  subtree:\n  - name: \"c\\e]0;\"\n"
        "    attributes: {technology: 45nm, \"k\\e[1m\": \"v\\e[2J\\n\"}\n"
        "    local: [{name: \"a\\ec\", class: SRAM, attributes: {width: 64, depth: 64}}]\n");
  const ProgramResult result = run("energy energy.yaml -o out --why");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_escaped(result);
}

}  // namespace
}  // namespace tilewright::testing
