#include "model/report/stats_json.hpp"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "model/arch/precision.hpp"
#include "model/error.hpp"
#include "model/report/numbers.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// The reference spells its own technology model in capitals.
std::string energy_source(const std::string& source) { return source == "pat" ? "PAT" : source; }

std::string_view kind_name(NetworkKind kind) {
  switch (kind) {
    case NetworkKind::legacy:
      return "LegacyNetwork";
    case NetworkKind::simple_multicast:
      return "SimpleMulticastNetwork";
    case NetworkKind::reduction_tree:
      return "ReductionTreeNetwork";
  }
  throw InternalError("unknown kind of network");
}

Json compute_json(const ComputeStats& stats, const ComputeLevel& level) {
  return Json{{"kind", "arithmetic"},
              {"name", level.name},
              {"instances", level.instances},
              {"meshX", level.mesh_x},
              {"meshY", level.mesh_y},
              {"word_bits", level.word_bits},
              {"energy_total", number_json(stats.energy_total)},
              {"energy_source", energy_source(stats.price_source)},
              {"area_per_instance", stats.area_per_instance.value_or(0)},
              {"cycles", stats.cycles},
              {"utilized_instances", stats.utilized_instances},
              {"avg_utilized_instances", stats.utilized_instances},
              {"computes", stats.computes},
              {"algorithmic_computes", stats.computes},
              {"area_total", stats.area_total.value_or(0)}};
}

Json specs_json(const StorageLevel& level, const LevelStats& stats, const Problem& problem) {
  Json json{{"technology", level.technology == Technology::dram ? "DRAM" : "SRAM"},
            {"size", optional(level.entries)},
            {"usable_size", optional(level.effective_entries())},
            {"word_bits", level.word_bits},
            {"addr_gen_bits", address_bits(level, stats)},
            {"block_size", level.block_size},
            {"cluster_size", level.cluster_size},
            {"instances", level.instances},
            {"meshX", level.mesh_x},
            {"meshY", level.mesh_y},
            {"shared_bandwidth", optional(level.shared_bandwidth)},
            {"read_bandwidth", optional(level.read_bandwidth)},
            {"write_bandwidth", optional(level.write_bandwidth)},
            {"multiple_buffering", number_json(level.multiple_buffering)},
            {"min_utilization", number_json(level.min_utilization)},
            {"num_ports", level.num_ports},
            {"num_banks", level.num_banks}};
  if (is_mixed(level, problem)) {
    for (int p = 0; p < problem.num_spaces(); ++p) {
      json["data_bits"][problem.spaces[p].name] = element_bits(level, problem, p);
    }
  }
  return json;
}

Json space_json(const SpaceStats& space) {
  const bool accessed = space.reads + space.updates + space.fills > 0;
  const Json per_access = accessed ? number_json(space.energy_per_access) : Json(nullptr);
  return Json{{"keep", space.keep},
              {"partition_size", space.partition_size},
              {"utilized_capacity", space.utilized_capacity},
              {"utilized_instances", number_json(space.utilized_instances)},
              {"utilized_clusters", space.utilized_clusters},
              {"reads", space.reads},
              {"updates", space.updates},
              {"fills", space.fills},
              {"address_generations", space.address_generations},
              {"temporal_reductions", space.temporal_reductions},
              {"energy_per_access", per_access},
              {"energy_per_algorithmic_access", per_access},
              {"read_bandwidth", number_json(space.read_bandwidth)},
              {"write_bandwidth", number_json(space.write_bandwidth)},
              {"shared_bandwidth", number_json(space.read_bandwidth + space.write_bandwidth)},
              {"energy_per_instance", number_json(space.energy_per_instance)},
              {"energy_total", number_json(space.energy_total)},
              // Additions are free in every price source so far.
              {"temporal_reduction_energy_per_instance", 0.0},
              {"temporal_reduction_energy_total", 0.0},
              {"addr_gen_energy_per_cluster", number_json(space.addr_gen_energy_per_cluster)},
              {"addr_gen_energy_total", number_json(space.addr_gen_energy_total)},
              {"read_energy_total", number_json(space.read_energy)},
              {"fill_energy_total", number_json(space.fill_energy)},
              {"update_energy_total", number_json(space.update_energy)}};
}

