#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "places.hpp"

namespace tilewright::testing {

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// How a run of the program ended.
struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs the program in a folder of its own, which holds a tiny accelerator, two small problems and
/// a mapping.
class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "tilewright-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("arch.yaml", kArch);
    write("conv.yaml", kConv);
    write("mapping.yaml", kMapping);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  /// `arguments` are seen by a shell whose working directory is the test's folder.
  ProgramResult run(const std::string& arguments) const { return run_in("", arguments); }

  /// The same with settings of the environment, as `NAME=value`.
  ProgramResult run_in(const std::string& environment, const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() + "' && " + environment + " '" +
                                kProgram + "' >>out.txt 2>>err.txt " + arguments;
    std::filesystem::remove(folder_ / "out.txt");
    std::filesystem::remove(folder_ / "err.txt");
    const int status = std::system(command.c_str());
    ProgramResult result;
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    result.out = read_text(folder_ / "out.txt");
    result.err = read_text(folder_ / "err.txt");
    return result;
  }

  /// Starts the program and does not wait for it. Its output goes into files of the test's folder.
  pid_t start(std::vector<const char*> arguments) const {
    const pid_t child = fork();
    if (child != 0) return child;
    if (chdir(folder_.c_str()) != 0) _exit(99);
    if (freopen("out.txt", "w", stdout) == nullptr) _exit(99);
    if (freopen("err.txt", "w", stderr) == nullptr) _exit(99);
    std::vector<char*> argv{const_cast<char*>("tilewright")};
    for (const char* argument : arguments) argv.push_back(const_cast<char*>(argument));
    argv.push_back(nullptr);
    execv(kProgram, argv.data());
    _exit(99);
  }

  /// The names in a folder, sorted.
  std::vector<std::string> files_of(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / folder)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  nlohmann::json read_json(const std::string& name) const {
    return nlohmann::json::parse(read_text(folder_ / name));
  }

  static constexpr const char* kArch = R"(
arch:
  arithmetic: {name: MAC, instances: 4, word-bits: 16}
  storage:
  - {name: Buf, entries: 64, instances: 1, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}
)";
  // One row of a convolution: 3 * 16 operations on 3 weights, 18 inputs and 16 outputs.
  static constexpr const char* kConv = R"(
problem:
  shape:
    name: Conv1D
    dimensions: [R, P]
    data-spaces:
    - {name: Weights, projection: [[[R]]]}
    - {name: Inputs, projection: [[[R], [P]]]}
    - {name: Outputs, projection: [[[P]]], read-write: True}
  instance: {R: 3, P: 16}
)";
  static constexpr const char* kMapping = R"(
mapping:
- {target: Buf, type: temporal, factors: R=3 P=16, permutation: RP}
- {target: Main, type: temporal, factors: R=1 P=1, permutation: RP}
)";

  std::filesystem::path folder_;
};

}  // namespace tilewright::testing
