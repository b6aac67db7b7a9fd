// `completion` and `man`: what bash completes, and that the other shells and man read theirs.
#include <gmock/gmock.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Completion : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (!has("bash")) GTEST_SKIP() << "bash is not installed";
    ASSERT_EQ(run("completion bash -o completion.bash").exit_code, 0);
  }

  static bool has(const std::string& shell) {
    return std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) == 0;
  }

  int status_of(const std::string& command) const {
    return std::system(("cd '" + folder_.string() + "' && " + command).c_str());
  }

  // What bash offers for the last of the words, which are those of COMP_WORDS: it splits at `=`.
  std::set<std::string> offered(const std::string& words) const {
    write("complete.bash", "set -uo pipefail\nsource completion.bash\nCOMP_WORDS=(tilewright " +
                               words +
                               ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_tilewright\n"
                               "printf '%s\\n' ${COMPREPLY[@]+\"${COMPREPLY[@]}\"} >offered.txt\n");
    EXPECT_EQ(status_of("bash complete.bash"), 0) << words;
    std::set<std::string> found;
    std::istringstream lines(read_text(folder_ / "offered.txt"));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) found.insert(line);
    }
    return found;
  }
};

TEST_F(Completion, OfBashOffersCommands) {
  EXPECT_THAT(offered("m"), ElementsAre("man", "map", "model"));
  EXPECT_THAT(offered("''"), Contains("verify"));
  EXPECT_THAT(offered("help ver"), ElementsAre("verify", "version"));
  EXPECT_THAT(offered("--error-format json ma"), ElementsAre("man", "map"));
}

TEST_F(Completion, OfBashOffersOptions) {
  EXPECT_THAT(offered("--v"), ElementsAre("--version"));
  EXPECT_THAT(offered("map --max-"), ElementsAre("--max-delay", "--max-energy", "--max-evaluated",
                                                 "--max-file-size", "--max-memory", "--max-valid"));
  EXPECT_THAT(offered("map arch.yaml --see"), ElementsAre("--seed"));
  EXPECT_THAT(offered("model --see"), IsEmpty());
  EXPECT_THAT(offered("version -"), Contains("--help"));
}

TEST_F(Completion, OfBashOffersValues) {
  EXPECT_THAT(offered("map --searcher p"), ElementsAre("portfolio"));
  EXPECT_THAT(offered("map --searcher = p"), ElementsAre("portfolio"));
  EXPECT_THAT(offered("map --searcher ="), Contains("optimal"));
  EXPECT_THAT(offered("--error-format ''"), ElementsAre("json", "text"));
  EXPECT_THAT(offered("completion ''"), ElementsAre("bash", "fish", "zsh"));
  EXPECT_THAT(offered("map --seed ''"), IsEmpty());
  std::filesystem::create_directory(folder_ / "archive");
  EXPECT_THAT(offered("map arch"), ElementsAre("arch.yaml", "archive"));
  EXPECT_THAT(offered("map -o arch"), ElementsAre("archive"));
  EXPECT_THAT(offered("bound --json conv"), ElementsAre("conv.yaml"));
}

TEST_F(Completion, OfBashKnowsOtherPrograms) {
  std::filesystem::create_directory(folder_ / "bin");
  write("bin/tilewright-hello",
        "#!/bin/sh\nprintf 'options:\\n  -o FILE, --output FILE  where\\n'\n");
  std::filesystem::permissions(folder_ / "bin/tilewright-hello", std::filesystem::perms::owner_all);
  const std::string script = read_text(folder_ / "completion.bash");
  write("completion.bash", "PATH=\"$PWD/bin:$PATH\"\n" + script);
  EXPECT_THAT(offered("hel"), ElementsAre("hello", "help"));
  EXPECT_THAT(offered("hello --o"), ElementsAre("--output"));
  EXPECT_THAT(offered("hello con"), ElementsAre("conv.yaml"));
}

// Every option of every help is there.
TEST_F(Completion, IsWhole) {
  for (const char* command :
       {"map", "model", "bound", "check", "explain", "verify", "energy", "network", "convert"}) {
    const std::set<std::string> options = offered(std::string(command) + " -");
    std::istringstream help(run(std::string("help ") + command).out);
    for (std::string word; help >> word;) {
      if (word.rfind("--", 0) != 0) continue;
      std::istringstream names(word);  // an option may have two
      for (std::string name; std::getline(names, name, ',');) {
        EXPECT_THAT(options, Contains(name)) << command;
      }
    }
  }
}

TEST_F(Completion, OfOtherShellsIsReadByThem) {
  for (const std::string shell : {"zsh", "fish"}) {
    const ProgramResult result = run("completion " + shell);
    EXPECT_EQ(result.exit_code, 0) << shell;
    EXPECT_THAT(result.out, HasSubstr("searcher")) << shell;
    EXPECT_THAT(result.out, HasSubstr("portfolio")) << shell;
    write("completion." + shell, result.out);
    if (!has(shell)) continue;
    EXPECT_EQ(status_of(shell + " -n completion." + shell), 0) << shell;
  }
}

TEST_F(Completion, ManualPageHasEveryCommand) {
  const ProgramResult page = run("man");
  EXPECT_EQ(page.exit_code, 0);
  EXPECT_EQ(page.out.rfind(".TH TILEWRIGHT 1 ", 0), 0) << page.out.substr(0, 80);
  for (const char* command :
       {"map", "model", "bound", "verify", "energy", "network", "convert", "help"}) {
    EXPECT_THAT(page.out, HasSubstr(std::string("\n.SS ") + command + "\n"));
  }
  EXPECT_THAT(page.out, HasSubstr("\\fB\\-\\-searcher\\fR"));
  // No macro that man does not know, and nothing that it complains of.
  write("page.1", page.out);
  if (!has("groff")) return;
  EXPECT_EQ(status_of("groff -man -Tascii -ww -z page.1 2>groff.txt"), 0);
  EXPECT_EQ(read_text(folder_ / "groff.txt"), "");
}

}  // namespace
}  // namespace tilewright::testing
