#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mapper/run_files.hpp"
#include "mapper/run_journal.hpp"
#include "mapper/run_settings.hpp"
#include "mapper/summary.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// What to do with a folder that is not empty.
struct Takeover {
  bool resume = false;  // continue the run that is there
  bool force = false;   // write among files that are of no run
};

/// The folder with the results of one network, and of one run: those of an earlier run are removed
/// when this one begins. Every file appears whole or not at all.
class ResultFolder {
 public:
  /// Makes the folder, and keeps all other runs out of it. \throws OutputError when that is not
  /// possible, UsageError if the folder holds files that are of no run.
  ResultFolder(std::filesystem::path path, const std::vector<Layer>& layers,
               const Architecture& arch, Takeover takeover);

  /// Begins a run. If it is to be resumed, `search` gets the layers that are finished; if it is
  /// finished as a whole, its exit code is returned and nothing else happens. \throws UsageError if
  /// the run to be resumed had other inputs or options.
  std::optional<int> begin(const RunSettings& settings, NetworkSearch& search);

  /// The best mapping of a layer, its loop nest, its counts, and its front if there is one.
  void write_layer(const LayerResult& result, const NetworkSearch& search);
  /// bound.json: what no mapping can beat.
  void write_bound(const std::string& json) const;
  /// summary.json, summary.csv and certificate.json, of the layers done so far. They grow with the
  /// network: `write_summary_if_due` does so once in a while only.
  void write_summary(const NetworkSearch& search, const SummaryContext& context);
  void write_summary_if_due(const NetworkSearch& search, const SummaryContext& context);
  /// summary.json as it is now. \throws OutputError if somebody took it away.
  std::string summary() const;
  /// Ends the run with run.json: what differs from run to run, such as times and the machine.
  void end(const NetworkSearch& search, std::chrono::system_clock::time_point start,
           int exit_code) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Json = nlohmann::ordered_json;

  void know_earlier();
  void take_finished(NetworkSearch& search);
  template <class Scored>
  void write_all(const std::vector<Scored>& list, const Problem& problem,
                 const std::string& name) const;

  std::filesystem::path path_;
  const std::vector<Layer>& layers_;
  const Architecture& arch_;
  Takeover takeover_;
  std::vector<std::string> stems_;  // [layer], all different
  std::optional<RunJournal> journal_;
  RunSettings settings_;
  std::optional<RunSettings> earlier_;  // of the run that was here
  std::optional<int> earlier_exit_;     // if it ended with all layers finished
  std::string earlier_line_;            // for the journal
  RunFiles earlier_files_;
  std::set<std::size_t> recorded_;  // layers that the journal has
  Clock::time_point summary_due_;
};

/// results/<arch>/<network>, with names made safe.
std::filesystem::path default_folder(const std::string& arch, const std::string& network);

}  // namespace tilewright
