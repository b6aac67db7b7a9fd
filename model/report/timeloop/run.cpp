#include "model/report/timeloop/run.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright::timeloop {
namespace {

// Words of a tensor in the outermost memory that keeps it.
std::uint64_t held_words(const Run& run, int space) {
  for (int level = run.arch.num_levels() - 1; level >= 0; --level) {
    const std::uint64_t words = run.stats.levels[level].spaces[space].utilized_capacity;
    if (words > 0) return words;
  }
  return 0;
}

// Index of an explicit network, or -1: then it is the implicit one of its outer level.
int explicit_index(const Run& run, const NetworkStats& stats) {
  const std::vector<Network>& networks = run.arch.networks;
  const auto found = std::find_if(networks.begin(), networks.end(), [&](const Network& network) {
    return network.name == stats.name;
  });
  return found == networks.end() ? -1 : static_cast<int>(found - networks.begin());
}

}  // namespace

double bytes(std::uint64_t words, std::uint32_t word_bits) {
  return std::floor(static_cast<double>(words) * word_bits / 8);
}

double level_energy(const Run& run, int level) {
  const LevelStats& stats = run.stats.levels[level];
  return stats.energy_total + (run.prices.count_idle ? stats.idle_energy : 0);
}

std::uint64_t accesses(const Run& run, int level, int space) {
  const SpaceStats& stats = run.stats.levels[level].spaces[space];
  const std::uint64_t words = stats.reads + stats.fills + stats.updates;
  const double all = stats.utilized_instances * static_cast<double>(words);
  constexpr double kMost = 18446744073709549568.0;  // the greatest double below 2^64
  return static_cast<std::uint64_t>(std::min(all, kMost));
}

std::uint64_t accesses(const Run& run, int level) {
  std::uint64_t sum = 0;
  for (int p = 0; p < run.problem.num_spaces(); ++p) sum += accesses(run, level, p);
  return sum;
}

Operations operations(const Run& run) {
  // The first product that reaches an element of the result is no addition.
  Operations operations{.elementwise = run.stats.computes, .reduction = run.stats.computes};
  for (int p = 0; p < run.problem.num_spaces(); ++p) {
    if (run.problem.spaces[p].read_write) operations.reduction -= held_words(run, p);
  }
  return operations;
}

std::uint64_t tensor_words(const Run& run) {
  std::uint64_t words = 0;
  for (int p = 0; p < run.problem.num_spaces(); ++p) words += held_words(run, p);
  return words;
}

std::vector<const NetworkStats*> sorted_networks(const Stats& stats) {
  std::vector<const NetworkStats*> sorted;
  for (const NetworkStats& network : stats.networks) sorted.push_back(&network);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->name < b->name; });
  return sorted;
}

const Network& network_of(const Run& run, const NetworkStats& stats) {
  const int index = explicit_index(run, stats);
  return index < 0 ? run.arch.storage[stats.outer_level].implicit_network
                   : run.arch.networks[index];
}

const NetworkPrice& price_of(const Run& run, const NetworkStats& stats) {
  const int index = explicit_index(run, stats);
  return index < 0 ? run.prices.implicit_networks[stats.outer_level] : run.prices.networks[index];
}

double wire_energy(const Run& run, const NetworkStats& stats) {
  const Network& network = network_of(run, stats);
  const NetworkPrice& price = price_of(run, stats);
  const double bit_millimetres = network.word_bits * (price.tile_width / 1000);
  // A table may have priced the wire; then only the price of a hop tells.
  if (network.energy_per_hop || bit_millimetres <= 0) return network.wire_energy.value_or(0);
  return price.per_hop / bit_millimetres;
}

}  // namespace tilewright::timeloop
