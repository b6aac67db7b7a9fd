// Every key that a reader knows, with a value that it cannot understand: an error, or a warning
// with a place, but never silence. The keys are those that the readers' sources ask for.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "places.hpp"
#include "search/network/search_plan.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

const std::string kOdd = "qwxyz";

// `@` is where `key: qwxyz` goes; files of the other parts go with it.
struct Reader {
  const char* name;
  std::string text;
  std::vector<std::string> others;
  std::vector<std::string> keys;
};

std::string with(const std::string& text, const std::string& key) {
  std::string result = text;
  return result.replace(result.find('@'), 1, key + ": " + kOdd);
}

const std::vector<std::string>& level_keys() {
  static const std::vector<std::string> keys{"entries",
                                             "depth",
                                             "memory_depth",
                                             "data_storage_depth",
                                             "sizeKB",
                                             "size_KB",
                                             "word-bits",
                                             "word_width",
                                             "datawidth",
                                             "data-bits",
                                             "block-size",
                                             "n_words",
                                             "cluster-size",
                                             "width",
                                             "memory_width",
                                             "data_storage_width",
                                             "technology",
                                             "multiple-buffering",
                                             "min-utilization",
                                             "bandwidth",
                                             "read_bandwidth",
                                             "write_bandwidth",
                                             "shared_bandwidth",
                                             "num-ports",
                                             "n_ports",
                                             "num-banks",
                                             "n_banks",
                                             "reduction_supported",
                                             "vector-access-energy",
                                             "addr-gen-energy",
                                             "cluster-area",
                                             "network-type",
                                             "network-word-bits",
                                             "tile-width",
                                             "wire-energy",
                                             "energy-per-hop",
                                             "router-energy",
                                             "energy-per-ingress",
                                             "network_read",
                                             "network_fill",
                                             "network_update",
                                             "network_drain",
                                             "network_fill_latency",
                                             "network_drain_latency",
                                             "instances",
                                             "meshX",
                                             "mesh_x",
                                             "meshY",
                                             "mesh_y"};
  return keys;
}

const std::vector<std::string>& arithmetic_keys() {
  static const std::vector<std::string> keys{
      "instances",           "meshX",           "meshY",         "word-bits",
      "technology",          "energy",          "area",          "latency",
      "num_pipeline_stages", "network_operand", "network_result"};
  return keys;
}

