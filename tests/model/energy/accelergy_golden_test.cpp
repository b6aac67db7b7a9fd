// Every row that Accelergy prints for the cases in tests/data/accelergy, and, where they stand
// beside the clone, for all of ../shared/accelergy_golden. CACTI's and Neurosim's answers come from
// tables that were made of the same cases (tests/data/accelergy/README.md).
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "model/energy/compound/write_tables.hpp"
#include "model/energy/registry_options.hpp"
#include "places.hpp"

namespace tilewright::energy {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = kSourceFolder;
const fs::path kOwn = kSource / "tests/data/accelergy";

// Those that have `file` besides.
std::vector<fs::path> golden_cases(const char* file = "ERT.yaml") {
  std::vector<fs::path> cases;
  for (const fs::path& root : {kOwn, kSource / "../shared/accelergy_golden"}) {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(root, absent)) {
      const bool is_case =
          fs::exists(entry.path() / "ERT.yaml") && fs::exists(entry.path() / "inputs");
      // This one shows how Accelergy 0.4 misreads files of version 0.3.
      if (is_case && fs::exists(entry.path() / file) &&
          entry.path().filename() != "v03_compound_run_by_v04") {
        cases.push_back(entry.path());
      }
    }
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

Registry registry_for(const std::string& name) {
  RegistryOptions options;
  options.cacti.answers = kOwn / "cacti_answers.csv";
  options.tables = {kOwn / "neurosim.csv"};
  // Two cases show what one more plug-in changes; the others were made without it.
  if (name.ends_with("_tie")) options.tables = {kOwn / "neurosim_tie.csv"};
  return make_registry(options);
}

EnergyInput read_case(const fs::path& folder) {
  // A folder with a template is read through it.
  return read_energy_input({folder / "inputs"}, {.limits = {.variables = {{"architecture", "."}}}});
}

std::string text_of(const YAML::Node& arguments) {
  std::map<std::string, std::string> sorted;
  if (arguments.IsMap()) {
    for (const auto& entry : arguments) {
      const auto value = entry.second.as<std::string>();
      double number = 0;
      std::istringstream(value) >> number;
      sorted[entry.first.as<std::string>()] = number_text(number);
    }
  }
  std::string text;
  for (const auto& [name, value] : sorted) text += " " + name + "=" + value;
  return text;
}

// By "component action arguments".
std::map<std::string, double> energies(const YAML::Node& ert) {
  std::map<std::string, double> result;
  for (const auto& table : ert["ERT"]["tables"]) {
    for (const auto& action : table["actions"]) {
      result[table["name"].as<std::string>() + " " + action["name"].as<std::string>() +
             text_of(action["arguments"])] = action["energy"].as<double>();
    }
  }
  return result;
}

std::map<std::string, double> areas(const YAML::Node& art) {
  std::map<std::string, double> result;
  for (const auto& table : art["ART"]["tables"]) {
    result[table["name"].as<std::string>()] = table["area"].as<double>();
  }
  return result;
}

class AccelergyGolden : public testing::TestWithParam<fs::path> {
 protected:
  fs::path folder() const { return GetParam(); }
  YAML::Node golden(const char* file) const { return YAML::LoadFile(folder() / file); }

  void expect_tables(const EnergyInput& input) const;

  // Version 0.3 rounds every term to 1e-5 pJ, 0.4 the sum to six digits.
  void expect_equal(const std::map<std::string, double>& ours,
                    const std::map<std::string, double>& theirs, Dialect dialect,
                    const std::map<std::string, double>& terms) const {
    for (const auto& [name, value] : theirs) {
      const auto it = ours.find(name);
      if (it == ours.end()) {
        ADD_FAILURE() << "no row " << name;
        continue;
      }
      const auto count = terms.find(name);
      const double slack = dialect == Dialect::v04
                               ? 5e-6 * std::abs(value)
                               : 1e-5 * (count == terms.end() ? 1 : count->second);
      EXPECT_NEAR(it->second, value, slack + 1e-12) << name;
    }
    for (const auto& entry : ours) EXPECT_TRUE(theirs.contains(entry.first)) << entry.first;
  }
};

class AccelergyParsed : public AccelergyGolden {};
class AccelergyFlattened : public AccelergyGolden {};
class AccelergyCounts : public AccelergyGolden {};

// How many rounded numbers Accelergy 0.3 adds up for a row, each with its factor.
std::map<std::string, double> count_terms(const EnergyTables& tables) {
  std::map<std::string, double> result;
  for (const TableEntry& entry : tables.entries) {
    for (const EnergyRow& row : entry.rows) {
      double terms = 1;
      for (const EnergyTerm& term : row.terms) terms += term.scale * term.count;
      std::map<std::string, std::string> sorted;
      for (const auto& [name, value] : row.arguments) sorted[name] = value.to_string();
      std::string key = entry.name + " " + row.action;
      for (const auto& [name, value] : sorted) key += " " + name + "=" + value;
      result[key] = terms;
    }
    double terms = 1;
    for (const AreaTerm& term : entry.areas) terms += term.scale * term.count;
    result[entry.name] = terms;
  }
  return result;
}

double most_terms(const EnergyTables& tables, const ActionCount& count) {
  double most = 1;
  for (const TableEntry& entry : tables.entries) {
    if (without_ranges(entry.name) != without_ranges(count.component)) continue;
    for (const EnergyRow& row : entry.rows) {
      double terms = 1;
      for (const EnergyTerm& term : row.terms) terms += term.scale * term.count;
      if (row.action == count.action) most = std::max(most, terms);
    }
  }
  return most;
}

void AccelergyGolden::expect_tables(const EnergyInput& input) const {
  const EnergyTables tables = price_input(input, registry_for(folder().filename()));
  const auto terms = count_terms(tables);
  const auto ert = energies(golden("ERT.yaml"));
  EXPECT_GE(ert.size(), 18U);
  expect_equal(energies(YAML::Load(write_ert(tables, {10}))), ert, tables.dialect, terms);
  const auto art = areas(golden("ART.yaml"));
  EXPECT_GE(art.size(), 3U);
  expect_equal(areas(YAML::Load(write_art(tables, {10}))), art, tables.dialect, terms);
}

TEST_P(AccelergyGolden, EveryRowAndAreaIsEqual) { expect_tables(read_case(folder())); }

// What Timeloop's front end hands to Accelergy.
TEST_P(AccelergyParsed, EveryRowAndAreaIsEqual) {
  expect_tables(read_energy_input({folder() / "inputs/parsed-processed-input.yaml"}, {}));
}

TEST_P(AccelergyFlattened, TheFlattenedArchitectureIsEqual) {
  const EnergyInput input = read_case(folder());
  const YAML::Node ours = YAML::Load(write_flattened(input.design))["architecture"]["local"];
  const YAML::Node theirs = golden("flattened_architecture.yaml")["architecture"]["local"];
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const std::string name = theirs[i]["name"].as<std::string>();
    EXPECT_EQ(ours[i]["name"].as<std::string>(), name);
    EXPECT_EQ(ours[i]["class"].as<std::string>(), theirs[i]["class"].as<std::string>());
    for (const auto& attribute : theirs[i]["attributes"]) {
      const auto key = attribute.first.as<std::string>();
      const YAML::Node value = ours[i]["attributes"][key];
      ASSERT_TRUE(value.IsDefined()) << name << " " << key;
      if (attribute.second.IsNull()) {
        EXPECT_TRUE(value.IsNull());
        continue;
      }
      double number = 0;
      if (YAML::convert<double>::decode(attribute.second, number)) {
        EXPECT_DOUBLE_EQ(value.as<double>(), number) << name << " " << key;
      } else {
        EXPECT_EQ(value.as<std::string>(), attribute.second.as<std::string>())
            << name << " " << key;
      }
    }
    EXPECT_EQ(ours[i]["attributes"].size(), theirs[i]["attributes"].size()) << name;
  }
}

TEST_P(AccelergyCounts, TheEnergyOfTheActionCountsIsEqual) {
  const EnergyInput input = read_case(folder());
  const EnergyTables tables = price_input(input, registry_for(folder().filename()));
  const auto energies = energy_of_counts(input.design, tables);
  const YAML::Node theirs = golden("energy_estimation.yaml")["energy_estimation"];
  ASSERT_EQ(energies.size(), theirs["components"].size());
  double total = 0;
  double slack_total = 0;
  for (std::size_t i = 0; i < energies.size(); ++i) {
    const YAML::Node component = theirs["components"][i];
    EXPECT_EQ(energies[i].name, component["name"].as<std::string>());
    double slack = 1e-9;  // every counted action is a sum of terms rounded to 1e-5 pJ
    for (const ActionCount& count : input.design.action_counts) {
      if (count.component == energies[i].name)
        slack += most_terms(tables, count) * 1e-5 * count.count;
    }
    EXPECT_NEAR(energies[i].energy, component["energy"].as<double>(), slack) << energies[i].name;
    total += energies[i].energy;
    slack_total += slack;
  }
  EXPECT_NEAR(total, theirs["Total"].as<double>(), slack_total);
}

std::string case_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.filename();
  if (info.param.string().find("shared") != std::string::npos) name += "_shared";
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, AccelergyGolden, testing::ValuesIn(golden_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Cases, AccelergyParsed,
                         testing::ValuesIn(golden_cases("inputs/parsed-processed-input.yaml")),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Cases, AccelergyFlattened,
                         testing::ValuesIn(golden_cases("flattened_architecture.yaml")), case_name);
INSTANTIATE_TEST_SUITE_P(Cases, AccelergyCounts,
                         testing::ValuesIn(golden_cases("energy_estimation.yaml")), case_name);
// Where nothing stands beside the clone.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AccelergyParsed);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AccelergyFlattened);

}  // namespace
}  // namespace tilewright::energy
