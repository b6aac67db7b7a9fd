#include "model/convert/same_meaning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/error.hpp"

namespace tilewright::convert {
namespace {

auto facts(const Network& network) {
  return std::tie(network.kind, network.distributed_multicast, network.word_bits,
                  network.tile_width, network.wire_energy, network.energy_per_hop,
                  network.router_energy, network.energy_per_ingress, network.adder_energy,
                  network.fill_latency, network.drain_latency);
}

auto facts(const StorageLevel& level) {
  return std::tie(level.name, level.technology, level.process_nm, level.entries, level.word_bits,
                  level.spare_bits, level.block_size, level.cluster_size, level.instances,
                  level.mesh_x, level.mesh_y, level.multiple_buffering, level.min_utilization,
                  level.num_ports, level.num_banks, level.read_bandwidth, level.write_bandwidth,
                  level.shared_bandwidth, level.addr_gen_energy, level.reduction_supported,
                  level.read_network, level.fill_network, level.update_network, level.drain_network,
                  level.network_fill_latency, level.network_drain_latency);
}

auto facts(const ComputeLevel& compute) {
  return std::tie(compute.name, compute.word_bits, compute.instances, compute.mesh_x,
                  compute.mesh_y, compute.process_nm, compute.operand_network,
                  compute.result_network);
}

auto facts(const NetworkPrice& price) {
  return std::tie(price.per_hop, price.per_router, price.per_ingress, price.per_add);
}

auto facts(const StoragePrice& price) {
  return std::tie(price.read, price.fill, price.update, price.addr_gen, price.area);
}

auto facts(const LoopConstraint& loops) {
  return std::tie(loops.fixed, loops.at_most, loops.at_least, loops.inner, loops.outer,
                  loops.split);
}

auto facts(const SearchSettings& search) {
  return std::tie(search.metrics, search.algorithm, search.search_size, search.victory_condition,
                  search.timeout, search.threads, search.imperfect);
}

template <class Items, class Same>
bool all_same(const Items& a, const Items& b, const Same& same) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

template <class Items>
bool all_same(const Items& a, const Items& b) {
  return all_same(a, b, [](const auto& s, const auto& t) { return facts(s) == facts(t); });
}

bool same_bits(const std::vector<DataBits>& a, const std::vector<DataBits>& b) {
  return all_same(a, b, [](const DataBits& s, const DataBits& t) {
    return s.space == t.space && s.bits == t.bits;
  });
}

std::string difference(const Architecture& a, const Architecture& b) {
  if (facts(a.compute) != facts(b.compute)) return a.compute.name;
  if (a.storage.size() != b.storage.size()) return "the number of levels";
  for (std::size_t s = 0; s < a.storage.size(); ++s) {
    const StorageLevel& one = a.storage[s];
    const StorageLevel& other = b.storage[s];
    if (facts(one) != facts(other) || !same_bits(one.data_bits, other.data_bits)) return one.name;
    const auto& wires = one.implicit_network;
    if (wires.distributed_multicast != other.implicit_network.distributed_multicast) {
      return "the link of " + one.name;
    }
  }
  if (!all_same(a.networks, b.networks)) return "the networks";
  return a.cycle_seconds != b.cycle_seconds ? "the clock" : "";
}

bool same_network(const NetworkPrice& a, const NetworkPrice& b) {
  const auto same = [](const NetworkPrice::Multicast& s, const NetworkPrice::Multicast& t) {
    return std::tie(s.space, s.factor, s.energy) == std::tie(t.space, t.factor, t.energy);
  };
  return facts(a) == facts(b) && all_same(a.multicast, b.multicast, same);
}

// Leakage only where it counts: elsewhere it is nobody's price.
std::string difference(const Prices& a, const Prices& b) {
  if (std::tie(a.count_idle, a.idle_in_use) != std::tie(b.count_idle, b.idle_in_use)) {
    return "how leakage counts";
  }
  if (a.compute.op != b.compute.op || a.compute.area != b.compute.area) {
    return "the price of the arithmetic";
  }
  bool same_idle = a.compute.idle == b.compute.idle;
  for (std::size_t s = 0; s < a.storage.size(); ++s) {
    same_idle = same_idle && a.storage[s].idle == b.storage[s].idle;
  }
  if (a.count_idle && !same_idle) return "leakage";
  if (!all_same(a.storage, b.storage)) return "the prices of the levels";
  if (!all_same(a.implicit_networks, b.implicit_networks)) return "the prices of the links";
  return all_same(a.networks, b.networks, same_network) ? "" : "the prices of the networks";
}

bool same_layer(const Layer& a, const Layer& b) {
  const auto batch = [](const BatchUse& use) { return std::tie(use.growth, use.dim, use.each); };
  return a.name == b.name && a.problem.same_work(b.problem) && a.repeats == b.repeats &&
         a.weights == b.weights && batch(a.batch) == batch(b.batch) && a.inputs == b.inputs;
}

bool same_level(const LevelConstraint& a, const LevelConstraint& b, bool fans_out) {
  const auto masks = [](const LevelConstraint& level) {
    return std::tie(level.must_keep, level.must_bypass, level.no_temporal_reuse);
  };
  const auto spatial = [](const LevelConstraint& level) {
    return std::tie(level.no_link_transfer, level.no_multicast);
  };
  if (facts(a.temporal) != facts(b.temporal) || masks(a) != masks(b)) return false;
  if (!fans_out) return true;
  return facts(a.spatial) == facts(b.spatial) && spatial(a) == spatial(b);
}

bool same_constraints(const SpecSet& a, const SpecSet& b, const Problem& problem) {
  const Constraints one = read_constraints(a, problem);
  const Constraints other = read_constraints(b, problem);
  for (int s = 0; s < a.architecture->num_levels(); ++s) {
    const bool fans_out = a.architecture->fanout(s) > 1;
    if (!same_level(one.levels[s], other.levels[s], fans_out)) return false;
  }
  return one.min_parallelism == other.min_parallelism;
}

// "" where it does not fit the problem.
std::string mapping_text(const SpecSet& specs, const Problem& problem) {
  try {
    return write_mapping(read_mapping(specs, problem), problem, *specs.architecture);
  } catch (const MappingMisfit&) {
    return "";
  }
}

}  // namespace

std::string find_difference(const SpecSet& a, const SpecSet& b) {
  if (a.architecture.has_value() != b.architecture.has_value()) return "the architecture";
  if (!all_same(a.layers, b.layers, same_layer)) return "the layers";
  if (facts(a.search) != facts(b.search)) return "the settings of the search";
  if (!a.architecture) return "";
  std::string found = difference(*a.architecture, *b.architecture);
  if (!found.empty()) return found;
  const ReferenceTable none;
  found = difference(price(*a.architecture, a.table.value_or(none)),
                     price(*b.architecture, b.table.value_or(none)));
  if (!found.empty()) return found;
  for (const Layer& layer : a.layers) {
    const Problem& problem = layer.problem;
    if (!same_constraints(a, b, problem)) return "the constraints of layer " + layer.name;
    if (!a.has_mapping || !b.has_mapping) continue;
    const std::string mapping = mapping_text(a, problem);  // first: what is wrong is wrong there
    if (mapping != mapping_text(b, problem)) return "the mapping";
  }
  return "";
}

}  // namespace tilewright::convert
