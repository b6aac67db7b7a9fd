// The measured cases: what Timeloop v3.0.3 (public PAT energies) answers for an architecture, a
// problem and a mapping. Counts must be equal, energies within 1e-6; rejections must have the same
// reason. Cases tagged `imperfect` are left out: the reference pads and miscounts those.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/stats_json.hpp"
#include "model/spec/spec.hpp"
#include "places.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Golden : public testing::TestWithParam<fs::path> {};

std::vector<fs::path> cases_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The shipped cases, and the whole measured set where the checkout has it beside it.
std::vector<fs::path> all_cases() {
  auto files = cases_in(fs::path(kSourceFolder) / "tests/data/golden");
  for (const auto& file : cases_in(fs::path(kSourceFolder) / "../shared/golden/cases")) {
    const bool shipped = std::any_of(files.begin(), files.end(), [&](const auto& known) {
      return known.filename() == file.filename();
    });
    if (!shipped) files.push_back(file);
  }
  return files;
}

bool has_tag(const Json& golden, std::string_view tag) {
  return std::any_of(golden["tags"].begin(), golden["tags"].end(),
                     [&](const auto& t) { return t == tag; });
}

// Writes the inputs of a case where read_specs finds them; the folder goes with the object.
class Inputs {
 public:
  Inputs(const Json& golden, const std::string& name)
      : folder_(fs::temp_directory_path() /
                ("tilewright_golden_" + name + "_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    for (const auto* key : {"arch_yaml", "problem_yaml", "mapping_yaml", "ert_yaml"}) {
      const auto& text = golden["inputs"][key];
      if (text.is_null()) continue;
      paths_.push_back((folder_ / (std::string(key) + ".yaml")).string());
      std::ofstream(paths_.back()) << text.get<std::string>();
    }
  }
  ~Inputs() { fs::remove_all(folder_); }
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  fs::path folder_;
  std::vector<std::string> paths_;
};

struct Answer {
  Stats stats;
  Outcome outcome;  // of the fast path
  Json json;
  std::string rejection;
};

Answer evaluate(const std::vector<std::string>& paths) {
  const SpecSet specs = read_specs(paths);
  const Problem& problem = specs.layers.at(0).problem;
  const Prices prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  const Evaluator evaluator(problem, *specs.architecture, prices);
  const auto scratch = evaluator.scratch();
  const Mapping mapping = read_mapping(specs, problem);
  Answer answer;
  answer.outcome = evaluator.evaluate(mapping, *scratch);
  answer.stats = evaluator.explain(mapping, *scratch);
  answer.json = Json::parse(stats_json(answer.stats, problem, *specs.architecture, prices));
  if (!answer.outcome.valid())
    answer.rejection = describe(answer.outcome.rejection, problem, *specs.architecture);
  return answer;
}

bool same_number(const Json& expected, const Json& actual) {
  if (expected.is_number_integer() && actual.is_number_integer()) {
    return expected.get<std::int64_t>() == actual.get<std::int64_t>();
  }
  const auto a = expected.get<double>();
  const auto b = actual.get<double>();
  return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b));
}

// Keys whose meaning is the text form of the tool, or which Tilewright states elsewhere.
bool left_out(const std::string& key) {
  static const std::vector<std::string> kKeys{"legacy_subtype", "connection_type", "summary_text",
                                              "crosscheck_energy_uJ_diff"};
  return key.find("_txt") != std::string::npos ||
         std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

void expect_covered(const Json& expected, const Json& actual, const std::string& path);

void expect_list(const Json& expected, const Json& actual, const std::string& path) {
  ASSERT_TRUE(actual.is_array()) << path;
  ASSERT_EQ(expected.size(), actual.size()) << path;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Json* match = &actual[i];
    // Networks are matched by name: their order means nothing.
    if (expected[i].is_object() && expected[i].contains("name")) {
      for (const auto& candidate : actual) {
        if (candidate.value("name", "") == expected[i]["name"]) match = &candidate;
      }
    }
    expect_covered(expected[i], *match, path + "[" + std::to_string(i) + "]");
  }
}

// Everything that `expected` says, `actual` must say too.
void expect_covered(const Json& expected, const Json& actual, const std::string& path) {
  if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (left_out(key) || value.is_null()) continue;
      if (!actual.is_object() || !actual.contains(key)) {
        ADD_FAILURE() << path << "." << key << " is missing";
        continue;
      }
      expect_covered(value, actual[key], path + "." + key);
    }
  } else if (expected.is_array()) {
    expect_list(expected, actual, path);
  } else if (expected.is_number()) {
    EXPECT_TRUE(actual.is_number() && same_number(expected, actual))
        << path << ": expected " << expected << ", got " << actual;
  } else {
    EXPECT_EQ(expected, actual) << path;
  }
}

// "... tile size 72 exceeds buffer capacity 64" and "... instances 896 exceeds ... 256".
void expect_same_rejection(const std::string& error, const Answer& answer) {
  ASSERT_FALSE(answer.outcome.valid()) << error;
  const auto& rejection = answer.outcome.rejection;
  if (error.find("bypassed in all") != std::string::npos) {
    EXPECT_EQ(rejection.reason, RejectReason::bypassed_everywhere);
    return;
  }
  const RejectReason reason =
      error.find("tile size") != std::string::npos     ? RejectReason::capacity
      : error.find("X expansion") != std::string::npos ? RejectReason::mesh_x
      : error.find("Y expansion") != std::string::npos ? RejectReason::mesh_y
                                                       : RejectReason::instances;
  EXPECT_EQ(rejection.reason, reason) << error;
  const auto level = error.substr(error.find("map level ") + 10);
  EXPECT_EQ(answer.rejection.substr(0, answer.rejection.find(':')),
            level.substr(0, level.find(':')));
  EXPECT_NE(error.find(" " + std::to_string(rejection.needed) + " exceeds"), std::string::npos)
      << error;
  EXPECT_TRUE(error.ends_with(" " + std::to_string(rejection.available))) << error;
}

TEST_P(Golden, EqualsTheReference) {
  const auto golden = Json::parse(std::ifstream(GetParam()));
  if (has_tag(golden, "imperfect"))
    GTEST_SKIP() << "the reference pads and miscounts imperfect factors";
  const Inputs inputs(golden, golden["name"]);
  if (golden["status"] == "ok") {
    const Answer answer = evaluate(inputs.paths());
    ASSERT_TRUE(answer.outcome.valid()) << answer.rejection;
    EXPECT_EQ(answer.outcome.cost.cycles, golden["outputs"]["cycles"].get<std::uint64_t>());
    EXPECT_NEAR(answer.outcome.cost.energy / golden["outputs"]["energy_pJ"].get<double>(), 1, 1e-6);
    expect_covered(golden["outputs"], answer.json, "");
    return;
  }
  const auto error = golden["error"].get<std::string>();
  if (error.find("couldn't map level") != std::string::npos) {
    expect_same_rejection(error, evaluate(inputs.paths()));
  } else {
    EXPECT_THROW(evaluate(inputs.paths()), SpecError) << error;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(all_cases()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace
}  // namespace tilewright
