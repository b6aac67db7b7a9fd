#include "model/nest/detail/accounting.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "model/nest/detail/geometry.hpp"

namespace tilewright::detail {
namespace {

using Levels = std::array<SpaceLevel, kMaxLevels>;

// a * b / c, rounded down; the product may need more than 64 bits, the result does not.
std::int64_t share(std::int64_t a, std::int64_t b, std::int64_t c) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product / c;
  return static_cast<std::int64_t>(static_cast<__int128>(a) * b / c);
}

// How much of the tensor one instance of each level ever sees, overlaps disregarded.
void find_partitions(const Compiled& c, int p, const Scratch& scratch, Levels& at) {
  std::int64_t partition = scratch.tile[p][c.num_levels - 1];
  at[c.num_levels - 1].partition = partition;
  for (int s = c.num_levels - 2; s >= 0; --s) {
    if (scratch.groups[s + 1].size > 1) {
      partition =
          share(partition, scratch.tile[p][s], c.spaces[p].box_words(scratch.around[s + 1]));
    }
    at[s].partition = partition;
  }
}

std::int64_t divide_up(std::int64_t value, std::uint64_t parts) {
  return 1 + (value - 1) / static_cast<std::int64_t>(parts);
}

double divide_up(double value, std::uint64_t parts) {
  return 1 + (value - 1) / static_cast<double>(parts);
}

// Over an M:N network the parent sends each word to one child only; the children pass it on to
// each other. It pays where the parent would multicast, and for one pair of levels.
void distribute(const Compiled& c, int p, Scratch& scratch, Levels& at) {
  for (int inner = 0; inner + 1 < c.num_levels; ++inner) {
    if (!c.levels[inner].distributes) continue;
    auto& outside = scratch.of(p).traffic[inner + 1];
    const auto& inside = scratch.of(p).traffic[inner];
    // Only a single kind of multicast can be turned into a distributed one.
    if (outside.num_classes != 1 || inside.num_classes != 1) return;
    const AccessClass whole = outside.classes[0];
    const AccessClass demand = inside.classes[0];
    if (whole.multicast <= 1) continue;
    outside.classes[0] = {.multicast = 1,
                          .scatter = whole.multicast * whole.scatter,
                          .accesses = whole.accesses,
                          .hops = whole.unicast_hops};
    auto& remote = scratch.of(p).distributed[inner + 1];
    scratch.of(p).open(remote);
    scratch.of(p).add(remote, {.multicast = whole.multicast,
                               .scatter = whole.scatter,
                               .accesses = demand.accesses,
                               .hops = whole.hops * demand.accesses / whole.accesses});
    auto& child = at[inner];
    child.size = divide_up(child.size, whole.multicast);
    child.partition = divide_up(child.partition, whole.multicast);
    child.accesses = divide_up(child.accesses, whole.multicast);
    child.share = divide_up(child.share, whole.multicast);
    return;
  }
}

void empty(SpaceLevel& level) {
  level.size = 0;
  level.partition = 0;
  level.accesses = 0;
  level.share = 0;
}

// A level that does not hold the dataspace hands its children's demand on to the next one out.
void hand_up(int s, int p, Scratch& scratch, Levels& at) {
  auto& outer = scratch.of(p).traffic[s + 1];
  const double demand = at[s].accesses * static_cast<double>(scratch.groups[s + 1].size);
  const double delivered = outer.delivered();
  if (delivered > 0) {
    const double ratio = demand / delivered;
    // Distances are left alone, as in the reference: wires are charged for the kept traffic.
    outer.scale(ratio);
  }
  outer.links = 0;
  at[s + 1].accesses = outer.accesses();
}

}  // namespace

void count_accesses(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                    Scratch& scratch) {
  auto& counts = scratch.of(p);
  auto& at = counts.at;
  const auto& space = c.spaces[p];
  unsigned kept = 0;  // bit s = level s keeps the dataspace
  for (int s = 0; s < c.num_levels; ++s) kept |= ((mapping.levels[s].keep >> p) & 1U) << s;
  const auto keeps = [&](int s) { return ((kept >> s) & 1) != 0; };
  const int backing = static_cast<int>(std::bit_width(kept)) - 1;
  // What each level is asked for, and what reaches it, if every level keeps the dataspace.
  const auto take_demand = [&](int s) {
    at[s].accesses = counts.traffic[s].accesses();
    if (s + 1 < c.num_levels && (keeps(s) || c.any_distribution)) {
      at[s].share = counts.traffic[s + 1].delivered_per(scratch.groups[s + 1].size);
    }
  };
  for (int s = 0; s < c.num_levels; ++s) {
    at[s].size = scratch.tile[p][s];
    at[s].partition = 0;
  }
  // The first visits of read-only words are not special: their partition is only reported.
  if (space.read_write || detail == Detail::everything) find_partitions(c, p, scratch, at);
  if (c.any_distribution) {
    for (int s = 0; s < c.num_levels; ++s) {
      take_demand(s);
      counts.distributed[s].num_classes = 0;
    }
    distribute(c, p, scratch, at);
  }
  for (int s = 0; s <= backing; ++s) {
    if (!c.any_distribution) take_demand(s);
    if (s == backing) at[s].share = 0;
    if (!keeps(s)) {
      hand_up(s, p, scratch, at);
      empty(at[s]);
    }
    // Neighbours read from each other what their parent need not send.
    const double links = s < backing ? counts.traffic[s + 1].links : 0;
    at[s].peer = links == 0 ? 0 : links / static_cast<double>(scratch.used[s]);
    count_level(space, s == backing, at[s]);
  }
  // Levels outside the backing store of the dataspace carry nothing of it.
  for (int s = backing + 1; s < c.num_levels; ++s) {
    empty(at[s]);
    at[s].peer = 0;
    counts.traffic[s].num_classes = 0;
    counts.traffic[s].links = 0;
    count_level(space, false, at[s]);
  }
}

}  // namespace tilewright::detail
