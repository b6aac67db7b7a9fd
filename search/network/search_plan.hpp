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

/// What a user says about a search; empty or absent = nothing.
struct SearchWishes {
  std::string objective;
  std::string searcher;
  std::uint64_t seed = 1;
  std::optional<int> threads;
  std::optional<std::chrono::nanoseconds> time;        // per distinct layer
  std::optional<std::chrono::nanoseconds> total_time;  // of the network
  std::optional<std::uint64_t> max_evaluated;
  std::optional<std::uint64_t> max_valid;
  std::optional<std::uint64_t> victory_condition;
  bool both_axes = false;
};

/// How to search: the user's wishes over the spec's `mapper` over our defaults.
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

/// \throws UsageError for a wish that makes no sense.
SearchPlan make_plan(const SearchWishes& wishes, const SearchSettings& settings);

/// Sets the bound of dimension N of every layer. \throws UsageError if a layer has none or its
/// operations would be too many to count.
void set_batch(std::vector<Layer>& layers, std::uint64_t batch);

}  // namespace tilewright
