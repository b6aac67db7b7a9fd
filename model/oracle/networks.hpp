#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/nest/stats.hpp"
#include "model/oracle/tile_chain.hpp"

namespace tilewright::oracle {

/// Traffic of one dataspace on one network below one instance of a memory.
struct NetworkCounts {
  std::uint64_t fanout = 1;
  std::uint64_t multicast = 0;  // the greatest of the ingresses
  double link_transfers = 0;
  double spatial_reductions = 0;
  double hops = 0;  // of all words; 0 where nobody pays for a distance
  std::uint64_t instances = 1;
  std::vector<IngressStats> ingresses;
  std::vector<IngressStats> distributed;
};

/// One network in use below the memory of `level`, with what it carries. Where reads and updates
/// have a network each, both see all dataspaces, as in the reference.
struct OracleNetwork {
  int level = 0;
  NetworkKind kind = NetworkKind::legacy;
  bool carries_reads = false;
  bool carries_updates = false;
  std::vector<NetworkCounts> spaces;  // [dataspace]
};

/// The networks below all memories: of each the one for reads, then that for updates if it is
/// another.
std::vector<OracleNetwork> list_networks(const Architecture& arch);

/// Does the network that carries the reads of `level` distribute words (M:N)?
bool distributes_reads(const Architecture& arch, int level);

/// What `network` carries of one dataspace. `outer_reduces`: the memory above it can accumulate.
NetworkCounts network_counts(const OracleNetwork& network, const ChainLink& link, bool read_write,
                             bool outer_reduces);

}  // namespace tilewright::oracle