Json level_json(const LevelStats& stats, const StorageLevel& level, const Problem& problem) {
  Json spaces = Json::object();
  for (std::size_t s = 0; s < stats.spaces.size(); ++s) {
    spaces[problem.spaces[s].name] = space_json(stats.spaces[s]);
  }
  return Json{{"kind", "buffer"},
              {"name", level.name},
              {"specs", specs_json(level, stats, problem)},
              {"cycles", count_json(stats.cycles)},
              {"slowdown", number_json(stats.slowdown)},
              {"dataspaces", std::move(spaces)},
              {"energy_total", number_json(stats.energy_total)},
              {"energy_source", energy_source(stats.price_source)},
              {"area_per_instance", stats.area_per_instance.value_or(0)},
              {"area_total", stats.area_total.value_or(0)},
              {"loops", stats.loops}};
}

Json ingresses_json(const std::vector<IngressStats>& ingresses) {
  Json list = Json::array();
  for (const IngressStats& ingress : ingresses) {
    list.push_back({{"multicast", ingress.multicast},
                    {"scatter", ingress.scatter},
                    {"accesses", number_json(ingress.accesses)},
                    {"hops", number_json(ingress.hops)}});
  }
  return list;
}

double total_accesses(const std::vector<IngressStats>& ingresses) {
  double sum = 0;
  for (const IngressStats& ingress : ingresses) sum += ingress.accesses;
  return sum;
}

Json legacy_json(const NetworkSpaceStats& space) {
  std::uint64_t distributed = 0;
  for (const IngressStats& ingress : space.distributed_ingresses) {
    distributed = std::max(distributed, ingress.multicast);
  }
  Json json{{"fanout", space.fanout},
            {"multicast_factor", space.multicast_factor},
            {"distributed_multicast_factor", distributed},
            {"distributed_multicast", space.distributed_ingresses.empty() ? 0 : 1},
            {"link_transfers", count_json(space.link_transfers)},
            {"spatial_reductions", count_json(space.spatial_reductions)},
            {"link_transfer_energy", number_json(space.link_transfer_energy)},
            {"num_hops", number_json(space.num_hops)},
            {"energy_per_hop", number_json(space.energy_per_hop)},
            {"energy", number_json(space.energy)},
            {"spatial_reduction_energy", number_json(space.spatial_reduction_energy)},
            {"ingresses", ingresses_json(space.ingresses)}};
  if (!space.distributed_ingresses.empty()) {
    json["ingresses_distributed"] = ingresses_json(space.distributed_ingresses);
  }
  json["ingresses_total"] = number_json(total_accesses(space.ingresses));
  json["instances"] = number_json(space.instances);
  json["energy_total"] = number_json(space.energy * space.instances);
  json["link_transfer_energy_total"] = number_json(space.link_transfer_energy * space.instances);
  json["spatial_reduction_energy_total"] =
      number_json(space.spatial_reduction_energy * space.instances);
  return json;
}

// The other two kinds know less: a simple multicast has a price per access, a tree only adds.
Json network_space_json(const NetworkSpaceStats& space, NetworkKind kind) {
  if (kind == NetworkKind::legacy) return legacy_json(space);
  if (kind == NetworkKind::simple_multicast) {
    return Json{{"energy", number_json(space.energy)},
                {"fanout", space.fanout},
                {"multicast_factor", space.multicast_factor},
                {"ingresses", Json::array()},
                {"ingresses_total", number_json(total_accesses(space.ingresses))},
                {"instances", number_json(space.instances)},
                {"energy_total", number_json(space.energy_total)}};
  }
  return Json{{"spatial_reductions", count_json(space.spatial_reductions)},
              {"num_hops", number_json(space.num_hops)},
              {"energy_per_hop", number_json(space.energy_per_hop)},
              {"energy", number_json(space.energy)},
              {"spatial_reduction_energy", number_json(space.spatial_reduction_energy)},
              {"ingresses", Json::array()},
              {"ingresses_total", nullptr},
              {"energy_total", number_json(space.energy_total)}};
}

