#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/idle_power.hpp"
#include "model/energy/prices.hpp"
#include "model/limits.hpp"
#include "model/nest/detail/compiled_space.hpp"
#include "model/nest/detail/tile_words.hpp"
#include "model/nest/outcome.hpp"
#include "model/problem/problem.hpp"

// What the evaluator works on: problem, architecture and prices with every name, string and
// optional resolved into flat arrays, once, so that scoring touches nothing else.
namespace tilewright::detail {

/// A memory, with its prices. Where elements are no words (model/arch/precision.hpp) its capacity,
/// its blocks and its bandwidths are in bits.
struct CompiledLevel {
  bool bounded = false;
  bool mixed = false;  // in bits
  std::uint64_t effective_entries = 0;
  std::uint64_t min_entries_needed = 0;  // ceil of effective_entries * min_utilization
  std::uint64_t instances = 1;
  std::uint64_t mesh_x = 1, mesh_y = 1;
  std::uint64_t fanout_x = 1, fanout_y = 1;  // to the level inside
  std::uint64_t clusters = 1;
  std::uint64_t block_size = 1;
  int block_shift = 0;  // log2 of the block size; -1 if it is no power of two or elements differ
  bool can_reduce = true;
  double read_energy = 0, fill_energy = 0, update_energy = 0, addr_gen_energy = 0;
  // Words per cycle and instance; infinity = never limits.
  double read_bandwidth = 0, write_bandwidth = 0, shared_bandwidth = 0;
  std::array<std::uint64_t, kMaxSpaces> size{};  // [space] of an element, in the level's unit
  bool limited = false;                          // some bandwidth is finite
  bool distributes = false;                      // its network is M:N
  int read_fill = -1;                            // index into Compiled::networks
  int update_drain = -1;
};

/// Simple multicast: pJ per word by multicast factor.
struct MulticastPrice {
  std::uint64_t factor = 0;
  double energy = 0;
};

/// One network in use, between storage level `outer` and the level inside it.
struct CompiledNetwork {
  const Network* spec = nullptr;
  const NetworkPrice* price = nullptr;
  int outer = 0;
  bool carries_reads = false;    // read-fill
  bool carries_updates = false;  // update-drain
  /// Partial sums travel twice when the outer level cannot accumulate (see traffic in
  /// networks.cpp).
  bool doubles_updates = false;
  std::array<std::vector<MulticastPrice>, kMaxSpaces> multicast;
  std::array<double, kMaxSpaces> per_hop{};  // pJ per element
  bool needs_hops = false;                   // its price depends on the distance
  bool free = true;                          // costs nothing, whatever it carries
};

struct Compiled {
  Problem problem;
  Architecture arch;
  Prices prices;

  int num_dims = 0;  // of the problem
  int num_levels = 0;
  int num_spaces = 0;
  std::array<int, kMaxDims> active_dims{};  // those with a bound > 1
  int num_active = 0;
  std::array<CompiledSpace, kMaxSpaces> spaces{};
  TileWords tile_words;  // where tiles are short
  std::array<CompiledLevel, kMaxLevels> levels{};
  std::array<CompiledNetwork, 2 * kMaxLevels> networks{};
  int num_networks = 0;
  std::array<int, kMaxAccessLevels> access_levels{};  // whose accesses are part of the cost
  int num_access_levels = 0;
  bool any_distribution = false;
  bool any_rebate = false;  // some price is below 0: a part may cost more than the whole
  double operations = 1;
  std::uint64_t network_latency = 0;  // cycles added once to every run
  double area = 0;                    // um2, of the levels whose area is known
  IdlePower idle;                     // where leakage counts
  std::size_t largest_group = 1;      // most instances that one level can feed

  Compiled(Problem p, Architecture a, Prices c);
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
};

}  // namespace tilewright::detail
