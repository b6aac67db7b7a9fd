#include "search/mapspace/order_classes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "model/error.hpp"

namespace tilewright {
namespace {

using DimMask = OrderClasses::DimMask;

constexpr std::size_t kMostListed = 200'000;  // orders of one level: more are of no use to anyone

constexpr DimMask bit(int dim) { return DimMask{1} << static_cast<unsigned>(dim); }

template <class Visit>
void for_each_dim(DimMask dims, const Visit& visit) {
  for (; dims != 0; dims &= dims - 1) visit(std::countr_zero(dims));
}

// Sequences of some of n things, the empty one left out.
double sequences(int n) {
  double total = 0;
  double of_length = 1;
  for (int left = n; left > 0; --left) total += of_length *= left;
  return total;
}

double factorial(int n) {
  double product = 1;
  for (int i = 2; i <= n; ++i) product *= i;
  return product;
}

// The dimensions that move a coordinate.
DimMask movers(const Coordinate& coordinate, DimMask varying) {
  DimMask dims = 0;
  for (const Term& term : coordinate) {
    if (term.coefficient != 0) dims |= bit(term.dim) & varying;
  }
  return dims;
}

bool has_negative_term(const DataSpace& space) {
  for (const Coordinate& coordinate : space.projection) {
    for (const Term& term : coordinate) {
      if (term.coefficient < 0) return true;
    }
  }
  return false;
}

}  // namespace

static_assert(kMaxDims <= 16);

/// The orders found so far, and the one under construction.
struct OrderClasses::Listing {
  std::unordered_set<std::uint64_t> known;  // four bits a dimension
  std::vector<Order> orders;
  Order order;  // the inner loops included
  std::size_t inner = 0;

  void emit() {
    Order free(order.begin() + static_cast<std::ptrdiff_t>(inner), order.end());
    if (orders.size() >= kMostListed) {
      throw UsageError(fmt::format(
          "the loops of one level have more than {} orders that may differ; constrain them",
          kMostListed));
    }
    std::uint64_t digits = 0;  // all orders are of the same length
    for (const std::uint8_t dim : free) digits = digits << 4U | dim;
    if (known.insert(digits).second) orders.push_back(std::move(free));
  }
};

OrderClasses::OrderClasses(const Problem& problem, OrderSet set) : set_(set) {
  all_spaces_ = (SpaceMask{1} << problem.spaces.size()) - 1;
  leaves_.assign(problem.dims.size(), all_spaces_);
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    if (problem.bounds[static_cast<std::size_t>(dim)] > 1) varying_ |= bit(dim);
  }
  for (int space = 0; space < problem.num_spaces(); ++space) {
    for (const Coordinate& coordinate :
         problem.spaces[static_cast<std::size_t>(space)].projection) {
      for_each_dim(movers(coordinate, varying_), [&](int dim) {
        leaves_[static_cast<std::size_t>(dim)] &= ~(SpaceMask{1} << static_cast<unsigned>(space));
      });
    }
    add_live_sets(problem, space);
  }
  for (const DimMask live : live_) live_somewhere_ |= live;
}

// Without links, only loops on one and the same coordinate can prolong a halo: after any other
// the tile has moved along a coordinate where the first loop did not. That argument needs steps
// of one sign and dimensions that drive one coordinate each; links need any of the coordinates.
void OrderClasses::add_live_sets(const Problem& problem, int space) {
  const DataSpace& tensor = problem.spaces[static_cast<std::size_t>(space)];
  DimMask seen = 0;
  DimMask twice = 0;
  DimMask moving = 0;
  for (const Coordinate& coordinate : tensor.projection) {
    const DimMask dims = movers(coordinate, varying_);
    twice |= seen & dims;
    seen |= dims;
  }
  moving = seen;
  const DimMask irrelevant = varying_ & ~moving;
  std::vector<DimMask> shared;
  DimMask any_shared = 0;
  for (const Coordinate& coordinate : tensor.projection) {
    const DimMask dims = movers(coordinate, varying_);
    if (std::popcount(dims) < 2 && (dims & twice) == 0) continue;
    shared.push_back(irrelevant | dims);
    any_shared |= irrelevant | dims;
  }
  if (shared.empty()) return;
  if (has_negative_term(tensor)) {
    live_ = {varying_};
  } else if (set_ == OrderSet::complete && twice == 0) {
    live_.insert(live_.end(), shared.begin(), shared.end());
  } else {
    live_.push_back(any_shared);
  }
}

OrderClasses::SpaceMask OrderClasses::staying(std::span<const std::uint8_t> dims) const {
  SpaceMask stay = all_spaces_;
  for (const std::uint8_t dim : dims) stay &= leaves_[dim];
  return stay;
}

