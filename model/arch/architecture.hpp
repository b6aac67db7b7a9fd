#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace tilewright {

enum class Technology : std::uint8_t { sram, dram };
enum class NetworkKind : std::uint8_t { legacy, simple_multicast, reduction_tree };

/// What joins a level to the level inside it. Energies in pJ, lengths in um.
struct Network {
  std::string name;
  NetworkKind kind = NetworkKind::legacy;
  bool distributed_multicast = false;  // `network-type: M:N`
  std::uint32_t word_bits = 16;
  std::optional<double> tile_width;       // um of one hop; floor-planned when absent
  std::optional<double> wire_energy;      // pJ per bit and mm
  std::optional<double> energy_per_hop;   // pJ per word; overrides wire_energy
  double router_energy = 0;               // pJ per word and router
  double energy_per_ingress = 0;          // pJ per word
  double adder_energy = 0;                // pJ per addition (reduction tree)
  std::uint64_t fill_latency = 0;         // cycles
  std::uint64_t drain_latency = 0;        // cycles
  std::string action_name;                // simple multicast: the action of the ERT
  std::string multicast_factor_argument;  // simple multicast: its argument
  bool per_dataspace_action = false;      // simple multicast: action_<dataspace>
};

/// Bits of an element of one dataspace.
struct DataBits {
  std::string space;
  std::uint32_t bits = 0;
  Mark mark;  // where a file says so, for messages
};

/// A memory. Sizes in words of this level, energies in pJ, bandwidths in words per cycle and
/// instance. An absent size is unbounded; an absent bandwidth never limits.
struct StorageLevel {
  std::string name;
  Mark mark;  // where a file says so, for messages
  std::string component_class;
  Technology technology = Technology::sram;
  std::string dram_type;             // `HBM2`, for estimators; empty = none in particular
  std::optional<double> process_nm;  // for estimators; absent = unknown
  std::optional<std::uint64_t> entries;
  std::uint32_t word_bits = 16;
  std::vector<DataBits> data_bits;  // elements that differ from words, at most one per dataspace
  std::uint32_t spare_bits = 0;     // of its size, beyond the last whole word
  std::uint32_t block_size = 1;     // words per vector access
  std::uint32_t cluster_size = 1;   // instances that share one macro
  std::uint64_t instances = 1;
  std::uint64_t mesh_x = 1;
  std::uint64_t mesh_y = 1;
  double multiple_buffering = 1;
  double min_utilization = 0;
  std::uint32_t num_ports = 2;
  std::uint32_t num_banks = 2;
  std::optional<double> read_bandwidth;
  std::optional<double> write_bandwidth;
  std::optional<double> shared_bandwidth;
  std::optional<double> vector_access_energy;  // pJ per vector access, as the user gave it
  std::optional<double> addr_gen_energy;       // pJ per address generation
  std::optional<double> cluster_area;          // um2
  std::optional<bool> reduction_supported;     // absent: everything but DRAM can accumulate
  std::string read_network, fill_network, update_network, drain_network;  // explicit ones, by name
  std::uint64_t network_fill_latency = 0;  // of the implicit network, cycles
  std::uint64_t network_drain_latency = 0;
  Network implicit_network;  // below this level when none is named

  /// Words a mapping may use: floor(entries / multiple_buffering).
  std::optional<std::uint64_t> effective_entries() const;
  /// The same in bits; at most 2^62.
  std::optional<std::uint64_t> effective_bits() const;
  bool can_reduce() const { return reduction_supported.value_or(technology != Technology::dram); }
};

/// The arithmetic units at the bottom.
struct ComputeLevel {
  std::string name = "__ARITH__";
  Mark mark;  // as of a level
  std::string component_class;
  std::uint32_t word_bits = 16;
  std::uint64_t instances = 1;
  std::uint64_t mesh_x = 1;
  std::uint64_t mesh_y = 1;
  std::optional<double> process_nm;  // as in StorageLevel
  std::optional<double> energy;      // pJ per operation
  std::optional<double> area;        // um2
  std::string operand_network, result_network;
};

/// Memories from the innermost (index 0) to the backing store, and the units below them.
struct Architecture {
  std::string name;
  ComputeLevel compute;
  std::vector<StorageLevel> storage;
  std::vector<Network> networks;        // explicit ones
  std::optional<double> cycle_seconds;  // of the clock, if given: for reports only

  int num_levels() const { return static_cast<int>(storage.size()); }
  /// Index of a storage level by name, or -1.
  int find_level(std::string_view level) const;
  /// Instances along X and Y of level `level - 1` per instance of `level` (-1 = compute).
  std::uint64_t fanout_x(int level) const;
  std::uint64_t fanout_y(int level) const;
  std::uint64_t fanout(int level) const { return fanout_x(level) * fanout_y(level); }
  std::vector<std::string> level_names() const;
};

/// The nanometres of a text such as `28nm`; nothing if it is no process node.
std::optional<double> process_node(std::string_view text);

/// What is inconsistent in an architecture: which level, and what. Empty when all is well.
/// Levels must divide: each mesh is a whole multiple of the next one out.
struct ArchitectureFault {
  int level = -1;  // -1 = compute
  std::string message;
};
std::optional<ArchitectureFault> find_fault(const Architecture& arch);

}  // namespace tilewright
