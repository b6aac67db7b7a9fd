#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

class MapCommand : public ProgramTest {
 protected:
  /// A network of `layers` rows, each longer than the one before.
  void write_network(int layers, const char* more = "") const {
    std::string text = "network:\n  name: rows\n  layers:\n";
    for (int i = 1; i <= layers; ++i) {
      text += fmt::format(
          "  - {{name: row/{0}, shape: gemm, repeats: {0}, instance: {{M: {1}, N: 4, K: 6}}}}\n", i,
          8 * i);
    }
    write("network.yaml", text + more);
  }

  std::vector<std::string> files_of(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / folder)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_F(MapCommand, WritesEveryLayerAndTheSummary) {
  write_network(2);
  const ProgramResult result = run("map arch.yaml network.yaml --max-evaluated 2000");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(files_of("results/arch/rows"),
            (std::vector<std::string>{"row_1.map.yaml", "row_1.nest.txt", "row_1.stats.json",
                                      "row_2.map.yaml", "row_2.nest.txt", "row_2.stats.json",
                                      "run.json", "summary.csv", "summary.json"}));
  const nlohmann::json summary = read_json("results/arch/rows/summary.json");
  ASSERT_EQ(summary["layers"].size(), 2);
  for (const char* key : {"name", "repeats", "cycles", "energy_pJ", "edp_pJ_cycles", "utilization",
                          "computes", "searcher", "evaluated", "valid", "proven"}) {
    EXPECT_TRUE(summary["layers"][0].contains(key)) << key;
  }
  EXPECT_TRUE(summary["reproducible"]);
  EXPECT_EQ(summary["seed"], 1);
  EXPECT_EQ(summary["inputs"].size(), 2);
  EXPECT_EQ(summary["inputs"][0]["sha256"].get<std::string>().size(), 64);
}

TEST_F(MapCommand, TotalsCountRepeats) {
  write_network(2);
  ASSERT_EQ(run("map arch.yaml network.yaml -o out --max-evaluated 2000").exit_code, 0);
  const nlohmann::json summary = read_json("out/summary.json");
  const nlohmann::json& layers = summary["layers"];
  const double energy =
      layers[0]["energy_pJ"].get<double>() + 2 * layers[1]["energy_pJ"].get<double>();
  const std::uint64_t cycles =
      layers[0]["cycles"].get<std::uint64_t>() + 2 * layers[1]["cycles"].get<std::uint64_t>();
  EXPECT_DOUBLE_EQ(summary["total"]["energy_pJ"], energy);
  EXPECT_EQ(summary["total"]["cycles"], cycles);
  EXPECT_DOUBLE_EQ(summary["total"]["edp_pJ_cycles"], energy * static_cast<double>(cycles));
  EXPECT_EQ(summary["total"]["computes"], 8 * 24 + 2 * 16 * 24);
}

TEST_F(MapCommand, WrittenMappingScoresTheSame) {
  ASSERT_EQ(run("map arch.yaml conv.yaml -o out --max-evaluated 2000").exit_code, 0);
  std::string stem;
  for (const std::string& name : files_of("out")) {
    if (name.ends_with(".map.yaml")) stem = name.substr(0, name.size() - 9);
  }
  ASSERT_FALSE(stem.empty());
  const ProgramResult model =
      run("model arch.yaml conv.yaml 'out/" + stem + ".map.yaml' --json again.json");
  ASSERT_EQ(model.exit_code, 0) << model.err;
  EXPECT_EQ(read_text(folder_ / "again.json"), read_text(folder_ / "out" / (stem + ".stats.json")));
}

TEST_F(MapCommand, SameSeedGivesTheSameBytesForAnyNumberOfThreads) {
  write_network(3);
  const std::string map = "map arch.yaml network.yaml --victory-condition 300 --seed 7";
  ASSERT_EQ(run(map + " -j1 -o one").exit_code, 0);
  ASSERT_EQ(run(map + " -j2 -o two").exit_code, 0);
  for (const std::string& name : files_of("one")) {
    if (name == "run.json") continue;
    EXPECT_EQ(read_text(folder_ / "one" / name), read_text(folder_ / "two" / name)) << name;
  }
}

TEST_F(MapCommand, EqualLayersAreSearchedOnce) {
  write_network(1, "  - {name: twin, shape: gemm, instance: {M: 8, N: 4, K: 6}}\n");
  ASSERT_EQ(run("map arch.yaml network.yaml -o out --max-evaluated 500").exit_code, 0);
  EXPECT_EQ(read_json("out/run.json")["layers"].size(), 1);
  EXPECT_EQ(read_json("out/summary.json")["layers"].size(), 2);
  EXPECT_TRUE(fs::exists(folder_ / "out/twin.map.yaml"));
}

TEST_F(MapCommand, SearchEndedByTimeIsNotReproducible) {
  const ProgramResult result = run("map arch.yaml conv.yaml -o out --time 300ms");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(read_json("out/summary.json")["reproducible"]);
}

TEST_F(MapCommand, NoValidMappingIsExitCode3AndOtherLayersGoOn) {
  // Buf must hold all three tensors: 3 words are the least, of which 2 fit.
  std::string tiny = kArch;
  tiny.replace(tiny.find("entries: 64"), 11, "entries: 2");
  tiny +=
      "architecture_constraints:\n  targets:\n"
      "  - {target: Buf, type: bypass, keep: [Weights, Inputs, Outputs], bypass: []}\n";
  write("arch.yaml", tiny);
  const ProgramResult result = run("map arch.yaml conv.yaml -o out --max-evaluated 500");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("no valid mapping"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("at Buf"), std::string::npos) << result.err;
  EXPECT_EQ(read_json("out/summary.json")["without_mapping"].size(), 1);
}

TEST_F(MapCommand, BatchReplacesTheBatchDimension) {
  write("fc.yaml",
        "problem:\n  shape: cnn-layer\n"
        "  instance: {R: 1, S: 1, P: 1, Q: 1, C: 8, K: 6, N: 1}\n");
  const ProgramResult result = run("map arch.yaml fc.yaml -o out --batch 5 --max-evaluated 500");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(read_json("out/summary.json")["layers"][0]["computes"], 8 * 6 * 5);
}

/// Starts the program directly, so that a signal reaches it and not a shell.
pid_t start(const fs::path& folder, const std::vector<const char*>& arguments) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (chdir(folder.c_str()) != 0) _exit(99);
  if (freopen("out.txt", "w", stdout) == nullptr) _exit(99);
  if (freopen("err.txt", "w", stderr) == nullptr) _exit(99);
  std::vector<char*> argv{const_cast<char*>("tilewright")};
  for (const char* argument : arguments) argv.push_back(const_cast<char*>(argument));
  argv.push_back(nullptr);
  execv(TILEWRIGHT_PROGRAM, argv.data());
  _exit(99);
}

