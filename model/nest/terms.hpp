#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "model/limits.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/tile_words.hpp"

namespace tilewright {

/// The terms of the model one by one, for those who bound or assemble the cost of a mapping before
/// all of it is known: the same functions and the same prices as the evaluator's. Words are counted
/// over the whole layer; energies are in pJ per word, summed over all instances. A word is an
/// element of a dataspace. A level's own sizes are in its unit: words, or bits where it holds
/// elements that are no words of it (model/arch/precision.hpp).
class Terms {
 public:
  using Extents = detail::Extents;
  using Loop = detail::SpatialLoop;
  using DimMask = detail::DimMask;

  explicit Terms(const detail::Compiled& compiled) : c_(compiled) {}

  int num_levels() const { return c_.num_levels; }
  int num_spaces() const { return c_.num_spaces; }
  double operations() const { return c_.operations; }
  double compute_energy() const { return c_.operations * c_.prices.compute.op; }
  /// What leaks; part of every cost.
  const IdlePower& idle() const { return c_.idle; }
  double area() const { return c_.area; }
  double compute_instances() const { return static_cast<double>(c_.arch.compute.instances); }
  double network_latency() const { return static_cast<double>(c_.network_latency); }
  double tensor_words(int space) const {
    return static_cast<double>(c_.problem.tensor_words(space));
  }

  /// Dimensions that move a dataspace; those of them that are alone on their coordinate.
  DimMask relevant(int space) const { return c_.spaces[space].relevant; }
  DimMask alone(int space) const { return c_.spaces[space].alone; }
  bool read_write(int space) const { return c_.spaces[space].read_write; }
  /// Its tiles are disjoint or equal: no halo, no direction rule.
  bool simple(int space) const { return c_.spaces[space].simple; }
  /// Its tiles are simple and have no holes: their words are the product of the extents.
  bool dense(int space) const;
  /// No dimension drives two coordinates and no coefficient is negative.
  bool regular(int space) const;
  /// The shared coordinates, those on which a halo can be kept: their terms.
  int num_shared(int space) const { return c_.spaces[space].num_shared; }
  const detail::CompiledCoordinate& shared(int space, int x) const {
    return c_.spaces[space].coordinates[x];
  }

  /// Words of all tiles together where they are short.
  const detail::TileWords& tile_words() const { return c_.tile_words; }

  /// Words of the box that `extents` spans.
  double box_words(int space, const Extents& extents) const {
    return static_cast<double>(c_.spaces[space].box_words(extents));
  }
  /// Words that a tile of `extents` must fetch after a loop of `dim`, the first one outside it,
  /// has moved it by `step` iterations.
  double delta_words(int space, const Extents& extents, int dim, std::int64_t step) const;

  /// Who shares what in a group of children: `portions` different ones among `children`, and no
  /// portion goes to more than `most`.
  struct Sharing {
    double portions = 1;
    double most = 1;
  };
  Sharing sharing(int space, std::span<const Loop> loops, Scratch& scratch) const;

  /// What a word costs, in pJ, at least: vector accesses that are not full and clusters in which
  /// instances idle make it dearer.
  double read_price(int level, int space) const;
  double fill_price(int level, int space) const;
  double update_price(int level, int space) const;
  /// Where tiles are short: pJ of all accesses to a level by `used` instances that together read,
  /// fill and update so many words.
  double average_energy(int level, int space, double reads, double fills, double updates,
                        double used) const;
  /// Does the number of instances in use not change what a word costs?
  bool exact_clusters(int level) const { return c_.arch.storage[level].cluster_size == 1; }
  /// Of a vector access, in the level's unit.
  std::uint64_t block_size(int level) const { return c_.levels[level].block_size; }
  /// Of a word of a dataspace, in the level's unit.
  double word_size(int level, int space) const {
    return static_cast<double>(c_.levels[level].size[space]);
  }
  /// Is every network free of charge?
  bool free_networks() const;
  /// Some network sends words on from child to child.
  bool any_distribution() const { return c_.any_distribution; }

  /// In the level's unit.
  bool bounded(int level) const { return c_.levels[level].bounded; }
  double capacity(int level) const {
    return static_cast<double>(c_.levels[level].effective_entries);
  }
  /// Of the tiles of `extents` that the level keeps of the dataspaces `keep`.
  double kept_size(int level, SpaceMask keep, const Extents& extents) const {
    double size = 0;
    for (int p = 0; p < num_spaces(); ++p) {
      if (((keep >> p) & 1) != 0) size += box_words(p, extents) * word_size(level, p);
    }
    return size;
  }
  double least_use(int level) const {
    return static_cast<double>(c_.levels[level].min_entries_needed);
  }
  /// Units per cycle and instance; infinite if it never limits.
  bool limited(int level) const { return c_.levels[level].limited; }
  double read_bandwidth(int level) const { return c_.levels[level].read_bandwidth; }
  double write_bandwidth(int level) const { return c_.levels[level].write_bandwidth; }
  double shared_bandwidth(int level) const { return c_.levels[level].shared_bandwidth; }
  double fanout(int level) const {
    return static_cast<double>(c_.levels[level].fanout_x * c_.levels[level].fanout_y);
  }

 private:
  const detail::Compiled& c_;
};

}  // namespace tilewright