// What ends a live sequence comes first: the live ones have their own classes.
void OrderClasses::append(Listing& listing, DimMask dims) const {
  const auto put = [&](int dim) { listing.order.push_back(static_cast<std::uint8_t>(dim)); };
  for_each_dim(dims & ~live_somewhere_, put);
  for_each_dim(dims & live_somewhere_, put);
}

// Takes all loops that move none of the staying dataspaces, then branches over the ways to give
// up as few of them as possible: giving up more at once only shortens runs.
void OrderClasses::finish(Listing& listing, DimMask left, SpaceMask stay) const {
  const std::size_t length = listing.order.size();
  DimMask run = 0;
  std::vector<SpaceMask> next;
  if (stay != 0) {
    for_each_dim(left, [&](int dim) {
      const SpaceMask rest = stay & leaves_[static_cast<std::size_t>(dim)];
      if (rest == stay) run |= bit(dim);
      if (rest != stay && rest != 0) next.push_back(rest);
    });
  }
  append(listing, run);
  left &= ~run;
  std::sort(next.begin(), next.end());
  next.erase(std::unique(next.begin(), next.end()), next.end());
  for (const SpaceMask rest : next) {
    const bool part_of_other = std::any_of(next.begin(), next.end(), [rest](SpaceMask other) {
      return other != rest && (other & rest) == rest;
    });
    if (!part_of_other) finish(listing, left, rest);
  }
  if (next.empty()) {
    append(listing, left);
    listing.emit();
  }
  listing.order.resize(length);
}

void OrderClasses::start_live(Listing& listing, DimMask live, DimMask left) const {
  for_each_dim(live & left, [&](int dim) {
    listing.order.push_back(static_cast<std::uint8_t>(dim));
    finish(listing, left & ~bit(dim), staying(listing.order));
    start_live(listing, live, left & ~bit(dim));
    listing.order.pop_back();
  });
}

// A loop beside all live sets comes first and ends them all, so the order within its run is free.
void OrderClasses::start_beside_live(Listing& listing, DimMask left) const {
  std::vector<SpaceMask> done;
  for_each_dim(left & ~live_somewhere_, [&](int dim) {
    const SpaceMask stay = leaves_[static_cast<std::size_t>(dim)];
    if (std::find(done.begin(), done.end(), stay) != done.end()) return;
    done.push_back(stay);
    listing.order.push_back(static_cast<std::uint8_t>(dim));
    finish(listing, left & ~bit(dim), stay);
    listing.order.pop_back();
  });
}

// Dimensions whose tiles stay no longer than those of another one that also keeps a halo, or that
// are just like an earlier one.
OrderClasses::DimMask OrderClasses::not_worth_first(DimMask left) const {
  DimMask worse = 0;
  for_each_dim(left & ~live_somewhere_, [&](int dim) {
    const SpaceMask stay = leaves_[static_cast<std::size_t>(dim)];
    for_each_dim(left & ~worse, [&](int other) {
      const SpaceMask others = leaves_[static_cast<std::size_t>(other)];
      const bool better = (bit(other) & live_somewhere_) != 0 || other < dim;
      if (other != dim && (stay == 0 || (others == stay && better))) worse |= bit(dim);
    });
  });
  return worse;
}

void OrderClasses::start_with_any(Listing& listing, DimMask left) const {
  for_each_dim(left & ~not_worth_first(left), [&](int dim) {
    listing.order.push_back(static_cast<std::uint8_t>(dim));
    finish(listing, left & ~bit(dim), staying(listing.order));
    listing.order.pop_back();
  });
}

std::vector<OrderClasses::Order> OrderClasses::list(DimMask free,
                                                    std::span<const std::uint8_t> inner) const {
  Listing listing;
  listing.order.assign(inner.begin(), inner.end());
  listing.inner = inner.size();
  if (free == 0 || !inner.empty()) finish(listing, free, staying(inner));
  if (set_ == OrderSet::quick) {
    if (inner.empty() && free != 0) start_with_any(listing, free);
    return std::move(listing.orders);
  }
  DimMask before = 0;
  for (const std::uint8_t dim : inner) before |= bit(dim);
  for (const DimMask live : live_) {
    if ((before & ~live) == 0) start_live(listing, live, free);
  }
  if (inner.empty()) start_beside_live(listing, free);
  return std::move(listing.orders);
}

double OrderClasses::most(DimMask free) const {
  const int dims = std::popcount(free);
  if (set_ == OrderSet::quick) return dims;
  double total = dims;
  for (const DimMask live : live_) total += sequences(std::popcount(live & free));
  return std::min(total, factorial(dims));
}

OrderClasses::Order temporal_loops(const LevelMapping& level, int num_dims) {
  OrderClasses::Order loops;
  for (int i = 0; i < num_dims; ++i) {
    const std::uint8_t dim = level.orders(LoopKind::temporal)[static_cast<std::size_t>(i)];
    if (level.factors(LoopKind::temporal)[dim] > 1) loops.push_back(dim);
  }
  return loops;
}

}  // namespace tilewright
