#pragma once

#include <tbb/concurrent_unordered_map.h>

#include <array>
#include <cstdint>
#include <vector>

#include "model/nest/terms.hpp"
#include "search/mapspace/loop_orders.hpp"

namespace tilewright::optimal {

/// Orders of the temporal loops of one level between which the bounds make no difference: they
/// begin with the same loop, and every dataspace stays for the same ones.
struct LoopClass {
  int first = -1;                                // dimension of the innermost loop; -1 = no loops
  std::array<Terms::DimMask, kMaxSpaces> run{};  // innermost loops that leave the dataspace alone
  std::vector<OrderClasses::Order> orders;       // innermost first, only dimensions with a loop

  /// Does no bound tell their orders apart?
  bool alike(const LoopClass& other) const { return first == other.first && run == other.run; }
  /// That of no loops at all.
  static const LoopClass& none() {
    static const LoopClass kNone;
    return kNone;
  }
};

/// The class of one order.
LoopClass classify(const Terms& terms, const OrderClasses::Order& order);

/// The classes of a level by the set of dimensions that have a loop there, made when first asked
/// for. Thread-safe.
class LoopClasses {
 public:
  LoopClasses(const Terms& terms, const LoopOrders& orders, const Mapping& blank)
      : terms_(terms), orders_(orders), blank_(blank) {}

  const std::vector<LoopClass>& at(int level, Terms::DimMask loops) const;

 private:
  const Terms terms_;
  const LoopOrders& orders_;
  Mapping blank_;
  // [level, loops]
  mutable tbb::concurrent_unordered_map<std::uint64_t, std::vector<LoopClass>> known_;
};

}  // namespace tilewright::optimal
