#pragma once

#include <cstdint>
#include <vector>

#include "model/oracle/delta_recursion.hpp"

namespace tilewright::oracle {

/// One dataspace at one level while its counts are derived .
struct ChainLink {
  // What the recursion found.
  std::uint64_t size = 0;   // of the tile; divided by distributed multicast
  std::uint64_t shape = 0;  // of the tile, undivided: what the memory must hold
  std::uint64_t group_tile = 0;
  std::uint64_t fanout = 1;
  std::uint64_t instances = 1;
  Histogram histogram;
  double link_transfers = 0;
  // What is derived from it.
  std::uint64_t partition = 0;
  double served = 0;  // words read for the children
  double share = 0;   // words that arrive from the parent
  double peer = 0;    // words that neighbours fetch from, and bring to, an instance
  Histogram distributed;
  bool kept = true;
};

/// The levels of one dataspace, innermost first.
struct Chain {
  std::vector<ChainLink> links;
  bool undefined_distribution = false;
};

/// `keep` and `distributes` by level: does the level hold the dataspace, and is the network below
/// the level an M:N one.
Chain derive_chain(const std::vector<RawLevel>& raw, int space, const std::vector<bool>& keep,
                   const std::vector<bool>& distributes);

}  // namespace tilewright::oracle
