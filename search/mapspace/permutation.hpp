#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/big_int.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/stream.hpp"

namespace tilewright {

class ArrayLayout;
struct MapspaceOptions;

/// Where a constraint wants a dimension in an order: by its place in `inner`, then all free ones
/// alike, then by its place in `outer`.
int order_rank(const LoopConstraint& wanted, int dim);
/// Moves dimensions without a loop to where the constraints want them, so that a loop that they get
/// stands there. Of orders that the constraints allow, those of loops stay.
void settle_idle_loops(const Constraints& constraints, Mapping& mapping);

/// The orders of the loops of each level: the user's `inner` dimensions first, then the free ones
/// in any order, then the user's `outer` ones. A dimension that never has a loop at a level does
/// not take part. X and Y of a level share one order, as they hold different dimensions, unless
/// one dimension may use both. Fixed, because it changes nothing, is the order of the temporal
/// loops of level 0 without fan-out below, and of spatial loops along one axis where the layout of
/// the array makes no difference (see ArrayLayout).
class PermutationSpace {
 public:
  /// No order of the constraints may name a dimension twice.
  PermutationSpace(const Problem& problem, const Architecture& arch, const Constraints& constraints,
                   const MapspaceOptions& options, const ArrayLayout& layout);

  /// Loops of one level and kind whose order is free: `count` places of the order from `first` on.
  struct FreeOrder {
    int level = 0;
    LoopKind kind = LoopKind::temporal;
    int first = 0;
    int count = 0;
    bool mirrored = false;    // Y has the order of X
    bool one_of_two = false;  // the other axis has loops, and an order of its own
  };
  std::vector<FreeOrder> free_orders() const;

  const BigInt& size() const { return size_; }
  /// Writes everything that is fixed, and the first order of the rest.
  void fix(Mapping& mapping) const;
  void at(BigInt index, Mapping& mapping) const;
  void sample(Stream& random, Mapping& mapping) const;
  /// The number of a mapping's orders; of those that are fixed, or are not the same on X and Y as
  /// here they must be, as if loops that do not matter stood in their places.
  BigInt rank(const Mapping& mapping) const;
  /// Writes the orders of another mapping as far as they are free.
  void project(const Mapping& orders, Mapping& mapping) const;

 private:
  /// The order of one level along one axis or in time, or along both axes.
  struct Part {
    Part(int at, LoopKind loops, bool both) : level(at), kind(loops), mirrored(both) {}

    int level;
    LoopKind kind;
    bool mirrored;                   // Y has the order of X
    bool one_of_two = false;         // the other axis has loops, and an order of its own
    std::vector<std::uint8_t> head;  // `inner`, and dimensions without a loop here
    std::vector<std::uint8_t> free;
    std::vector<std::uint8_t> tail;  // `outer`
    std::uint64_t orders = 1;        // free.size()!
    std::uint64_t unfair = 0;        // 2^64 modulo orders
  };

  void add(const Problem& problem, const LoopConstraint& constraint, Part part, bool canonical);
  void add_spatial(const Problem& problem, const Architecture& arch,
                   const LoopConstraint& constraint, int level, bool both_axes, bool placed);
  static std::uint8_t* free_places(const Part& part, Mapping& mapping);
  /// The free dimensions in the order of a mapping.
  static std::vector<std::uint8_t> free_order(const Part& part, const Mapping& mapping);
  static void mirror(const Part& part, Mapping& mapping);

  std::vector<Part> parts_;        // all, for fix()
  std::vector<std::size_t> open_;  // of parts with more than one order
  BigInt size_ = 1;
};

}  // namespace tilewright
