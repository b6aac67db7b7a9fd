#include "model/report/timeloop/stats_xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/report/stats_json.hpp"
#include "model/report/timeloop/xml_archive.hpp"

namespace tilewright::timeloop {
namespace {

std::optional<std::string> given(const std::string& name) {
  return name.empty() ? std::nullopt : std::optional(name);
}

// Sums over instances and slow memories go beyond 64 bits.
std::string whole(double count) { return fmt::format("{:.0f}", count); }

class Writer {
 public:
  explicit Writer(const Run& run) : run_(run) {}

  std::string write() {
    xml_.open("engine", "Engine");
    xml_.open("topology_", "Topology");
    write_levels();
    write_networks();
    xml_.close();
    xml_.close();
    write_mapping();
    write_workload();
    return xml_.finish();
  }

 private:
  using Counts = std::vector<std::uint64_t>;

  // One value of each dataspace.
  template <typename Spaces, typename Value>
  auto each(const Spaces& spaces, Value value) const {
    std::vector<decltype(value(spaces[0]))> values;
    for (const auto& space : spaces) values.push_back(value(space));
    return values;
  }
  template <typename T>
  std::vector<T> all(T value) const {
    return std::vector<T>(run_.problem.spaces.size(), value);
  }

  void write_levels() {
    xml_.open("levels_", "vector of levels");
    xml_.count(run_.arch.storage.size() + 1);
    open_level("model::ArithmeticUnits");
    write_compute();
    close_level();
    for (int l = 0; l < run_.arch.num_levels(); ++l) {
      open_level("model::BufferLevel");
      write_storage(l);
      close_level();
    }
    xml_.close();
  }

  void open_level(const std::string& type) {
    xml_.open("item", "pointer to level");
    xml_.open_object("px", type, true);
    xml_.open("Level", "Level");
    xml_.close();
  }
  void close_level() {
    xml_.close();
    xml_.close();
  }

  void open_specs(const std::string& type, const std::string& level) {
    xml_.open("specs_", type);
    xml_.open("LevelSpecs", "LevelSpecs");
    xml_.text("level_name", level);
    xml_.close();
  }

  void write_compute() {
    const ComputeLevel& level = run_.arch.compute;
    const ComputeStats& stats = run_.stats.compute;
    open_specs("ArithmeticUnits::Specs", level.name);
    xml_.setting("instances", level.instances);
    xml_.setting("meshX", level.mesh_x);
    xml_.setting("meshY", level.mesh_y);
    xml_.setting("word_bits", level.word_bits);
    xml_.close();
    xml_.number("energy_", stats.energy_total);
    xml_.number("area_", stats.area_total.value_or(0));
    xml_.number("cycles_", stats.cycles);
    xml_.number("utilized_instances_", stats.utilized_instances);
    xml_.number("avg_utilized_instances_", static_cast<double>(stats.utilized_instances));
    xml_.number("algorithmic_computes_", stats.computes);
    xml_.number("random_computes_", stats.computes);
    xml_.number("gated_computes_", 0);
    xml_.number("skipped_computes_", 0);
  }

  void write_storage(int l) {
    write_loops(run_.mapping.levels[l]);
    open_specs("BufferLevel::Specs", run_.arch.storage[l].name);
    write_storage_specs(run_.arch.storage[l], run_.stats.levels[l]);
    xml_.close();
    xml_.open("stats_", "BufferLevel::Stats");
    write_counts(run_.stats.levels[l].spaces);
    write_energies(run_.stats.levels[l].spaces);
    xml_.text("cycles", whole(run_.stats.levels[l].cycles));
    xml_.number("slowdown", run_.stats.levels[l].slowdown);
    xml_.close();
  }

