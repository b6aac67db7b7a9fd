#include <fmt/format.h>

#include "program/run_program.hpp"
#include "search/network/options.hpp"

namespace tilewright::testing {
namespace {

using Usage = ProgramTest;

TEST_F(Usage, VersionAndHelpSucceedOnStandardOutput) {
  const ProgramResult version = run("--version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.rfind("tilewright ", 0), 0) << version.out;
  for (const char* arguments : {"--help", "map --help", "model --help"}) {
    const ProgramResult help = run(arguments);
    EXPECT_EQ(help.exit_code, 0) << arguments;
    EXPECT_NE(help.out.find("--help"), std::string::npos) << arguments;
    EXPECT_EQ(help.err, "") << arguments;
  }
}

TEST_F(Usage, WrongArgumentsAreExitCode2WithOneMessage) {
  for (const char* arguments : {"",
                                "mapp arch.yaml",
                                "map",
                                "map arch.yaml conv.yaml --tme 1s",
                                "map arch.yaml conv.yaml --time soon",
                                "map arch.yaml conv.yaml --time -1s",
                                "map arch.yaml conv.yaml --seed x",
                                "map arch.yaml conv.yaml --objective edpp",
                                "map arch.yaml conv.yaml --searcher randm",
                                "map arch.yaml conv.yaml --batch 4",
                                "map arch.yaml conv.yaml -j 100000",
                                "map arch.yaml conv.yaml --max-delay 1s",
                                "map arch.yaml conv.yaml --max-energy 3W",
                                "map arch.yaml conv.yaml --min-utilization 2",
                                "map arch.yaml conv.yaml --pareto energy",
                                "map arch.yaml conv.yaml --pareto energy,heat",
                                "map conv.yaml",
                                "map arch.yaml",
                                "model arch.yaml mapping.yaml",
                                "model conv.yaml mapping.yaml"}) {
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_EQ(result.err.rfind("tilewright: error: ", 0), 0) << arguments << "\n" << result.err;
    EXPECT_EQ(result.out, "") << arguments;
  }
}

TEST_F(Usage, EverySearchOptionIsInTheHelp) {
  const std::string help = run("map --help").out;
  for (const SearchOption& option : search_options()) {
    EXPECT_NE(help.find(fmt::format("--{}", option.name)), std::string::npos) << option.name;
  }
}

TEST_F(Usage, MissingFileIsNamed) {
  const ProgramResult result = run("model arch.yaml nowhere.yaml mapping.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("nowhere.yaml"), std::string::npos) << result.err;
}

TEST_F(Usage, BadFileIsNamedWithLineAndColumn) {
  write("arch.yaml", "arch:\n  arithmetic: {instances: 1, wordbits: 16}\n  storage: what\n");
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml --json stats.json");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("tilewright: error: arch.yaml:3:"), std::string::npos) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "stats.json"));
}

TEST_F(Usage, BrokenYamlIsNamedWithLineAndColumn) {
  write("arch.yaml", "arch:\n  storage: [\n");
  const ProgramResult result = run("model arch.yaml conv.yaml mapping.yaml");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("arch.yaml:"), std::string::npos) << result.err;
}

TEST_F(Usage, PlaceThatCannotBeWrittenIsExitCode2) {
  write("file", "");
  EXPECT_EQ(run("map arch.yaml conv.yaml -o file/below --max-evaluated 10").exit_code, 2);
  EXPECT_EQ(run("model arch.yaml conv.yaml mapping.yaml --json no/such/folder.json").exit_code, 2);
}

}  // namespace
}  // namespace tilewright::testing
