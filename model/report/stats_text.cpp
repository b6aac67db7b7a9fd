#include "model/report/stats_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "model/printable.hpp"
#include "model/report/numbers.hpp"

namespace tilewright {
namespace {

using Buffer = fmt::memory_buffer;

template <typename... Args>
void add(Buffer& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

Architecture with_printable_names(Architecture arch) {
  arch.compute.name = printable(arch.compute.name);
  for (StorageLevel& level : arch.storage) level.name = printable(level.name);
  return arch;
}

// Widths of the column of names: as wide as the longest of them.
std::size_t level_width(const Architecture& arch) {
  std::size_t width = std::max<std::size_t>(5, arch.compute.name.size());
  for (const StorageLevel& level : arch.storage) width = std::max(width, level.name.size());
  return width;
}

std::size_t network_width(const Stats& stats, bool only_with_energy) {
  std::size_t width = 7;
  for (const NetworkStats& network : stats.networks) {
    if (only_with_energy && network.energy_total == 0) continue;
    width = std::max(width, network.name.size());
  }
  return width;
}

std::size_t space_width(const Problem& problem) {
  std::size_t width = 9;
  for (const DataSpace& space : problem.spaces) width = std::max(width, space.name.size());
  return width;
}

void add_memories(Buffer& out, const Stats& stats, const Problem& problem,
                  const Architecture& arch) {
  const std::size_t width = level_width(arch);
  const std::size_t spaces = space_width(problem);
  add(out, "Memories (tile, reads, fills and updates are those of one instance, in words)\n");
  add(out, "{:<{}}  {:<{}}  keep  {:>12}  {:>14}  {:>14}  {:>14}  {:>9}  {:>14}\n", "level", width,
      "dataspace", spaces, "tile", "reads", "fills", "updates", "instances", "energy pJ");
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    for (std::size_t s = 0; s < stats.levels[l].spaces.size(); ++s) {
      const SpaceStats& space = stats.levels[l].spaces[s];
      add(out, "{:<{}}  {:<{}}  {:<4}  {:>12}  {:>14}  {:>14}  {:>14}  {:>9.6g}  {:>14.6g}\n",
          s == 0 ? arch.storage[l].name : "", width, problem.spaces[s].name, spaces,
          space.keep ? "yes" : "-", space.utilized_capacity, space.reads, space.fills,
          space.updates, space.utilized_instances, space.energy_total);
    }
  }
}

void add_networks(Buffer& out, const Stats& stats, const Problem& problem) {
  if (stats.networks.empty()) return;
  const std::size_t width = network_width(stats, false);
  const std::size_t spaces = space_width(problem);
  add(out, "\nNetworks (per instance of the outer level)\n");
  add(out, "{:<{}}  {:<{}}  {:>6}  {:>9}  {:>14}  {:>14}  {:>9}  {:>14}\n", "network", width,
      "dataspace", spaces, "fanout", "multicast", "link transfers", "reductions", "hops",
      "energy pJ");
  for (std::size_t n = stats.networks.size(); n-- > 0;) {
    for (std::size_t s = 0; s < stats.networks[n].spaces.size(); ++s) {
      const NetworkSpaceStats& space = stats.networks[n].spaces[s];
      add(out, "{:<{}}  {:<{}}  {:>6}  {:>9}  {:>14.10g}  {:>14.10g}  {:>9.4g}  {:>14.6g}\n",
          s == 0 ? stats.networks[n].name : "", width, problem.spaces[s].name, spaces, space.fanout,
          space.multicast_factor, space.link_transfers, space.spatial_reductions, space.num_hops,
          space.energy_total);
    }
  }
}

std::string area_text(const std::optional<double>& area) {
  return area ? fmt::format("{:.6g}", *area) : "unknown";
}

void add_levels(Buffer& out, const Stats& stats, const Architecture& arch) {
  const std::size_t width = std::max(level_width(arch), network_width(stats, true));
  const double total = stats.outcome.cost.energy;
  const double macs = static_cast<double>(stats.computes);
  const auto row = [&](std::string_view name, double cycles, double slowdown, double energy,
                       const std::optional<double>& area) {
    add(out, "{:<{}}  {:>14}  {:>8.4f}  {:>14.6g}  {:>10.4f}  {:>6.1f}%  {:>12}\n", name, width,
        plain(cycles), slowdown, energy, energy / macs, total > 0 ? 100 * energy / total : 0.0,
        area_text(area));
  };
  add(out, "\n{:<{}}  {:>14}  {:>8}  {:>14}  {:>10}  {:>7}  {:>12}\n", "level", width, "cycles",
      "slowdown", "energy pJ", "pJ per op", "share", "area um2");
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    const LevelStats& level = stats.levels[l];
    row(arch.storage[l].name, level.cycles, level.slowdown, level.energy_total, level.area_total);
  }
  row(arch.compute.name, static_cast<double>(stats.compute.cycles), 1.0, stats.compute.energy_total,
      stats.compute.area_total);
  for (std::size_t n = stats.networks.size(); n-- > 0;) {
    const NetworkStats& network = stats.networks[n];
    if (network.energy_total == 0) continue;  // most wires are free
    add(out, "{:<{}}  {:>14}  {:>8}  {:>14.6g}  {:>10.4f}  {:>6.1f}%\n", network.name, width, "",
        "", network.energy_total, network.energy_total / macs,
        total > 0 ? 100 * network.energy_total / total : 0.0);
  }
}

// What each action takes, of all instances together.
void add_actions(Buffer& out, const Stats& stats, const Problem& problem,
                 const Architecture& arch) {
  const std::size_t width = level_width(arch);
  const std::size_t spaces = space_width(problem);
  add(out, "\nEnergy by action, pJ\n{:<{}}  {:<{}}  {:>14}  {:>14}  {:>14}  {:>14}\n", "level",
      width, "dataspace", spaces, "read", "fill", "update", "addresses");
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    bool first = true;
    for (std::size_t s = 0; s < stats.levels[l].spaces.size(); ++s) {
      const SpaceStats& space = stats.levels[l].spaces[s];
      if (space.energy_total + space.addr_gen_energy_total == 0) continue;
      add(out, "{:<{}}  {:<{}}  {:>14.6g}  {:>14.6g}  {:>14.6g}  {:>14.6g}\n",
          first ? arch.storage[l].name : "", width, problem.spaces[s].name, spaces,
          space.read_energy, space.fill_energy, space.update_energy, space.addr_gen_energy_total);
      first = false;
    }
  }
}

