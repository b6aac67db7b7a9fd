#include "search/mapspace/loop_orders.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "model/error.hpp"

namespace tilewright {
namespace {

using DimMask = OrderClasses::DimMask;
using Order = OrderClasses::Order;

// A key holds the number of the part and two sets of dimensions: with a temporal loop or a loop on
// the axis of the part, and with a loop on Y where Y shares the order of X.
constexpr unsigned kSetBits = 16;
static_assert(kMaxDims <= static_cast<int>(kSetBits));
constexpr double kCounted = 2000;         // classes of one level that are listed to be counted
constexpr std::size_t kMostPermuted = 8;  // 8! is about as many as anyone would go through

constexpr bool has(DimMask dims, std::uint8_t dim) { return ((dims >> dim) & 1U) != 0; }

DimMask dims_with_loop(const LevelMapping::Factors& factors, int num_dims) {
  DimMask dims = 0;
  for (int dim = 0; dim < num_dims; ++dim) {
    if (factors[static_cast<std::size_t>(dim)] > 1)
      dims |= DimMask{1} << static_cast<unsigned>(dim);
  }
  return dims;
}

Order only(const Order& order, DimMask dims) {
  Order some;
  std::copy_if(order.begin(), order.end(), std::back_inserter(some),
               [dims](std::uint8_t dim) { return has(dims, dim); });
  return some;
}

std::vector<Order> permutations_of(Order dims) {
  if (dims.size() > kMostPermuted) {
    throw UsageError("a level has too many orders of its loops; constrain them");
  }
  std::vector<Order> all;
  std::sort(dims.begin(), dims.end());
  do {
    all.push_back(dims);
  } while (std::next_permutation(dims.begin(), dims.end()));
  return all;
}

Order joined(std::initializer_list<const Order*> parts) {
  Order all;
  for (const Order* const part : parts) all.insert(all.end(), part->begin(), part->end());
  return all;
}

DimMask mask(const Order& dims) {
  DimMask bits = 0;
  for (const std::uint8_t dim : dims) bits |= DimMask{1} << dim;
  return bits;
}

BigInt factorial(std::size_t n) {
  BigInt product = 1;
  for (std::size_t i = 2; i <= n; ++i) product *= i;
  return product;
}

}  // namespace

// Level 0 has no boundary inside that its order could touch; only links between the MACs see it.
LoopOrders::LoopOrders(const Problem& problem, const PermutationSpace& permutations,
                       const Mapping& blank, const ArrayLayout& layout, OrderSet set)
    : classes_(problem, set) {
  for (const PermutationSpace::FreeOrder& place : permutations.free_orders()) {
    const bool temporal = place.kind == LoopKind::temporal;
    if (temporal && place.level == 0 && set != OrderSet::complete_with_links) continue;
    if (!temporal && set == OrderSet::quick) continue;
    const auto& order = blank.levels[static_cast<std::size_t>(place.level)].orders(place.kind);
    const auto* const free = order.data() + place.first;
    Part part{place, {order.data(), free}, {free, free + place.count}, {}, 0};
    part.placed = layout.placed(place.level);
    // A part that is one axis of two does not know the loops of the other.
    if (part.placed != 0 && place.one_of_two) part.placed = ~DimMask{0};
    part.tail.assign(free + place.count, order.data() + problem.num_dims());
    parts_.push_back(std::move(part));
  }
}

LoopOrders::Key LoopOrders::key(std::size_t part, const Part& of, const Mapping& mapping) {
  const LevelMapping& level = mapping.levels[static_cast<std::size_t>(of.place.level)];
  Key key = part << (2 * kSetBits);
  key |= dims_with_loop(level.factors(of.place.kind), mapping.num_dims);
  if (of.place.mirrored) {
    const DimMask on_y = dims_with_loop(level.factors(LoopKind::spatial_y), mapping.num_dims);
    key |= static_cast<Key>(on_y) << kSetBits;
  }
  return key;
}

// Below level 0 nothing can be kept: what stays is fetched again or passed on between the MACs, and
// which of both is dearer depends on the prices.
LoopOrders::Orders LoopOrders::temporal_orders(const Part& part, DimMask loops) const {
  if (part.place.level == 0) return permutations_of(only(part.free, loops));
  return classes_.list(mask(part.free) & loops, only(part.head, loops));
}

LoopOrders::Orders LoopOrders::temporal(int level, DimMask loops, const Mapping& blank) const {
  for (const Part& part : parts_) {
    if (part.place.level != level || part.place.kind != LoopKind::temporal) continue;
    const Order head = only(part.head, loops);
    const Order tail = only(part.tail, loops);
    Orders orders;
    for (const Order& order : temporal_orders(part, loops)) {
      orders.push_back(joined({&head, &order, &tail}));
    }
    return orders;
  }
  const auto& fixed = blank.levels[static_cast<std::size_t>(level)].orders(LoopKind::temporal);
  return {only(Order(fixed.begin(), fixed.begin() + blank.num_dims), loops)};
}

LoopOrders::Orders LoopOrders::list(const Part& part, DimMask first, DimMask second) const {
  Orders orders;
  const Order idle = only(part.free, ~(first | second));
  if (part.place.kind == LoopKind::temporal) {
    for (const Order& order : temporal_orders(part, first)) {
      orders.push_back(joined({&order, &idle}));
    }
    return orders;
  }
  if (((first | second) & part.placed) == 0) return {part.free};
  for (const Order& x : permutations_of(only(part.free, first))) {
    for (const Order& y : permutations_of(only(part.free, second))) {
      orders.push_back(joined({&x, &idle, &y}));
    }
  }
  return orders;
}

const LoopOrders::Orders& LoopOrders::orders(std::size_t part, Key key) const {
  const auto found = lists_.find(key);
  if (found != lists_.end()) return found->second;
  constexpr Key kSet = (Key{1} << kSetBits) - 1;
  return lists_
      .emplace(key, list(parts_[part], static_cast<DimMask>(key & kSet),
                         static_cast<DimMask>((key >> kSetBits) & kSet)))
      .first->second;
}

namespace {

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max()
                                                : product;
}

}  // namespace

