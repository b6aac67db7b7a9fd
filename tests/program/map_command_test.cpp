#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "places.hpp"
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
};

// On a terminal, which `script` is.
TEST_F(MapCommand, TellsTheTimeThatIsLeft) {
  const std::string command = "cd '" + folder_.string() + "' && script -qec \"'" + kProgram +
                              "' map arch.yaml conv.yaml -o out --searcher random "
                              "--max-evaluated 3000000\" /dev/null >terminal.txt </dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string shown = read_text(folder_ / "terminal.txt");
  EXPECT_NE(shown.find(" s left"), std::string::npos) << shown;
}

TEST_F(MapCommand, WritesEveryLayerAndTheSummary) {
  write_network(2);
  const ProgramResult result = run("map arch.yaml network.yaml --max-evaluated 2000");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(files_of("results/arch/rows"),
            (std::vector<std::string>{"bound.json", "certificate.json", "row_1.map.yaml",
                                      "row_1.nest.txt", "row_1.stats.json", "row_2.map.yaml",
                                      "row_2.nest.txt", "row_2.stats.json", "run.json",
                                      "summary.csv", "summary.json"}));
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

// What a report shows beside the counts.
TEST_F(MapCommand, WritesBoundsWarningsClockAndCommand) {
  write("arch.yaml", kArch + std::string("  global_cycle_seconds: 2e-9\n  colour: red\n"));
  write_network(2);
  const ProgramResult result = run("map arch.yaml network.yaml -o out --max-valid 100");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json summary = read_json("out/summary.json");
  EXPECT_EQ(summary["cycle_seconds"], 2e-9);
  EXPECT_EQ(summary["layers"][1]["files"], "row_2");
  ASSERT_EQ(summary["warnings"].size(), 1);
  const std::string warning = summary["warnings"][0];
  EXPECT_THAT(warning, ::testing::HasSubstr("nobody reads 'colour'"));
  EXPECT_THAT(result.err, ::testing::HasSubstr(warning));
  const nlohmann::json words = read_json("out/run.json")["command"];
  ASSERT_GT(words.size(), 4);
  EXPECT_EQ(words[1], "map");
  EXPECT_EQ(words.back(), "100");
  ASSERT_EQ(run("bound arch.yaml network.yaml --json again.json").exit_code, 0);
  EXPECT_EQ(read_text(folder_ / "again.json"), read_text(folder_ / "out/bound.json"));
}

TEST_F(MapCommand, StatisticsNameSizesOfDimensionsAndWhatAMappingMayUse) {
  std::string doubled = kArch;
  doubled.replace(doubled.find("entries: 64"), 11, "entries: 75, multiple-buffering: 2");
  write("arch.yaml", doubled);
  ASSERT_EQ(run("model arch.yaml conv.yaml mapping.yaml --json stats.json").exit_code, 0);
  const nlohmann::json stats = read_json("stats.json");
  EXPECT_EQ(stats["dimensions"], (nlohmann::json{{"R", 3}, {"P", 16}}));
  EXPECT_EQ(stats["levels"][1]["specs"]["size"], 75);
  EXPECT_EQ(stats["levels"][1]["specs"]["usable_size"], 37);
  EXPECT_TRUE(stats["levels"][2]["specs"]["usable_size"].is_null());
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

// Nobody asks for factors that do not divide, and they are found or hinted at all the same.
TEST_F(MapCommand, SaysWhichFactorsAProofIsAbout) {
  write("conv.yaml", std::string(kConv).replace(std::string(kConv).find("P: 16"), 5, "P: 13"));
  for (const char* option : {"", "--perfect", "--imperfect"}) {
    const ProgramResult result = run(fmt::format("map arch.yaml conv.yaml -o out {}", option));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const nlohmann::json layer = read_json("out/summary.json")["layers"][0];
    const bool perfect = std::string(option) == "--perfect";
    EXPECT_EQ(layer["proof"]["scope"], perfect ? "perfect" : "imperfect");
    EXPECT_EQ(layer["imperfect_gap"].is_null(), perfect);
    EXPECT_EQ(result.err.find("proven optimal for any factors") == std::string::npos, perfect)
        << result.err;
    std::filesystem::remove_all(folder_ / "out");
  }
  EXPECT_EQ(run("map arch.yaml conv.yaml --perfect --imperfect").exit_code, 2);
}

// A search that proves nothing says why it ended; a proof is no matter of stop rules.
TEST_F(MapCommand, ProgressTellsWhatEndedALayer) {
  write_network(1);
  const ProgramResult result =
      run("map arch.yaml network.yaml --searcher random --time 200ms -o out");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, ::testing::HasSubstr("ended by deadline"));
}

TEST_F(MapCommand, EqualLayersAreSearchedOnce) {
  write_network(1, "  - {name: twin, shape: gemm, instance: {M: 8, N: 4, K: 6}}\n");
  ASSERT_EQ(run("map arch.yaml network.yaml -o out --max-evaluated 500").exit_code, 0);
  EXPECT_EQ(read_json("out/run.json")["layers"].size(), 1);
  EXPECT_EQ(read_json("out/summary.json")["layers"].size(), 2);
  EXPECT_TRUE(fs::exists(folder_ / "out/twin.map.yaml"));
}

TEST_F(MapCommand, SearchEndedByTimeIsNotReproducible) {
  const ProgramResult result =
      run("map arch.yaml conv.yaml -o out --searcher portfolio --time 300ms");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(read_json("out/summary.json")["reproducible"]);
}

// Two layers for exhaustive search: one of seconds, and one that would take years.
TEST_F(MapCommand, RefusedLayerIsListedAndTheOthersAreKept) {
  write("network.yaml", R"(
network:
  name: pair
  layers:
  - {name: far_too_large, shape: gemm, instance: {M: 27720, N: 27720, K: 27720}}
  - {name: small, shape: gemm, instance: {M: 2, N: 2, K: 3}}
)");
  write("deep.yaml", R"(
arch:
  arithmetic: {name: MAC, instances: 4, word-bits: 16}
  storage:
  - {name: Buf, entries: 64, instances: 1, word-bits: 16}
  - {name: L2, entries: 256, instances: 1, word-bits: 16}
  - {name: L3, entries: 1024, instances: 1, word-bits: 16}
  - {name: L4, entries: 4096, instances: 1, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}
)");
  write("constraints.yaml", R"(
constraints:
- {target: L2, type: temporal, factors: M=1 N=1}
- {target: L3, type: temporal, factors: N=1 K=1}
)");
  const ProgramResult result = run("map deep.yaml network.yaml --searcher exhaustive -o out");
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_NE(result.err.find("layer 'far_too_large': an exhaustive search of"), std::string::npos)
      << result.err;
  const nlohmann::json summary = read_json("out/summary.json");
  ASSERT_EQ(summary["layers"].size(), 1);
  EXPECT_EQ(summary["layers"][0]["name"], "small");
  ASSERT_EQ(summary["without_mapping"].size(), 1);
  EXPECT_EQ(summary["without_mapping"][0]["name"], "far_too_large");
  EXPECT_EQ(summary["without_mapping"][0]["outcome"], "refused");
  EXPECT_TRUE(fs::exists(folder_ / "out/small.map.yaml"));
  EXPECT_NE(result.out.find("refused"), std::string::npos) << result.out;
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
  EXPECT_NE(result.err.find("a way out: the capacity of 'Buf' (2 words): 3 words"),
            std::string::npos)
      << result.err;
  EXPECT_EQ(read_json("out/summary.json")["without_mapping"].size(), 1);
}

// The proof scores no mapping, or only those of its heuristics: their rejections would say little.
TEST_F(MapCommand, ThatNoMappingIsValidIsProven) {
  std::string tiny = kArch;
  tiny.replace(tiny.find("entries: 64"), 11, "entries: 2");
  tiny +=
      "architecture_constraints:\n  targets:\n"
      "  - {target: Buf, type: bypass, keep: [Weights, Inputs, Outputs], bypass: []}\n";
  write("arch.yaml", tiny);
  const ProgramResult result = run("map arch.yaml conv.yaml -o out");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("no valid mapping in the whole mapspace: this is proven; no mapping "
                            "satisfies 'Buf' must keep Weights; 'Buf' must keep Inputs; 'Buf' must "
                            "keep Outputs; the capacity of 'Buf' (2 words) together"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find(", proven that there is none"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("0 for capacity"), std::string::npos) << result.err;
}

TEST_F(MapCommand, ThatNoMappingMeetsTheBudgetsIsProven) {
  const ProgramResult result =
      run("map arch.yaml conv.yaml -o out --max-delay 1 --searcher optimal");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("budgets"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("no mapping was considered"), std::string::npos) << result.err;
}

TEST_F(MapCommand, BatchReplacesTheBatchDimension) {
  write("fc.yaml",
        "problem:\n  shape: cnn-layer\n"
        "  instance: {R: 1, S: 1, P: 1, Q: 1, C: 8, K: 6, N: 1}\n");
  const ProgramResult result = run("map arch.yaml fc.yaml -o out --batch 5 --max-evaluated 500");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(read_json("out/summary.json")["layers"][0]["computes"], 8 * 6 * 5);
  EXPECT_EQ(read_json("out/summary.json")["batch"], 5);
}

// Without --objective, the metrics of the spec count, and those of Timeloop have their meaning.
TEST_F(MapCommand, MetricsOfLevelsAreReported) {
  write("mapper.yaml", "mapper: {optimization-metrics: [last-level-accesses, energy]}\n");
  const ProgramResult spec = run("map arch.yaml conv.yaml mapper.yaml -o out --max-evaluated 3000");
  ASSERT_EQ(spec.exit_code, 0) << spec.err;
  EXPECT_EQ(spec.err.find("warning"), std::string::npos) << spec.err;
  const nlohmann::json summary = read_json("out/summary.json");
  EXPECT_EQ(summary["objective"], "last-level-accesses,energy");
  // The backing store sends 3 weights and 18 inputs once, and takes 16 outputs.
  EXPECT_EQ(summary["layers"][0]["last-level-accesses"], 3 + 18 + 16);

  const ProgramResult option =
      run("map arch.yaml conv.yaml -o named --objective accesses:Main --max-evaluated 3000");
  ASSERT_EQ(option.exit_code, 0) << option.err;
  EXPECT_EQ(read_json("named/summary.json")["layers"][0]["accesses:Main"], 3 + 18 + 16);
}

TEST_F(MapCommand, UnknownLevelInAMetricNamesTheNearest) {
  const ProgramResult result = run("map arch.yaml conv.yaml --objective accesses:Mian");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("unknown level 'Mian'; did you mean 'Main'?"), std::string::npos)
      << result.err;
}

TEST_F(MapCommand, MappingsBeyondTheBudgetAreCountedButNotTaken) {
  // 48 operations on 4 multipliers: 12 cycles are the least.
  const ProgramResult result =
      run("map arch.yaml conv.yaml -o out --objective energy --max-delay 16 --max-energy 1mJ "
          "--min-utilization 70% --max-evaluated 3000");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json summary = read_json("out/summary.json");
  EXPECT_LE(summary["layers"][0]["cycles"], 16);
  EXPECT_GT(summary["layers"][0]["over_budget"], 0);
  EXPECT_EQ(summary["budgets"]["max_cycles"], 16);
  EXPECT_EQ(summary["budgets"]["max_energy_pJ"], 1e9);
  EXPECT_EQ(summary["budgets"]["min_utilization"], 0.7);
}

TEST_F(MapCommand, WhenNothingMeetsTheBudgetTheNearestIsToldWithExitCode3) {
  const ProgramResult result =
      run("map arch.yaml conv.yaml -o out --max-delay 11 --max-evaluated 3000");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("12 cycles where 11 are allowed"), std::string::npos) << result.err;
  const nlohmann::json failed = read_json("out/summary.json")["without_mapping"][0];
  EXPECT_EQ(failed["nearest"]["cycles"], 12);
  EXPECT_GT(failed["over_budget"], 0);
}