std::vector<Reader> readers() {
  const std::string tree_begin =
      "architecture:\n  version: 0.3\n  subtree:\n  - name: system\n    local:\n";
  const std::string gemm = "problem: {shape: gemm, instance: {M: 2, N: 2, K: 2}}\n";
  const std::string of_mapping = "mapping:\n- {target: Buffer, ";
  const std::string of_constraint = "mapspace:\n  targets:\n  - {target: Buffer, ";
  std::vector<Reader> list{
      {"flat level",
       "arch:\n  arithmetic: {instances: 1}\n  storage: [{name: Main, instances: 1, @}]\n",
       {},
       level_keys()},
      {"flat arithmetic",
       "arch:\n  arithmetic: {instances: 1, @}\n  storage: [{name: Main, instances: 1}]\n",
       {},
       arithmetic_keys()},
      {"flat architecture",
       "arch:\n  arithmetic: {instances: 1}\n  storage: [{name: Main, instances: 1}]\n  @\n",
       {},
       {"technology", "global_cycle_seconds", "version", "leakage"}},
      {"class of a flat level",
       "arch:\n  arithmetic: {instances: 1}\n  storage: [{name: Main, instances: 1, @}]\n",
       {},
       {"class"}},
      {"level in a tree",
       tree_begin + "    - {name: Main, class: DRAM, attributes: {@}}\n    - {name: mac, class: "
                    "intmac, attributes: {datawidth: 8}}\n",
       {},
       level_keys()},
      {"arithmetic in a tree",
       tree_begin + "    - {name: Main, class: DRAM}\n    - {name: mac, class: intmac, attributes: "
                    "{@}}\n",
       {},
       arithmetic_keys()},
      {"class in a tree",
       tree_begin + "    - {name: Main, class: DRAM}\n    - {name: extra, @}\n    - {name: mac, "
                    "class: intmac}\n",
       {},
       {"class"}},
      {"node of a tree",
       "architecture:\n  subtree:\n  - name: system\n    attributes: {@}\n    local:\n    - {name: "
       "Main, class: DRAM}\n    - {name: mac, class: intmac}\n",
       {},
       {"global_cycle_seconds", "technology"}},
      {"network in a tree",
       tree_begin + "    - {name: Main, class: DRAM, attributes: {network_read: net, "
                    "network_update: net}}\n    - {name: net, class: XY_NoC, attributes: {@}}\n    "
                    "- {name: mac, class: intmac, attributes: {network_operand: net, "
                    "network_result: net}}\n",
       {},
       {"network-type", "word-bits", "network-word-bits", "tile-width", "wire-energy",
        "energy-per-hop", "router-energy", "energy-per-ingress", "adder-energy", "fill_latency",
        "drain_latency", "per_datatype_ERT"}},
      {"problem", "problem: {instance: {M: 2, N: 2, K: 2}, @}\n", {}, {"shape"}},
      {"version and bits",
       "problem: {shape: gemm, instance: {M: 2, N: 2, K: 2}, @}\n",
       {},
       {"version", "data-bits"}},
      {"coefficients",
       "problem:\n  shape:\n    name: s\n    dimensions: [K]\n    @\n    data-spaces: [{name: A, "
       "projection: [[[K]]], read-write: True}]\n  instance: {K: 2}\n",
       {},
       {"coefficients"}},
      {"sizes", "problem: {shape: gemm, instance: {@}}\n", {}, {"M", "N", "K"}},
      {"shape",
       "problem:\n  shape:\n    name: s\n    @\n    data-spaces: [{name: A, projection: [[[K]]], "
       "read-write: True}]\n  instance: {K: 2}\n",
       {},
       {"dimensions", "dims", "flatten"}},
      {"spaces",
       "problem:\n  shape:\n    name: s\n    dimensions: [K]\n    @\n  instance: {K: 2}\n",
       {},
       {"data-spaces", "dataspaces"}},
      {"coefficient",
       "problem:\n  shape:\n    name: s\n    dimensions: [K]\n    coefficients: [{name: f, @}]\n   "
       " data-spaces: [{name: A, projection: [[[K]]], read-write: True}]\n  instance: {K: 2}\n",
       {},
       {"default"}},
      {"dataspace",
       "problem:\n  shape:\n    name: s\n    dimensions: [K]\n    data-spaces: [{name: A, "
       "projection: [[[K]]], read-write: True}, {name: B, @, projection: [[[K]]]}]\n  instance: "
       "{K: 2}\n",
       {},
       {"read-write"}},
      {"projection",
       "problem:\n  shape:\n    name: s\n    dimensions: [K]\n    data-spaces: [{name: A, @, "
       "read-write: True}]\n  instance: {K: 2}\n",
       {},
       {"projection"}},
      {"network",
       "network:\n  @\n  layers:\n  - {name: a, instance: {M: 2, N: 2, K: 2}}\n",
       {},
       {"shape", "defaults", "data-bits"}},
      {"layers", "network:\n  @\n", {}, {"layers"}},
      {"layer",
       "network:\n  shape: gemm\n  layers:\n  - {name: a, instance: {M: 2, N: 2, K: 2}, @}\n",
       {},
       {"repeats", "shape", "weights", "batch", "inputs", "data-bits", "problem", "file"}},
      {"constraint of temporal loops",
       of_constraint + "type: temporal, @}\n",
       {kSmallArch, gemm},
       {"factors", "permutation", "remainders", "default_max_factor", "default_min_factor",
        "factors_only", "no_iteration_over_dataspaces", "must_iterate_over_dataspaces",
        "maximize_dims", "maximize_dims_capacity", "no_temporal_reuse", "no_reuse",
        "rmw_first_update"}},
      {"constraint of spatial loops",
       of_constraint + "type: spatial, @}\n",
       {kSmallArch, gemm},
       {"factors", "permutation", "split", "no_link_transfer", "no_multicast_no_reduction"}},
      {"constraint of dataspaces",
       of_constraint + "type: datatype, @}\n",
       {kSmallArch, gemm},
       {"keep", "bypass", "keep_only", "bypass_only", "no_coalesce"}},
      {"constraint of parallelism",
       "mapspace:\n  targets:\n  - {target: Registers, type: utilization, @}\n",
       {kSmallArch, gemm},
       {"min"}},
      {"target",
       "mapspace:\n  targets:\n  - {type: temporal, @}\n",
       {kSmallArch, gemm},
       {"target", "name"}},
      {"type", of_constraint + "@}\n", {kSmallArch, gemm}, {"type"}},
      {"mapspace", "mapspace:\n  @\n", {kSmallArch, gemm}, {"template", "constraints", "targets"}},
      {"directive of temporal loops",
       of_mapping + "type: temporal, @}\n",
       {kSmallArch, gemm},
       {"factors", "permutation", "no_temporal_reuse"}},
      {"directive of spatial loops",
       of_mapping + "type: spatial, @}\n",
       {kSmallArch, gemm},
       {"factors", "permutation", "split", "no_link_transfer", "no_multicast_no_reduction"}},
      {"directive of dataspaces",
       of_mapping + "type: datatype, @}\n",
       {kSmallArch, gemm},
       {"keep", "bypass"}},
      {"target of a directive",
       "mapping:\n- {type: temporal, @}\n",
       {kSmallArch, gemm},
       {"target", "name"}},
      {"type of a directive", of_mapping + "@}\n", {kSmallArch, gemm}, {"type"}},
      {"mapper",
       "mapper:\n  @\n",
       {},
       {"algorithm", "optimization-metric", "optimization-metrics", "search-size",
        "victory-condition", "timeout", "heartbeat", "num-threads"}},
      {"ERT", "ERT: {tables: [{name: a, actions: [{name: read, @}]}]}\n", {}, {"energy"}},
      {"actions of an ERT", "ERT: {tables: [{name: a, @}]}\n", {}, {"actions"}},
      {"ART", "ART: {tables: [{name: a, @}]}\n", {}, {"area"}},
      {"tables", "ERT: {@}\n", {}, {"tables"}}};
  return list;
}

