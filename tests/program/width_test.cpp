// Tables fit a terminal of 80 columns whatever names and numbers are.
#include <gmock/gmock.h>

#include <sstream>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

const std::string kLong = "a_component_whose_name_tells_all_that_there_is_to_know_of_it";

class Width : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    write("arch.yaml",
          "arch:\n"
          "  arithmetic: {name: MAC_" +
              kLong +
              ", instances: 4, meshX: 4, word-bits: 16}\n"
              "  storage:\n"
              "  - {name: Buf_" +
              kLong +
              ", sizeKB: 1000000, instances: 1, word-bits: 16}\n"
              "  - {name: Main_" +
              kLong +
              ", technology: DRAM, instances: 1, word-bits: 16,\n"
              "     shared_bandwidth: 0.001}\n");
    write("net.yaml",
          "network:\n"
          "  name: net\n"
          "  layers:\n"
          "  - {name: first_" +
              kLong +
              ", shape: gemm, repeats: 900000000,\n"
              "     instance: {M: 1048576, N: 1048576, K: 1048576}}\n"
              "  - {name: second_" +
              kLong + ", shape: cnn-layer, inputs: [first_" + kLong +
              "],\n"
              "     instance: {R: 11, S: 11, P: 5555, Q: 5555, C: 1024, K: 1024, N: 16,\n"
              "     Hstride: 4, Wstride: 4}}\n");
  }

  void expect_narrow(const std::string& arguments) const {
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80) << arguments << "\n" << line;
    }
  }
};

TEST_F(Width, OfBound) {
  expect_narrow("bound arch.yaml net.yaml");
  // The columns are there: 2^60 MACs, and 900 million times as many (and those of `second`).
  const std::string table = run("bound arch.yaml net.yaml").out;
  EXPECT_THAT(table, ::testing::HasSubstr(" 1.1529e+18 "));
  EXPECT_THAT(table, ::testing::HasSubstr(" 1.0376e+27 "));
  EXPECT_THAT(table, ::testing::HasSubstr("\nfirs"));
}

TEST_F(Width, OfNetwork) {
  expect_narrow("network net.yaml");
  // Sizes are wrapped, not cut.
  std::istringstream words(run("network net.yaml").out);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  for (const char* size : {"R=11", "P=5555", "C=1024", "K=1024", "N=16"}) {
    EXPECT_THAT(all, ::testing::Contains(size));
  }
}

TEST_F(Width, OfMap) {
  write("small.yaml", "problem:\n  shape: gemm\n  name: small_" + kLong +
                          "\n"
                          "  instance: {M: 4, N: 4, K: 4}\n");
  const ProgramResult result = run("map arch.yaml small.yaml -o out --max-evaluated 100");
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" on ") != std::string::npos) continue;
    EXPECT_LE(line.size(), 80) << line;
  }
}

TEST_F(Width, OfModel) {
  write("large.yaml",
        "problem:\n  shape: gemm\n  name: large\n"
        "  instance: {M: 1048576, N: 1048576, K: 1024}\n");
  write("mapping.yaml",
        "mapping:\n"
        "- {target: Buf_" +
            kLong +
            ", type: temporal, factors: M=1048576 N=16 K=16}\n"
            "- {target: Main_" +
            kLong + ", type: temporal, factors: M=1 N=65536 K=64}\n");
  const ProgramResult result = run("model arch.yaml large.yaml mapping.yaml");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  // The loop nest below is no table.
  std::istringstream lines(
      result.out.substr(0, result.out.find("\n\n", result.out.find("Prices"))));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80) << line;
}

}  // namespace
}  // namespace tilewright::testing
