#include "model/oracle/networks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace tilewright::oracle {
namespace {

// The network `name`, or the one that a level has without naming any.
const Network& named(const Architecture& arch, const StorageLevel& storage,
                     const std::string& name) {
  for (const Network& network : arch.networks) {
    if (!name.empty() && network.name == name) return network;
  }
  return storage.implicit_network;
}

std::vector<IngressStats> ingress_list(const Histogram& histogram) {
  std::vector<IngressStats> list;
  for (const auto& [key, traffic] : histogram) {
    list.push_back({key.first, key.second, traffic.accesses, traffic.hops});
  }
  return list;
}

// Outputs that go to a memory without adders come back to be accumulated: twice the words, but
// for the first visit. The reference takes the first visits off every entry of the histogram.
void double_traffic(std::vector<IngressStats>& list, std::uint64_t partition) {
  for (IngressStats& ingress : list) {
    const double twice = 2 * ingress.accesses - static_cast<double>(partition);
    if (twice >= 0) ingress.accesses = twice;  // the reference prints negative words
  }
}

double additions(const std::vector<IngressStats>& list) {
  double sum = 0;
  for (const IngressStats& entry : list) {
    sum += static_cast<double>(entry.multicast - 1) * entry.accesses;
  }
  return sum;
}

// A mesh: wires and routers along the way of each word; partial sums are added where they meet.
void count_mesh(const OracleNetwork& network, const ChainLink& link, bool read_write,
                bool outer_reduces, NetworkCounts& counts) {
  const bool drains = read_write && network.carries_updates;
  for (auto* list : {&counts.ingresses, &counts.distributed}) {
    if (drains && !outer_reduces) double_traffic(*list, link.partition);
    if (drains) counts.spatial_reductions += additions(*list);
    for (const IngressStats& entry : *list) counts.hops += entry.accesses > 0 ? entry.hops : 0;
  }
}

// A binary tree of adders, for outputs only: half a hop for each full stage.
void count_tree(bool read_write, NetworkCounts& counts) {
  if (!read_write) return;
  counts.spatial_reductions = additions(counts.ingresses);
  for (const IngressStats& entry : counts.ingresses) {
    int stages = 0;
    while ((std::uint64_t{2} << stages) <= entry.multicast) ++stages;
    counts.hops += 0.5 * stages * entry.accesses;
  }
}

}  // namespace

std::vector<OracleNetwork> list_networks(const Architecture& arch) {
  std::vector<OracleNetwork> list;
  for (int level = 0; level < arch.num_levels(); ++level) {
    const StorageLevel& storage = arch.storage[level];
    const Network& down = named(arch, storage, storage.read_network);
    const Network& up =
        storage.update_network.empty() ? down : named(arch, storage, storage.update_network);
    list.push_back({level, down.kind, true, &down == &up, {}});
    if (&down != &up) list.push_back({level, up.kind, false, true, {}});
  }
  return list;
}

bool distributes_reads(const Architecture& arch, int level) {
  const StorageLevel& storage = arch.storage[level];
  return named(arch, storage, storage.read_network).distributed_multicast;
}

NetworkCounts network_counts(const OracleNetwork& network, const ChainLink& link, bool read_write,
                             bool outer_reduces) {
  NetworkCounts counts;
  counts.fanout = link.fanout;
  counts.instances = link.instances;
  counts.link_transfers = link.link_transfers;
  counts.ingresses = ingress_list(link.histogram);
  counts.distributed = ingress_list(link.distributed);
  for (const IngressStats& entry : counts.ingresses) {
    counts.multicast = std::max(counts.multicast, entry.multicast);
  }
  if (network.kind == NetworkKind::legacy) {
    count_mesh(network, link, read_write, outer_reduces, counts);
  } else if (network.kind == NetworkKind::reduction_tree) {
    count_tree(read_write, counts);
  }
  return counts;
}

}  // namespace tilewright::oracle