// Where the energy goes: moving words, computing, and leaking while time passes.
void add_breakdown(Buffer& out, const Stats& stats) {
  const double movement = stats.movement_energy();
  const double compute = stats.compute.energy_total;
  const double idle = stats.idle_energy();
  const double sum = movement + compute + (stats.counts_idle ? idle : 0);
  const double percent = sum > 0 ? 100 / sum : 0;
  add(out, "             data movement {:.6g} pJ ({:.1f} %), compute {:.6g} pJ ({:.1f} %)\n",
      movement, movement * percent, compute, compute * percent);
  if (idle == 0) return;
  if (stats.counts_idle) {
    add(out, "             leakage {:.6g} pJ ({:.1f} %)\n", idle, idle * percent);
  } else {
    add(out, "             leakage {:.6g} pJ, not counted (--leakage counts it)\n", idle);
  }
}

void add_totals(Buffer& out, const Stats& stats) {
  const Cost& cost = stats.outcome.cost;
  add(out, "\noperations   {}\n", stats.computes);
  add(out, "cycles       {} ({} without limits of bandwidth)\n", plain(cost.cycles),
      stats.compute_cycles);
  add(out, "utilisation  {:.2f} %\n", 100 * cost.utilization);
  add(out, "energy       {:.6g} pJ = {:.6g} uJ, {:.6g} pJ per operation\n", cost.energy,
      cost.energy * 1e-6, cost.energy / static_cast<double>(stats.computes));
  add_breakdown(out, stats);
  add(out, "EDP          {:.6g} pJ*cycles = {:.6g} J*cycle\n", cost.edp(), cost.edp() * 1e-12);
  if (stats.unknown_areas.empty()) {
    add(out, "area         {:.6g} um2\n", stats.area);
  } else {
    add(out, "area         unknown\n");
  }
}

}  // namespace

std::string stats_text(const Stats& of_mapping, const Problem& of_layer, const Architecture& full) {
  Stats stats = of_mapping;
  for (NetworkStats& network : stats.networks) network.name = printable(network.name);
  Problem problem = of_layer;
  for (DataSpace& space : problem.spaces) space.name = printable(space.name);
  const Architecture arch = with_printable_names(full);
  Buffer out;
  add_memories(out, stats, problem, arch);
  add_networks(out, stats, problem);
  add_levels(out, stats, arch);
  add_actions(out, stats, problem, arch);
  add_totals(out, stats);
  return fmt::to_string(out);
}

std::string prices_text(const Architecture& full, const Prices& prices) {
  const Architecture arch = with_printable_names(full);
  Buffer out;
  const std::size_t width = level_width(arch);
  std::size_t sources = 5;
  std::string guesses;
  const auto source = [](const auto& price) {
    return price.accuracy < 0 ? price.source
                              : fmt::format("{} {:.4g} %", price.source, price.accuracy);
  };
  const auto look_at = [&](const std::string& name, const auto& price) {
    sources = std::max(sources, source(price).size());
    if (!is_guess(price.accuracy)) return;
    guesses += (guesses.empty() ? "" : ", ") + name;
  };
  for (std::size_t l = arch.storage.size(); l-- > 0;) {
    look_at(arch.storage[l].name, prices.storage[l]);
  }
  look_at(arch.compute.name, prices.compute);
  add(out, "Prices (pJ per access of a vector or per operation)\n");
  for (std::size_t l = arch.storage.size(); l-- > 0;) {
    const StoragePrice& price = prices.storage[l];
    add(out, "{:<{}}  {:<{}}  read {:.6g}, fill {:.6g}, update {:.6g}\n", arch.storage[l].name,
        width, source(price), sources, price.read, price.fill, price.update);
  }
  add(out, "{:<{}}  {:<{}}  operation {:.6g}\n", arch.compute.name, width, source(prices.compute),
      sources, prices.compute.op);
  std::string unknown;
  for (std::size_t l = arch.storage.size(); l-- > 0;) {
    if (prices.storage[l].source.find(kUnknownSource) == std::string::npos) continue;
    unknown += (unknown.empty() ? "" : ", ") + arch.storage[l].name;
  }
  if (!unknown.empty()) {
    add(out, "Unknown, and counted as 0, for want of a size or a price: {}\n", unknown);
  }
  if (!guesses.empty()) {
    add(out, "Guesses, below {:.4g} % accuracy: {}\n", kGuessAccuracy, guesses);
  }
  return fmt::to_string(out);
}

}  // namespace tilewright