bool distributes(const NetworkStats& stats, const Architecture& arch) {
  for (const Network& network : arch.networks) {
    if (network.name == stats.name) return network.distributed_multicast;
  }
  return arch.storage[stats.outer_level].implicit_network.distributed_multicast;
}

Json network_json(const NetworkStats& stats, const Problem& problem, const Architecture& arch) {
  const bool legacy = stats.kind == NetworkKind::legacy;
  const bool timed = stats.kind != NetworkKind::simple_multicast;
  Json spaces = Json::object();
  for (std::size_t s = 0; s < stats.spaces.size(); ++s) {
    spaces[problem.spaces[s].name] = network_space_json(stats.spaces[s], stats.kind);
  }
  const bool both = stats.connection.find('+') != std::string::npos;
  return Json{
      {"name", stats.name},
      {"kind", kind_name(stats.kind)},
      {"word_bits", stats.word_bits},
      {"tile_width_um", timed ? number_json(stats.tile_width) : Json(nullptr)},
      {"connection_type", both ? "both" : stats.connection},
      {"legacy_subtype", legacy ? Json(distributes(stats, arch) ? "M_N" : "") : Json(nullptr)},
      {"fill_latency", timed ? Json(stats.fill_latency) : Json(nullptr)},
      {"drain_latency", timed ? Json(stats.drain_latency) : Json(nullptr)},
      {"dataspaces", std::move(spaces)},
      {"outer_level", arch.storage[stats.outer_level].name},
      {"energy_total", number_json(stats.energy_total)}};
}

// By name, as the reference lists them.
Json networks_json(const Stats& stats, const Problem& problem, const Architecture& arch) {
  std::vector<const NetworkStats*> sorted;
  for (const NetworkStats& network : stats.networks) sorted.push_back(&network);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->name < b->name; });
  Json list = Json::array();
  for (const NetworkStats* network : sorted) {
    list.push_back(network_json(*network, problem, arch));
  }
  return list;
}

// Percent; of prices that no estimator gave nobody knows it.
Json accuracy(double percent) { return percent < 0 ? Json(nullptr) : Json(percent); }

Json price_sources_json(const Architecture& arch, const Prices& prices) {
  Json list = Json::array();
  list.push_back({{"level", arch.compute.name},
                  {"source", prices.compute.source},
                  {"accuracy", accuracy(prices.compute.accuracy)},
                  {"guess", is_guess(prices.compute.accuracy)},
                  {"compute", number_json(prices.compute.op)},
                  {"idle", number_json(prices.compute.idle)},
                  {"area", optional(prices.compute.area)}});
  for (std::size_t l = 0; l < arch.storage.size(); ++l) {
    const StoragePrice& price = prices.storage[l];
    list.push_back({{"level", arch.storage[l].name},
                    {"source", price.source},
                    {"accuracy", accuracy(price.accuracy)},
                    {"guess", is_guess(price.accuracy)},
                    {"read", number_json(price.read)},
                    {"fill", number_json(price.fill)},
                    {"update", number_json(price.update)},
                    {"address_generation", number_json(price.addr_gen)},
                    {"idle", number_json(price.idle)},
                    {"area", optional(price.area)}});
  }
  return list;
}

