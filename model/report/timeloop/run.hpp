#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"

/// Results in the files of Timeloop's programs, for scripts that read those.
namespace tilewright::timeloop {

/// An accepted mapping and what is known of it.
struct Run {
  const Problem& problem;
  const Architecture& arch;
  const Prices& prices;
  const Mapping& mapping;
  const Stats& stats;
};

/// pJ of a memory with its leakage, where that counts.
double level_energy(const Run& run, int level);

/// Words read, filled and updated in all instances of a memory.
std::uint64_t accesses(const Run& run, int level);
std::uint64_t accesses(const Run& run, int level, int space);

/// Whole bytes of so many words.
double bytes(std::uint64_t words, std::uint32_t word_bits);

/// Operations as Timeloop counts them: multiplications, and the additions to a sum that has begun.
struct Operations {
  std::uint64_t elementwise = 0;
  std::uint64_t reduction = 0;
  std::uint64_t total() const { return elementwise + reduction; }
};
Operations operations(const Run& run);

/// Words of all tensors, as the outermost memory that keeps each holds them.
std::uint64_t tensor_words(const Run& run);

/// Networks by name, as Timeloop lists them.
std::vector<const NetworkStats*> sorted_networks(const Stats& stats);
/// How a network was described, and its prices.
const Network& network_of(const Run& run, const NetworkStats& stats);
const NetworkPrice& price_of(const Run& run, const NetworkStats& stats);
/// pJ per bit and mm; 0 where a hop has a price of its own.
double wire_energy(const Run& run, const NetworkStats& stats);

}  // namespace tilewright::timeloop
