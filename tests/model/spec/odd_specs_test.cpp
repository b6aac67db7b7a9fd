// Every file in tests/data/odd begins with all that must be reported of it, one comment each:
// `# line:col: message`.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "places.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(kSourceFolder) / "tests/data/odd";

std::vector<std::string> odd_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> expected_in(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line) && line.starts_with("# ");) {
    lines.push_back(line.substr(2));
  }
  return lines;
}

class OddSpec : public ::testing::TestWithParam<std::string> {};

TEST_P(OddSpec, IsReadWithItsWarnings) {
  const fs::path path = kFolder / (GetParam() + ".yaml");
  std::vector<std::string> files;
  if (GetParam().starts_with("constraints_") || GetParam().starts_with("mapping_")) {
    files.push_back((kFolder.parent_path() / "bad/base/small.yaml").string());
  }
  files.push_back(path.string());
  SpecSet specs = read_specs(files);
  std::vector<Warning> warnings = specs.warnings;
  if (specs.architecture && !specs.layers.empty()) {
    (void)read_constraints(specs, specs.layers[0].problem, &warnings);
    if (specs.has_mapping) (void)read_mapping(specs, specs.layers[0].problem, &warnings);
  }
  std::vector<std::string> reported;
  for (const Warning& warning : warnings) {
    const Mark& mark = warning.mark;
    EXPECT_EQ(mark.file, path.string());
    reported.push_back(std::to_string(mark.line) + ":" + std::to_string(mark.column) + ": " +
                       warning.message);
  }
  EXPECT_EQ(reported, expected_in(path));
}

INSTANTIATE_TEST_SUITE_P(Files, OddSpec, ::testing::ValuesIn(odd_files()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace tilewright
