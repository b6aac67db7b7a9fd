#include "model/report/timeloop/stats_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "model/printable.hpp"
#include "model/report/timeloop/lines.hpp"

namespace tilewright::timeloop {
namespace {

// Timeloop calls everything that a table priced ERT, whoever made the table.
std::string_view price_source(const std::string& source) {
  if (source == "user") return "user";
  return source == "pat" ? "PAT" : "ERT";
}

// pJ of the dearest action of an instance. Timeloop shares what a table says of a cluster among its
// instances; the other sources tell of an instance at once.
double vector_energy(const StorageLevel& level, const StoragePrice& price) {
  const double dearest = std::max({price.read, price.fill, price.update});
  return price_source(price.source) == "ERT" ? dearest / level.cluster_size : dearest;
}

// Timeloop keeps areas of memories in its shorter floating-point numbers.
double shortened(double area) { return static_cast<double>(static_cast<float>(area)); }

std::string instances_text(std::uint64_t instances, std::uint64_t x, std::uint64_t y) {
  return fmt::format("{} ({}*{})", instances, x, y);
}

std::string whole(double count) { return fmt::format("{:.0f}", count); }

std::string compute_text(const Run& run) {
  const ComputeLevel& level = run.arch.compute;
  const ComputeStats& stats = run.stats.compute;
  std::string text = fmt::format("=== {} ===\n\n    SPECS\n    -----\n", printable(level.name));
  Lines specs(text, 4, 22);
  specs.add("Word bits", level.word_bits);
  specs.add("Instances", instances_text(level.instances, level.mesh_x, level.mesh_y));
  specs.add("Compute energy", run.prices.compute.op, "pJ");
  text += "\n    STATS\n    -----\n";
  Lines lines(text, 4, 24);
  lines.add("Utilized instances", stats.utilized_instances);
  lines.add("Computes (total)", stats.computes);
  lines.add("Cycles", stats.cycles);
  lines.add("Energy (total)", stats.energy_total, "pJ");
  lines.add("Area (total)", stats.area_total.value_or(0), "um^2");
  return text + "\n";
}

void add_specs(std::string& text, const Run& run, int l) {
  const StorageLevel& level = run.arch.storage[l];
  const StoragePrice& price = run.prices.storage[l];
  text += "    SPECS\n    -----\n";
  Lines lines(text, 8, 32);
  lines.add("Technology", level.technology == Technology::dram ? "DRAM" : "SRAM");
  lines.add("Size", level.entries);
  lines.add("Word bits", level.word_bits);
  lines.add("Block size", level.block_size);
  lines.add("Cluster size", level.cluster_size);
  lines.add("Instances", instances_text(level.instances, level.mesh_x, level.mesh_y));
  lines.add("Shared bandwidth", level.shared_bandwidth);
  lines.add("Read bandwidth", level.read_bandwidth);
  lines.add("Write bandwidth", level.write_bandwidth);
  lines.add("Multiple buffering", level.multiple_buffering);
  lines.add("Effective size", level.effective_entries());
  lines.add("Min utilization", level.min_utilization);
  lines.add("Vector access energy", vector_energy(level, price), "pJ");
  lines.add("Vector access energy source", price_source(price.source));
  lines.add("Per-instance-cycle leakage", run.prices.count_idle ? price.idle : 0, "pJ");
  // Each instance has a power gate of its own: no other arrangement is read.
  lines.add("Instances sharing power gating", 1.0);
  lines.add("Non-power-gated utilization", "100.00%");
  lines.add("Leakage energy (total)", run.prices.count_idle ? run.stats.levels[l].idle_energy : 0,
            "pJ");
  lines.add("Area", shortened(run.stats.levels[l].area_per_instance.value_or(0)), "um^2");
}

void add_loops(std::string& text, const std::vector<std::string>& loops) {
  text += "\n    MAPPING\n    -------\n    Loop nest:\n";
  int indent = 6;
  for (const std::string& loop : loops) {
    text += fmt::format("{:{}}{}\n", "", indent, loop);
    indent += 2;
  }
}

void add_bandwidth(Lines& lines, std::string_view name, double words, double instances) {
  lines.add(fmt::format("{} Bandwidth (per-instance)", name), words, "words/cycle");
  lines.add(fmt::format("{} Bandwidth (total)", name), words * instances, "words/cycle");
}

void add_space(std::string& text, const std::string& name, const SpaceStats& space) {
  text += fmt::format("    {}:\n", printable(name));
  Lines lines(text, 8, 41);
  lines.add("Partition size", space.partition_size);
  lines.add("Utilized capacity", space.utilized_capacity);
  lines.add("Utilized instances (max)", whole(space.utilized_instances));
  lines.add("Utilized clusters (max)", space.utilized_clusters);
  lines.add("Scalar reads (per-instance)", space.reads);
  lines.add("Scalar fills (per-instance)", space.fills);
  lines.add("Scalar updates (per-instance)", space.updates);
  lines.add("Temporal reductions (per-instance)", space.temporal_reductions);
  lines.add("Address generations (per-cluster)", space.address_generations);
  lines.add("Energy (per-scalar-access)", space.energy_per_access, "pJ");
  lines.add("Energy (per-instance)", space.energy_per_instance, "pJ");
  lines.add("Energy (total)", space.energy_total, "pJ");
  lines.add("Temporal Reduction Energy (per-instance)", 0.0, "pJ");  // additions are free
  lines.add("Temporal Reduction Energy (total)", 0.0, "pJ");
  lines.add("Address Generation Energy (per-cluster)", space.addr_gen_energy_per_cluster, "pJ");
  lines.add("Address Generation Energy (total)", space.addr_gen_energy_total, "pJ");
  lines.add("Bandwidth Consumption Scale", 1.0);
  const double instances = space.utilized_instances;
  add_bandwidth(lines, "Shared", space.read_bandwidth + space.write_bandwidth, instances);
  add_bandwidth(lines, "Read", space.read_bandwidth, instances);
  add_bandwidth(lines, "Write", space.write_bandwidth, instances);
}

std::string storage_text(const Run& run, int l) {
  const LevelStats& stats = run.stats.levels[l];
  std::string text = fmt::format("=== {} ===\n\n", printable(run.arch.storage[l].name));
  add_specs(text, run, l);
  add_loops(text, stats.loops);
  text += "\n    STATS\n    -----\n";
  Lines lines(text, 4, 21);
  lines.add("Cycles", whole(stats.cycles));
  lines.add("Bandwidth throttling", stats.slowdown);
  for (int p = 0; p < run.problem.num_spaces(); ++p) {
    if (stats.spaces[p].keep) add_space(text, run.problem.spaces[p].name, stats.spaces[p]);
  }
  return text + "\n";
}

bool is_idle(const Run& run, int level) {
  return accesses(run, level) == 0 && level_energy(run, level) == 0;
}

void add_levels(std::string& text, const Run& run) {
  text += "Buffer and Arithmetic Levels\n----------------------------\n";
  if (run.stats.compute.energy_total != 0) text += "Level 0\n-------\n" + compute_text(run);
  for (int l = 0; l < run.arch.num_levels(); ++l) {
    if (is_idle(run, l)) continue;
    text += fmt::format("Level {}\n-------\n", l + 1) + storage_text(run, l);
  }
}

void add_networks(std::string& text, const Run& run) {
  text += "Networks\n--------\n";
  int number = 0;
  for (const NetworkStats* network : sorted_networks(run.stats)) {
    if (network->energy_total == 0) continue;
    text += fmt::format("Network {}\n---------\n", number++) + network_text(run, *network);
  }
}

// Operations per byte, in Timeloop's shorter floating-point numbers.
double intensity(std::uint64_t operations, std::uint32_t word_bits, std::uint64_t words) {
  const auto per_byte =
      static_cast<float>(operations) / static_cast<float>(bytes(words, word_bits));
  return static_cast<double>(per_byte);
}

void add_intensities(std::string& text, const Run& run) {
  text += "\nOperational Intensity Stats\n---------------------------\n";
  const Operations ops = operations(run);
  const std::uint64_t words = tensor_words(run);
  Lines lines(text, 4, 40);
  lines.add("Total elementwise ops", ops.elementwise);
  lines.add("Total reduction ops", ops.reduction);
  lines.add("Total ops", ops.total());
  lines.add("Total memory accesses required", words);
  lines.add("Optimal Op per Byte",
            intensity(ops.total(), run.arch.storage.back().word_bits, words));
  text += "\n";
  for (int l = 0; l < run.arch.num_levels(); ++l) {
    const StorageLevel& level = run.arch.storage[l];
    text += fmt::format("=== {} ===\n", printable(level.name));
    const std::uint64_t accessed = accesses(run, l);
    if (accessed == 0) continue;
    lines.add("Total scalar accesses", accessed);
    lines.add("Op per Byte", intensity(ops.total(), level.word_bits, accessed));
  }
  text += "\n\n";
}

// The longest name of all levels and networks, those that are not listed included.
std::size_t longest_name(const Run& run) {
  std::size_t longest = run.arch.compute.name.size();
  for (const StorageLevel& level : run.arch.storage) longest = std::max(longest, level.name.size());
  for (const NetworkStats& network : run.stats.networks) {
    longest = std::max(longest, network.name.size());
  }
  return longest;
}

void add_energies(std::string& text, const Run& run) {
  const auto computes = static_cast<double>(run.stats.computes);
  const std::size_t width = longest_name(run) + 1;
  const auto row = [&](std::string_view name, double energy) {
    text += fmt::format("    {:<{}}= {:.2f}\n", printable(name), width, energy * 1000 / computes);
  };
  text += fmt::format("\nComputes = {}\nfJ/Compute\n", run.stats.computes);
  if (run.stats.compute.energy_total != 0)
    row(run.arch.compute.name, run.stats.compute.energy_total);
  for (int l = 0; l < run.arch.num_levels(); ++l) {
    if (level_energy(run, l) != 0) row(run.arch.storage[l].name, level_energy(run, l));
  }
  for (const NetworkStats* network : sorted_networks(run.stats)) {
    if (network->energy_total != 0) row(network->name, network->energy_total);
  }
  row("Total", run.stats.outcome.cost.energy);
}

void add_summary(std::string& text, const Run& run) {
  const Cost& cost = run.stats.outcome.cost;
  const double energy = run.stats.outcome.cost.energy;
  const auto cycles = static_cast<float>(cost.cycles);
  text += "Summary Stats\n-------------\n";
  text +=
      fmt::format("GFLOPs (@1GHz): {:.2f}\n", static_cast<float>(operations(run).total()) / cycles);
  text += fmt::format("Utilization: {:.2f}%\n", cost.utilization * 100);
  text += fmt::format("Cycles: {}\n", whole(cost.cycles));
  text += fmt::format("Energy: {:.2f} uJ\n", energy / 1e6);
  text += fmt::format("EDP(J*cycle): {:.2e}\n", static_cast<double>(cycles) * energy / 1e12);
  text += fmt::format("Area: {:.2f} mm^2\n", run.stats.area / 1e6);
}

}  // namespace

std::string stats_text(const Run& run) {
  std::string text;
  add_levels(text, run);
  add_networks(text, run);
  add_intensities(text, run);
  add_summary(text, run);
  add_energies(text, run);
  return text + "\n";
}

}  // namespace tilewright::timeloop
