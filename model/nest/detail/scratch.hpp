#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/limits.hpp"
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
    double sum = 0;
    for (int i = 0; i < num_classes; ++i) sum += classes[i].accesses;
    return sum;
  }
  /// Words that arrive: every access counted once per receiver.
  double delivered() const { return delivered_per(1); }
  /// The same per child. Divided before it is summed, as the reference does it: the last bit of
  /// the quotient decides about a whole word when fills are cut down to integers.
  double delivered_per(std::uint64_t children) const {
    double sum = 0;
    for (int i = 0; i < num_classes; ++i) {
      sum += classes[i].accesses * static_cast<double>(classes[i].multicast) /
             static_cast<double>(children);
    }
    return sum;
  }
};

/// One dataspace at one level: first what the nest demands, then what the level does.
struct SpaceLevel {
  std::int64_t tile = 0;  // words of one instance's tile
  std::int64_t size = 0;  // 0 when the level does not hold the dataspace
  std::int64_t partition = 0;
  double accesses = 0;  // words served inwards
  double share = 0;     // words that arrive from outside
  double peer = 0;      // words taken from and given to neighbours
  std::int64_t reads = 0, fills = 0, updates = 0, reductions = 0;
};

}  // namespace tilewright::detail

namespace tilewright {

class Scratch {
 public:
  explicit Scratch(const detail::Compiled& c);

  // Geometry. inside[s] is the tile of level s-1 (inside[0] = one operation), around[s] the tiles
  // of all children of one instance of s; inside[num_levels] the whole problem.
  std::array<detail::Extents, kMaxLevels + 1> inside;
  std::array<detail::Extents, kMaxLevels> around;
  std::array<detail::SpatialGroup, kMaxLevels> groups;
  std::array<std::uint64_t, kMaxLevels> used;  // instances in use, per level
  std::uint64_t used_macs = 1;
  std::array<detail::TemporalLoop, kMaxLevels * kMaxDims> loops;
  std::array<double, kMaxLevels * kMaxDims + 1>
      steps;  // [j] = product of the bounds from j outwards
  int num_loops = 0;
  std::array<int, kMaxLevels + 1> first_loop;  // [s] = first loop outside level s-1
  std::uint64_t compute_cycles = 1;

  std::array<std::array<detail::SpaceLevel, kMaxLevels>, kMaxSpaces> at;
  std::array<std::array<detail::Traffic, kMaxLevels>, kMaxSpaces> traffic;
  std::array<std::array<detail::Traffic, kMaxLevels>, kMaxSpaces> distributed;  // M:N networks only

  /// Starts a traffic whose classes will be the next ones of the pool.
  void open(detail::Traffic& into) {
    into.classes = pool.data() + pool_used;
    into.num_classes = 0;
    into.links = 0;
  }
  /// Adds to the traffic opened last; equal (multicast, scatter) pairs are one class.
  void add(detail::Traffic& into, const detail::AccessClass& entry);

  std::vector<detail::AccessClass> pool;
  std::size_t pool_used = 0;

  // Room to lay out the largest group that the architecture can form.
  std::vector<std::int64_t> shifts;
  std::vector<std::uint32_t> elements;
  std::vector<std::uint8_t> linked;
};

}  // namespace tilewright
