#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/network/network_search.hpp"
#include "search/network/summary_table.hpp"

namespace tilewright {

/// An input file as the summary records it.
struct InputHash {
  std::string file;
  std::string sha256;  // empty when it could not be read twice
};

/// What stands in summary.json. Everything here depends on the inputs, the options and the seed
/// only, never on the clock or the number of threads.
struct SummaryContext {
  std::string architecture;
  std::string network;
  std::vector<InputHash> inputs;
};

/// The front of a layer, a point per line, numbered from 1.
std::string pareto_csv(const LayerResult& result, const Objective& objective);

std::string summary_json(const NetworkSearch& search, const SummaryContext& context);
std::string summary_csv(const std::vector<LayerResult>& results, std::string_view searcher);

}  // namespace tilewright