  // Innermost first.
  void write_loops(const LevelMapping& level) {
    struct Loop {
      int dim, end, kind;
    };
    std::vector<Loop> loops;
    for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
      const int number = kind == LoopKind::temporal ? 0 : kind == LoopKind::spatial_x ? 1 : 2;
      for (int i = 0; i < run_.mapping.num_dims; ++i) {
        const int dim = level.orders(kind)[i];
        const int end = level.factors(kind)[dim];
        if (end > 1) loops.push_back({dim, end, number});
      }
    }
    xml_.open("subnest_", "vector of loops");
    xml_.count(loops.size());
    for (const Loop& loop : loops) {
      xml_.open("item", "loop::Descriptor");
      xml_.number("dimension", loop.dim);
      xml_.number("start", 0);
      xml_.number("end", loop.end);
      xml_.number("stride", 1);
      xml_.number("spacetime_dimension", loop.kind);
      xml_.close();
    }
    xml_.close();
  }

  void write_storage_specs(const StorageLevel& level, const LevelStats& stats) {
    xml_.setting("name", level.name);
    xml_.setting("technology", level.technology == Technology::dram ? 1 : 0);
    xml_.setting("size", level.entries);
    xml_.setting("word_bits", level.word_bits);
    xml_.setting("addr_gen_bits", address_bits(level, stats));
    xml_.setting("block_size", level.block_size);
    xml_.setting("cluster_size", level.cluster_size);
    xml_.setting("instances", level.instances);
    xml_.setting("meshX", level.mesh_x);
    xml_.setting("meshY", level.mesh_y);
    xml_.setting("shared_bandwidth", level.shared_bandwidth);
    xml_.setting("read_bandwidth", level.read_bandwidth);
    xml_.setting("write_bandwidth", level.write_bandwidth);
    xml_.by_space("bandwidth_consumption_scale", all(1.0));
    xml_.setting("multiple_buffering", level.multiple_buffering);
    xml_.setting("min_utilization", level.min_utilization);
    xml_.setting("num_ports", level.num_ports);
    xml_.setting("num_banks", level.num_banks);
    xml_.setting("read_network_name", given(level.read_network));
    xml_.setting("fill_network_name", given(level.fill_network));
    xml_.setting("drain_network_name", given(level.drain_network));
    xml_.setting("update_network_name", given(level.update_network));
    xml_.setting("power_gated_at_name", std::optional<std::string>());
  }

  void write_counts(const std::vector<SpaceStats>& spaces) {
    const auto reads = each(spaces, [](const auto& s) { return s.reads; });
    const auto fills = each(spaces, [](const auto& s) { return s.fills; });
    const auto updates = each(spaces, [](const auto& s) { return s.updates; });
    xml_.by_space("keep", each(spaces, [](const auto& s) { return s.keep ? 1 : 0; }));
    xml_.by_space("partition_size", each(spaces, [](const auto& s) { return s.partition_size; }));
    xml_.by_space("utilized_capacity",
                  each(spaces, [](const auto& s) { return s.utilized_capacity; }));
    xml_.by_space("utilized_instances",
                  each(spaces, [](const auto& s) { return s.utilized_instances; }));
    xml_.by_space("utilized_clusters",
                  each(spaces, [](const auto& s) { return s.utilized_clusters; }));
    xml_.by_space("reads", reads);
    xml_.by_space("updates", updates);
    xml_.by_space("fills", fills);
    write_accesses("reads", reads);
    write_accesses("fills", fills);
    write_accesses("updates", updates);
    xml_.by_space("address_generations",
                  each(spaces, [](const auto& s) { return s.address_generations; }));
    xml_.by_space("temporal_reductions",
                  each(spaces, [](const auto& s) { return s.temporal_reductions; }));
  }

  // Of dense tensors all are "random": no access is gated or skipped.
  void write_accesses(const std::string& what, const Counts& counts) {
    xml_.by_space("gated_" + what, all(std::uint64_t{0}));
    xml_.by_space("skipped_" + what, all(std::uint64_t{0}));
    xml_.by_space("random_" + what, counts);
  }

