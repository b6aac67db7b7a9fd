#include "model/nest/detail/billing.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tilewright::detail {
namespace {

// Of blocks that are no power of two, or of bits. Apart, so that the other one stays inline.
[[gnu::noinline]] double divided_accesses(std::int64_t words, int p, const CompiledLevel& level) {
  const std::uint64_t size = static_cast<std::uint64_t>(words) * level.size[p];
  const std::uint64_t blocks = (size + level.block_size - 1) / level.block_size;
  return static_cast<double>(static_cast<std::int64_t>(blocks));
}

double vector_accesses(std::int64_t words, int p, const CompiledLevel& level) {
  if (level.block_shift < 0) [[unlikely]]
    return divided_accesses(words, p, level);
  const std::uint64_t rounded = static_cast<std::uint64_t>(words) + level.block_size - 1;
  return static_cast<double>(static_cast<std::int64_t>(rounded >> level.block_shift));
}

// Inline, where a mapping is scored.
[[gnu::always_inline]] inline ActionEnergies energies_of(const CompiledLevel& level, int p,
                                                         const SpaceLevel& at) {
  return {vector_accesses(at.reads, p, level) * level.read_energy,
          vector_accesses(at.fills, p, level) * level.fill_energy,
          vector_accesses(at.updates, p, level) * level.update_energy};
}

// Shares of words are no whole counts, but a vector is fetched as a whole.
double average_accesses(double words, int p, const CompiledLevel& level) {
  constexpr double kRounding = 1e-12;
  const double size = words * static_cast<double>(level.size[p]);
  if (level.block_size == 1) return size;
  return std::ceil(size / static_cast<double>(level.block_size) * (1 - kRounding));
}

double reads_of(const SpaceLevel& at) { return static_cast<double>(at.reads) + at.more_reads; }
double fills_of(const SpaceLevel& at) { return static_cast<double>(at.fills) + at.more_fills; }
double updates_of(const SpaceLevel& at) {
  return static_cast<double>(at.updates) + at.more_updates;
}

AverageWords words_of(const SpaceLevel& at) { return {reads_of(at), fills_of(at), updates_of(at)}; }

ActionEnergies energies_of(const CompiledLevel& level, int p, const AverageWords& words) {
  return {average_accesses(words.reads, p, level) * level.read_energy,
          average_accesses(words.fills, p, level) * level.fill_energy,
          average_accesses(words.updates, p, level) * level.update_energy};
}

// Adds wires, routers and ingresses of one kind of traffic.
void bill_legacy_traffic(const Compiled& c, const CompiledNetwork& network, int p,
                         const Traffic& traffic, const Scratch& scratch, NetworkBill& bill) {
  const bool adds = c.spaces[p].read_write && network.carries_updates;
  for (int i = 0; i < traffic.num_classes; ++i) {
    const auto& entry = traffic.classes[i];
    const double words = ingress_words(c, network, p, entry.accesses, scratch);
    bill.ingresses += words;
    if (adds) bill.spatial_reductions += static_cast<double>(entry.multicast - 1) * words;
    if (words <= 0) continue;
    const double distance = entry.hops / words;
    bill.hops += distance * words;
    // Shared links can make words a fraction; the reference counts routers in integers.
    bill.routers = std::floor(bill.routers + (1 + std::floor(distance)) * words);
  }
}

NetworkBill bill_legacy(const Compiled& c, const CompiledNetwork& network, int p,
                        const Scratch& scratch) {
  NetworkBill bill;
  const auto& price = *network.price;
  const auto& traffic = scratch.of(p).traffic[network.outer];
  bill_legacy_traffic(c, network, p, traffic, scratch, bill);
  if (c.any_distribution)
    bill_legacy_traffic(c, network, p, scratch.of(p).distributed[network.outer], scratch, bill);
  bill.energy = bill.hops * network.per_hop[p] + bill.routers * price.per_router +
                bill.ingresses * price.per_ingress;
  bill.link_energy = traffic.links * (network.per_hop[p] + 2 * price.per_router);
  bill.instances = static_cast<double>(scratch.used[network.outer]);
  return bill;
}

// A tree adds the partial sums of its leaves level by level; it carries nothing else.
NetworkBill bill_tree(const Compiled& c, const CompiledNetwork& network, int p,
                      const Scratch& scratch) {
  NetworkBill bill;
  if (!c.spaces[p].read_write) return bill;
  const auto& traffic = scratch.of(p).traffic[network.outer];
  for (int i = 0; i < traffic.num_classes; ++i) {
    const auto& entry = traffic.classes[i];
    bill.ingresses += entry.accesses;
    bill.spatial_reductions += static_cast<double>(entry.multicast - 1) * entry.accesses;
    bill.hops += 0.5 * static_cast<double>(std::bit_width(entry.multicast) - 1) * entry.accesses;
  }
  bill.energy = bill.hops * network.per_hop[p];
  bill.reduction_energy = bill.spatial_reductions * network.price->per_add;
  return bill;  // charged once, not per instance: as the reference does it
}

double multicast_energy(const std::vector<MulticastPrice>& prices, std::uint64_t factor) {
  if (prices.size() == 1) return prices.front().energy;
  double energy = 0;
  for (const auto& price : prices) {
    if (price.factor == factor) energy = price.energy;
  }
  return energy;
}

// Of several kinds of multicast only the last is charged: as the reference does it.
NetworkBill bill_multicast(const CompiledNetwork& network, int p, const Scratch& scratch) {
  NetworkBill bill;
  const auto& traffic = scratch.of(p).traffic[network.outer];
  for (int i = 0; i < traffic.num_classes; ++i) {
    const auto& entry = traffic.classes[i];
    bill.ingresses += entry.accesses;
    if (entry.accesses > 0)
      bill.energy = multicast_energy(network.multicast[p], entry.multicast) * entry.accesses;
  }
  bill.instances = static_cast<double>(scratch.used[network.outer]);
  return bill;
}

}  // namespace

