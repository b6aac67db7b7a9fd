#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "mapper/summary.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// The folder with the results of one network. Every file appears whole or not at all.
class ResultFolder {
 public:
  /// Makes the folder. \throws OutputError when that is not possible.
  ResultFolder(std::filesystem::path path, const std::vector<Layer>& layers,
               const Architecture& arch);

  /// The best mapping of a layer, its loop nest and its counts.
  void write_layer(const LayerResult& result, const Prices& prices) const;
  /// If the objective wants a front: its values, and a mapping per point.
  void write_front(const LayerResult& result, const Objective& objective) const;
  /// summary.json and summary.csv, of the layers done so far, and bound.json.
  void write_summary(const NetworkSearch& search, const SummaryContext& context) const;
  /// run.json: what differs from run to run, such as times and the machine.
  void write_run(const NetworkSearch& search, std::chrono::system_clock::time_point start) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  const std::vector<Layer>& layers_;
  const Architecture& arch_;
  std::vector<std::string> stems_;  // [layer], all different
};

/// results/<arch>/<network>, with names made safe.
std::filesystem::path default_folder(const std::string& arch, const std::string& network);

}  // namespace tilewright
