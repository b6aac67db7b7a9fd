// A folder of results holds one run, whatever happened to it and to those before.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class ResultFolder : public ProgramTest {
 protected:
  /// A network of `layers` products, each larger than the one before, and one as the first.
  void write_network(const std::string& name, int layers) const {
    std::string text = "network:\n  name: " + name + "\n  layers:\n";
    for (int i = 0; i <= layers; ++i) {
      text += fmt::format("  - {{name: {}{}, shape: gemm, instance: {{M: {}, N: 4, K: 6}}}}\n",
                          name, i, 8 * (i % layers + 1));
    }
    write(name + ".yaml", text);
  }

  /// All files below a folder with their contents, but for those that have times.
  std::map<std::string, std::string> contents(const std::string& folder) const {
    std::map<std::string, std::string> texts;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / folder)) {
      const std::string name = fs::relative(entry.path(), folder_ / folder);
      if (entry.is_directory() || name == "run.json" || name == "journal.jsonl") continue;
      texts[name] = read_text(entry.path());
    }
    return texts;
  }

  void expect_equal(const std::string& folder, const std::string& expected) const {
    const auto found = contents(folder);
    const auto wanted = contents(expected);
    for (const auto& [name, text] : wanted) {
      ASSERT_TRUE(found.contains(name)) << name;
      EXPECT_EQ(found.at(name), text) << name;
    }
    for (const auto& [name, unused] : found) EXPECT_TRUE(wanted.contains(name)) << name;
  }

  /// Every file is whole, and all are of the network that summary.json names, if there is one.
  void expect_no_mix(const std::string& folder) const {
    if (!fs::exists(folder_ / folder)) return;
    const bool has_summary = fs::exists(folder_ / folder / "summary.json");
    const std::string network =
        has_summary ? read_json(folder + "/summary.json")["network"].get<std::string>() : "";
    for (const auto& [name, text] : contents(folder)) {
      if (name.ends_with(".tmp")) continue;
      EXPECT_FALSE(text.empty()) << name;
      if (name.ends_with(".json")) {
        EXPECT_FALSE(nlohmann::json::parse(text, nullptr, false).is_discarded()) << name;
      }
      if (name.ends_with(".map.yaml")) {
        EXPECT_EQ(text.find("mapping:\n"), 0) << name;
        EXPECT_TRUE(text.ends_with("\n")) << name;
        EXPECT_TRUE(name.starts_with(network)) << name << " in " << network;
      }
    }
    if (!has_summary) return;
    const nlohmann::json summary = read_json(folder + "/summary.json");
    for (const auto& layer : summary["layers"]) {
      EXPECT_TRUE(fs::exists(folder_ / folder / (layer["files"].get<std::string>() + ".map.yaml")));
    }
  }

  static int wait_for(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }

  void wait_for_file(const std::string& name) const {
    const auto patience = std::chrono::steady_clock::now() + 40s;
    while (!fs::exists(folder_ / name) && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(5ms);
    }
  }
};

constexpr const char* kShort = " --quiet --max-evaluated 500";

TEST_F(ResultFolder, SecondRunLeavesNothingOfTheFirst) {
  write_network("a", 3);
  write_network("b", 2);
  const std::string first =
      std::string("map arch.yaml a.yaml -o out --pareto energy,delay") + kShort;
  ASSERT_EQ(run(first).exit_code, 0);
  ASSERT_EQ(run(first).exit_code, 0);
  ASSERT_EQ(run(std::string("map arch.yaml b.yaml -o out") + kShort).exit_code, 0);
  ASSERT_EQ(run(std::string("map arch.yaml b.yaml -o new") + kShort).exit_code, 0);
  expect_equal("out", "new");
  EXPECT_EQ(files_of("out"), files_of("new"));
}

TEST_F(ResultFolder, RunThatFindsNothingLeavesNoMapping) {
  ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
  ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o out --max-delay 1").exit_code, 3);
  for (const std::string& name : files_of("out")) {
    EXPECT_EQ(name.find("conv."), std::string::npos) << name;
  }
}

TEST_F(ResultFolder, RunThatIsRefusedLeavesTheEarlierOne) {
  ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
  const auto before = contents("out");
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --objective nonsense").exit_code, 2);
  EXPECT_EQ(run("map arch.yaml missing.yaml --quiet -o out").exit_code, 2);
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --seed 3 --resume").exit_code, 2);
  EXPECT_EQ(contents("out"), before);
}

