#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/nest/outcome.hpp"

namespace tilewright {

/// Counts and energies of one dataspace at one memory. Words and accesses are those of one
/// instance over the whole layer; energies in pJ; bandwidths in words per cycle and instance.
struct SpaceStats {
  bool keep = false;
  std::uint64_t partition_size = 0;     // words of the tensor that one instance ever sees
  std::uint64_t utilized_capacity = 0;  // words of the tile
  double utilized_instances = 0;
  std::uint64_t utilized_clusters = 0;
  std::uint64_t reads = 0;
  std::uint64_t updates = 0;
  std::uint64_t fills = 0;
  std::uint64_t address_generations = 0;
  std::uint64_t temporal_reductions = 0;
  double energy_per_access = 0;  // pJ; 0 when never accessed
  double energy_per_instance = 0;
  double energy_total = 0;
  double read_energy = 0;  // shares of energy_total
  double fill_energy = 0;
  double update_energy = 0;
  double addr_gen_energy_per_cluster = 0;
  double addr_gen_energy_total = 0;
  double read_bandwidth = 0;
  double write_bandwidth = 0;
};

struct LevelStats {
  double cycles = 0;                        // as in Cost
  double slowdown = 1;                      // 1 = its bandwidth never limits
  double energy_total = 0;                  // pJ
  std::optional<double> area_per_instance;  // um2; absent = unknown
  std::optional<double> area_total;
  double idle_energy = 0;  // pJ over the cycles of the layer, of all instances; not in energy_total
  std::string price_source;
  std::vector<SpaceStats> spaces;  // [dataspace]
  std::vector<std::string> loops;  // outermost first: "for K in [0:2) (Spatial-X)"
};

struct ComputeStats {
  std::uint64_t cycles = 0;
  std::uint64_t utilized_instances = 0;
  std::uint64_t computes = 0;
  double energy_total = 0;
  std::optional<double> area_per_instance;
  std::optional<double> area_total;
  double idle_energy = 0;  // as in LevelStats
  std::string price_source;
};

/// `accesses` words, each delivered to `multicast` children, in `scatter` groups.
struct IngressStats {
  std::uint64_t multicast = 1;
  std::uint64_t scatter = 1;
  double accesses = 0;
  double hops = 0;  // summed over the accesses
};

struct NetworkSpaceStats {
  std::uint64_t fanout = 1;
  std::uint64_t multicast_factor = 0;  // the greatest of the ingresses
  double link_transfers = 0;           // words forwarded between neighbours
  double spatial_reductions = 0;       // additions
  double num_hops = 0;                 // average per ingress
  double energy_per_hop = 0;
  double energy = 0;  // of one outer instance
  double link_transfer_energy = 0;
  double spatial_reduction_energy = 0;
  double instances = 1;  // of the outer level
  double energy_total = 0;
  std::vector<IngressStats> ingresses;
  std::vector<IngressStats> distributed_ingresses;  // M:N networks
};

struct NetworkStats {
  std::string name;
  NetworkKind kind = NetworkKind::legacy;
  std::string connection;  // "read-fill", "update-drain" or both joined by " + "
  int outer_level = 0;     // storage level that it hangs below
  std::uint32_t word_bits = 0;
  double tile_width = 0;  // um
  std::uint64_t fill_latency = 0;
  std::uint64_t drain_latency = 0;
  double energy_total = 0;
  std::vector<NetworkSpaceStats> spaces;
};

/// Everything the model knows of one mapping: the long form of Outcome.
struct Stats {
  Outcome outcome;
  std::uint64_t compute_cycles = 0;  // without bandwidth limits and latencies
  std::uint64_t computes = 0;
  double area = 0;                         // um2, of all levels whose area is known
  std::vector<std::string> unknown_areas;  // names of the others, innermost first
  bool counts_idle = false;                // the total energy includes the idle energies
  ComputeStats compute;
  std::vector<LevelStats> levels;      // innermost first
  std::vector<NetworkStats> networks;  // innermost first

  /// pJ of all memories and networks, and of leakage over the cycles of the layer.
  double movement_energy() const;
  double idle_energy() const;
};

}  // namespace tilewright
