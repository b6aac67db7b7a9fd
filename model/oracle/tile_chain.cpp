#include "model/oracle/tile_chain.hpp"

#include <cstddef>

#include "model/big_int.hpp"

namespace tilewright::oracle {
namespace {

using Links = std::vector<ChainLink>;

Links collect(const std::vector<RawLevel>& raw, int space) {
  Links links;
  for (const RawLevel& level : raw) {
    const RawSpace& found = level.spaces[space];
    ChainLink link;
    link.size = link.shape = found.tile;
    link.group_tile = found.group_tile;
    link.fanout = level.fanout;
    link.instances = level.instances;
    link.histogram = found.histogram;
    link.link_transfers = found.link_transfers;
    link.served = total_accesses(found.histogram);
    links.push_back(std::move(link));
  }
  return links;
}

// The part of the tensor that one instance ever sees, overlaps disregarded, rounded down.
void find_partitions(Links& links) {
  links.back().partition = links.back().size;
  for (std::size_t level = links.size() - 1; level-- > 0;) {
    const ChainLink& parent = links[level + 1];
    const std::uint64_t whole = parent.group_tile > 0 ? parent.group_tile : links[level].size;
    const BigInt product = BigInt(parent.partition) * links[level].size;  // beyond 64 bits, maybe
    links[level].partition = static_cast<std::uint64_t>(product / whole);
  }
}

// Words that reach an average child.
void find_shares(Links& links) {
  for (std::size_t level = 0; level + 1 < links.size(); ++level) {
    for (const auto& [key, traffic] : links[level + 1].histogram) {
      links[level].share += traffic.accesses * static_cast<double>(key.first) /
                            static_cast<double>(links[level + 1].fanout);
    }
  }
}

std::uint64_t divide_up(std::uint64_t words, std::uint64_t parts) {
  return 1 + (words - 1) / parts;
}

double divide_up(double words, std::uint64_t parts) {
  return 1 + (words - 1) / static_cast<double>(parts);
}

// Distributed multicast: instead of copies for all m children of an M:N level, each child gets a
// part and the children exchange the parts. One pair of levels at most.
void distribute(Chain& chain, const std::vector<bool>& distributes) {
  Links& links = chain.links;
  for (std::size_t level = 0; level + 1 < links.size(); ++level) {
    if (!distributes[level]) continue;
    ChainLink& child = links[level];
    ChainLink& parent = links[level + 1];
    if (child.histogram.size() != 1 || parent.histogram.size() != 1) {
      chain.undefined_distribution = true;
      return;
    }
    const auto [multicast, scatter] = parent.histogram.begin()->first;
    if (multicast == 1) continue;
    const Traffic sent = parent.histogram.begin()->second;
    const Traffic inner = child.histogram.begin()->second;
    parent.histogram.clear();
    parent.histogram[{1, multicast * scatter}] = {sent.accesses, sent.unicast_hops, 0};
    parent.distributed[{multicast, scatter}] = {inner.accesses,
                                                sent.hops * inner.accesses / sent.accesses, 0};
    child.size = divide_up(child.size, multicast);
    child.partition = divide_up(child.partition, multicast);
    child.served = divide_up(child.served, multicast);
    child.share = divide_up(child.share, multicast);
    return;
  }
}

// A level that does not keep the dataspace hands the demand of its children to its parent.
void mask(Links& links, const std::vector<bool>& keep) {
  for (std::size_t level = 0; level < links.size(); ++level) {
    links[level].kept = keep[level];
    if (keep[level]) continue;
    ChainLink& gone = links[level];
    if (level + 1 < links.size()) {
      ChainLink& parent = links[level + 1];
      const double factor =
          gone.served * static_cast<double>(parent.fanout) / delivered_words(parent.histogram);
      for (auto& [key, traffic] : parent.histogram) traffic.accesses *= factor;
      parent.link_transfers = 0;
      parent.served = total_accesses(parent.histogram);
    }
    gone.size = gone.shape = gone.partition = 0;
    gone.served = gone.share = 0;
  }
  // Levels outside the outermost one that keeps it have no traffic at all.
  for (std::size_t level = links.size(); level-- > 0;) {
    ChainLink& link = links[level];
    if (keep[level]) {
      link.share = 0;
      break;
    }
    link.histogram.clear();
    link.link_transfers = 0;
    link.fanout = 0;
  }
}

void find_peers(Links& links) {
  for (std::size_t level = 1; level < links.size(); ++level) {
    links[level - 1].peer +=
        links[level].link_transfers / static_cast<double>(links[level - 1].instances);
  }
}

}  // namespace

Chain derive_chain(const std::vector<RawLevel>& raw, int space, const std::vector<bool>& keep,
                   const std::vector<bool>& distributes) {
  Chain chain;
  chain.links = collect(raw, space);
  find_partitions(chain.links);
  find_shares(chain.links);
  distribute(chain, distributes);
  mask(chain.links, keep);
  find_peers(chain.links);
  return chain;
}

}  // namespace tilewright::oracle
