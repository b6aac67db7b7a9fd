#include "search/blame/tilings.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>

#include "search/indices.hpp"
#include "search/mapspace/divisors.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright::explain {

void Tiling::write(const std::vector<SpatialSlot>& slots, Mapping& mapping) const {
  for (int d = 0; d < mapping.num_dims; ++d) {
    for (int s = 0; s < mapping.num_levels; ++s) {
      LevelMapping& level = mapping.levels[at(s)];
      for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
        level.factors(kind)[at(d)] = level.residuals(kind)[at(d)] = 1;
      }
      level.factors(LoopKind::temporal)[at(d)] = dims[at(d)].temporal[at(s)];
      level.residuals(LoopKind::temporal)[at(d)] = dims[at(d)].temporal[at(s)];
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
      LevelMapping& level = mapping.levels[at(slots[i].level)];
      level.factors(slots[i].kind)[at(d)] = dims[at(d)].spatial[i];
      level.residuals(slots[i].kind)[at(d)] = dims[at(d)].spatial[i];
    }
  }
  for (std::size_t s = 0; s < keep.size(); ++s) mapping.levels[s].keep = keep[s];
}

TilingSearch::TilingSearch(const Problem& problem, const Terms& terms, const TilingLimits& limits,
                           const StopToken& stop)
    : problem_(problem),
      terms_(terms),
      limits_(limits),
      rules_(problem.num_dims(), terms.num_levels(), limits.slots, limits.constraints,
             limits.both_axes, limits.least_macs),
      check_(stop),
      options_(at(problem.num_dims())),
      chosen_(at(problem.num_dims())) {
  for (const std::int64_t bound : problem.bounds) {
    std::vector<std::int64_t>& divisors = divisors_.emplace_back();
    const Divisors all(limits.imperfect ? 1 : bound);
    for (int i = 0; i < all.size(); ++i) divisors.push_back(all.value(i));
  }
  any_least_kept_ = std::any_of(limits.least_kept.begin(), limits.least_kept.end(),
                                [](double least) { return least > 0; });
}

// Every dataspace is kept somewhere.
bool TilingSearch::list_keeping() {
  all_ = static_cast<SpaceMask>((1U << at(problem_.num_spaces())) - 1U);
  SpaceMask somewhere = 0;
  for (int s = 0; s < terms_.num_levels(); ++s) {
    const LevelConstraint& constraint = limits_.constraints.levels[at(s)];
    const auto may = static_cast<SpaceMask>(all_ & ~constraint.must_bypass);
    const auto must = static_cast<SpaceMask>(constraint.must_keep & all_);
    if ((must & ~may) != 0) return false;
    keeping_.push_back({must, may});
    somewhere |= may;
    kept_for_sure_ |= must;
  }
  found_.keep.resize(keeping_.size());
  return somewhere == all_;
}

// Factors of a dimension of which `left` iterations are left, smallest first: divisors or, where
// tiles may be short, one for each number of tiles that it can leave. A level that must be filled
// may want a longer tile than that, and so may a limit of the product of several: then `every` one.
template <class Take>
void TilingSearch::each_factor(int dim, std::int64_t left, const FactorRange& range, bool every,
                               const Take& take) {
  if (!limits_.imperfect) {
    for (const std::int64_t factor : divisors_[at(dim)]) {
      if (range.holds(factor) && left % factor == 0) {
        take(static_cast<std::int32_t>(factor), left / factor);
      }
    }
    return;
  }
  for (std::int64_t factor = range.least; factor <= std::min<std::int64_t>(range.most, left);) {
    const std::int64_t after = (left + factor - 1) / factor;
    take(static_cast<std::int32_t>(factor), after);
    if (after == 1) return;
    factor = every || any_least_kept_ ? factor + 1 : (left + after - 2) / (after - 1);
  }
}

