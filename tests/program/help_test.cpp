// `help`, `version`, and what the program says of options and commands that it does not know.
#include <gmock/gmock.h>

#include <regex>
#include <sstream>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kCommands{"model",   "map",        "bound",   "check",   "explain",
                                         "verify",  "energy",     "network", "convert", "help",
                                         "version", "completion", "man"};

class Help : public ProgramTest {
 protected:
  // Without a PATH: no other programs.
  ProgramResult alone(const std::string& arguments) const {
    return run_in("PATH=/none", arguments);
  }
};

TEST_F(Help, CommandsSayWhatTheOptionsSay) {
  EXPECT_EQ(alone("help").out, alone("--help").out);
  EXPECT_EQ(run("version").out, run("--version").out);
  for (const std::string& command : kCommands) {
    const ProgramResult help = run("help " + command);
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_EQ(help.out, run(command + " --help").out) << command;
    EXPECT_THAT(help.out, HasSubstr("Usage: tilewright " + command)) << command;
  }
}

TEST_F(Help, OfAnotherProgramIsItsOwn) {
  std::filesystem::create_directory(folder_ / "bin");
  write("bin/tilewright-hello", "#!/bin/sh\necho \"$@\"\nexit 5\n");
  std::filesystem::permissions(folder_ / "bin/tilewright-hello", std::filesystem::perms::owner_all);
  const ProgramResult result = run_in("PATH=\"$PWD/bin:$PATH\"", "help hello");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.out, "--help\n");
  EXPECT_EQ(alone("help helo").err,
            "tilewright: error: unknown command 'helo'; did you mean 'help'?\n");
}

TEST_F(Help, ListsAllCommandsOnceWithWhatTheyDo) {
  std::filesystem::create_directory(folder_ / "bin");
  for (const char* name : {"bin/tilewright-hello", "bin/tilewright-report"}) {
    write(name, "#!/bin/sh\n");
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
  }
  const std::string help = run_in("PATH=\"$PWD/bin\"", "help").out;
  const std::string list = help.substr(help.find("Subcommands:"));
  for (const std::string& command : kCommands) {
    EXPECT_TRUE(std::regex_search(list, std::regex("\n  " + command + " +\\w"))) << command;
  }
  EXPECT_THAT(list, HasSubstr("\n  hello                       the program tilewright-hello\n"));
  EXPECT_THAT(list, HasSubstr("\n  report                      show results as a page\n"));
  EXPECT_THAT(list, HasSubstr("\n  import                      write the layers of an ONNX model"));
  EXPECT_THAT(list, HasSubstr("\n  mcp                         serve tools of the Model Context"));
  EXPECT_THAT(list, HasSubstr("installed"));
}

TEST_F(Help, FitsATerminal) {
  std::string all = alone("help").out;
  for (const std::string& command : kCommands) all += run("help " + command).out;
  std::istringstream text(all);
  for (std::string line; std::getline(text, line);) EXPECT_LE(line.size(), 80) << line;
}

TEST_F(Help, OptionsAreTheSameEverywhere) {
  for (const std::string& command : kCommands) {
    const std::string help = run("help " + command).out;
    EXPECT_THAT(help, HasSubstr("  -h,--help ")) << command;
    EXPECT_THAT(help, HasSubstr("--error-format text|json")) << command;
    const auto has = [&](const std::string& option) {
      return std::regex_search(help, std::regex("\\n  [^ ]*" + option + "[ \\n]"));
    };
    EXPECT_EQ(has("--quiet"), has("-q,--quiet")) << command;
    EXPECT_EQ(has("--output"), has("-o,--output")) << command;
    EXPECT_EQ(has("--threads"), has("-j,--threads")) << command;
  }
  for (const char* command : {"map", "model", "bound", "verify", "energy", "network"}) {
    const std::string help = run(std::string("help ") + command).out;
    EXPECT_THAT(help, HasSubstr("-q,--quiet")) << command;
    EXPECT_THAT(help, HasSubstr("--json FILE")) << command;
  }
}

struct Misspelt {
  const char* arguments;
  const char* message;
};

class MisspeltOption : public ProgramTest, public ::testing::WithParamInterface<Misspelt> {};

TEST_P(MisspeltOption, GetsTheOneThatWasMeant) {
  const ProgramResult result = run(GetParam().arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, std::string("tilewright: error: ") + GetParam().message + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Usage, MisspeltOption,
    ::testing::Values(
        Misspelt{"map arch.yaml conv.yaml --tme 1s",
                 "unknown option '--tme'; did you mean '--time'?"},
        Misspelt{"map arch.yaml conv.yaml --tme=1s",
                 "unknown option '--tme'; did you mean '--time'?"},
        // Where something else is missing, too.
        Misspelt{"map --quite", "unknown option '--quite'; did you mean '--quiet'?"},
        Misspelt{"model arch.yaml --jsn -", "unknown option '--jsn'; did you mean '--json'?"},
        Misspelt{"map arch.yaml conv.yaml -J 2", "unknown option '-J'; did you mean '-j'?"},
        Misspelt{"map arch.yaml conv.yaml -r", "unknown option '-r'; did you mean '--resume'?"},
        Misspelt{"map arch.yaml conv.yaml -seed 1",
                 "unknown option '-seed'; did you mean '--seed'?"},
        Misspelt{"map arch.yaml conv.yaml -x", "unknown option '-x'; see `tilewright map --help`"},
        Misspelt{"network conv.yaml --frobnicate",
                 "unknown option '--frobnicate'; see `tilewright network --help`"},
        // Before the command.
        Misspelt{"--verison", "unknown option '--verison'; did you mean '--version'?"},
        Misspelt{"--eror-format json map arch.yaml conv.yaml",
                 "unknown option '--eror-format'; did you mean '--error-format'?"},
        Misspelt{"--quite map arch.yaml conv.yaml",
                 "unknown option '--quite'; did you mean '--quiet'?"},
        Misspelt{"--quiet map arch.yaml conv.yaml",
                 "'--quiet' belongs behind the command: `tilewright map --quiet ...`"},
        Misspelt{"--help-me", "unknown option '--help-me'; did you mean '--help'?"},
        Misspelt{"reprot out", "unknown command 'reprot'; did you mean 'report'?"},
        Misspelt{"help modle", "unknown command 'modle'; did you mean 'model'?"},
        Misspelt{"completion fissh", "unknown shell 'fissh'; did you mean 'fish'?"},
        Misspelt{"map --error-format jsn arch.yaml",
                 "--error-format: unknown format 'jsn'; did you mean 'json'?; see `tilewright map "
                 "--help`"}));

}  // namespace
}  // namespace tilewright::testing
