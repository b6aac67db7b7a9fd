#include "mapper/result_folder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "mapper/certificate.hpp"
#include "mapper/files.hpp"
#include "mapper/interrupt.hpp"
#include "model/report/stats_json.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Layers whose names differ only in unsafe characters still get files of their own.
std::vector<std::string> different_stems(const std::vector<Layer>& layers) {
  std::vector<std::string> stems;
  for (const Layer& layer : layers) {
    const std::string stem = safe_file_name(layer.name);
    std::string unique = stem;
    for (int i = 2; std::find(stems.begin(), stems.end(), unique) != stems.end(); ++i) {
      unique = fmt::format("{}-{}", stem, i);
    }
    stems.push_back(unique);
  }
  return stems;
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t at = line.find(": ");
    if (at != std::string::npos) return line.substr(at + 2);
  }
  return "unknown";
}

Json machine_json() {
  struct utsname system = {};
  uname(&system);
  return Json{{"system", fmt::format("{} {}", system.sysname, system.release)},
              {"architecture", system.machine},
              {"processor", processor()},
              {"cores", std::thread::hardware_concurrency()}};
}

// The words that the program was called with.
Json command_json() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  Json words = Json::array();
  for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
  return words;
}

Json times_json(const std::vector<LayerResult>& results) {
  Json list = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const SearchResult& search = results[i].search;
    if (results[i].same_as != i || !results[i].searched) continue;
    const double rate =
        search.seconds > 0 ? static_cast<double>(search.evaluated) / search.seconds : 0;
    list.push_back({{"name", results[i].layer->name},
                    {"seconds", search.seconds},
                    {"evaluated_per_second", rate},
                    {"outcome", outcome_name(results[i])},
                    {"stopped_by", name(search.stopped_by)}});
  }
  return list;
}

// The points of an earlier run, of which there may be more than now.
void remove_points(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const std::size_t digits = name.find_first_not_of("0123456789");
    if (digits > 0 && name.substr(std::min(digits, name.size())) == ".map.yaml") {
      fs::remove(entry.path());
    }
  }
}

// Without a text, that of an earlier run must go.
void write_or_remove(const fs::path& path, const std::string& text) {
  if (text.empty()) {
    fs::remove(path);
  } else {
    write_atomically(path, text);
  }
}

}  // namespace

fs::path default_folder(const std::string& arch, const std::string& network) {
  return fs::path("results") / safe_file_name(arch) / safe_file_name(network);
}

ResultFolder::ResultFolder(fs::path path, const std::vector<Layer>& layers,
                           const Architecture& arch)
    : path_(std::move(path)), layers_(layers), arch_(arch), stems_(different_stems(layers)) {
  make_folder(path_);
}

void ResultFolder::write_layer(const LayerResult& result, const Prices& prices) const {
  if (!result.search.best) return;
  const std::string& stem = stems_[static_cast<std::size_t>(result.layer - layers_.data())];
  const Problem& problem = result.layer->problem;
  const Mapping& mapping = result.search.best->mapping;
  write_atomically(path_ / (stem + ".map.yaml"), write_mapping(mapping, problem, arch_));
  write_atomically(path_ / (stem + ".nest.txt"), format_nest(mapping, problem, arch_));
  write_atomically(path_ / (stem + ".stats.json"),
                   stats_json(*result.stats, problem, arch_, prices));
}

void ResultFolder::write_front(const LayerResult& result, const Objective& objective) const {
  if (!objective.wants_front() || !result.search.best) return;
  const std::string& stem = stems_[static_cast<std::size_t>(result.layer - layers_.data())];
  write_atomically(path_ / (stem + ".pareto.csv"), pareto_csv(result, objective));
  const fs::path folder = path_ / (stem + ".pareto");
  make_folder(folder);
  remove_points(folder);
  const std::vector<ParetoPoint>& front = result.search.front;
  const std::size_t digits = std::max<std::size_t>(2, fmt::format("{}", front.size()).size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    write_atomically(folder / fmt::format("{:0{}}.map.yaml", i + 1, digits),
                     write_mapping(front[i].mapping, result.layer->problem, arch_));
  }
}

void ResultFolder::write_summary(const NetworkSearch& search, const SummaryContext& context) const {
  write_atomically(path_ / "summary.csv", summary_csv(search.results(), search.plan().searcher));
  write_or_remove(path_ / "bound.json", context.bound);
  write_or_remove(path_ / "certificate.json", certificate_json(search, context, arch_));
  write_atomically(path_ / "summary.json", summary_json(search, context, stems_));
}

void ResultFolder::write_run(const NetworkSearch& search,
                             std::chrono::system_clock::time_point start) const {
  const auto elapsed = std::chrono::system_clock::now() - start;
  const int threads = search.plan().options.threads;
  const Json json{
      {"tool",
       {{"name", "tilewright"}, {"version", TILEWRIGHT_VERSION}, {"compiler", __VERSION__}}},
      {"command", command_json()},
      {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                              fmt::gmtime(std::chrono::system_clock::to_time_t(start)))},
      {"seconds", std::chrono::duration<double>(elapsed).count()},
      {"threads",
       threads > 0 ? static_cast<unsigned>(threads) : std::thread::hardware_concurrency()},
      {"interrupted", interrupted().load()},
      {"machine", machine_json()},
      {"layers", times_json(search.results())}};
  write_atomically(path_ / "run.json",
                   json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace tilewright
