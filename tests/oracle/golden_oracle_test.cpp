// The point-set oracle against the measured cases: it must give what the reference gave, through
// our reader. Cases with very many temporal loops wait for TILEWRIGHT_FULL=1 (time is 2^loops).
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "model/oracle/nest.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "model/spec/spec.hpp"
#include "oracle/random_case.hpp"
#include "places.hpp"

namespace tilewright::oracle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  const char* folder = std::getenv("TILEWRIGHT_GOLDEN");
  const fs::path path =
      folder ? fs::path(folder) : fs::path(kSourceFolder) / "tests" / "data" / "golden";
  if (!fs::exists(path)) return files;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool tagged(const Json& golden, const std::string& tag) {
  const Json& tags = golden.at("tags");
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

/// A folder that goes with the object.
struct TemporaryFolder {
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path path =
      fs::temp_directory_path() / ("tilewright_oracle_" + std::to_string(::getpid()));
};

/// Reads the texts of a case through files, as a user would.
Case read_case(const Json& golden) {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const char* key : {"arch_yaml", "problem_yaml", "mapping_yaml"}) {
    paths.push_back((folder.path / (std::string(key) + ".yaml")).string());
    std::ofstream(paths.back()) << golden.at("inputs").at(key).get<std::string>();
  }
  const SpecSet specs = read_specs(paths);
  const Problem& problem = specs.layers.at(0).problem;
  return {problem, specs.architecture.value(), read_mapping(specs, problem)};
}

int temporal_loops(const Mapping& mapping) {
  const Nest nest = build_nest(mapping);
  return static_cast<int>(std::count_if(nest.loops.begin(), nest.loops.end(),
                                        [](const NestLoop& loop) { return !loop.spatial(); }));
}

class Comparison {
 public:
  void check(const std::string& where, double expected, double got, double tolerance = 0) {
    if (std::abs(expected - got) <= tolerance) return;
    text_ << where << ": the reference says " << expected << ", the oracle " << got << "\n";
  }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

void compare_level(const Json& level, const Case& c, const OracleCounts& counts, Comparison& out) {
  const int index = c.arch.find_level(level.at("name").get<std::string>());
  ASSERT_GE(index, 0);
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    const std::string& name = c.problem.spaces[space].name;
    if (!level.at("dataspaces").contains(name)) continue;  // bypassed
    const Json& expected = level.at("dataspaces").at(name);
    const SpaceCounts& got = counts.levels[index][space];
    const std::string where = level.at("name").get<std::string>() + " " + name + " ";
    out.check(where + "keep", expected.at("keep").get<bool>(), got.keep);
    if (!got.keep) continue;
    const auto value = [&](const char* key) { return expected.at(key).get<double>(); };
    out.check(where + "partition", value("partition_size"), static_cast<double>(got.partition));
    out.check(where + "tile", value("utilized_capacity"), static_cast<double>(got.tile));
    out.check(where + "reads", value("reads"), static_cast<double>(got.reads));
    out.check(where + "fills", value("fills"), static_cast<double>(got.fills));
    out.check(where + "updates", value("updates"), static_cast<double>(got.updates));
    out.check(where + "temporal reductions", value("temporal_reductions"),
              static_cast<double>(got.temporal_reductions));
  }
}

void compare_ingresses(const std::string& where, const Json& expected,
                       const std::vector<IngressStats>& got, Comparison& out) {
  out.check(where + "entries", static_cast<double>(expected.size()),
            static_cast<double>(got.size()));
  for (const Json& entry : expected) {
    // `_txt2`: read from a text with two decimals. Some cases tell the classes only.
    const char* key = entry.contains("accesses") ? "accesses" : "accesses_txt2";
    if (!entry.contains(key)) continue;
    double words = 0;
    for (const IngressStats& ingress : got) {
      if (entry.at("multicast").get<std::uint64_t>() != ingress.multicast) continue;
      if (entry.at("scatter").get<std::uint64_t>() == ingress.scatter) words = ingress.accesses;
    }
    const double reference = entry.at(key).get<double>();
    out.check(where + "words", reference, words, 0.0051 + 1e-12 * reference);
  }
}

double average_hops(const NetworkCounts& counts) {
  double words = 0;
  for (const auto* list : {&counts.ingresses, &counts.distributed}) {
    for (const IngressStats& ingress : *list) words += ingress.accesses;
  }
  return words > 0 ? counts.hops / words : 0;
}