TEST_F(MapCommand, FrontIsWrittenWithAMappingPerPoint) {
  // A slow outer memory, so that fewer accesses are worth some time.
  const std::string map =
      "map arch.yaml conv.yaml --pareto energy,delay,accesses:Buf --max-evaluated 4000";
  ASSERT_EQ(run(map + " -j1 -o one").exit_code, 0);
  ASSERT_EQ(run(map + " -j2 -o two").exit_code, 0);
  const nlohmann::json summary = read_json("one/summary.json");
  EXPECT_EQ(summary["pareto"], "energy,delay,accesses:Buf");
  const nlohmann::json& layer = summary["layers"][0];
  const nlohmann::json& front = layer["pareto"];
  ASSERT_GE(front.size(), 1);
  const std::string stem = layer["name"];
  const std::string csv = read_text(folder_ / "one" / (stem + ".pareto.csv"));
  EXPECT_EQ(csv.find("point,energy_pJ,cycles,edp_pJ_cycles,utilization,accesses:Buf\n1,"), 0)
      << csv;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<int>(front.size()) + 1);
  EXPECT_EQ(csv, read_text(folder_ / "two" / (stem + ".pareto.csv")));
  EXPECT_EQ(files_of("one/" + stem + ".pareto").size(), front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    const std::string file = fmt::format("one/{}.pareto/{:02}.map.yaml", stem, i + 1);
    const ProgramResult model = run("model arch.yaml conv.yaml '" + file + "' --json point.json");
    ASSERT_EQ(model.exit_code, 0) << model.err;
    EXPECT_EQ(read_json("point.json")["cycles"], front[i]["cycles"]);
  }
}

TEST_F(MapCommand, PointsOfAnEarlierFrontDoNotStay) {
  const std::string map =
      "map arch.yaml conv.yaml --pareto energy,delay --max-evaluated 500 -o out";
  ASSERT_EQ(run(map).exit_code, 0);
  const std::string stem = read_json("out/summary.json")["layers"][0]["name"];
  const auto before = files_of("out/" + stem + ".pareto");
  write("out/" + stem + ".pareto/77.map.yaml", "old");
  write("out/" + stem + ".pareto/mine.map.yaml", "not ours");
  ASSERT_EQ(run(map).exit_code, 0);
  EXPECT_EQ(files_of("out/" + stem + ".pareto").size(), before.size() + 1);
  EXPECT_TRUE(fs::exists(folder_ / "out" / (stem + ".pareto") / "mine.map.yaml"));
}

class MapSignals : public MapCommand, public ::testing::WithParamInterface<int> {};

TEST_P(MapSignals, EndsWithTheBestSoFarWritten) {
  using namespace std::chrono_literals;
  write_network(100);
  const pid_t child = start({"map", "arch.yaml", "network.yaml", "-o", "out", "--time", "500ms",
                             "--searcher", "portfolio"});
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
