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

}  // namespace

SearchRequest interpret(const SearchSettings& settings, const Architecture* arch) {
  SearchRequest request;
  request.objective = interpret_metrics(settings.metrics, arch, request.notes);
  request.stop.max_valid = settings.search_size.value_or(0);
  request.stop.victory_condition = settings.victory_condition.value_or(0);
  request.stop.max_invalid_run = settings.timeout.value_or(0);
  const std::string algorithm = settings.algorithm.value_or(request.searcher);
  const auto known = searcher_names();
  // Timeloop's `exhaustive` is what users write who want the best, not who want to wait for all.
  const bool too_literal = settings.algorithm == "exhaustive";
  if (!too_literal && std::find(known.begin(), known.end(), algorithm) != known.end()) {
    request.searcher = algorithm;
  } else {
    request.notes.push_back(
        fmt::format("the spec's search algorithm '{}' is replaced by '{}'; --searcher chooses one",
                    algorithm, request.searcher));
  }
  return request;
}

}  // namespace tilewright