TEST_F(ResultFolder, FilesOfOthersAreNotTouched) {
  fs::create_directory(folder_ / "mine");
  write("mine/thesis.txt", "years of work");
  write("mine/conv.map.yaml", "by hand");
  const std::string map = "map arch.yaml conv.yaml --quiet -o mine";
  const ProgramResult refused = run(map);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("'mine' holds files that are of no run "
                                     "(conv.map.yaml, thesis.txt)"));
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(files_of("mine"), (std::vector<std::string>{"conv.map.yaml", "thesis.txt"}));

  fs::remove(folder_ / "mine/conv.map.yaml");
  ASSERT_EQ(run(map + " --force").exit_code, 0);
  ASSERT_EQ(run(map).exit_code, 0);  // known by now
  EXPECT_EQ(read_text(folder_ / "mine/thesis.txt"), "years of work");
  // A file that the next run would write, and that no run has written.
  write("mine/other.map.yaml", "by hand");
  write("other.yaml", kConv);
  const ProgramResult second = run("map arch.yaml other.yaml --quiet -o mine");
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("(other.map.yaml)"));
  EXPECT_TRUE(fs::exists(folder_ / "mine/conv.map.yaml"));
  EXPECT_EQ(read_text(folder_ / "mine/other.map.yaml"), "by hand");
}

TEST_F(ResultFolder, HiddenFilesAreInNobodysWay) {
  fs::create_directory(folder_ / "out");
  write("out/.gitignore", "*");
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
  EXPECT_EQ(read_text(folder_ / "out/.gitignore"), "*");
}

// What a folder says of itself must not make this program remove anything outside.
TEST_F(ResultFolder, ForgedFoldersRemoveNothingElsewhere) {
  write("precious.map.yaml", "keep me");
  for (const char* file : {"run.json", "journal.jsonl"}) {
    for (const std::string stem : {"../precious", "/tmp/precious", "a/../../precious", ".", ""}) {
      fs::remove_all(folder_ / "out");
      ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
      nlohmann::json forged = read_json("out/run.json");
      forged["files"] = {stem};
      fs::remove(folder_ / "out/run.json");
      write(std::string("out/") + file, forged.dump() + "\n");
      const ProgramResult result = run("map arch.yaml conv.yaml --quiet -o out");
      EXPECT_EQ(result.exit_code, 2) << stem;
      EXPECT_THAT(result.err, HasSubstr("expected the name of a file in this folder"));
      EXPECT_TRUE(fs::exists(folder_ / "precious.map.yaml")) << stem;
    }
  }
  fs::remove_all(folder_ / "out");
  fs::create_directory(folder_ / "out");
  fs::create_symlink(folder_ / "precious.map.yaml", folder_ / "out/journal.jsonl");
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --force").exit_code, 2);
  EXPECT_EQ(read_text(folder_ / "precious.map.yaml"), "keep me");
}

TEST_F(ResultFolder, OtherVersionsAreRefused) {
  ASSERT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
  nlohmann::json other = read_json("out/run.json");
  other["format"] = "tilewright run 99";
  write("out/run.json", other.dump());
  const ProgramResult result = run("map arch.yaml conv.yaml --quiet -o out");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("another version of tilewright may have written it"));
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --force").exit_code, 0);
  EXPECT_EQ(read_json("out/run.json")["format"], "tilewright run 1");
}

TEST_F(ResultFolder, TwoRunsAtOnceAreRefused) {
  write_network("a", 50);
  const pid_t child =
      start({"map", "arch.yaml", "a.yaml", "-o", "out", "--time", "1s", "--searcher", "random"});
  wait_for_file("out/summary.json");
  const ProgramResult second = run("map arch.yaml conv.yaml --quiet -o out");
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(second.err, HasSubstr("another run is writing into 'out'"));
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --force").exit_code, 2);
  kill(child, SIGKILL);
  wait_for(child);
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out").exit_code, 0);
}