Json reject_json(const Rejection& rejection, const Problem& problem, const Architecture& arch) {
  Json json{{"format", kStatsFormat},
            {"status", "reject"},
            {"reason", name(rejection.reason)},
            {"message", describe(rejection, problem, arch)},
            {"level", rejection.level < 0 ? arch.compute.name : arch.storage[rejection.level].name},
            {"needed", rejection.needed},
            {"available", rejection.available}};
  if (rejection.reason == RejectReason::capacity ||
      rejection.reason == RejectReason::min_utilization) {
    Json shares = Json::object();
    for (int s = 0; s < problem.num_spaces(); ++s) {
      shares[problem.spaces[s].name] = rejection.share[s];
    }
    if (is_mixed(arch.storage[rejection.level], problem)) json["unit"] = "bits";
    json["share"] = std::move(shares);
  }
  return json;
}

Json accepted_json(const Stats& stats, const Problem& problem, const Architecture& arch,
                   const Prices& prices) {
  Json spaces = Json::array();
  for (const DataSpace& space : problem.spaces) spaces.push_back(space.name);
  Json dimensions = Json::object();
  for (int d = 0; d < problem.num_dims(); ++d) dimensions[problem.dims[d]] = problem.bounds[d];
  Json levels = Json::array({compute_json(stats.compute, arch.compute)});
  for (std::size_t l = 0; l < stats.levels.size(); ++l) {
    levels.push_back(level_json(stats.levels[l], arch.storage[l], problem));
  }
  const Cost& cost = stats.outcome.cost;
  return Json{
      {"format", kStatsFormat},
      {"status", "ok"},
      {"dimensions", std::move(dimensions)},
      {"dataspaces", std::move(spaces)},
      {"levels", std::move(levels)},
      {"networks", networks_json(stats, problem, arch)},
      {"cycles", count_json(cost.cycles)},
      {"compute_cycles", stats.compute_cycles},
      {"computes", stats.computes},
      {"utilization", number_json(cost.utilization)},
      {"energy_pJ", number_json(cost.energy)},
      {"energy_per_compute_pJ", number_json(cost.energy / static_cast<double>(stats.computes))},
      {"edp_pJ_cycles", number_json(cost.edp())},
      // A sum over what is known; the reference, too, writes 0 where nothing is.
      {"area_um2", stats.area},
      {"area_unknown", stats.unknown_areas},
      {"energy_breakdown",
       {{"data_movement_pJ", number_json(stats.movement_energy())},
        {"compute_pJ", number_json(stats.compute.energy_total)},
        {"idle_pJ", number_json(stats.idle_energy())},
        {"idle_counted", stats.counts_idle}}},
      {"price_sources", price_sources_json(arch, prices)}};
}

}  // namespace

int address_bits(const StorageLevel& level, const LevelStats& stats) {
  std::uint64_t words = 0;
  if (level.entries) {
    words = *level.entries;
  } else {
    for (const SpaceStats& space : stats.spaces) words += space.utilized_capacity;
  }
  const std::uint64_t blocks = (words + level.block_size - 1) / level.block_size;
  return blocks < 2 ? 0 : static_cast<int>(std::bit_width(blocks - 1));
}

std::string_view name(RejectReason reason) {
  switch (reason) {
    case RejectReason::none:
      return "none";
    case RejectReason::bypassed_everywhere:
      return "bypassed_everywhere";
    case RejectReason::instances:
      return "instances";
    case RejectReason::mesh_x:
      return "mesh_x";
    case RejectReason::mesh_y:
      return "mesh_y";
    case RejectReason::capacity:
      return "capacity";
    case RejectReason::min_utilization:
      return "min_utilization";
  }
  throw InternalError("unknown reason of a rejection");
}

std::string stats_json(const Stats& stats, const Problem& problem, const Architecture& arch,
                       const Prices& prices) {
  const bool valid = stats.outcome.valid();
  const Json json = valid ? accepted_json(stats, problem, arch, prices)
                          : reject_json(stats.outcome.rejection, problem, arch);
  // Names come from the user's files: a broken byte in one must not cost the whole report.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewright
