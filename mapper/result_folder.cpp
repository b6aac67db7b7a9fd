#include "mapper/result_folder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "mapper/certificate.hpp"
#include "mapper/files.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/layer_record.hpp"
#include "mapper/strict_json.hpp"
#include "model/error.hpp"
#include "model/report/stats_json.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

constexpr const char* kRunFile = "run.json";
constexpr const char* kRunFormat = "tilewright run 1";
constexpr const char* kWayOut =
    "choose another folder with -o, or write among its files with --force";

// Layers whose names differ only in unsafe characters still get files of their own.
std::vector<std::string> different_stems(const std::vector<Layer>& layers) {
  std::vector<std::string> stems;
  std::unordered_set<std::string> known;
  std::unordered_map<std::string, int> copies;  // of a stem so far
  for (const Layer& layer : layers) {
    const std::string stem = safe_file_name(layer.name);
    std::string unique = stem;
    while (!known.insert(unique).second) unique = fmt::format("{}-{}", stem, ++copies[stem] + 1);
    stems.push_back(unique);
  }
  return stems;
}

// Hidden files, such as those of a file manager, are in nobody's way.
std::vector<std::string> visible_entries(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename();
    if (!name.starts_with('.')) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

[[noreturn]] void fail_foreign(const fs::path& folder, const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 3;
  const std::size_t shown = std::min(kMost, names.size());
  std::string list = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
  if (shown < names.size()) list += fmt::format(" and {} more", names.size() - shown);
  throw UsageError(
      fmt::format("'{}' holds files that are of no run ({}); {}", folder.string(), list, kWayOut));
}

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The first line of a journal.
std::string header_line(const RunSettings& settings, const std::vector<std::string>& stems) {
  return to_line(
      Json{{"format", kRunFormat}, {"settings", settings_json(settings)}, {"files", stems}});
}

// What the user cut short, or a defect of ours, is searched again when the run is resumed.
bool is_finished(const LayerResult& result) {
  return result.searched && result.fault != LayerFault::internal &&
         result.search.stopped_by != StopCause::cancelled;
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
                    {"stopped_by", name(search.stopped_by)},
                    {"out_of_memory", search.out_of_memory}});
  }
  return list;
}

}  // namespace

fs::path default_folder(const std::string& arch, const std::string& network) {
  return fs::path("results") / safe_file_name(arch) / safe_file_name(network);
}

ResultFolder::ResultFolder(fs::path path, const std::vector<Layer>& layers,
                           const Architecture& arch, Takeover takeover)
    : path_(std::move(path)),
      layers_(layers),
      arch_(arch),
      takeover_(takeover),
      stems_(different_stems(layers)) {
  make_folder(path_);
  std::error_code unknown;
  const bool is_run =
      fs::exists(path_ / RunJournal::kName, unknown) || fs::exists(path_ / kRunFile, unknown);
  std::vector<std::string> foreign;
  if (!is_run) foreign = visible_entries(path_);
  if (!foreign.empty() && !takeover.force) fail_foreign(path_, foreign);
  journal_.emplace(path_);
  try {
    know_earlier();
  } catch (const UsageError& error) {
    if (!takeover.force) throw UsageError(fmt::format("{}; {}", error.what(), kWayOut));
  }
  if (takeover.force) return;
  // Beside what the earlier run has written, others may have put files of their own.
  const RunFiles own(stems_);
  for (std::string& name : visible_entries(path_)) {
    if (name != RunJournal::kName && own.contains(name) && !earlier_files_.contains(name)) {
      foreign.push_back(std::move(name));
    }
  }
  if (!foreign.empty()) fail_foreign(path_, foreign);
}

// From its journal, or from what it left at its end.
void ResultFolder::know_earlier() {
  std::string file = journal_->path().string();
  std::string text = journal_->first_line();
  if (text.empty()) {
    file = (path_ / kRunFile).string();
    std::ifstream in(file, std::ios::binary);
    if (!in) return;
    std::ostringstream content;
    content << in.rdbuf();
    text = content.str();
  }
  const Json json = StrictJson::parse(file, text);
  const StrictJson run(json, file);
  run.expect_format(kRunFormat);
  std::vector<std::string> stems;
  for (const StrictJson& stem : run.at("files").items()) {
    stems.push_back(stem.text());
    // They will be removed: they must lie in this folder.
    if (!is_safe_file_name(stems.back())) stem.fail("expected the name of a file in this folder");
  }
  earlier_files_ = RunFiles(stems);
  Json header{{"format", kRunFormat}, {"settings", nullptr}, {"files", stems}};
  // What was saved from Python has none, and cannot be resumed.
  if (run.has("settings") && !run.at("settings").is_null()) {
    header["settings"] = run.at("settings").json();
    earlier_ = read_settings(run.at("settings"));
    if (run.has("complete") && run.at("complete").flag()) {
      earlier_exit_ = static_cast<int>(run.at("exit_code").count());
    }
  }
  earlier_line_ = to_line(header);
}

std::optional<int> ResultFolder::begin(const RunSettings& settings, NetworkSearch& search) {
  settings_ = settings;
  const bool resumes = takeover_.resume && earlier_;
  if (resumes) {
    const std::string difference = describe_difference(*earlier_, settings);
    if (!difference.empty()) {
      throw UsageError(
          fmt::format("--resume: '{}' holds another run: {}", path_.string(), difference));
    }
    if (earlier_exit_) {
      journal_->remove();
      return earlier_exit_;
    }
    take_finished(search);
  }
  // Until all files of the earlier run are gone, the journal says that they are its.
  if (!earlier_line_.empty() && journal_->first_line().empty()) journal_->restart(earlier_line_);
  // A resumed run writes them again, from its journal.
  earlier_files_.remove_from(path_);
  if (resumes) {
    journal_->resume();
    // Before the first summary, which lists them.
    for (const LayerResult& result : search.results()) {
      if (result.searched) write_layer(result, search);
    }
  } else {
    journal_->restart(header_line(settings, stems_));
  }
  return std::nullopt;
}

void ResultFolder::take_finished(NetworkSearch& search) {
  const std::vector<std::string> lines = journal_->lines();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string place = fmt::format("{}:{}", journal_->path().string(), i + 1);
    const Json json = StrictJson::parse(place, lines[i]);
    const StrictJson record(json, place);
    const std::size_t index = read_layer_index(record, layers_);
    if (!recorded_.insert(index).second) record.at("layer").fail("this layer is recorded twice");
    search.take_finished(
        index, read_layer_record(record, layers_[index].problem, arch_, search.plan().objective));
  }
}

void ResultFolder::write_layer(const LayerResult& result, const NetworkSearch& search) {
  const auto index = static_cast<std::size_t>(result.layer - layers_.data());
  if (is_finished(result) && result.same_as == index && recorded_.insert(index).second) {
    journal_->append(to_line(layer_record(result, index, arch_)));
  }
  if (!result.search.best) return;
  const std::string& stem = stems_[index];
  const Problem& problem = result.layer->problem;
  const Mapping& mapping = result.search.best->mapping;
  const auto write = [&](const char* ending, const std::string& text) {
    write_atomically(path_ / (stem + ending), text, Durable::no);  // the journal can make it again
  };
  write(".map.yaml", write_mapping(mapping, problem, arch_));
  write(".nest.txt", format_nest(mapping, problem, arch_));
  write(".stats.json", stats_json(*result.stats, problem, arch_, search.prices()));
  write_all(result.search.top, problem, stem + ".top");
  const Objective& objective = search.plan().objective;
  if (!objective.wants_front()) return;
  write(".pareto.csv", pareto_csv(result, objective));
  write_all(result.search.front, problem, stem + ".pareto");
}

// Numbered mappings in a folder of their own.
template <class Scored>
void ResultFolder::write_all(const std::vector<Scored>& list, const Problem& problem,
                             const std::string& name) const {
  if (list.empty()) return;
  const fs::path folder = path_ / name;
  make_folder(folder);
  const std::size_t digits = std::max<std::size_t>(2, fmt::format("{}", list.size()).size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    write_atomically(folder / fmt::format("{:0{}}.map.yaml", i + 1, digits),
                     write_mapping(list[i].mapping, problem, arch_), Durable::no);
  }
}

void ResultFolder::write_bound(const std::string& json) const {
  if (!json.empty()) write_atomically(path_ / "bound.json", json);
}

void ResultFolder::write_summary(const NetworkSearch& search, const SummaryContext& context) {
  const Clock::time_point start = Clock::now();
  journal_->sync();
  write_atomically(path_ / "summary.csv", summary_csv(search.results(), search.plan().searcher));
  const std::string certificate = certificate_json(search, context, arch_);
  if (!certificate.empty()) write_atomically(path_ / "certificate.json", certificate);
  write_atomically(path_ / "summary.json", summary_json(search, context, stems_));
  // Not even the summaries of a huge network take more than a small share of the time.
  constexpr int kShare = 20;
  const Clock::time_point now = Clock::now();
  summary_due_ = now + std::max<Clock::duration>(1s, kShare * (now - start));
}

std::string ResultFolder::summary() const {
  std::ifstream in(path_ / "summary.json", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw OutputError(fmt::format("'{}' holds no summary.json any more", path_.string()));
  return text.str();
}

void ResultFolder::write_summary_if_due(const NetworkSearch& search,
                                        const SummaryContext& context) {
  if (Clock::now() >= summary_due_) write_summary(search, context);
}

void ResultFolder::end(const NetworkSearch& search, std::chrono::system_clock::time_point start,
                       int exit_code) const {
  const std::vector<LayerResult>& results = search.results();
  const bool complete = std::all_of(results.begin(), results.end(), is_finished);
  const auto elapsed = std::chrono::system_clock::now() - start;
  const int threads = search.plan().options.threads;
  const Json json{
      {"format", kRunFormat},
      {"tool",
       {{"name", "tilewright"}, {"version", TILEWRIGHT_VERSION}, {"compiler", __VERSION__}}},
      {"command", command_json()},
      {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                              fmt::gmtime(std::chrono::system_clock::to_time_t(start)))},
      {"seconds", std::chrono::duration<double>(elapsed).count()},
      {"threads",
       threads > 0 ? static_cast<unsigned>(threads) : std::thread::hardware_concurrency()},
      {"max_memory", search.plan().options.max_memory},
      {"interrupted", interrupted().load()},
      {"complete", complete},
      {"exit_code", exit_code},
      {"machine", machine_json()},
      {"layers", times_json(results)},
      {"settings", settings_json(settings_)},
      {"files", stems_}};
  write_atomically(path_ / kRunFile,
                   json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  if (complete) journal_->remove();
}

}  // namespace tilewright
