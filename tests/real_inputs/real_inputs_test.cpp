// Specs that other people wrote, where the checkout has them beside it: whatever is of version 0.1
// to 0.3 loads, and mappings that come with statistics get the same ones, to the digits printed.
// docs/real-inputs.md says what does not load, and why.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "places.hpp"
#include "printed_stats.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path(kSourceFolder) / "../shared/real_inputs";
const fs::path kDesigns = kRoot / "baseline-designs";
const fs::path kTutorial = kRoot / "exercises/tutorial_2020";

std::vector<fs::path> files_below(const fs::path& folder, const std::string& ending) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> operator+(std::vector<fs::path> a, const std::vector<fs::path>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string test_name(const fs::path& file) {
  std::string name = fs::relative(file, kRoot).string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// A printed number, e.g. "12.50 pJ", against ours: equal when rounded alike.
void expect_printed(const std::string& printed, double ours, const std::string& what) {
  if (printed.empty()) return;
  const std::string number = printed.substr(0, printed.find_first_of(" %"));
  const auto point = number.find('.');
  const auto exponent = number.find('e');
  const auto digits =
      point == std::string::npos ? 0 : std::min(exponent, number.size()) - point - 1;
  double unit = std::pow(10.0, -static_cast<double>(digits));
  if (exponent != std::string::npos) unit *= std::pow(10.0, std::stod(number.substr(exponent + 1)));
  const double expected = std::stod(number);
  // Half a unit, and the rounding errors of sums in another order.
  EXPECT_NEAR(ours, expected, 0.5001 * unit + 1e-12 * std::abs(expected)) << what;
}

// --- mappings with statistics ---

struct Scored {
  Problem problem;
  Architecture arch;
  Stats stats;
};

// The files that the statistics in `folder` are for.
std::vector<std::string> inputs_of(const fs::path& stats_file) {
  const fs::path folder = stats_file.parent_path();
  const std::string stem = stats_file.filename().string();
  const std::string program = stem.substr(0, stem.find('.'));
  std::vector<fs::path> paths;
  if (fs::exists(folder / "parsed-processed-input.yaml")) {
    paths = {folder / "parsed-processed-input.yaml"};
  } else {
    const auto in_designs = fs::relative(folder, kDesigns / "arch");
    const fs::path design = *in_designs.begin();
    paths = {kDesigns / "arch" / design / "arch" / (design.string() + ".yaml"),
             kDesigns / "workload/AlexNet/AlexNet_layer1.yaml"};
  }
  std::vector<std::string> names;
  for (const auto& path : paths) names.push_back(path.string());
  for (const char* table : {".ERT.yaml", ".ART.yaml"}) {
    if (fs::exists(folder / (program + table)))
      names.push_back((folder / (program + table)).string());
  }
  return names;
}

Scored score(const fs::path& stats_file) {
  auto inputs = inputs_of(stats_file);
  const fs::path mapping =
      fs::temp_directory_path() / ("tilewright_nest_" + std::to_string(::getpid()) + ".yaml");
  if (!read_specs(inputs).has_mapping) {
    std::string nest = stats_file.string();
    nest.replace(nest.rfind("stats"), 5, "map");
    std::ofstream(mapping) << mapping_of_printed_nest(nest);
    inputs.push_back(mapping.string());
  }
  const SpecSet specs = read_specs(inputs);
  fs::remove(mapping);
  Scored scored{.problem = specs.layers.at(0).problem, .arch = *specs.architecture, .stats = {}};
  const Prices prices = price(scored.arch, specs.table.value_or(ReferenceTable{}));
  const Evaluator evaluator(scored.problem, scored.arch, prices);
  const auto scratch = evaluator.scratch();
  scored.stats = evaluator.explain(read_mapping(specs, scored.problem), *scratch);
  EXPECT_TRUE(scored.stats.outcome.valid())
      << describe(scored.stats.outcome.rejection, scored.problem, scored.arch);
  return scored;
}

using Numbers = std::map<std::string, double>;

Numbers numbers(const SpaceStats& space) {
  return {{"Partition size", space.partition_size},
          {"Utilized capacity", space.utilized_capacity},
          {"Utilized instances (max)", space.utilized_instances},
          {"Utilized clusters (max)", space.utilized_clusters},
          {"Scalar reads (per-instance)", space.reads},
          {"Scalar fills (per-instance)", space.fills},
          {"Scalar updates (per-instance)", space.updates},
          {"Temporal reductions (per-instance)", space.temporal_reductions},
          {"Address generations (per-cluster)", space.address_generations},
          {"Energy (per-scalar-access)", space.energy_per_access},
          {"Energy (per-instance)", space.energy_per_instance},
          {"Energy (total)", space.energy_total},
          {"Read Bandwidth (per-instance)", space.read_bandwidth},
          {"Write Bandwidth (per-instance)", space.write_bandwidth}};
}

Numbers numbers(const NetworkSpaceStats& space) {
  double ingresses = 0;
  for (const auto& ingress : space.ingresses) ingresses += ingress.accesses;
  return {{"Fanout", space.fanout},
          {"Multicast factor", space.multicast_factor},
          {"Ingresses", ingresses},
          {"Link transfers", space.link_transfers},
          {"Spatial reductions", space.spatial_reductions},
          {"Average number of hops", space.num_hops},
          {"Energy (total)", space.energy_total}};
}

// Versions before 3.0 (they print no EDP) count the first arrival of partial sums as fills, price
// all accesses of a memory like its dearest, and lay out single children half a hop away.
bool is_old(const PrintedStats& printed) { return printed.find("", "", "EDP(J*cycle)").empty(); }

Numbers as_old(const LevelStats& level, const SpaceStats& space, bool has_first_arrivals) {
  Numbers ours = numbers(space);
  std::erase_if(ours, [](const auto& entry) { return entry.first.starts_with("Energy"); });
  if (!has_first_arrivals) return ours;
  const auto arrivals = static_cast<double>(space.partition_size);
  ours["Scalar fills (per-instance)"] += arrivals;
  ours["Address generations (per-cluster)"] += arrivals;
  ours["Write Bandwidth (per-instance)"] += arrivals / static_cast<double>(level.cycles);
  return ours;
}

Numbers as_old(const NetworkSpaceStats& space) {
  Numbers ours = numbers(space);
  ours.erase("Average number of hops");
  return ours;
}

void expect_numbers(const PrintedStats& printed, const std::string& part, const std::string& space,
                    const Numbers& ours) {
  for (const auto& [key, value] : ours) {
    expect_printed(printed.find(part, space, key), value, part + " " + space + " " + key);
  }
}

void expect_levels(const PrintedStats& printed, const Scored& scored) {
  const Stats& stats = scored.stats;
  for (int s = 0; s < scored.arch.num_levels(); ++s) {
    const auto& name = scored.arch.storage[s].name;
    const LevelStats& level = stats.levels[s];
    expect_numbers(printed, name, "",
                   {{"Cycles", level.cycles}, {"Bandwidth throttling", level.slowdown}});
    for (int d = 0; d < scored.problem.num_spaces(); ++d) {
      const auto& space = scored.problem.spaces[d].name;
      EXPECT_EQ(level.spaces[d].keep, printed.has(name, space)) << name << " " << space;
      const auto reads = printed.find(name, space, "Scalar reads (per-instance)");
      EXPECT_EQ(level.spaces[d].keep, !reads.empty()) << name << " " << space;
      const bool is_outermost = s + 1 == scored.arch.num_levels();
      expect_numbers(printed, name, space,
                     is_old(printed) ? as_old(level, level.spaces[d],
                                              scored.problem.spaces[d].read_write && !is_outermost)
                                     : numbers(level.spaces[d]));
    }
  }
  expect_numbers(printed, scored.arch.compute.name, "",
                 {{"Cycles", stats.compute.cycles},
                  {"Utilized instances", stats.compute.utilized_instances},
                  {"Computes (total)", stats.compute.computes},
                  {"Energy (total)", stats.compute.energy_total}});
  for (const auto& network : stats.networks) {
    for (int d = 0; d < scored.problem.num_spaces(); ++d) {
      const auto& space = network.spaces[d];
      expect_numbers(printed, network.name, scored.problem.spaces[d].name,
                     is_old(printed) ? as_old(space) : numbers(space));
    }
  }
}

class PrintedMapping : public testing::TestWithParam<fs::path> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PrintedMapping);

TEST_P(PrintedMapping, GetsThePrintedStatistics) {
  const auto printed = read_printed_stats(GetParam().string());
  const Scored scored = score(GetParam());
  if (!scored.stats.outcome.valid()) return;
  expect_levels(printed, scored);
  const Cost& cost = scored.stats.outcome.cost;
  EXPECT_NE(printed.find("", "", "Cycles"), "");
  EXPECT_NE(printed.find("", "", "Energy"), "");
  expect_printed(printed.find("", "", "Cycles"), static_cast<double>(cost.cycles), "cycles");
  for (const char* key : {"Computes", "MACCs"}) {
    expect_printed(printed.find("", "", key), static_cast<double>(scored.stats.computes), key);
  }
  if (is_old(printed)) return;
  // Later versions add leakage, which is not modelled.
  double leakage = 0;
  for (const auto& [part, spaces] : printed.values) {
    const auto text = printed.find(part, "", "Leakage energy (total)");
    if (!text.empty()) leakage += std::stod(text);
  }
  expect_printed(printed.find("", "", "Energy"), (cost.energy + leakage) * 1e-6, "energy in uJ");
}

INSTANTIATE_TEST_SUITE_P(Designs, PrintedMapping,
                         testing::ValuesIn(files_below(kDesigns, ".stats.txt") +
                                           files_below(kTutorial, ".stats.txt")),
                         [](const auto& info) { return test_name(info.param); });

// --- loading ---

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// What the message about a file that cannot be read says; nothing for the others.
std::string expected_message(const fs::path& file) {
  const std::string path = file.string();
  if (path.ends_with("flattened_architecture.yaml")) return "flattened architecture";
  // The reference refuses it for the same reason.
  if (path.ends_with("simba_like/example_AlexNet_layer1_outputs/"
                     "timeloop-mapper.defined_input_architecture.yaml")) {
    return "the width is 16 bits, but word-bits 8 and block-size 32 make 256";
  }
  if (path.ends_with("accelergy/04_eyeriss_like/input/architecture.yaml")) {
    return "found 'bank_depth * n_banks'";
  }
  if (path.ends_with("timeloop+accelergy/arch/arch.yaml")) return "'psum_datawidth' is not known";
  return {};
}

void expect_loads_or_says_why_not(const fs::path& file) {
  const std::string expected = expected_message(file);
  try {
    const SpecSet specs = read_specs({file.string()});
    EXPECT_EQ(expected, "");
    if (!specs.architecture || specs.layers.empty()) return;
    const Problem& problem = specs.layers[0].problem;
    const Mapspace space(problem, *specs.architecture, read_constraints(specs, problem));
    EXPECT_GT(space.size().total, 0);
  } catch (const SpecError& error) {
    EXPECT_FALSE(expected.empty()) << error.what();
    EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
  }
}

TEST(SpecFiles, LoadOrSayWhyNot) {
  const auto files = files_below(kDesigns, ".yaml") + files_below(kRoot / "timeloop", ".yaml") +
                     files_below(kTutorial, ".yaml");
  if (files.empty()) GTEST_SKIP() << "the files are not beside this checkout";
  const auto loads = [](const auto& file) { return expected_message(file).empty(); };
  EXPECT_EQ(files.size(), 291U);
  EXPECT_EQ(std::count_if(files.begin(), files.end(), loads), 259);
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    expect_loads_or_says_why_not(file);
  }
}

class Design : public testing::TestWithParam<const char*> {};

TEST_P(Design, LeavesMappingsForEveryLayer) {
  const auto layers = files_below(kDesigns / "workload", ".yaml");
  if (layers.empty()) GTEST_SKIP() << "the designs are not beside this checkout";
  const std::string name = GetParam();
  const auto folder = kDesigns / "arch" / name;
  for (const auto& layer : layers) {
    SCOPED_TRACE(layer.filename());
    const SpecSet specs = read_specs({(folder / "arch" / (name + ".yaml")).string(),
                                      (folder / "constraints").string(),
                                      (folder / "mapper/mapper.yaml").string(), layer.string()});
    const Problem& problem = specs.layers.at(0).problem;
    const Mapspace space(problem, *specs.architecture, read_constraints(specs, problem));
    EXPECT_GT(space.size().total, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Design,
                         testing::Values("eyeriss_like", "simba_like", "simple_weight_stationary",
                                         "simple_output_stationary"),
                         [](const auto& info) { return std::string(info.param); });

// The layers of version 0.4 come from templates, but what they say of strides can be read alone:
// some spell the coefficient with a capital letter too many, and so mean stride 1.
TEST(LayerShapes, MisspeltStridesAreReportedAndOne) {
  const auto files = files_below(kRoot / "exercises/layer_shapes", ".yaml");
  if (files.empty()) GTEST_SKIP() << "the layers are not beside this checkout";
  int misspelt = 0;
  for (const auto& file : files) {
    const std::string text = text_of(file);
    const auto begin = text.find("instance: {");
    if (text.find("HStride") == std::string::npos || begin == std::string::npos) continue;
    SCOPED_TRACE(file.filename());
    ++misspelt;
    const auto path =
        fs::temp_directory_path() / ("tilewright_stride_" + std::to_string(::getpid()) + ".yaml");
    std::ofstream(path) << "network: {name: one, shape: grouped-conv, defaults: {N: 1, G: 1, M: 1, "
                           "C: 1, P: 1, Q: 1, R: 1, S: 1}, layers: [{name: layer, "
                        << text.substr(begin, text.find('}', begin) + 1 - begin) << "}]}\n";
    const SpecSet specs = read_specs({path.string()});
    fs::remove(path);
    int hints = 0;
    for (const auto& warning : specs.warnings) {
      hints += static_cast<int>(warning.message.ends_with("did you mean 'Hstride'?") ||
                                warning.message.ends_with("did you mean 'Wstride'?"));
      EXPECT_EQ(warning.mark.line, 1);
    }
    EXPECT_EQ(hints, 2);
    const Problem& problem = specs.layers.at(0).problem;
    for (const auto& coefficient : problem.coefficients) EXPECT_EQ(coefficient.default_value, 1);
  }
  EXPECT_EQ(misspelt, 13);
}

}  // namespace
}  // namespace tilewright
