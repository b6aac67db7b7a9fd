#include "model/report/stats_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "model/printable.hpp"
#include "model/report/numbers.hpp"
#include "model/report/text_table.hpp"

namespace tilewright {
namespace {

using Buffer = fmt::memory_buffer;

template <typename... Args>
void add(Buffer& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

using Kind = TextTable::Kind;
using Cell = TextTable::Cell;

Architecture with_printable_names(Architecture arch) {
  arch.compute.name = printable(arch.compute.name);
  for (StorageLevel& level : arch.storage) level.name = printable(level.name);
  return arch;
}

std::string number(double value) { return fmt::format("{:.5g}", value); }
std::string count(std::uint64_t value) { return count_cell(static_cast<double>(value)); }

void add_memories(Buffer& out, const Stats& stats, const Problem& problem,
                  const Architecture& arch) {
  add(out, "Memories (tile, reads, fills and updates are those of one instance, in words)\n");
  TextTable table({{"level", Kind::text},
                   {"dataspace", Kind::text},
                   {"keep", Kind::text},
                   {"tile"},
                   {"reads"},
                   {"fills"},
                   {"updates"},
                   {"in use"},
                   {"energy pJ"}});
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    for (std::size_t s = 0; s < stats.levels[l].spaces.size(); ++s) {
      const SpaceStats& space = stats.levels[l].spaces[s];
      table.add({s == 0 ? arch.storage[l].name : "", problem.spaces[s].name,
                 space.keep ? "yes" : "-", count(space.utilized_capacity), count(space.reads),
                 count(space.fills), count(space.updates), number(space.utilized_instances),
                 number(space.energy_total)});
    }
  }
  add(out, "{}", table.str());
}

void add_networks(Buffer& out, const Stats& stats, const Problem& problem) {
  if (stats.networks.empty()) return;
  add(out, "\nNetworks (per instance of the outer level)\n");
  TextTable table({{"network", Kind::text},
                   {"dataspace", Kind::text},
                   {"fanout"},
                   {"multicast"},
                   {"transfers"},
                   {"reductions"},
                   {"hops"},
                   {"energy pJ"}});
  for (std::size_t n = stats.networks.size(); n-- > 0;) {
    for (std::size_t s = 0; s < stats.networks[n].spaces.size(); ++s) {
      const NetworkSpaceStats& space = stats.networks[n].spaces[s];
      table.add({s == 0 ? stats.networks[n].name : "", problem.spaces[s].name,
                 fmt::format("{}", space.fanout), fmt::format("{}", space.multicast_factor),
                 count_cell(space.link_transfers), count_cell(space.spatial_reductions),
                 fmt::format("{:.4g}", space.num_hops), number(space.energy_total)});
    }
  }
  add(out, "{}", table.str());
}

std::string area_text(const std::optional<double>& area) {
  return area ? fmt::format("{:.6g}", *area) : "unknown";
}

void add_levels(Buffer& out, const Stats& stats, const Architecture& arch) {
  const double total = stats.outcome.cost.energy;
  const double macs = static_cast<double>(stats.computes);
  TextTable table({{"level", Kind::text},
                   {"cycles"},
                   {"slowdown"},
                   {"energy pJ"},
                   {"pJ per op"},
                   {"share"},
                   {"area um2"}});
  const auto row = [&](std::string_view name, const std::string& cycles,
                       const std::string& slowdown, double energy, const std::string& area) {
    table.add({std::string(name), cycles, slowdown, number(energy),
               fmt::format("{:.4f}", energy / macs),
               fmt::format("{:.1f}%", total > 0 ? 100 * energy / total : 0.0), area});
  };
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    const LevelStats& level = stats.levels[l];
    row(arch.storage[l].name, count_cell(level.cycles), fmt::format("{:.4f}", level.slowdown),
        level.energy_total, area_text(level.area_total));
  }
  row(arch.compute.name, count(stats.compute.cycles), "1.0000", stats.compute.energy_total,
      area_text(stats.compute.area_total));
  for (std::size_t n = stats.networks.size(); n-- > 0;) {
    const NetworkStats& network = stats.networks[n];
    if (network.energy_total == 0) continue;  // most wires are free
    row(network.name, "", "", network.energy_total, "");
  }
  add(out, "\n{}", table.str());
}

// What each action takes, of all instances together.
void add_actions(Buffer& out, const Stats& stats, const Problem& problem,
                 const Architecture& arch) {
  TextTable table({{"level", Kind::text},
                   {"dataspace", Kind::text},
                   {"read"},
                   {"fill"},
                   {"update"},
                   {"addresses"}});
  for (std::size_t l = stats.levels.size(); l-- > 0;) {
    bool first = true;
    for (std::size_t s = 0; s < stats.levels[l].spaces.size(); ++s) {
      const SpaceStats& space = stats.levels[l].spaces[s];
      if (space.energy_total + space.addr_gen_energy_total == 0) continue;
      table.add({first ? arch.storage[l].name : "", problem.spaces[s].name,
                 fmt::format("{:.6g}", space.read_energy), fmt::format("{:.6g}", space.fill_energy),
                 fmt::format("{:.6g}", space.update_energy),
                 fmt::format("{:.6g}", space.addr_gen_energy_total)});
      first = false;
    }
  }
  add(out, "\nEnergy by action, pJ\n{}", table.str());
}

// Where the energy goes: moving words, computing, and leaking while time passes.
void add_breakdown(Buffer& out, const Stats& stats) {
  const double movement = stats.movement_energy();
  const double compute = stats.compute.energy_total;
  const double idle = stats.idle_energy();
  const double sum = movement + compute + (stats.counts_idle ? idle : 0);
  const double percent = sum > 0 ? 100 / sum : 0;
  add(out, "             data movement {:.6g} pJ ({:.1f} %)\n", movement, movement * percent);
  add(out, "             compute {:.6g} pJ ({:.1f} %)\n", compute, compute * percent);
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

namespace {

template <typename Price>
std::string source_of(const Price& price) {
  return price.accuracy < 0 ? price.source
                            : fmt::format("{} {:.4g} %", price.source, price.accuracy);
}

std::string prices_table(const Architecture& arch, const Prices& prices) {
  TextTable table({{"", Kind::text}, {"", Kind::text}, {"", Kind::wrapped}});
  for (std::size_t l = arch.storage.size(); l-- > 0;) {
    const StoragePrice& price = prices.storage[l];
    // What stands for a fan-out of version 0.4 is no hardware.
    if (arch.storage[l].component_class == "dummy_storage") continue;
    table.add({arch.storage[l].name, source_of(price),
               fmt::format("read {:.6g}, fill {:.6g}, update {:.6g}", price.read, price.fill,
                           price.update)});
  }
  table.add({arch.compute.name, source_of(prices.compute),
             fmt::format("operation {:.6g}", prices.compute.op)});
  return table.str();
}

std::string with_comma(const std::string& list, const std::string& name) {
  return list.empty() ? name : list + ", " + name;
}

}  // namespace

std::string prices_text(const Architecture& full, const Prices& prices) {
  const Architecture arch = with_printable_names(full);
  std::string unknown;
  std::string guesses;
  for (std::size_t l = arch.storage.size(); l-- > 0;) {
    const StoragePrice& price = prices.storage[l];
    const std::string& name = arch.storage[l].name;
    if (price.source.find(kUnknownSource) != std::string::npos) unknown = with_comma(unknown, name);
    if (is_guess(price.accuracy)) guesses = with_comma(guesses, name);
  }
  if (is_guess(prices.compute.accuracy)) guesses = with_comma(guesses, arch.compute.name);
  std::string text =
      "Prices (pJ per access of a vector or per operation)\n" + prices_table(arch, prices);
  if (!unknown.empty()) {
    text += wrapped("Unknown, and counted as 0, for want of a size or a price: " + unknown,
                    kTableWidth, 2) +
            "\n";
  }
  if (!guesses.empty()) {
    text += wrapped(fmt::format("Guesses, below {:.4g} % accuracy: {}", kGuessAccuracy, guesses),
                    kTableWidth, 2) +
            "\n";
  }
  return text;
}

}  // namespace tilewright
