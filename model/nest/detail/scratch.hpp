#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "model/limits.hpp"
#include "model/mapping/change.hpp"
#include "model/nest/detail/compiled.hpp"

namespace tilewright::detail {

using Extents = std::array<std::int64_t, kMaxDims>;

/// A temporal loop with a bound of at least 2. `step` is how far its dimension moves per iteration:
/// the product of all factors of the dimension inside the loop, temporal and spatial.
struct TemporalLoop {
  std::int64_t bound;
  std::int64_t step;
  int dim;
};

/// A spatial loop with a bound of at least 2, in the order of the linear index: innermost first.
struct SpatialLoop {
  std::int64_t bound;
  std::int64_t step;
  int dim;
};

/// The instances that one instance of a level feeds.
struct SpatialGroup {
  std::array<SpatialLoop, 2 * kMaxDims> loops;
  int num_loops = 0;
  std::uint64_t size = 1;  // product of the bounds
  std::uint64_t size_x = 1;
  std::uint64_t size_y = 1;
};

/// Words that arrive at `multicast` instances each, in `scatter` different portions; `hops` and
/// `unicast_hops` are summed over the accesses.
struct AccessClass {
  std::uint64_t multicast = 1;
  std::uint64_t scatter = 1;
  double accesses = 0;
  double hops = 0;
  double unicast_hops = 0;
};

/// What the network below one level carries of one dataspace, per instance of that level. The
/// classes lie in the pool of the scratch.
struct Traffic {
  AccessClass* classes = nullptr;
  int num_classes = 0;
  double links = 0;  // words forwarded between neighbouring children

  /// Words that the level serves.
  double accesses() const {
    if (num_classes == 1) return classes[0].accesses;
    double sum = 0;
    for (int i = 0; i < num_classes; ++i) sum += classes[i].accesses;
    return sum;
  }
  /// Words that arrive: every access counted once per receiver.
  double delivered() const { return delivered_per(1); }
  /// The same per child. Divided before it is summed, as the reference does it: the last bit of
  /// the quotient decides about a whole word when fills are cut down to integers.
  double delivered_per(std::uint64_t children) const {
    const auto arriving = [children](const AccessClass& entry) {
      return entry.accesses * static_cast<double>(entry.multicast) / static_cast<double>(children);
    };
    if (num_classes == 1) return arriving(classes[0]);
    double sum = 0;
    for (int i = 0; i < num_classes; ++i) sum += arriving(classes[i]);
    return sum;
  }
  /// Another number of words, shared in the same way.
  void scale(double ratio) {
    if (num_classes == 1) {
      classes[0].accesses *= ratio;
    } else {
      for (int i = 0; i < num_classes; ++i) classes[i].accesses *= ratio;
    }
  }
};

/// One dataspace at one level: first what the nest demands, then what the level does.
struct SpaceLevel {
  std::int64_t size = 0;  // words of the tile; 0 when the level does not hold the dataspace
  std::int64_t partition = 0;
  double accesses = 0;  // words served inwards
  double share = 0;     // words that arrive from outside
  double peer = 0;      // words taken from and given to neighbours
  std::int64_t reads = 0, fills = 0, updates = 0, reductions = 0;
  // With short tiles instances do not all do the same: what an average one does beyond the counts
  // above, less than a word each. Only valid if the scratch says `short_tiles`.
  double more_reads, more_fills, more_updates;

  // As doubles: sums of counts may go beyond 64 bits.
  double written() const { return static_cast<double>(fills) + static_cast<double>(updates); }
  double touched() const { return static_cast<double>(reads) + written(); }
};

/// Children of one group that get the same words, by how many they are.
struct SharingClass {
  std::uint64_t multicast;  // children that share one portion
  std::uint64_t scatter;    // portions with that many children
  double hops;              // to all of them along one tree each, summed over the portions
  double unicast_hops;      // to each child on its own
};

/// A histogram of SharingClass by multicast. Only the classes in use are ever written or copied.
struct Sharing {
  static constexpr int kMaxClasses = 256;
  std::array<SharingClass, kMaxClasses> classes;
  int num_classes = 0;

  Sharing() {}  // NOLINT(modernize-use-equals-default): leaves the classes unwritten
  Sharing(const Sharing& other) { *this = other; }
  Sharing& operator=(const Sharing& other) {
    num_classes = other.num_classes;
    std::copy_n(other.classes.begin(), num_classes, classes.begin());
    return *this;
  }

  /// Adds `portions` of `multicast` children each.
  void add(std::uint64_t multicast, std::uint64_t portions, double hops = 0,
           double unicast_hops = 0);
  std::uint64_t portions() const;
};

/// What neighbours in a group pass on after one move: found once, and kept for when the same is
/// asked again, as it is of most neighbours of a mapping. The key is all that it depends on.
struct Links {
  struct Loop {
    std::int64_t bound;
    std::int64_t key;  // see GroupLayout
    friend bool operator==(const Loop&, const Loop&) = default;
  };
  std::array<Loop, 2 * kMaxDims> loops;
  int num_loops = -1;
  std::uint64_t row = 0, column = 0;
  bool multicast = false, hops = false;
  std::int64_t move = 0;