// Whatever can follow b can follow a, and is no worse for it. `level` is the last one with factors.
bool TilingSearch::dominates(const DimTiling& a, const DimTiling& b, int level) const {
  for (int s = 0; s <= level; ++s) {
    if (limits_.least_kept[at(s)] > 0) {
      if (a.extent[at(s)] != b.extent[at(s)]) return false;
    } else if (limits_.most_kept[at(s)] < std::numeric_limits<double>::infinity() &&
               a.extent[at(s)] > b.extent[at(s)]) {
      return false;
    }
  }
  const auto slots = rules_.slots();
  for (std::size_t i = 0; i < slots.size() && slots[i].level <= level; ++i) {
    if (a.spatial[i] > b.spatial[i]) return false;
    if (limits_.least_macs > 0 && slots[i].counts && a.spatial[i] != b.spatial[i]) return false;
  }
  return true;
}

void TilingSearch::note(std::int64_t left, int level, const DimTiling& tiling) {
  check_.step(1 + frontier_.size());
  for (const auto& [rest, other] : frontier_) {
    if (rest == left && dominates(other, tiling, level)) return;
  }
  std::erase_if(frontier_, [&](const auto& entry) {
    return entry.first == left && dominates(tiling, entry.second, level);
  });
  frontier_.emplace_back(left, tiling);
}

void TilingSearch::choose_spatial(int dim, int level, std::size_t slot, DimTiling& tiling,
                                  std::int64_t left) {
  const auto slots = rules_.slots();
  if (slot == slots.size() || slots[slot].level != level) {
    std::int64_t product = 1;
    for (std::size_t i = slot; i > 0 && slots[i - 1].level == level; --i) {
      product *= tiling.spatial[i - 1];
    }
    if (rules_.level_allows(dim, level, product)) extend(dim, level, tiling, left);
    return;
  }
  // Of a range, the product of both axes is the factor; and more instances may be wanted.
  const FactorRange range = factor_range(limits_.constraints.levels[at(level)].spatial, dim);
  const bool limited = range.least > 1 || range.most < FactorRange{}.most || limits_.least_macs > 0;
  each_factor(dim, left, {}, limited, [&](std::int32_t factor, std::int64_t after) {
    tiling.spatial[slot] = factor;
    if (!rules_.allows(dim, slot, factor, std::span(tiling.spatial).first(slot))) return;
    choose_spatial(dim, level, slot + 1, tiling, after);
  });
  tiling.spatial[slot] = 1;
}

// Spatial factors of a level are chosen; the temporal ones follow, and fix its tile.
void TilingSearch::extend(int dim, int level, const DimTiling& from, std::int64_t left) {
  const FactorRange range = factor_range(limits_.constraints.levels[at(level)].temporal, dim);
  std::int64_t extent = level > 0 ? from.extent[at(level - 1)] : 1;
  const auto slots = rules_.slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].level == level) extent *= from.spatial[i];
  }
  each_factor(dim, left, range, false, [&](std::int32_t factor, std::int64_t after) {
    DimTiling tiling = from;
    tiling.temporal[at(level)] = factor;
    // No tile is longer than the dimension, however many steps would fit.
    tiling.extent[at(level)] = std::min(extent * factor, problem_.bounds[at(dim)]);
    note(after, level, tiling);
  });
}

void TilingSearch::list_options(int dim) {
  DimTiling start;
  start.spatial.fill(1);
  std::vector<std::pair<std::int64_t, DimTiling>> reached{{problem_.bounds[at(dim)], start}};
  const auto slots = rules_.slots();
  for (int level = 0; level < terms_.num_levels(); ++level) {
    frontier_.clear();
    std::size_t slot = 0;
    while (slot < slots.size() && slots[slot].level < level) ++slot;
    for (auto& [left, tiling] : reached) choose_spatial(dim, level, slot, tiling, left);
    reached.swap(frontier_);
  }
  for (const auto& [left, tiling] : reached) {
    if (left == 1) options_[at(dim)].push_back(tiling);
  }
}

void TilingSearch::put(int dim, const DimTiling& tiling) {
  for (std::size_t s = 0; s < least_.size(); ++s) {
    least_[s][at(dim)] = most_[s][at(dim)] = tiling.extent[s];
  }
}

