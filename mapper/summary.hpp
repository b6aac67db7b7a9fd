#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/network_search.hpp"

namespace tilewright {

/// The network as a whole: sums over the layers that have a mapping, times their repeats.
struct NetworkTotal {
  double energy = 0;  // pJ
  std::uint64_t cycles = 0;
  std::uint64_t computes = 0;
  double utilization = 0;  // weighted by cycles
  double edp() const { return energy * static_cast<double>(cycles); }
};
NetworkTotal total_of(const std::vector<LayerResult>& results);

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

std::string summary_json(const NetworkSearch& search, const SummaryContext& context);
std::string summary_csv(const std::vector<LayerResult>& results, std::string_view searcher);

/// The table at the end of a run, for people.
std::string summary_table(const std::vector<LayerResult>& results);

/// False once a search was ended by the clock or by the user.
bool is_reproducible(const std::vector<LayerResult>& results);

}  // namespace tilewright