  std::uint64_t hits = 0;  // children that find their words at a neighbour
  Sharing rest;            // the others; only if there are hits
};

/// All that is counted and charged of one dataspace.
struct SpaceCounts {
  std::array<double, kMaxLevels> words{};  // to one child of each level, had they no neighbours
  unsigned linked = 0;  // bit s = neighbours below level s pass words on: traffic[s] is filled
  std::array<Traffic, kMaxLevels> traffic;
  std::array<Traffic, kMaxLevels> distributed;  // M:N networks only
  std::array<SpaceLevel, kMaxLevels> at;
  std::array<double, kMaxLevels> storage_energy{};      // pJ, in all instances of each level
  std::array<double, 2 * kMaxLevels> network_energy{};  // pJ, of each network
  double energy = 0;                                    // the sum of both

  SpaceCounts() : pool_(kPoolSize) {}
  /// Forgets all traffic.
  void clear() {
    pool_used_ = 0;
    linked = 0;
  }
  /// Starts a traffic whose classes will be the next ones of the pool.
  void open(Traffic& into) {
    into.classes = pool_.data() + pool_used_;
    into.num_classes = 0;
    into.links = 0;
  }
  /// Adds to the traffic opened last; equal (multicast, scatter) pairs are one class.
  void add(Traffic& into, const AccessClass& entry) {
    if (into.num_classes != 0 || pool_used_ == pool_.size()) return add_to_others(into, entry);
    into.classes[into.num_classes++] = entry;
    ++pool_used_;
  }

 private:
  void add_to_others(Traffic& into, const AccessClass& entry);

  static constexpr std::size_t kPoolSize = 2048;
  std::vector<AccessClass> pool_;
  std::size_t pool_used_ = 0;
};

}  // namespace tilewright::detail

namespace tilewright {

/// The nest of the mapping that was scored last. Its geometry is of that mapping alone; the counts
/// of each dataspace have two places, so that those of a base mapping can stay while a neighbour of
/// it is scored (see neighbour.hpp).
class Scratch {
 public:
  explicit Scratch(const detail::Compiled& c);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Geometry. inside[s] is the tile of level s-1 (inside[0] = one operation), around[s] the tiles
  // of all children of one instance of s; inside[num_levels] the whole problem.
  std::array<detail::Extents, kMaxLevels + 1> inside;
  std::array<detail::Extents, kMaxLevels> around;
  std::array<detail::SpatialGroup, kMaxLevels> groups;
  std::array<std::uint64_t, kMaxLevels> used;  // instances in use, per level
  std::uint64_t used_macs = 1;
  bool short_tiles = false;  // counts are averages over the instances
  std::array<detail::TemporalLoop, kMaxLevels * kMaxDims> loops;
  std::array<double, kMaxLevels * kMaxDims + 1>
      steps;  // [j] = product of the bounds from j outwards
  int num_loops = 0;
  std::array<int, kMaxLevels + 1> first_loop;  // [s] = first loop outside level s-1
  std::uint64_t compute_cycles = 1;
  std::array<std::array<std::int64_t, kMaxLevels>, kMaxSpaces>
      tile;  // words of one instance's tile
  // Who shares what below each level; nothing where a level has one child.
  std::array<std::array<detail::Sharing, kMaxLevels>, kMaxSpaces> sharing;

  detail::SpaceCounts& of(int p) { return *counts[p]; }
  const detail::SpaceCounts& of(int p) const { return *counts[p]; }
  std::array<detail::SpaceCounts*, kMaxSpaces> counts;  // of the mapping scored last

  // The base mapping, and how far the geometry has strayed from it.
  bool has_base = false;
  bool may_be_base = false;  // the mapping scored last is counted to the end
  std::array<detail::SpaceCounts*, kMaxSpaces> base;
  MappingChange stray;
  std::array<int, kMaxSpaces> by_energy{0, 1, 2, 3};  // of the base, the costliest dataspace first
  detail::SpaceCounts& beside_base(int p) {
    return &places_[p][0] == base[p] ? places_[p][1] : places_[p][0];
  }

  static constexpr std::size_t kLinks = 64;
  std::array<detail::Links, kLinks> links;  // by a hash of their keys

  // Room to lay out the largest group that the architecture can form.
  std::vector<std::int64_t> shifts;
  std::vector<std::uint32_t> elements;
  std::vector<std::uint8_t> linked;

 private:
  std::array<std::array<detail::SpaceCounts, 2>, kMaxSpaces> places_;
};

}  // namespace tilewright