  void write_energies(const std::vector<SpaceStats>& spaces) {
    const auto per_access = each(spaces, [](const auto& s) { return s.energy_per_access; });
    xml_.by_space("shared_bandwidth",
                  each(spaces, [](const auto& s) { return s.read_bandwidth + s.write_bandwidth; }));
    xml_.by_space("read_bandwidth", each(spaces, [](const auto& s) { return s.read_bandwidth; }));
    xml_.by_space("write_bandwidth", each(spaces, [](const auto& s) { return s.write_bandwidth; }));
    xml_.by_space("energy_per_algorithmic_access", per_access);
    xml_.by_space("energy_per_access", per_access);
    xml_.by_space("energy", each(spaces, [](const auto& s) { return s.energy_per_instance; }));
    xml_.by_space("temporal_reduction_energy", all(0.0));
    xml_.by_space("addr_gen_energy",
                  each(spaces, [](const auto& s) { return s.addr_gen_energy_per_cluster; }));
  }

  void write_networks() {
    const std::vector<const NetworkStats*> networks = sorted_networks(run_.stats);
    xml_.open("networks_", "map of networks");
    xml_.count(networks.size());
    for (const NetworkStats* network : networks) {
      xml_.open("item", "pair of name and network");
      xml_.text("first", network->name);
      xml_.open("second", "pointer to network");
      write_network(*network);
      xml_.close();
      xml_.close();
    }
    xml_.close();
  }

  void write_network(const NetworkStats& network) {
    switch (network.kind) {
      case NetworkKind::legacy:
        return write_network(network, "model::LegacyNetwork", &Writer::write_legacy);
      case NetworkKind::simple_multicast:
        return write_network(network, "model::SimpleMulticastNetwork", &Writer::write_multicast);
      case NetworkKind::reduction_tree:
        return write_network(network, "model::ReductionTreeNetwork", &Writer::write_tree);
    }
  }

  // `write_rest` writes the settings, ends them, and writes the counts.
  void write_network(const NetworkStats& network, const std::string& type,
                     void (Writer::*write_rest)(const NetworkStats&, const std::string&)) {
    xml_.open_object("px", type, true);
    xml_.open("Network", "Network");
    xml_.close();
    xml_.open("specs_", type + "::Specs");
    xml_.open("NetworkSpecs", "NetworkSpecs");
    xml_.text("name", network.name);
    xml_.close();
    xml_.setting("word_bits", network.word_bits);
    (this->*write_rest)(network, type);
    xml_.close();
    xml_.close();
  }

  void write_latencies(const NetworkStats& network) {
    xml_.setting("fill_latency", network.fill_latency);
    xml_.setting("drain_latency", network.drain_latency);
  }

  void open_counts(const std::string& type) {
    xml_.close();
    xml_.open("stats_", type + "::Stats");
  }

  void write_legacy(const NetworkStats& network, const std::string& type) {
    const Network& spec = network_of(run_, network);
    xml_.setting("router_energy", spec.router_energy);
    xml_.setting("wire_energy", wire_energy(run_, network));
    xml_.setting("tile_width", network.tile_width);
    xml_.setting("energy_per_hop", spec.energy_per_hop);
    xml_.setting("ingress_energy", spec.energy_per_ingress);
    write_latencies(network);
    open_counts(type);
    const auto& spaces = network.spaces;
    xml_.by_space("fanout", each(spaces, [](const auto& s) { return s.fanout; }));
    xml_.by_space("multicast_factor",
                  each(spaces, [](const auto& s) { return s.multicast_factor; }));
    xml_.by_space("distributed_multicast_factor", each(spaces, [](const auto& s) {
                    std::uint64_t factor = 0;
                    for (const auto& i : s.distributed_ingresses) {
                      factor = std::max(factor, i.multicast);
                    }
                    return factor;
                  }));
    xml_.by_space("distributed_multicast", each(spaces, [](const auto& s) {
                    return s.distributed_ingresses.empty() ? 0 : 1;
                  }));
    xml_.by_space("link_transfers",
                  each(spaces, [](const auto& s) { return whole(s.link_transfers); }));
    write_reductions(spaces);
    xml_.by_space("link_transfer_energy",
                  each(spaces, [](const auto& s) { return s.link_transfer_energy; }));
    write_hops(spaces);
  }

