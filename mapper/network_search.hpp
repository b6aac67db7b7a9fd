#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mapper/map_options.hpp"
#include "mapper/progress.hpp"
#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// What the search for one layer found.
struct LayerResult {
  const Layer* layer = nullptr;
  std::size_t same_as = 0;  // index of the layer whose search this is; its own when searched
  bool searched = false;    // false: a signal or the time came first
  SearchResult search;
  std::optional<MapspaceSize> space;
  std::optional<Stats> stats;  // of the best mapping
  std::string failure;         // why there is none
};

/// Searches a network, each distinct layer once.
class NetworkSearch {
 public:
  /// Called when a layer is done, before the next begins.
  using Done = std::function<void(const LayerResult&)>;

  /// Reads the constraints of every layer, so that a bad one shows before hours are spent.
  /// \throws SpecError, UsageError.
  NetworkSearch(const SpecSet& specs, SearchPlan plan);

  void run(Progress& progress, const Done& done);

  const std::vector<LayerResult>& results() const { return results_; }
  const SearchPlan& plan() const { return plan_; }
  const Prices& prices() const { return prices_; }
  std::vector<Warning> warnings;  // about the constraints

 private:
  void search_layer(LayerResult& result, Progress& progress);
  void copy_result(LayerResult& result);
  StopRules rules_of_layer() const;

  const SpecSet& specs_;
  SearchPlan plan_;
  Prices prices_;
  std::vector<LayerResult> results_;
  std::vector<Constraints> constraints_;  // [layer]
  std::size_t left_ = 0;                  // distinct layers still to search
  std::optional<std::chrono::steady_clock::time_point> end_;
};

/// A mapspace size in short: "0", "123456", "1.23e+45".
std::string short_form(const BigInt& number);

}  // namespace tilewright
