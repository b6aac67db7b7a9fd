#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/network/search_plan.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// Why a layer has no result although it could have one.
enum class LayerFault : std::uint8_t {
  none,
  refused,   // as a whole network of such layers would be: the wish makes no sense for it
  internal,  // a defect of ours, or no memory
};

/// What the search for one layer found.
struct LayerResult {
  const Layer* layer = nullptr;
  std::size_t same_as = 0;  // index of the layer whose search this is; its own when searched
  bool searched = false;    // false: cancelled before
  SearchResult search;
  std::optional<MapspaceSize> space;
  std::optional<Stats> stats;  // of the best mapping
  std::string failure;         // why there is none
  LayerFault fault = LayerFault::none;
};

/// What an earlier run found for a layer.
struct FinishedLayer {
  SearchResult search;
  std::optional<MapspaceSize> space;
  std::string failure;
  LayerFault fault = LayerFault::none;
};

/// Where the search of a network reports. Called from one thread at a time.
class NetworkSink : public Sink {
 public:
  virtual void begin_layer(std::size_t index, const std::string& name,
                           const std::string& space_size) = 0;
  /// The search of the layer ends by then, if there is such a time.
  virtual void ends_by(std::chrono::steady_clock::time_point /*deadline*/) {}
  virtual void end_layer(const SearchResult& result) = 0;
  /// A layer whose work was searched already, as layer `other`.
  virtual void same_as(std::size_t index, const std::string& name, const std::string& other) = 0;
};

/// \throws UsageError unless the specs have an architecture and a problem.
void check_searchable(const SpecSet& specs);

/// Searches a network, each distinct layer once.
class NetworkSearch {
 public:
  /// Called when a layer is done, before the next begins.
  using Done = std::function<void(const LayerResult&)>;

  /// Reads the constraints of every layer, so that a bad one shows before hours are spent.
  /// \throws SpecError, UsageError.
  NetworkSearch(const SpecSet& specs, SearchPlan plan);

  /// Takes over what an earlier run found: `run` will not search the layer again. Its time counts.
  void take_finished(std::size_t index, FinishedLayer layer);

  /// Ends early, with the best so far, once `stop` says so. Called once. What is wrong with one
  /// layer stands in its result, and the others go on.
  void run(NetworkSink& sink, const StopToken& stop, const Done& done);

  const std::vector<LayerResult>& results() const { return results_; }
  std::size_t distinct_layers() const;
  const SearchPlan& plan() const { return plan_; }
  const Prices& prices() const { return prices_; }
  const Architecture& architecture() const { return *specs_.architecture; }
  std::vector<Warning> warnings;  // about the constraints
  /// And about the section `mapper`.
  std::vector<Warning> all_warnings() const;

 private:
  void search_layer(LayerResult& result, NetworkSink& sink, const StopRules& rules);
  void search_space(LayerResult& result, const Mapspace& space, NetworkSink& sink,
                    const StopRules& rules);
  void find_top(SearchResult& result, const Mapspace& space, const Evaluator& evaluator,
                const StopRules& rules) const;
  void copy_result(LayerResult& result);
  StopRules rules_of_layer(const StopToken& stop) const;

  const SpecSet& specs_;
  SearchPlan plan_;
  Prices prices_;
  std::vector<LayerResult> results_;
  std::vector<Constraints> constraints_;  // [layer]
  std::size_t left_ = 0;                  // distinct layers still to search
  double earlier_seconds_ = 0;            // of the layers that were taken over
  std::optional<std::chrono::steady_clock::time_point> end_;
};

}  // namespace tilewright
