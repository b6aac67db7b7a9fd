#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "search/check/chain.hpp"

namespace tilewright::check {

/// A number per dimension, averages too.
using PerDim = std::array<double, kMaxDims>;

/// A dataspace on its way from the level that serves a memory into that memory, as far as no order
/// of temporal loops matters.
struct Crossing {
  int space = 0;
  int server = 0;
  bool keeps_in_time = false;  // the memory holds on to what does not change
  Terms::DimMask passing = 0;  // first loops after which neighbours may pass words on
  /// First loops whose direction others may go on in: then what a tile keeps is never lost.
  Terms::DimMask continued = 0;
  bool waits_for_peers = false;  // of the MACs: neighbours may spare what time does not
  double words = 0;              // of all tiles together, halos included
  PerDim children{};             // along dimensions that do not move it: who shares a word
  double alike = 1;              // at most so many children share a word along the others
  double alike_or_passed = 1;    // or get it from a neighbour
  double alike_outside = 1;      // of `alike`, what further levels make
  /// Of the children along the others, how many share of a first step is of tiles that no child
  /// had: for first loops of each dimension that move it; 0 where that is not known.
  PerDim unreached{};
  /// Of the children along the others, how many may be helped at most in a step of a first loop of
  /// each dimension that moves it, or else of another loop.
  PerDim helped;
  PerDim helped_beyond;
  Crossing() {
    helped.fill(1);
    helped_beyond.fill(1);
  }
  double parents = 1;      // groups of children, at most
  double memories = 1;     // children of all of them, at most
  double unchosen = 1;     // children that may be added
  double here = 1;         // copies of the tensor that the memories can hold
  double there = 1;        // and the servers
  double still_share = 1;  // of all visits that fetch anything if the first loop does not move it
};

/// All crossings into the memories of one level (-1: the MACs), and the loops outside them.
struct Boundary {
  int child = -1;
  PerDim tiles{};            // along each dimension
  PerDim extent{};           // their iterations, on average
  PerDim rest{};             // of what no chosen loop covers
  PerDim spread{};           // instances beside each other in the next level
  PerDim left{};             // steps of all temporal loops outside, at most
  PerDim first_steps{};      // of the first loop, if it is one of the dimension; at most
  PerDim least_steps{};      // the same, at least
  Terms::DimMask first = 0;  // dimensions that the first temporal loop can have
  std::array<Crossing, kMaxSpaces> crossings;
  std::size_t count = 0;
  std::span<const Crossing> all() const { return {crossings.data(), count}; }
};

/// Prices crossings for given first loops: what the rules of the model (docs/differences.md) make
/// of them at least.
class CrossingPrices {
 public:
  /// With `whole`, factors divide their bounds.
  CrossingPrices(const Problem& problem, const Terms& terms, bool whole)
      : problem_(problem), terms_(terms), whole_(whole) {}

  /// pJ of a crossing if the first temporal loop outside is one of dimension `first` (-1: there is
  /// none), of at most `steps`, and the tile stays for `run` steps of each dimension that does not
  /// move it.
  double energy(const Boundary& boundary, const Crossing& crossing, int first, double steps,
                const PerDim& run) const;
  /// Words of all tiles together.
  double tensor_words(const Boundary& boundary, int p) const;
  /// Writes what loops outside may do to steps along shared coordinates.
  void add_steps(const Boundary& boundary, const TurnsFound& turns, Crossing& crossing) const;
  /// The same where all loops outside are known, in whatever order; the tile and what the instances
  /// beside it cover have `inside` iterations.
  void add_known_steps(const Factors& inside, std::span<const Loop> outside,
                       Crossing& crossing) const;

 private:
  struct Unhelped {
    double share;  // of the words that arrive
    double sent;   // of them, words that a parent sends
  };

  static Unhelped unhelped(const Boundary& boundary, const Crossing& crossing, int first,
                           double most_steps);
  double arriving_share(const Boundary& boundary, const Crossing& crossing, int first,
                        double steps) const;
  double charged(const Crossing& crossing, double arriving, double alone) const;
  bool may_continue(const Boundary& boundary, int p, int first) const;
  bool others_move(const Boundary& boundary, int p) const;

  const Problem& problem_;
  Terms terms_;
  bool whole_;
};

}  // namespace tilewright::check