class MapSignals : public MapCommand, public ::testing::WithParamInterface<int> {};

TEST_P(MapSignals, EndsWithTheBestSoFarWritten) {
  using namespace std::chrono_literals;
  write_network(100);
  const pid_t child =
      start(folder_, {"map", "arch.yaml", "network.yaml", "-o", "out", "--time", "500ms"});
  ASSERT_GT(child, 0);
  const auto patience = std::chrono::steady_clock::now() + 40s;
  while (!fs::exists(folder_ / "out/summary.json") && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(10ms);
  }
  kill(child, GetParam());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + GetParam()) << read_text(folder_ / "err.txt");
  const nlohmann::json summary = read_json("out/summary.json");
  EXPECT_GE(summary["layers"].size(), 1);
  EXPECT_GE(summary["not_searched"].size(), 1);
  EXPECT_FALSE(summary["reproducible"]);
  EXPECT_TRUE(fs::exists(folder_ / "out/row_1.map.yaml"));
  EXPECT_NE(read_text(folder_ / "out.txt").find("total"), std::string::npos);
  for (const std::string& name : files_of("out")) EXPECT_FALSE(name.ends_with(".tmp")) << name;
}

INSTANTIATE_TEST_SUITE_P(Signals, MapSignals, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& info) { return info.param == SIGINT ? "Int" : "Term"; });

}  // namespace
}  // namespace tilewright::testing