  void write_reductions(const std::vector<NetworkSpaceStats>& spaces) {
    xml_.by_space("spatial_reductions",
                  each(spaces, [](const auto& s) { return whole(s.spatial_reductions); }));
  }

  void write_hops(const std::vector<NetworkSpaceStats>& spaces) {
    xml_.by_space("num_hops", each(spaces, [](const auto& s) { return s.num_hops; }));
    xml_.by_space("energy_per_hop", each(spaces, [](const auto& s) { return s.energy_per_hop; }));
    xml_.by_space("energy", each(spaces, [](const auto& s) { return s.energy; }));
    xml_.by_space("spatial_reduction_energy",
                  each(spaces, [](const auto& s) { return s.spatial_reduction_energy; }));
  }

  void write_multicast(const NetworkStats& network, const std::string& type) {
    const Network& spec = network_of(run_, network);
    xml_.text("action_name", spec.action_name);
    xml_.text("multicast_factor_argument", spec.multicast_factor_argument);
    xml_.number("per_datatype_ERT", spec.per_dataspace_action ? 1 : 0);
    write_latencies(network);
    open_counts(type);
    const auto& spaces = network.spaces;
    xml_.by_space("energy", each(spaces, [](const auto& s) { return s.energy; }));
    xml_.by_space("fanout", each(spaces, [](const auto& s) { return s.fanout; }));
    xml_.by_space("multicast_factor",
                  each(spaces, [](const auto& s) { return s.multicast_factor; }));
  }

  void write_tree(const NetworkStats& network, const std::string& type) {
    xml_.setting("adder_energy", network_of(run_, network).adder_energy);
    xml_.setting("wire_energy", wire_energy(run_, network));
    xml_.setting("tile_width", network.tile_width);
    write_latencies(network);
    open_counts(type);
    write_reductions(network.spaces);
    write_hops(network.spaces);
  }

  // Which memories keep each dataspace: bits, the outermost first, of as many levels as Timeloop
  // has room for.
  void write_mapping() {
    constexpr int kBits = 32;
    xml_.open("mapping", "Mapping");
    xml_.open_plain("dataspace_bypass_nest_");
    for (int p = 0; p < run_.problem.num_spaces(); ++p) {
      std::string bits(kBits, '0');
      for (int l = 0; l < std::min(kBits, run_.arch.num_levels()); ++l) {
        if ((run_.mapping.levels[l].keep >> p & 1) != 0) bits[kBits - 1 - l] = '1';
      }
      xml_.open("item", "bits");
      xml_.text("bits", bits);
      xml_.close();
    }
    xml_.close();
    xml_.close();
  }

  void write_workload() {
    xml_.open_object("a", "Application", false);
    xml_.open("workload_", "Workload");
    write_numbers("factorized_bounds_", run_.problem.bounds);
    std::vector<std::int64_t> coefficients;
    for (const auto& coefficient : run_.problem.coefficients) {
      coefficients.push_back(coefficient.default_value);
    }
    write_numbers("coefficients_", coefficients);
    xml_.close();
    xml_.close();
  }

  void write_numbers(std::string_view name, const std::vector<std::int64_t>& numbers) {
    xml_.open(name, "map of numbers");
    xml_.count(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      xml_.open("item", "pair of numbers");
      xml_.number("first", i);
      xml_.number("second", numbers[i]);
      xml_.close();
    }
    xml_.close();
  }

  const Run& run_;
  XmlArchive xml_;
};

}  // namespace

std::string stats_xml(const Run& run) { return Writer(run).write(); }

}  // namespace tilewright::timeloop