LoopOrders::Walk LoopOrders::walk(const Mapping& mapping) const {
  Walk walk;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Orders& list = orders(i, key(i, parts_[i], mapping));
    // A list of one is written too: the mapping may hold the loops in any order.
    walk.digits_[walk.size_++] = {&parts_[i].place, &list, 0};
    walk.count_ = saturated_product(walk.count_, list.size());
  }
  return walk;
}

BigInt LoopOrders::most() const {
  BigInt total = 1;
  for (const Part& part : parts_) {
    if (part.place.kind == LoopKind::temporal && part.place.level > 0) {
      const double bound = classes_.most(mask(part.free));
      total *= bound <= kCounted ? BigInt(classes_.list(mask(part.free)).size()) : BigInt(bound);
    } else if (part.place.kind == LoopKind::temporal || (mask(part.free) & part.placed) != 0) {
      total *= factorial(part.free.size());
    }
  }
  return total;
}

void LoopOrders::Walk::write(const Digit& digit, Mapping& mapping) const {
  LevelMapping& level = mapping.levels[static_cast<std::size_t>(digit.place->level)];
  const OrderClasses::Order& order = (*digit.orders)[digit.at];
  std::copy(order.begin(), order.end(),
            level.orders(digit.place->kind).begin() + digit.place->first);
  if (digit.place->mirrored) level.orders(LoopKind::spatial_y) = level.orders(LoopKind::spatial_x);
}

void LoopOrders::Walk::seek(std::uint64_t index, Mapping& mapping) {
  for (std::size_t i = 0; i < size_; ++i) {
    digits_[i].at = index % digits_[i].orders->size();
    index /= digits_[i].orders->size();
    write(digits_[i], mapping);
  }
}

bool LoopOrders::Walk::narrow(Mapping& mapping, const std::function<bool(int level)>& accept,
                              std::deque<std::vector<OrderClasses::Order>>& kept) {
  count_ = 1;
  for (std::size_t i = 0; i < size_; ++i) {
    Digit& digit = digits_[i];
    if (digit.place->kind != LoopKind::temporal) {
      count_ = saturated_product(count_, digit.orders->size());
      continue;
    }
    auto& orders = kept.emplace_back();
    for (digit.at = 0; digit.at < digit.orders->size(); ++digit.at) {
      write(digit, mapping);
      if (accept(digit.place->level)) orders.push_back((*digit.orders)[digit.at]);
    }
    digit.at = 0;
    if (orders.empty()) return false;
    digit.orders = &orders;
    count_ = saturated_product(count_, orders.size());
    write(digit, mapping);
  }
  return true;
}

bool LoopOrders::Walk::next(Mapping& mapping) {
  for (std::size_t i = 0; i < size_; ++i) {
    Digit& digit = digits_[i];
    if (digit.orders->size() == 1) continue;
    const bool more = ++digit.at < digit.orders->size();
    if (!more) digit.at = 0;
    write(digit, mapping);
    if (more) return true;
  }
  return false;
}

}  // namespace tilewright
