// Every searcher, objective, seed and stop rule with every number of threads: equal bytes.
#include <fmt/format.h>

#include <map>
#include <vector>

#include "program/run_program.hpp"
#include "search/searcher.hpp"

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

class Determinism : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write(
        "network.yaml",
        "network:\n  name: rows\n  layers:\n"
        "  - {name: even, shape: gemm, instance: {M: 16, N: 12, K: 18}}\n"
        "  - {name: prime, shape: gemm, instance: {M: 13, N: 7, K: 6}}\n"
        "  - {name: window, shape: conv, instance: {C: 4, M: 6, P: 7, Q: 5, R: 3, S: 3, N: 1}}\n");
  }

  /// All that a run wrote but times, by name.
  std::map<std::string, std::string> results_of(const std::string& options) const {
    fs::remove_all(folder_ / "out");
    const ProgramResult result = run("map arch.yaml network.yaml --quiet -o out " + options);
    EXPECT_EQ(result.exit_code, 0) << options << '\n' << result.err;
    std::map<std::string, std::string> results{{"table", result.out}};
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "out")) {
      const std::string name = entry.path().filename();
      if (entry.is_regular_file() && name != "run.json") results[name] = read_text(entry.path());
    }
    EXPECT_TRUE(results.contains("summary.json")) << options;
    return results;
  }

  /// Combinations number `first`, `first` + `step` ...; each with 1, 2, 3 and 8 threads.
  void compare(std::size_t first, std::size_t step) const {
    const std::vector<std::string> combinations = list();
    for (std::size_t i = first; i < combinations.size() && !HasFailure(); i += step) {
      const auto one = results_of(combinations[i] + " -j 1");
      for (const int threads : {2, 3, 8}) {
        const auto many = results_of(fmt::format("{} -j {}", combinations[i], threads));
        EXPECT_EQ(many.size(), one.size()) << combinations[i] << " -j " << threads;
        for (const auto& [name, text] : one) {
          EXPECT_TRUE(many.contains(name) && many.at(name) == text)
              << name << " of " << combinations[i] << " -j " << threads;
        }
      }
    }
  }

 private:
  // What never ends by itself, or counts all there is, gets a number.
  static std::vector<std::string> list() {
    std::vector<std::string> list;
    for (const std::string_view searcher : searcher_names()) {
      if (searcher == "none" || searcher == "exhaustive") continue;
      for (const char* objective : {"edp", "energy,delay", "delay,energy", "ed2p"}) {
        for (const int seed : {1, 2}) {
          for (const char* rules : {"--max-evaluated 3000", "--max-valid 2000",
                                    "--victory-condition 400 --max-evaluated 20000"}) {
            list.push_back(fmt::format("--searcher {} --objective {} --seed {} {}", searcher,
                                       objective, seed, rules));
          }
        }
      }
    }
    for (const char* proof : {"--searcher auto", "--searcher optimal", "--imperfect", "--perfect",
                              "--gap 5%", "--pareto energy,delay --perfect"}) {
      for (const char* objective : {"edp", "energy", "delay,energy"}) {
        list.push_back(fmt::format("{} --objective {}", proof, objective));
      }
    }
    return list;
  }
};

TEST_F(Determinism, ThreadsChangeNoByte) { compare(0, 24); }
TEST_F(Determinism, ThreadsChangeNoByteLong) { compare(1, 1); }

}  // namespace
}  // namespace tilewright::testing