// Many at once into one folder: all but one are refused or come after it, and the end is one run.
TEST_F(ResultFolder, ManyRunsAtOnceLeaveOne) {
  write_network("a", 4);
  write_network("b", 3);
  std::vector<pid_t> children;
  for (int i = 0; i < 12; ++i) {
    children.push_back(start({"map", "arch.yaml", i % 2 == 0 ? "a.yaml" : "b.yaml", "-o", "out",
                              "--quiet", "--max-evaluated", "500"}));
  }
  int done = 0;
  for (const pid_t child : children) {
    const int status = wait_for(child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2) << status;
    done += WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  EXPECT_GE(done, 1);
  const std::string network = read_json("out/summary.json")["network"];
  ASSERT_EQ(run("map arch.yaml " + network + ".yaml -o new" + kShort).exit_code, 0);
  expect_equal("out", "new");
}

class Resumed : public ResultFolder, public ::testing::WithParamInterface<const char*> {};

// A journal that ends anywhere, as after a kill, leads to the same bytes as a run without a break.
TEST_P(Resumed, EqualsARunWithoutABreak) {
  write_network("a", 4);
  write("arch.yaml", std::string(kArch).replace(std::string(kArch).find("instances: 4"), 12,
                                                "instances: 4, meshX: 2"));
  const std::string map = std::string("map arch.yaml a.yaml --quiet ") + GetParam();
  const int exit_code = run(map + " -o whole").exit_code;
  ASSERT_TRUE(exit_code == 0 || exit_code == 3) << read_text(folder_ / "err.txt");
  // A run that is stopped at its third layer keeps its journal.
  std::vector<const char*> words{"map", "arch.yaml", "a.yaml", "--quiet", "-o", "out"};
  std::vector<std::string> options;
  std::istringstream in(GetParam());
  for (std::string word; in >> word;) options.push_back(word);
  for (const std::string& word : options) words.push_back(word.c_str());
  std::mt19937 random(7);
  for (int i = 0; i < 6; ++i) {
    fs::remove_all(folder_ / "out");
    const pid_t child = start(words);
    wait_for_file("out/journal.jsonl");
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    kill(child, SIGKILL);
    wait_for(child);
    if (fs::exists(folder_ / "out/journal.jsonl")) {
      const std::string text = read_text(folder_ / "out/journal.jsonl");
      const std::size_t first = text.find('\n');
      if (first != std::string::npos) {
        write("out/journal.jsonl", text.substr(0, first + 1 + random() % (text.size() - first)));
      }
    }
    const ProgramResult resumed = run(map + " -o out --resume");
    EXPECT_EQ(resumed.exit_code, exit_code) << resumed.err;
    expect_equal("out", "whole");
  }
  EXPECT_EQ(run(map + " -o out --resume").exit_code, exit_code);  // nothing is left to do
  expect_equal("out", "whole");
}

INSTANTIATE_TEST_SUITE_P(Options, Resumed,
                         ::testing::Values("--max-evaluated 3000", "--searcher optimal",
                                           "--pareto energy,delay --max-evaluated 2000",
                                           "--imperfect --objective energy", "--max-delay 100",
                                           "--max-delay 3 --max-valid 300",
                                           "--both-axes --objective accesses:Buf,edp",
                                           "--estimate --leakage --gap 10%"));

TEST_F(ResultFolder, KillAtAnyMomentLeavesWholeFilesOfOneRun) {
  write_network("a", 12);
  write_network("b", 9);
  const auto map = [](const char* network, const char* folder) {
    return std::vector<const char*>{"map",  "arch.yaml", network,           "-o",
                                    folder, "--quiet",   "--max-evaluated", "3000"};
  };
  ASSERT_EQ(wait_for(start(map("a.yaml", "whole_a"))), 0);
  ASSERT_EQ(wait_for(start(map("b.yaml", "whole_b"))), 0);
  std::mt19937 random(1);
  for (int i = 0; i < 30; ++i) {
    const bool first = i % 2 == 0;
    const pid_t child = start(map(first ? "a.yaml" : "b.yaml", "out"));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 150'000));
    kill(child, SIGKILL);
    wait_for(child);
    expect_no_mix("out");
  }
  // At last one is finished, over what the others left.
  auto words = map("b.yaml", "out");
  ASSERT_EQ(wait_for(start(words)), 0);
  expect_equal("out", "whole_b");
  EXPECT_EQ(files_of("out"), files_of("whole_b"));
}

// Killed again and again, a run that is resumed gets to its end. It gets more time from turn to
// turn, so that this ends on a slow machine, too.
TEST_F(ResultFolder, KilledAgainAndAgainARunIsResumed) {
  write_network("a", 12);
  const std::vector<const char*> words{"map",     "arch.yaml",       "a.yaml", "-o",      "out",
                                       "--quiet", "--max-evaluated", "10000",  "--resume"};
  std::mt19937 random(3);
  std::size_t lines = 0;
  int status = -1;
  for (int i = 0; i < 200 && status != 0; ++i) {
    const pid_t child = start(words);
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % (60 + 20 * i)));
    kill(child, SIGKILL);
    status = wait_for(child);
    expect_no_mix("out");
    if (!fs::exists(folder_ / "out/journal.jsonl")) continue;
    const std::string text = read_text(folder_ / "out/journal.jsonl");
    const auto now = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    EXPECT_GE(now, lines);  // what was finished stays finished
    lines = now;
  }
  EXPECT_EQ(status, 0);
  ASSERT_EQ(run("map arch.yaml a.yaml -o whole --quiet --max-evaluated 10000").exit_code, 0);
  expect_equal("out", "whole");
}

