#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/limits.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// How much care is taken not to lose the best order.
enum class OrderSet : std::uint8_t {
  quick,     // by the first loop: nearly always enough, never more than one per dimension
             // unless the runs of several dataspaces branch
  complete,  // holds the best order if no words travel between neighbouring instances
  complete_with_links,  // holds the best order even then
};

/// The orders of the temporal loops of one level that can differ in cost.
///
/// What an order decides is how long each tile stays. A tile that is the same for a run of loops
/// is fetched once, so loops that do not move a dataspace belong together, right at the beginning:
/// an order is a chain of dataspaces whose tiles still stay. A tile with a coordinate on which
/// several dimensions meet also keeps a halo, which depends on the first loop and, as long as only
/// such dimensions and irrelevant ones follow (the *live* ones of the dataspace), on the exact
/// sequence. So a class is a sequence of live dimensions, continued by the best chain; what comes
/// after that does not matter.
///
/// All is derived from the projections. Immutable; const use is thread-safe.
class OrderClasses {
 public:
  using DimMask = std::uint32_t;            // bit d = dimension d
  using Order = std::vector<std::uint8_t>;  // dimensions, innermost first

  OrderClasses(const Problem& problem, OrderSet set);

  /// One order of the dimensions `free` for each class, given that the loops `inner` lie inside
  /// them. Never empty; without doubles.
  /// \throws UsageError if they are too many to list.
  std::vector<Order> list(DimMask free, std::span<const std::uint8_t> inner = {}) const;

  /// At most so many classes would be listed; far too many to list are no problem here.
  double most(DimMask free) const;

 private:
  using SpaceMask = std::uint32_t;
  struct Listing;

  void add_live_sets(const Problem& problem, int space);
  /// Dataspaces that stay while the loops in `dims` run.
  SpaceMask staying(std::span<const std::uint8_t> dims) const;
  void start_live(Listing& listing, DimMask live, DimMask left) const;
  void start_with_any(Listing& listing, DimMask left) const;
  void start_beside_live(Listing& listing, DimMask left) const;
  void finish(Listing& listing, DimMask left, SpaceMask stay) const;
  void append(Listing& listing, DimMask dims) const;
  DimMask not_worth_first(DimMask left) const;

  OrderSet set_;
  SpaceMask all_spaces_ = 0;
  DimMask varying_ = 0;            // dimensions with a bound above 1
  std::vector<SpaceMask> leaves_;  // [dim]: dataspaces that it does not move
  std::vector<DimMask> live_;      // sets of dimensions whose exact sequence may matter
  DimMask live_somewhere_ = 0;
};

/// The dimensions that have a temporal loop at a level, innermost first.
OrderClasses::Order temporal_loops(const LevelMapping& level, int num_dims);

}  // namespace tilewright