// All that is said of the texts, errors too.
std::vector<Warning> said_of(const std::vector<std::string>& texts) {
  std::vector<Warning> said;
  try {
    const SpecSet specs = read_texts(texts);
    said = specs.warnings;
    for (Warning& warning : warnings_of(make_plan({}, specs.search))) said.push_back(warning);
    if (!specs.architecture || specs.layers.empty()) return said;
    (void)read_constraints(specs, specs.layers[0].problem, &said);
    if (specs.has_mapping) (void)read_mapping(specs, specs.layers[0].problem, &said);
  } catch (const SpecError& error) {
    said.push_back({error.mark(), error.message()});
  }
  return said;
}

bool tells_of(const Warning& warning, const std::string& key) {
  const bool has_place = warning.mark.file.ends_with("spec0.yaml") && warning.mark.line > 0;
  const bool names_it = warning.message.find(kOdd) != std::string::npos ||
                        warning.message.find(key) != std::string::npos;
  return has_place && names_it;
}

TEST(OddValues, NoKeyTakesThemInSilence) {
  for (const Reader& reader : readers()) {
    for (const std::string& key : reader.keys) {
      std::vector<std::string> texts{with(reader.text, key)};
      texts.insert(texts.end(), reader.others.begin(), reader.others.end());
      const auto said = said_of(texts);
      std::string all;
      for (const Warning& warning : said) all += without_folder(warning.text()) + "\n";
      EXPECT_TRUE(std::any_of(said.begin(), said.end(),
                              [&](const Warning& warning) { return tells_of(warning, key); }))
          << reader.name << ": " << key << "\n"
          << texts[0] << all;
    }
  }
}

std::string source(const std::string& file) {
  std::ifstream in(std::filesystem::path(kSourceFolder) / "model/spec" / file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string plain(std::string key) {
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

// A key that a reader learns to read needs its line in the table above.
TEST(OddValues, TheTableHasEveryKeyThatTheReadersAskFor) {
  std::set<std::string> tried;
  for (const Reader& reader : readers()) {
    for (const std::string& key : reader.keys) tried.insert(plain(key));
  }
  // Names are as the user likes; the rest holds keys and no value.
  const std::set<std::string> free{
      "name",       "description", "instance",    "subtree",  "local",
      "arguments",  "attributes",  "action_name", "subclass", "multicast_factor_argument",
      "proportion", "mapping"};
  const std::regex asks(
      R"re((?:take|count|real|text|flag|refuse|read_mask)\((?:item, |fields, )?\{?"([A-Za-z_-]+)")re");
  int found = 0;
  for (const char* file :
       {"read_arch.cpp", "read_levels.cpp", "read_problem.cpp", "read_search.cpp",
        "read_constraints.cpp", "read_mapping.cpp", "read_tables.cpp", "read_specs.cpp"}) {
    const std::string text = source(file);
    for (std::sregex_iterator it(text.begin(), text.end(), asks), end; it != end; ++it) {
      const std::string key = plain((*it)[1]);
      ++found;
      EXPECT_TRUE(tried.contains(key) || free.contains(key)) << file << ": " << key;
    }
  }
  EXPECT_GT(found, 100);
}

}  // namespace
}  // namespace tilewright