TEST_F(ResultFolder, InterruptedRunIsResumed) {
  write_network("a", 12);
  const char* const evaluated = "200000";
  const pid_t child = start({"map", "arch.yaml", "a.yaml", "-o", "out", "--quiet", "--searcher",
                             "random", "--max-evaluated", evaluated});
  wait_for_file("out/summary.json");
  kill(child, SIGINT);
  EXPECT_EQ(WEXITSTATUS(wait_for(child)), 130);
  EXPECT_FALSE(read_json("out/run.json")["complete"]);
  const std::string map = "map arch.yaml a.yaml --searcher random --max-evaluated 200000 -o ";
  const ProgramResult resumed = run(map + "out --resume");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("of 12 distinct layers are finished already"));
  ASSERT_EQ(run(map + "whole --quiet").exit_code, 0);
  expect_equal("out", "whole");
  EXPECT_EQ(files_of("out"), files_of("whole"));
}

TEST_F(ResultFolder, ResumingAnotherRunNamesTheDifference) {
  const std::string map = "map arch.yaml conv.yaml --quiet -o out --seed 1 --max-evaluated 500";
  ASSERT_EQ(run(map).exit_code, 0);
  const auto difference = [&](const std::string& command) {
    const ProgramResult result = run(command + " --resume");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_THAT(result.err, HasSubstr("--resume: 'out' holds another run: "));
    return result.err;
  };
  EXPECT_THAT(difference("map arch.yaml conv.yaml -o out --seed 2 --max-evaluated 500"),
              HasSubstr("--seed was 1 and is 2"));
  EXPECT_THAT(difference("map arch.yaml conv.yaml -o out --max-evaluated 500"),
              HasSubstr("--seed was 1 and is not given"));
  EXPECT_THAT(difference(map + " --both-axes"), HasSubstr("--both-axes was not given and is "));
  EXPECT_THAT(difference(map + " --estimate"), HasSubstr("--estimate was not given and is given"));
  EXPECT_THAT(difference(map + " --leakage"), HasSubstr("--leakage was not given and is given"));
  EXPECT_THAT(difference("map conv.yaml arch.yaml --quiet -o out --seed 1 --max-evaluated 500"),
              HasSubstr("'arch.yaml' was an input where 'conv.yaml' is one now"));
  EXPECT_EQ(run(map + " --resume -j 1").exit_code, 0);  // threads change nothing
  write("arch.yaml", std::string(kArch) + "# changed\n");
  EXPECT_THAT(difference(map), HasSubstr("'arch.yaml' has changed"));
  EXPECT_EQ(run(map).exit_code, 0);  // a new run needs no sameness
}

TEST_F(ResultFolder, ResumingNothingBeginsARun) {
  EXPECT_EQ(run("map arch.yaml conv.yaml --quiet -o out --resume").exit_code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "out/summary.json"));
}

TEST_F(ResultFolder, DamagedJournalsAreRefused) {
  write_network("a", 3);
  const std::string map = "map arch.yaml a.yaml --quiet -o out --max-evaluated 500";
  ASSERT_EQ(run(map).exit_code, 0);
  const std::string header = read_json("out/run.json").dump() + "\n";
  for (const std::string line :
       {"{}", "[]", "x", "{\"layer\": 99, \"name\": \"a0\"}", "{\"layer\": 0, \"name\": \"a1\"}",
        "{\"layer\": 0, \"name\": \"a0\"}"}) {
    nlohmann::json run_json = nlohmann::json::parse(header);
    run_json["complete"] = false;
    write("out/journal.jsonl", run_json.dump() + "\n" + line + "\n");
    const ProgramResult result = run(map + " --resume");
    EXPECT_EQ(result.exit_code, 2) << line << result.err;
    EXPECT_THAT(result.err, HasSubstr("out/journal.jsonl:2: ")) << line;
    EXPECT_EQ(run(map).exit_code, 0) << line;
  }
}

// What is written for a layer does not grow with the number of layers.
TEST_F(ResultFolder, WrittenBytesGrowWithTheLayersAndNoFaster) {
  const auto written = [&](int layers) {
    const std::string name = fmt::format("n{}", layers);
    write_network(name, layers);
    const std::string file = name + ".yaml";
    const pid_t child = start(
        {"map", "arch.yaml", file.c_str(), "-o", name.c_str(), "--quiet", "--max-evaluated", "20"});
    siginfo_t info = {};
    waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
    const std::string counts = read_text(fmt::format("/proc/{}/io", child));
    EXPECT_EQ(wait_for(child), 0);
    const std::size_t at = counts.find("wchar: ");
    return at == std::string::npos ? 0.0 : std::stod(counts.substr(at + 7));
  };
  const double few = written(100);
  const double many = written(800);
  if (few == 0) GTEST_SKIP() << "this system does not count what is written";
  EXPECT_LT(many, 8 * 1.5 * few);
}

}  // namespace
}  // namespace tilewright::testing
