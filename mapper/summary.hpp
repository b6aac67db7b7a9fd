#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mapper/run_settings.hpp"
#include "search/network/network_search.hpp"
#include "search/network/network_total.hpp"

namespace tilewright {

/// What stands in summary.json. Everything here depends on the inputs, the options and the seed
/// only, never on the clock or the number of threads.
struct SummaryContext {
  std::string architecture;
  std::string network;
  std::vector<std::string> files;           // that the program was given
  std::vector<InputHash> inputs;            // that it read
  std::vector<GivenOption> estimators;      // that the user chose
  std::vector<GivenOption> reading;         // options of how specs are read
  std::vector<std::string> warnings;        // as they were printed
  std::optional<double> cycle_seconds;      // of the clock, if the architecture names one
  std::optional<std::int64_t> batch;        // if the user set one
  std::optional<std::uint64_t> inferences;  // at once in all layers, if that is known
  std::string bound;                        // JSON: what no mapping can beat; empty = not known
};

/// Those that are set.
nlohmann::ordered_json budgets_json(const Budgets& budgets);

/// The front of a layer, a point per line, numbered from 1.
std::string pareto_csv(const LayerResult& result, const Objective& objective);

/// `stems`: of each layer, what the names of its files begin with.
std::string summary_json(const NetworkSearch& search, const SummaryContext& context,
                         const std::vector<std::string>& stems);
std::string summary_csv(const std::vector<LayerResult>& results, std::string_view searcher);

}  // namespace tilewright