std::int64_t address_generations(const CompiledSpace& space, const SpaceLevel& level) {
  return (space.read_write ? level.updates : level.reads) + level.fills;
}

ActionEnergies action_energies(const Compiled& c, int s, int p, const Scratch& scratch) {
  const auto& level = c.levels[s];
  const auto& at = scratch.of(p).at[s];
  if (!scratch.short_tiles) return energies_of(level, p, at);
  return energies_of(level, p, words_of(at));
}

StorageBill bill_average(const Compiled& c, int s, int p, const AverageWords& words,
                         std::uint64_t used) {
  const auto& level = c.levels[s];
  const ActionEnergies energies = energies_of(level, p, words);
  const double addresses = (c.spaces[p].read_write ? words.updates : words.reads) + words.fills;
  return {.clusters = std::min(used, level.clusters),
          .access_energy = energies.read + energies.fill + energies.update,
          .addr_gen_energy = addresses * level.addr_gen_energy};
}

StorageBill bill_storage(const Compiled& c, int s, int p, const Scratch& scratch) {
  const auto& level = c.levels[s];
  const auto& at = scratch.of(p).at[s];
  StorageBill bill;
  bill.clusters = std::min(scratch.used[s], level.clusters);
  if (at.size == 0) return bill;
  if (scratch.short_tiles) [[unlikely]]
    return bill_average(c, s, p, words_of(at), scratch.used[s]);
  const ActionEnergies energies = energies_of(level, p, at);
  bill.access_energy = energies.read + energies.fill + energies.update;
  bill.addr_gen_energy =
      static_cast<double>(address_generations(c.spaces[p], at)) * level.addr_gen_energy;
  return bill;
}

double ingress_words(const Compiled& c, const CompiledNetwork& network, int p, double accesses,
                     const Scratch& scratch) {
  if (network.spec->kind != NetworkKind::legacy || !c.spaces[p].read_write ||
      !network.carries_updates || !network.doubles_updates) {
    return accesses;
  }
  const double twice =
      2 * accesses - static_cast<double>(scratch.of(p).at[network.outer].partition);
  // The partition is taken off every class, so little of one may be left; the reference prints
  // negative words then.
  return twice < 0 ? accesses : twice;
}

