#include "search/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/error.hpp"

namespace tilewright {
namespace {

Objective interpret_metrics(const std::vector<std::string>& names, const Architecture* arch,
                            std::vector<std::string>& notes) {
  std::vector<Metric> metrics;
  for (const std::string& text : names) {
    try {
      for (Metric& metric : parse_metrics(text, arch)) {
        // A repetition cannot decide anything.
        if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end()) continue;
        metrics.push_back(std::move(metric));
      }
    } catch (const UsageError& error) {
      notes.push_back(fmt::format("{}; it is left out", error.what()));
    }
  }
  if (!metrics.empty()) return Objective(std::move(metrics));
  if (!names.empty()) notes.emplace_back("no optimization metric is left; 'edp' is used");
  return {};
}

// Ours, or the one that does what Timeloop's of that name does; "" if there is none.
std::string searcher_for(const std::string& algorithm) {
  if (algorithm == "random-pruned" || algorithm == "random_pruned") return "random";
  if (algorithm == "linear-pruned" || algorithm == "linear_pruned" || algorithm == "linear") {
    return "exhaustive";
  }
  const auto known = searcher_names();
  return std::find(known.begin(), known.end(), algorithm) == known.end() ? "" : algorithm;
}

}  // namespace

SearchRequest interpret(const SearchSettings& settings, const Architecture* arch) {
  SearchRequest request;
  request.objective = interpret_metrics(settings.metrics, arch, request.notes);
  request.stop.max_valid = settings.search_size.value_or(0);
  request.stop.victory_condition = settings.victory_condition.value_or(0);
  request.stop.max_invalid_run = settings.timeout.value_or(0);
  if (!settings.algorithm) return request;
  const std::string searcher = searcher_for(*settings.algorithm);
  if (!searcher.empty()) {
    request.searcher = searcher;
  } else {
    request.unknown_algorithm = *settings.algorithm;
  }
  return request;
}

}  // namespace tilewright
