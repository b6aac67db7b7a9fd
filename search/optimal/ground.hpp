#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "search/optimal/bounds.hpp"
#include "search/optimal/labelling.hpp"
#include "search/optimal/loop_classes.hpp"

namespace tilewright::optimal {

/// What all labels of a search have in common. Thread-safe while the keeping of the labelling
/// stays.
class Ground {
 public:
  Ground(const Mapspace& space, const TileLattice& lattice,
         const std::vector<std::vector<SpatialChoice>>& choices, Labelling& labelling,
         const LoopClasses& classes, const StopToken& stop = {},
         std::uint64_t most_bytes = kUnlimited);

  const TileLattice& lattice() const { return lattice_; }
  const Labelling& labelling() const { return labelling_; }
  const LoopClasses& classes() const { return classes_; }
  const Bounds& bounds() const { return bounds_; }
  const std::vector<SpatialChoice>& choices(int level) const {
    return choices_[static_cast<std::size_t>(level)];
  }

  /// The least energy and time of all mappings.
  struct Root {
    double energy = 0;  // pJ
    double cycles = 0;
  };
  /// Of a keeping, from what each of its dataspaces costs alone: less than `root`, but that takes
  /// few tables, which many keepings have in common. \throws Stopped
  Root quick_root(const Keeping& keeping);
  /// Prepares for a keeping; the least that its mappings cost. \throws Stopped
  Root root(const Keeping& keeping);
  /// Prepares for a search through the mappings of that keeping. \throws Stopped
  void prepare() { bounds_.prepare_partial(); }

  /// The temporal factors that constraints allow.
  struct Range {
    std::int64_t least = 1, most = 1;
  };
  const Range& range(int level, int axis) const {
    return ranges_[static_cast<std::size_t>(level)][static_cast<std::size_t>(axis)];
  }
  /// The most that loops outside those of a level can make of an axis.
  double room_after(int level, int axis) const {
    return room_after_[static_cast<std::size_t>(level)][static_cast<std::size_t>(axis)];
  }
  /// Has the choice two loops on one coordinate, which share more or less according to their steps?
  bool crowded(int level, std::size_t choice) const {
    return crowded_[static_cast<std::size_t>(level)][choice];
  }
  /// Instances that a mapping must use.
  double least_instances() const { return space_.least_instances(); }
  /// Axes whose loops can lie right outside `level` as well as there.
  std::uint32_t idle_axes(const Label& from, int level) const;

 private:
  void limit_factors();
  Root start() const;
  bool is_crowded(const SpatialChoice& choice) const;

  const Mapspace& space_;
  const TileLattice& lattice_;
  const std::vector<std::vector<SpatialChoice>>& choices_;
  Labelling& labelling_;
  const LoopClasses& classes_;
  Bounds bounds_;
  std::vector<std::array<Range, kMaxDims>> ranges_;       // [level][axis]
  std::vector<std::array<double, kMaxDims>> room_after_;  // [level][axis]
  std::vector<std::vector<bool>> crowded_;                // [level][choice]
};

}  // namespace tilewright::optimal
