#include "search/mapspace/membership.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factorization.hpp"

namespace tilewright {
namespace {

using What = Departure::What;

// Loops of the dimensions that a user wants innermost come first, those wanted outermost last, each
// in the user's order.
bool keeps_order(const LoopConstraint& wanted, const LevelMapping& level, LoopKind kind,
                 int num_dims) {
  const auto has_loop = [&](int dim) { return level.factors(kind)[at(dim)] > 1; };
  std::array<int, kMaxDims> loops{};
  int count = 0;
  for (int place = 0; place < num_dims; ++place) {
    const int dim = level.orders(kind)[at(place)];
    if (has_loop(dim)) loops[at(count++)] = dim;
  }
  int first = 0;
  for (const int dim : wanted.inner) {
    if (has_loop(dim) && loops[at(first++)] != dim) return false;
  }
  int last = count;
  for (auto dim = wanted.outer.rbegin(); dim != wanted.outer.rend(); ++dim) {
    if (has_loop(*dim) && loops[at(--last)] != *dim) return false;
  }
  return true;
}

bool wants_order(const LoopConstraint& loops) {
  return !loops.inner.empty() || !loops.outer.empty();
}

}  // namespace

Membership::Membership(const Mapspace& space, const Problem& problem)
    : rules_(space.factorizations().rules()),
      constraints_(space.constraints()),
      num_dims_(problem.num_dims()),
      imperfect_(space.imperfect()) {
  const Mapping blank = space.blank();
  const FactorRange any;
  for (int s = 0; s < blank.num_levels; ++s) {
    Level& level = levels_.emplace_back();
    level.blank = blank.levels[at(s)];
    level.fixed = static_cast<SpaceMask>(~space.bypasses().free(s));
    for (int d = 0; d < num_dims_; ++d) {
      FactorRange& range = level.temporal[at(d)];
      range = factor_range(constraints_.levels[at(s)].temporal, d);
      level.any_range |= range.least != any.least || range.most != any.most;
      if (!rules_.level_allows(d, s, 1)) level.spreads |= bit(d);
    }
  }
  for (const SpatialSlot& slot : rules_.slots()) {
    levels_[at(slot.level)].axes[static_cast<std::size_t>(slot.kind)] = true;
  }
}

What Membership::check_order(const Mapping& mapping, std::size_t s) const {
  const LevelMapping& level = mapping.levels[s];
  const LevelConstraint& wanted = constraints_.levels[s];
  if (wants_order(wanted.temporal) &&
      !keeps_order(wanted.temporal, level, LoopKind::temporal, num_dims_)) {
    return What::temporal_order;
  }
  if (!wants_order(wanted.spatial)) return What::nothing;
  for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
    if (!keeps_order(wanted.spatial, level, kind, num_dims_)) return What::spatial_order;
  }
  return What::nothing;
}

// The first dimension whose loops at a level are not allowed; -1 = none.
int Membership::find_bad_factor(const Mapping& mapping, std::size_t s) const {
  const Level& allowed = levels_[s];
  const LevelMapping& level = mapping.levels[s];
  const auto& x = level.factors(LoopKind::spatial_x);
  const auto& y = level.factors(LoopKind::spatial_y);
  const auto& temporal = level.factors(LoopKind::temporal);
  for (int d = 0; d < num_dims_; ++d) {
    if (allowed.any_range && !allowed.temporal[at(d)].holds(temporal[at(d)])) return d;
    if (x[at(d)] == 1 && y[at(d)] == 1) {
      if ((allowed.spreads & bit(d)) != 0) return d;
      continue;
    }
    const bool on_axes = (x[at(d)] == 1 || allowed.axes[0]) && (y[at(d)] == 1 || allowed.axes[1]);
    if (!on_axes || !rules_.holds_at(mapping, d, static_cast<int>(s))) return d;
  }
  return -1;
}

Departure Membership::find_departure(const Mapping& mapping) const {
  if (mapping.imperfect && !imperfect_) return {What::short_tiles, 0, 0};
  for (std::size_t s = 0; s < levels_.size(); ++s) {
    const Level& allowed = levels_[s];
    const LevelMapping& level = mapping.levels[s];
    const auto place = static_cast<std::int8_t>(s);
    if (((level.keep ^ allowed.blank.keep) & allowed.fixed) != 0) return {What::keeping, place, 0};
    if (level.no_link_transfer != allowed.blank.no_link_transfer ||
        level.no_multicast != allowed.blank.no_multicast ||
        level.no_temporal_reuse != allowed.blank.no_temporal_reuse) {
      return {What::reuse, place, 0};
    }
    const What order = check_order(mapping, s);
    if (order != What::nothing) return {order, place, 0};
    const int dim = find_bad_factor(mapping, s);
    if (dim >= 0) return {What::factor, place, static_cast<std::int8_t>(dim)};
  }
  return {rules_.holds_together(mapping) ? What::nothing : What::spatial_factors, 0, 0};
}

std::string describe(const Departure& departure, const Problem& problem, const Architecture& arch) {
  const std::string& name = arch.storage[at(departure.level)].name;
  switch (departure.what) {
    case What::nothing:
      return {};
    case What::short_tiles:
      return "its last tiles are short, where factors have to divide";
    case What::keeping:
      return fmt::format("'{}' may not keep and pass by what it does", name);
    case What::reuse:
      return fmt::format("'{}' may not reuse what it does", name);
    case What::temporal_order:
      return fmt::format("the order of the loops of '{}' is not allowed", name);
    case What::spatial_order:
      return fmt::format("the order of the spatial loops of '{}' is not allowed", name);
    case What::factor:
      return fmt::format("the loops of {} at '{}' are not allowed", problem.dims[at(departure.dim)],
                         name);
    case What::spatial_factors:
      return "the spatial loops are not allowed together";
  }
  throw InternalError("unknown departure from a mapspace");
}

}  // namespace tilewright
