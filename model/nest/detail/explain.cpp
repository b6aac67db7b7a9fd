#include "model/nest/detail/explain.hpp"

#include <algorithm>

#include "model/nest/detail/billing.hpp"

namespace tilewright::detail {
namespace {

std::optional<double> times(const std::optional<double>& area, std::uint64_t instances) {
  if (!area) return std::nullopt;
  return *area * static_cast<double>(instances);
}

SpaceStats space_stats(const Compiled& c, const Mapping& mapping, int s, int p, double slowdown,
                       const Scratch& scratch) {
  const auto& at = scratch.of(p).at[s];
  const StorageBill bill = bill_storage(c, s, p, scratch);
  const auto instances = static_cast<double>(scratch.used[s]);
  const auto clusters = static_cast<double>(bill.clusters);
  const auto compute = static_cast<double>(scratch.compute_cycles);
  SpaceStats stats;
  stats.keep = ((mapping.levels[s].keep >> p) & 1) != 0;
  stats.partition_size = static_cast<std::uint64_t>(at.partition);
  // An M:N network shrinks what an instance fetches, not the room that is set aside for it.
  stats.utilized_capacity = at.size == 0 ? 0 : static_cast<std::uint64_t>(scratch.tile[p][s]);
  stats.utilized_instances = instances;
  stats.utilized_clusters = bill.clusters;
  stats.reads = static_cast<std::uint64_t>(at.reads);
  stats.updates = static_cast<std::uint64_t>(at.updates);
  stats.fills = static_cast<std::uint64_t>(at.fills);
  stats.address_generations = static_cast<std::uint64_t>(address_generations(c.spaces[p], at));
  stats.temporal_reductions = static_cast<std::uint64_t>(at.reductions);
  stats.energy_per_instance = bill.access_energy * clusters / instances;
  stats.energy_total = bill.access_energy * clusters;
  if (at.size != 0) {
    const ActionEnergies energies = action_energies(c, s, p, scratch);
    stats.read_energy = energies.read * clusters;
    stats.fill_energy = energies.fill * clusters;
    stats.update_energy = energies.update * clusters;
  }
  const double accesses = at.touched();
  stats.energy_per_access = accesses > 0 ? stats.energy_per_instance / accesses : 0;
  stats.addr_gen_energy_per_cluster = bill.addr_gen_energy;
  stats.addr_gen_energy_total = bill.addr_gen_energy * clusters;
  stats.read_bandwidth = slowdown * static_cast<double>(at.reads) / compute;
  stats.write_bandwidth = slowdown * at.written() / compute;
  return stats;
}

LevelStats level_stats(const Compiled& c, const Mapping& mapping, int s, const Scratch& scratch) {
  const Pace level_pace = pace(c, s, scratch);
  const auto& price = c.prices.storage[s];
  LevelStats stats{.cycles = level_pace.cycles, .slowdown = level_pace.slowdown};
  for (int p = 0; p < c.num_spaces; ++p) {
    stats.spaces.push_back(space_stats(c, mapping, s, p, level_pace.slowdown, scratch));
    stats.energy_total +=
        stats.spaces.back().energy_total + stats.spaces.back().addr_gen_energy_total;
  }
  stats.area_per_instance = price.area;
  stats.area_total = times(price.area, c.levels[s].instances);
  stats.price_source = price.source;
  stats.loops = format_level_loops(mapping.levels[s], c.problem);
  return stats;
}

std::vector<IngressStats> ingress_stats(const Compiled& c, const CompiledNetwork& network, int p,
                                        const Traffic& traffic, const Scratch& scratch) {
  std::vector<IngressStats> ingresses;
  for (int i = 0; i < traffic.num_classes; ++i) {
    const auto& entry = traffic.classes[i];
    ingresses.push_back({.multicast = entry.multicast,
                         .scatter = entry.scatter,
                         .accesses = ingress_words(c, network, p, entry.accesses, scratch),
                         .hops = entry.hops});
  }
  return ingresses;
}

NetworkSpaceStats network_space_stats(const Compiled& c, const CompiledNetwork& network, int p,
                                      const Scratch& scratch) {
  const int s = network.outer;
  const auto& traffic = scratch.of(p).traffic[s];
  const NetworkBill bill = bill_network(c, network, p, scratch);
  NetworkSpaceStats stats;
  stats.fanout =
      traffic.num_classes == 0 && scratch.of(p).at[s].size == 0 ? 0 : scratch.groups[s].size;
  stats.link_transfers = traffic.links;
  stats.spatial_reductions = bill.spatial_reductions;
  stats.num_hops = bill.ingresses > 0 ? bill.hops / bill.ingresses : 0;
  const bool travels = network.spec->kind != NetworkKind::reduction_tree || c.spaces[p].read_write;
  stats.energy_per_hop = travels ? network.per_hop[p] : 0;
  stats.energy = bill.energy;
  stats.link_transfer_energy = bill.link_energy;
  stats.spatial_reduction_energy = bill.reduction_energy;
  stats.instances = static_cast<double>(scratch.used[s]);
  stats.energy_total = bill.total();
  stats.ingresses = ingress_stats(c, network, p, traffic, scratch);
  for (const auto& ingress : stats.ingresses) {
    stats.multicast_factor = std::max(stats.multicast_factor, ingress.multicast);
  }
  if (c.any_distribution) {
    stats.distributed_ingresses =
        ingress_stats(c, network, p, scratch.of(p).distributed[s], scratch);
  }
  return stats;
}

std::string network_name(const Compiled& c, const CompiledNetwork& network) {
  const int s = network.outer;
  if (network.spec != &c.arch.storage[s].implicit_network) return network.spec->name;
  return c.arch.storage[s].name + " <==> " +
         (s == 0 ? c.arch.compute.name : c.arch.storage[s - 1].name);
}

NetworkStats network_stats(const Compiled& c, const CompiledNetwork& network,
                           const Scratch& scratch) {
  NetworkStats stats{
      .name = network_name(c, network), .kind = network.spec->kind, .outer_level = network.outer};
  if (network.carries_reads) stats.connection = "read-fill";
  if (network.carries_updates)
    stats.connection += stats.connection.empty() ? "update-drain" : " + update-drain";
  stats.word_bits = network.spec->word_bits;
  stats.tile_width = network.price->tile_width;
  // An explicit network waits its fill latency in either direction (see compile_networks).
  const auto& level = c.arch.storage[network.outer];
  const bool implicit = network.spec == &level.implicit_network;
  if (network.carries_reads) {
    stats.fill_latency = implicit ? level.network_fill_latency : network.spec->fill_latency;
  }
  if (network.carries_updates) {
    stats.drain_latency = implicit ? level.network_drain_latency : network.spec->fill_latency;
  }
  for (int p = 0; p < c.num_spaces; ++p) {
    stats.spaces.push_back(network_space_stats(c, network, p, scratch));
    stats.energy_total += stats.spaces.back().energy_total;
  }
  return stats;
}

}  // namespace

void fill_stats(const Compiled& c, const Mapping& mapping, const Scratch& scratch, Stats& stats) {
  stats.compute_cycles = scratch.compute_cycles;
  stats.computes = c.problem.operations();
  stats.area = c.area;
  stats.unknown_areas = levels_without_area(c.arch, c.prices);
  stats.compute = {.cycles = scratch.compute_cycles,
                   .utilized_instances = scratch.used_macs,
                   .computes = stats.computes,
                   .energy_total = static_cast<double>(stats.computes) * c.prices.compute.op,
                   .area_per_instance = c.prices.compute.area,
                   .area_total = times(c.prices.compute.area, c.arch.compute.instances),
                   .price_source = c.prices.compute.source};
  for (int s = 0; s < c.num_levels; ++s)
    stats.levels.push_back(level_stats(c, mapping, s, scratch));
  for (int n = 0; n < c.num_networks; ++n)
    stats.networks.push_back(network_stats(c, c.networks[n], scratch));
  stats.counts_idle = c.prices.count_idle;
  const double cycles = stats.outcome.cost.cycles;
  const bool in_use = c.prices.idle_in_use;
  if (!in_use) {
    stats.compute.idle_energy =
        c.prices.compute.idle * static_cast<double>(c.arch.compute.instances) * cycles;
  }
  for (int s = 0; s < c.num_levels; ++s) {
    const std::uint64_t instances = in_use ? scratch.used[s] : c.levels[s].instances;
    stats.levels[s].idle_energy =
        c.prices.storage[s].idle * static_cast<double>(instances) * cycles;
  }
}

}  // namespace tilewright::detail