const OracleNetwork* find_network(const OracleCounts& counts, int level, const Json& network) {
  const std::string& type = network.at("connection_type").get_ref<const std::string&>();
  for (const OracleNetwork& found : counts.networks) {
    const char* const its = !found.carries_updates ? "read-fill"
                            : found.carries_reads  ? "both"
                                                   : "update-drain";
    if (found.level == level && type == its) return &found;
  }
  return nullptr;
}

void compare_network(const Json& network, const Case& c, const OracleCounts& counts,
                     Comparison& out) {
  const int index = c.arch.find_level(network.at("outer_level").get<std::string>());
  const OracleNetwork* const found = find_network(counts, index, network);
  ASSERT_NE(found, nullptr) << network.at("name");
  for (int space = 0; space < c.problem.num_spaces(); ++space) {
    const std::string& name = c.problem.spaces[space].name;
    const Json& expected = network.at("dataspaces").at(name);
    const NetworkCounts& got = found->spaces[space];
    const std::string where = network.at("name").get<std::string>() + " " + name + " ";
    const auto check = [&](const char* key, double value, double tolerance) {
      if (expected.contains(key)) out.check(where + key, expected.at(key), value, tolerance);
    };
    check("spatial_reductions", got.spatial_reductions, 0.5);
    const double hops = expected.value("num_hops", 0.0);
    check("num_hops", average_hops(got), 1e-6 * hops);
    if (network.at("kind") != "LegacyNetwork") continue;  // the others print less
    check("link_transfers", got.link_transfers, 0.5);
    compare_ingresses(where, expected.at("ingresses"), got.ingresses, out);
    if (!expected.contains("ingresses_distributed")) continue;
    compare_ingresses(where + "distributed ", expected.at("ingresses_distributed"), got.distributed,
                      out);
  }
}

std::string compare_accepted(const Json& golden, const Case& c, const OracleCounts& counts) {
  Comparison out;
  const Json& outputs = golden.at("outputs");
  out.check("violations", 0, static_cast<double>(counts.violations.size()));
  out.check("computes", outputs.at("computes").get<double>(), static_cast<double>(counts.computes));
  out.check("compute cycles", outputs.at("compute_cycles").get<double>(),
            static_cast<double>(counts.compute_cycles));
  for (const Json& level : outputs.at("levels")) {
    if (level.at("kind") == "buffer") compare_level(level, c, counts, out);
  }
  for (const Json& network : outputs.at("networks")) compare_network(network, c, counts, out);
  return out.text();
}

// "ERROR: couldn't map level RF: ...": the innermost level with a violation.
std::string compare_rejected(const Json& golden, const Case& c, const OracleCounts& counts) {
  if (counts.violations.empty()) return "the oracle accepts it\n";
  const Rejection& first = counts.violations.front();
  const std::string error = golden.at("error").get<std::string>();
  const std::string level = first.level < 0 || first.reason == RejectReason::bypassed_everywhere
                                ? c.arch.compute.name
                                : c.arch.storage[static_cast<std::size_t>(first.level)].name;
  if (error.find("level " + level + ":") != std::string::npos) return "";
  return error + ", but the oracle blames level " + level + "\n";
}

TEST(GoldenOracle, PointSetOracleCountsLikeTheReference) {
  const std::vector<fs::path> files = golden_files();
  if (files.empty()) GTEST_SKIP() << "no golden cases";
  const char* full = std::getenv("TILEWRIGHT_FULL");
  const int most_loops = full && std::string(full) == "1" ? 64 : 15;
  int compared = 0;
  for (const fs::path& file : files) {
    const Json golden = Json::parse(std::ifstream(file));
    if (tagged(golden, "imperfect") || tagged(golden, "reference-bug")) continue;
    SCOPED_TRACE(file.filename().string());
    Case c;
    const bool accepted = golden.at("status") == "ok";
    try {
      c = read_case(golden);
    } catch (const SpecError& error) {
      EXPECT_FALSE(accepted) << error.what();  // some bad mappings do not get past the reader
      continue;
    }
    if (c.mapping.imperfect || temporal_loops(c.mapping) > most_loops) continue;
    const OracleCounts counts = point_set_oracle(c.problem, c.arch, c.mapping);
    EXPECT_EQ(accepted ? compare_accepted(golden, c, counts) : compare_rejected(golden, c, counts),
              "");
    ++compared;
  }
  RecordProperty("compared", compared);
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace tilewright::oracle
