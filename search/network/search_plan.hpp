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
#include "search/top/subspaces.hpp"

namespace tilewright {

inline constexpr int kMostThreads = 4096;
/// Without any rule a search ends after so many valid mappings in a row that were no better: enough
/// that another seed rarely finds better, little enough for a network in seconds.
inline constexpr std::uint64_t kDefaultVictory = 500'000;

/// What a user says about a search; empty or absent = nothing. `search_options` describes it.
struct SearchWishes {
  std::string objective;
  std::string searcher;
  std::uint64_t seed = 1;
  std::optional<int> threads;
  std::optional<std::uint64_t> max_memory;             // bytes
  std::optional<std::chrono::nanoseconds> time;        // per distinct layer
  std::optional<std::chrono::nanoseconds> total_time;  // of the network
  std::optional<std::uint64_t> max_evaluated;
  std::optional<std::uint64_t> max_valid;
  std::optional<std::uint64_t> victory_condition;
  std::optional<std::uint64_t> max_delay;  // cycles
  std::optional<double> max_energy;        // pJ
  std::optional<double> min_utilization;
  std::string pareto;
  std::optional<BigInt> from;  // the slice of an exhaustive search
  std::optional<BigInt> to;
  double gap = 0;
  bool both_axes = false;
  bool imperfect = false;
  bool perfect = false;
  std::size_t top = 1;  // how many of the best mappings
  std::string top_by;   // in what they have to differ
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
  std::size_t top = 1;  // the best mappings to find
  top::Differ top_by = top::Differ::loops;
  Mark mark;                       // of the spec's section `mapper`
  std::vector<std::string> notes;  // wishes of the spec that are not honoured
  std::string unfollowed;          // how it wants to search, where that is not followed; or nothing
  std::vector<std::string>
      machine_notes;  // the same for want of a larger machine: no result says so
};

/// Metrics that name a level of `arch` need it.
/// \throws UsageError for a wish that makes no sense.
SearchPlan make_plan(const SearchWishes& wishes, const SearchSettings& settings,
                     const Architecture* arch = nullptr);

/// What of the spec's section `mapper` is not honoured, and where it stands.
std::vector<Warning> warnings_of(const SearchPlan& plan);
/// What the machine cannot give. Results do not depend on it.
std::vector<Warning> machine_warnings_of(const SearchPlan& plan);

}  // namespace tilewright