bool TilingSearch::may_fit() const {
  for (int s = 0; s < terms_.num_levels(); ++s) {
    const Keeping& keeping = keeping_[at(s)];
    if (terms_.kept_size(s, keeping.must, least_[at(s)]) > limits_.most_kept[at(s)]) return false;
    if (limits_.least_kept[at(s)] > 0 &&
        terms_.kept_size(s, keeping.may, most_[at(s)]) < limits_.least_kept[at(s)]) {
      return false;
    }
  }
  return true;
}

// Does what a level keeps fit it, and fill it enough?
bool TilingSearch::fits(int level, SpaceMask keep) const {
  const double size = terms_.kept_size(level, keep, least_[at(level)]);
  return size <= limits_.most_kept[at(level)] && size >= limits_.least_kept[at(level)];
}

// From `level` outwards, the least that each must keep unless that fills too little of it; what no
// level must keep needs one that does so all the same.
bool TilingSearch::choose_keeping(int level, SpaceMask somewhere) {
  if (level == terms_.num_levels()) return somewhere == all_;
  const Keeping& keeping = keeping_[at(level)];
  for (unsigned keep = keeping.must; keep <= keeping.may; ++keep) {
    if ((keep & keeping.must) != keeping.must || (keep & ~unsigned{keeping.may}) != 0) continue;
    if (!fits(level, static_cast<SpaceMask>(keep))) continue;
    found_.keep[at(level)] = static_cast<SpaceMask>(keep);
    if (choose_keeping(level + 1, static_cast<SpaceMask>(somewhere | keep))) return true;
    if ((kept_for_sure_ | somewhere) == all_) return false;  // a level further out has no room
  }
  return false;
}

bool TilingSearch::descend(std::size_t place, const SpatialRules::State& state) {
  check_.step(at(terms_.num_levels()));
  if (!may_fit()) return false;
  if (place == order_.size()) return rules_.accepts(state) && choose_keeping(0, 0);
  const int dim = order_[place];
  std::vector<std::pair<std::int64_t, std::int64_t>> bounds;
  for (std::size_t s = 0; s < least_.size(); ++s) {
    bounds.emplace_back(least_[s][at(dim)], most_[s][at(dim)]);
  }
  for (const DimTiling& tiling : options_[at(dim)]) {
    const auto next =
        rules_.advance(state, dim, std::span(tiling.spatial).first(rules_.slots().size()));
    if (!next) continue;
    put(dim, tiling);
    chosen_[at(dim)] = &tiling;
    if (descend(place + 1, *next)) return true;
  }
  for (std::size_t s = 0; s < least_.size(); ++s) {
    std::tie(least_[s][at(dim)], most_[s][at(dim)]) = bounds[s];
  }
  return false;
}

std::optional<Tiling> TilingSearch::find() {
  if (!list_keeping()) return std::nullopt;
  Extents ones;
  ones.fill(1);
  least_.assign(at(terms_.num_levels()), ones);
  most_ = least_;
  for (int d = 0; d < problem_.num_dims(); ++d) {
    list_options(d);
    if (options_[at(d)].empty()) return std::nullopt;
    order_.push_back(d);
    for (std::size_t s = 0; s < least_.size(); ++s) {
      const auto by_extent = [s](const DimTiling& a, const DimTiling& b) {
        return a.extent[s] < b.extent[s];
      };
      const auto [least, most] =
          std::minmax_element(options_[at(d)].begin(), options_[at(d)].end(), by_extent);
      least_[s][at(d)] = least->extent[s];
      most_[s][at(d)] = most->extent[s];
    }
  }
  std::stable_sort(order_.begin(), order_.end(), [this](int a, int b) {
    return options_[at(a)].size() < options_[at(b)].size();
  });
  if (!descend(0, rules_.initial())) return std::nullopt;
  for (const DimTiling* tiling : chosen_) found_.dims.push_back(*tiling);
  return found_;
}

}  // namespace tilewright::explain
