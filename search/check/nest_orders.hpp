#pragma once

#include <array>
#include <functional>
#include <vector>

#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/evaluator.hpp"
#include "model/nest/terms.hpp"
#include "search/check/chain.hpp"
#include "search/check/chain_bound.hpp"
#include "search/check/contest.hpp"

namespace tilewright::check {

/// Goes through the orders of the temporal loops of a chain whose factors are all chosen: from the
/// outermost level inwards, and in each level loop by loop from the inside out.
///
/// All permutations are gone through but those that provably change nothing. A dataspace is
/// *settled* in a level once one of the loops inside has moved it along a coordinate where no other
/// dimension moves it: all later steps then lead to words that are not there yet, whichever loop
/// makes them, so how often they come is a product. Where all dataspaces are settled that some
/// boundary further in is open for, the other loops of the level may follow in any order. Two loops
/// next to each other commute if each dataspace that is not settled before them is moved by neither
/// or, along coordinates of their own, by both.
///
/// Left out are, besides, orders whose beginning costs too much already.
class NestOrders {
 public:
  /// Called with each order; the orders of the temporal loops are written to the mapping.
  using Visit = std::function<void()>;

  NestOrders(const ChainBound& bound, const Evaluator& evaluator, const Contest& contest,
             const Constraints& constraints, bool whole);

  /// `cycles`: that the chain takes at least.
  void go(const Chain& chain, double cycles, Mapping& mapping, const Visit& visit);

 private:
  using Spaces = std::uint32_t;  // bit p = dataspace p

  void prepare(const Chain& chain);
  Spaces crossing_here(const Chain& chain, int level) const;
  void level(int s, double known);
  void extend(int s, double known, Spaces open, Spaces open_before_last);
  void close(int s, double known);
  bool commute(int a, int b, Spaces open) const;
  bool settles(int p, int dim) const;
  Spaces without_settled(Spaces open, int dim) const;

  const ChainBound& bound_;
  Terms terms_;
  const Contest& contest_;
  bool whole_;
  std::array<bool, kMaxLevels> wires_{};  // [level]: of the network below it somebody pays for
  std::array<std::array<int, kMaxDims>, kMaxLevels> rank_{};  // [level][dim]: lower ones inside
  // Of the present chain:
  std::array<Boundary, kMaxLevels> boundaries_;     // [level]: into the one inside
  std::array<double, kMaxLevels> below_{};          // [level]: pJ of all boundaries further in
  std::array<std::vector<Loop>, kMaxLevels> left_;  // [level]: loops that are not placed, by rank
  std::array<std::vector<Loop>, kMaxLevels> placed_;
  std::array<std::vector<Loop>, kMaxLevels> outer_;  // [level]: all loops further out, in order
  std::array<Spaces, kMaxLevels> open_{};            // [level]: whose words its order may change
  double cycles_ = 0;
  Mapping* mapping_ = nullptr;
  const Visit* visit_ = nullptr;
};

}  // namespace tilewright::check