NetworkBill bill_network(const Compiled& c, const CompiledNetwork& network, int p,
                         const Scratch& scratch) {
  switch (network.spec->kind) {
    case NetworkKind::legacy:
      return bill_legacy(c, network, p, scratch);
    case NetworkKind::simple_multicast:
      return bill_multicast(network, p, scratch);
    case NetworkKind::reduction_tree:
      return bill_tree(c, network, p, scratch);
  }
  return {};
}

Pace pace(const Compiled& c, int s, const Scratch& scratch) {
  const auto& level = c.levels[s];
  const auto compute = static_cast<double>(scratch.compute_cycles);
  if (!level.limited) return {1, compute};
  double reads = 0;  // words per cycle that the mapping wants, or bits
  double writes = 0;
  for (int p = 0; p < c.num_spaces; ++p) {
    const auto& at = scratch.of(p).at[s];
    const auto size = static_cast<double>(level.size[p]);
    if (scratch.short_tiles) [[unlikely]] {
      reads += reads_of(at) * size / compute;
      writes += (fills_of(at) + updates_of(at)) * size / compute;
      continue;
    }
    reads += static_cast<double>(at.reads) * size / compute;
    writes += static_cast<double>(at.fills + at.updates) * size / compute;
  }
  double slowdown = 1;
  if (level.read_bandwidth < reads) slowdown = std::min(slowdown, level.read_bandwidth / reads);
  if (level.write_bandwidth < writes) slowdown = std::min(slowdown, level.write_bandwidth / writes);
  if (level.shared_bandwidth < writes + reads)
    slowdown = std::min(slowdown, level.shared_bandwidth / (writes + reads));
  if (slowdown == 1) return {1, compute};
  return {slowdown, std::ceil(compute / slowdown)};
}

double accesses(const Compiled& c, int s, const Scratch& scratch) {
  double words = 0;  // of one instance
  double more = 0;
  for (int p = 0; p < c.num_spaces; ++p) {
    const auto& at = scratch.of(p).at[s];
    words += at.touched();
    if (scratch.short_tiles) more += at.more_reads + at.more_fills + at.more_updates;
  }
  const auto used = static_cast<double>(scratch.used[s]);
  return scratch.short_tiles ? std::round(words * used + more * used) : words * used;
}

void find_bills(const Compiled& c, int p, Scratch& scratch) {
  auto& counts = scratch.of(p);
  counts.energy = 0;
  for (int s = 0; s < c.num_levels; ++s) {
    counts.storage_energy[s] = bill_storage(c, s, p, scratch).total();
    counts.energy += counts.storage_energy[s];
  }
  for (int n = 0; n < c.num_networks; ++n) {
    if (c.networks[n].free) continue;
    counts.network_energy[n] = bill_network(c, c.networks[n], p, scratch).total();
    counts.energy += counts.network_energy[n];
  }
}

Cost total_cost(const Compiled& c, const Scratch& scratch) {
  const double operations = c.operations;
  Cost cost{.energy = operations * c.prices.compute.op,
            .cycles = static_cast<double>(scratch.compute_cycles),
            .area = c.area};
  for (int s = 0; s < c.num_levels; ++s) {
    for (int p = 0; p < c.num_spaces; ++p) cost.energy += scratch.of(p).storage_energy[s];
    cost.cycles = std::max(cost.cycles, pace(c, s, scratch).cycles);
  }
  for (int n = 0; n < c.num_networks; ++n) {
    if (c.networks[n].free) continue;
    for (int p = 0; p < c.num_spaces; ++p) cost.energy += scratch.of(p).network_energy[n];
  }
  cost.cycles += static_cast<double>(c.network_latency);
  double idle = c.idle.always;
  for (int s = 0; s < c.idle.num_used; ++s) {
    idle += c.idle.used[s] * static_cast<double>(scratch.used[s]);
  }
  cost.energy += idle * cost.cycles;
  cost.utilization = operations / static_cast<double>(c.arch.compute.instances) / cost.cycles;
  for (int i = 0; i < c.num_access_levels; ++i)
    cost.accesses[i] = accesses(c, c.access_levels[i], scratch);
  return cost;
}

}  // namespace tilewright::detail
