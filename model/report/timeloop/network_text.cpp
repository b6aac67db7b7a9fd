// The sections of networks in `stats.txt`.
#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "model/printable.hpp"
#include "model/report/timeloop/lines.hpp"
#include "model/report/timeloop/stats_text.hpp"

namespace tilewright::timeloop {
namespace {

// Timeloop prints the number behind its name for the directions that a network serves.
int connection_number(const NetworkStats& stats) {
  const bool reads = stats.connection.find("read-fill") != std::string::npos;
  const bool updates = stats.connection.find("update-drain") != std::string::npos;
  return (reads ? 1 : 0) + (updates ? 2 : 0);
}

void add_legacy_specs(std::string& text, const Run& run, const NetworkStats& stats) {
  const Network& network = network_of(run, stats);
  Lines lines(text, 8, 16);
  lines.add("Type", "Legacy");
  lines.add("Legacy sub-type", network.distributed_multicast ? "M_N" : "");
  lines.add("ConnectionType", connection_number(stats));
  lines.add("Word bits", stats.word_bits);
  lines.add("Router energy", network.router_energy, "pJ");
  lines.add("Wire energy", wire_energy(run, stats), "pJ/b/mm");
  lines.add("Ingress energy", network.energy_per_ingress, "pJ");
  lines.add("Fill latency", stats.fill_latency);
  lines.add("Drain latency", stats.drain_latency);
}

void add_multicast_specs(std::string& text, const Run& run, const NetworkStats& stats) {
  Lines lines(text, 8, 16);
  lines.add("Type", "SimpleMulticast");
  lines.add("ConnectionType", connection_number(stats));
  lines.add("Word bits", stats.word_bits);
  text += fmt::format("        Action Name       : {}\n",
                      printable(network_of(run, stats).action_name));
}

void add_tree_specs(std::string& text, const Run& run, const NetworkStats& stats) {
  const Network& network = network_of(run, stats);
  Lines lines(text, 8, 16);
  lines.add("Type", "ReductionTree");
  lines.add("ConnectionType", connection_number(stats));
  lines.add("Word bits", stats.word_bits);
  if (network.adder_energy != 0) lines.add("Adder energy", network.adder_energy, "pJ");
  if (wire_energy(run, stats) != 0) lines.add("Wire energy", wire_energy(run, stats), "pJ/b/mm");
  text += fmt::format("        Fill latency     : {}\n", stats.fill_latency);
  text += fmt::format("        Drain latency     : {}\n", stats.drain_latency);
}

double total_accesses(const std::vector<IngressStats>& ingresses) {
  double sum = 0;
  for (const IngressStats& ingress : ingresses) sum += ingress.accesses;
  return sum;
}

void add_ingresses(std::string& text, const std::vector<IngressStats>& ingresses) {
  for (const IngressStats& ingress : ingresses) {
    text += fmt::format("            @multicast {} @scatter {}: {:.2f}\n", ingress.multicast,
                        ingress.scatter, ingress.accesses);
  }
}

void add_both(Lines& lines, std::string_view name, double energy, double instances) {
  lines.add(fmt::format("{} (per-instance)", name), energy, "pJ");
  lines.add(fmt::format("{} (total)", name), energy * instances, "pJ");
}

void add_legacy_space(std::string& text, const NetworkSpaceStats& space) {
  Lines lines(text, 8, 40);
  lines.add("Fanout", space.fanout);
  lines.add("Multicast factor", space.multicast_factor);
  const bool distributed = !space.distributed_ingresses.empty();
  if (distributed) {
    std::uint64_t factor = 0;
    for (const IngressStats& ingress : space.distributed_ingresses) {
      factor = std::max(factor, ingress.multicast);
    }
    lines.add("Multicast factor (distributed)", factor);
  }
  lines.add("Ingresses", total_accesses(space.ingresses));
  add_ingresses(text, space.ingresses);
  if (distributed) {
    lines.add("Ingresses (distributed)", total_accesses(space.distributed_ingresses));
    add_ingresses(text, space.distributed_ingresses);
  }
  lines.add("Link transfers", fmt::format("{:.0f}", space.link_transfers));
  lines.add("Spatial reductions", fmt::format("{:.0f}", space.spatial_reductions));
  lines.add("Average number of hops", space.num_hops);
  lines.add("Energy (per-hop)", space.energy_per_hop * 1000, "fJ");
  add_both(lines, "Energy", space.energy, space.instances);
  add_both(lines, "Link transfer energy", space.link_transfer_energy, space.instances);
  add_both(lines, "Spatial Reduction Energy", space.spatial_reduction_energy, space.instances);
}

void add_multicast_space(std::string& text, const NetworkSpaceStats& space) {
  Lines lines(text, 8, 40);
  lines.add("Fanout", space.fanout);
  lines.add("Multicast factor", space.multicast_factor);
  lines.add("Ingresses", total_accesses(space.ingresses));
  add_both(lines, "Energy", space.energy, space.instances);
}

void add_tree_space(std::string& text, const NetworkSpaceStats& space) {
  Lines lines(text, 8, 40);
  lines.add("Spatial reductions", fmt::format("{:.0f}", space.spatial_reductions));
  lines.add("Average number of hops", space.num_hops);
  lines.add("Energy (per-hop)", space.energy_per_hop * 1000, "fJ");
  add_both(lines, "Energy", space.energy, space.instances);
  add_both(lines, "Spatial Reduction Energy", space.spatial_reduction_energy, space.instances);
}

void add_network_specs(std::string& text, const Run& run, const NetworkStats& stats) {
  switch (stats.kind) {
    case NetworkKind::legacy:
      return add_legacy_specs(text, run, stats);
    case NetworkKind::simple_multicast:
      return add_multicast_specs(text, run, stats);
    case NetworkKind::reduction_tree:
      return add_tree_specs(text, run, stats);
  }
  throw InternalError("unknown kind of network");
}

void add_network_space(std::string& text, NetworkKind kind, const std::string& name,
                       const NetworkSpaceStats& space) {
  const bool multicast = kind == NetworkKind::simple_multicast;
  const bool tree = kind == NetworkKind::reduction_tree;
  if (multicast && total_accesses(space.ingresses) == 0) return;
  if (tree && space.spatial_reductions == 0) return;
  text += fmt::format("    {}:\n", printable(name));
  if (multicast) return add_multicast_space(text, space);
  if (tree) return add_tree_space(text, space);
  add_legacy_space(text, space);
}

}  // namespace

std::string network_text(const Run& run, const NetworkStats& network) {
  std::string text = fmt::format("{}\n\n    SPECS\n    -----\n", printable(network.name));
  add_network_specs(text, run, network);
  text += "\n    STATS\n    -----\n";
  for (int p = 0; p < run.problem.num_spaces(); ++p) {
    add_network_space(text, network.kind, run.problem.spaces[p].name, network.spaces[p]);
  }
  return text + "\n";
}

}  // namespace tilewright::timeloop
