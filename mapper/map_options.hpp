#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/objective.hpp"
#include "search/searcher.hpp"

namespace tilewright {

/// The command line of `tilewright map`; empty or absent = not given.
struct MapOptions {
  std::vector<std::string> files;
  std::string output;
  std::string time;
  std::string total_time;
  std::string objective;
  std::string searcher;
  std::uint64_t seed = 1;
  std::optional<int> threads;
  std::optional<std::uint64_t> batch;
  std::optional<std::uint64_t> max_evaluated;
  std::optional<std::uint64_t> max_valid;
  std::optional<std::uint64_t> victory_condition;
  bool both_axes = false;
  bool quiet = false;
};

/// How to search: the command line over the spec's `mapper` over our defaults.
struct SearchPlan {
  Objective objective;
  std::string searcher;
  SearchOptions options;
  MapspaceOptions mapspace;
  StopRules counts;  // the rules by number; deadlines are set layer by layer
  std::optional<std::chrono::nanoseconds> time;  // per distinct layer
  std::optional<std::chrono::nanoseconds> total_time;
  std::vector<std::string> notes;  // wishes of the spec that are not honoured
};

/// \throws UsageError for an option that makes no sense.
SearchPlan make_plan(const MapOptions& options, const SearchSettings& settings);

/// Sets the bound of dimension N of every layer. \throws UsageError if a layer has none or its
/// operations would be too many to count.
void set_batch(std::vector<Layer>& layers, std::uint64_t batch);

}  // namespace tilewright
