#pragma once

#include <tbb/concurrent_unordered_map.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "model/big_int.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/order_classes.hpp"
#include "search/mapspace/permutation.hpp"

namespace tilewright {

/// The orders that matter for the loops which a mapping really has: per level one order for each
/// class of temporal loops, and all orders of the spatial loops along each axis, as those lay out
/// the array, unless the layout makes no difference; all orders of level 0 if it feeds several
/// MACs, which may pass words on. The user's inner and outer dimensions keep their places. The
/// quick set leaves the spatial orders and level 0 as they are.
///
/// Lists are made when first asked for and kept. Thread-safe.
class LoopOrders {
 public:
  /// `blank` is a mapping with all that the constraints fix.
  LoopOrders(const Problem& problem, const PermutationSpace& permutations, const Mapping& blank,
             const ArrayLayout& layout, OrderSet set);

  /// Steps through the orders of one tiling. The mapping must keep its factors meanwhile.
  class Walk {
   public:
    /// How many orders there are, at least 1; 2^64 - 1 if there are more.
    std::uint64_t count() const { return count_; }
    /// Writes order number `index`.
    void seek(std::uint64_t index, Mapping& mapping);
    /// Leaves out the temporal orders of a level that `accept` refuses once they are written to the
    /// mapping; false if none is left. The lists that remain are put into `kept`.
    bool narrow(Mapping& mapping, const std::function<bool(int level)>& accept,
                std::deque<std::vector<OrderClasses::Order>>& kept);
    /// Writes the next order; false, and the first one again, after the last.
    bool next(Mapping& mapping);

   private:
    friend class LoopOrders;
    struct Digit {
      const PermutationSpace::FreeOrder* place = nullptr;
      const std::vector<OrderClasses::Order>* orders = nullptr;
      std::size_t at = 0;
    };
    void write(const Digit& digit, Mapping& mapping) const;

    std::array<Digit, kLoopKinds * kMaxLevels> digits_;
    std::size_t size_ = 0;
    std::uint64_t count_ = 1;
  };

  /// \throws UsageError if one level has too many orders to list.
  Walk walk(const Mapping& mapping) const;

  /// The orders of temporal loops at `level` if just the dimensions `loops` have one: innermost
  /// first, only these dimensions, what the user fixed included.
  std::vector<OrderClasses::Order> temporal(int level, OrderClasses::DimMask loops,
                                            const Mapping& blank) const;

  /// Orders of a mapping in which every dimension has a loop wherever it may have one: no mapping
  /// has more, unless a user's inner loops are absent.
  BigInt most() const;

 private:
  struct Part {
    PermutationSpace::FreeOrder place;
    OrderClasses::Order head, free, tail;  // of a blank mapping
    /// Of spatial loops: if none of these dimensions has one, the order makes no difference.
    OrderClasses::DimMask placed = 0;
  };
  using Key = std::uint64_t;  // part and which dimensions have a loop: see key()
  using Orders = std::vector<OrderClasses::Order>;

  static Key key(std::size_t part, const Part& of, const Mapping& mapping);
  const Orders& orders(std::size_t part, Key key) const;
  Orders temporal_orders(const Part& part, OrderClasses::DimMask loops) const;
  Orders list(const Part& part, OrderClasses::DimMask first, OrderClasses::DimMask second) const;

  OrderClasses classes_;
  std::vector<Part> parts_;
  mutable tbb::concurrent_unordered_map<Key, Orders> lists_;
};

}  // namespace tilewright
