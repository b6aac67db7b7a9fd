#include "search/mapspace/spatial_rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

std::vector<SpatialSlot> spatial_slots(const Architecture& arch) {
  std::vector<SpatialSlot> slots;
  for (int level = 0; level < arch.num_levels(); ++level) {
    const auto x = static_cast<std::int64_t>(arch.fanout_x(level));
    const auto y = static_cast<std::int64_t>(arch.fanout_y(level));
    if (x > 1) slots.push_back({level, LoopKind::spatial_x, x});
    if (y > 1) slots.push_back({level, LoopKind::spatial_y, y});
  }
  return slots;
}

double least_macs(const Architecture& arch, const Constraints& constraints) {
  return constraints.min_parallelism.value_or(0) * static_cast<double>(arch.compute.instances);
}

AxisRule::AxisRule(const LoopConstraint& constraint, int num_dims, bool both_axes)
    : split_(constraint.split.has_value()), both_(both_axes && !split_) {
  const int first_free = static_cast<int>(constraint.inner.size());
  const int num_free = num_dims - first_free - static_cast<int>(constraint.outer.size());
  if (split_ || num_free != num_dims) free_place_ = first_free;
  place_.fill(free_place_);
  for (int i = 0; i < first_free; ++i) place_[index(constraint.inner[index(i)])] = i;
  for (int i = 0; i < static_cast<int>(constraint.outer.size()); ++i) {
    place_[index(constraint.outer[index(i)])] = first_free + 1 + i;
  }
  if (!split_) return;
  const int split = *constraint.split;
  free_on_x_ = std::clamp(split - first_free, 0, num_free);
  free_on_y_ = num_free - free_on_x_;
  // Places of fixed dimensions become their side of the split: 0 on X, 2 on Y; free ones keep 1.
  for (int dim = 0; dim < num_dims; ++dim) {
    int& at = place_[index(dim)];
    if (at == first_free) {
      at = 1;
    } else {
      const int position = at < first_free ? at : at - 1 + num_free;
      at = position < split ? 0 : 2;
    }
  }
  free_place_ = 1;
}

bool AxisRule::allows(int dim, LoopKind kind) const {
  if (!split_) return true;
  const bool x = kind == LoopKind::spatial_x;
  if (is_free(dim)) return x ? free_on_x_ > 0 : free_on_y_ > 0;
  return x == (place(dim) == 0);
}

SpatialRules::SpatialRules(int num_dims, const Architecture& arch, const Constraints& constraints,
                           const MapspaceOptions& options)
    : SpatialRules(num_dims, arch.num_levels(), spatial_slots(arch), constraints, options.both_axes,
                   tilewright::least_macs(arch, constraints)) {}

SpatialRules::SpatialRules(int num_dims, int num_levels, std::vector<SpatialSlot> slots,
                           const Constraints& constraints, bool both_axes, double least_macs)
    : num_dims_(num_dims), slots_(std::move(slots)) {
  const LevelConstraint free;
  for (int level = 0; level < num_levels; ++level) {
    const LevelConstraint& at =
        index(level) < constraints.levels.size() ? constraints.levels[index(level)] : free;
    axes_.emplace_back(at.spatial, num_dims, both_axes);
    auto& ranges = ranges_.emplace_back();
    for (int dim = 0; dim < num_dims; ++dim) ranges[index(dim)] = factor_range(at.spatial, dim);
    const bool two_axes =
        std::count_if(slots_.begin(), slots_.end(),
                      [level](const SpatialSlot& slot) { return slot.level == level; }) > 1;
    const AxisRule& rule = axes_.back();
    if ((two_axes && rule.ordered()) || rule.counted()) coupled_.push_back(level);
  }
  constexpr double kRounding = 1e-9;  // a share written as a decimal fraction is rarely exact
  least_macs_ = least_macs * (1 - kRounding);
  needs_ = least_macs > 1;
  need_ = needs_ ? static_cast<std::uint32_t>(std::ceil(least_macs_)) : 0;
  initial_ = find_initial();
}

// What is left, not what is used: floor(floor(n / a) / b) = floor(n / (a b)), so states with the
// same rest coincide however it came about. Likewise the need, with ceilings.
SpatialRules::State SpatialRules::find_initial() const {
  State state;
  for (const SpatialSlot& slot : slots_) state.push_back(static_cast<std::uint32_t>(slot.fanout));
  if (needs_) state.push_back(need_);
  for (const int level : coupled_) {
    const AxisRule& rule = axes_[index(level)];
    if (rule.counted()) {
      state.push_back(static_cast<std::uint32_t>(rule.free_on_x()));
      state.push_back(static_cast<std::uint32_t>(rule.free_on_y()));
    } else {
      state.push_back(0);         // 1 + the last place on X
      state.push_back(kNowhere);  // 1 + the first place on Y
    }
  }
  return state;
}

std::optional<SpatialRules::State> SpatialRules::advance(
    const State& state, int dim, std::span<const std::int32_t> factors) const {
  State next = state;
  if (!step(next, dim, factors)) return std::nullopt;
  return next;
}

bool SpatialRules::step(std::span<std::uint32_t> state, int dim,
                        std::span<const std::int32_t> factors) const {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const auto factor = static_cast<std::uint32_t>(factors[slot]);
    if (factor == 1) continue;
    state[slot] /= factor;
    if (state[slot] == 0) return false;
    if (!needs_ || !slots_[slot].counts) continue;
    state[slots_.size()] = (state[slots_.size()] + factor - 1) / factor;
  }
  std::size_t at = slots_.size() + (needs_ ? 1 : 0);
  for (const int level : coupled_) {
    if (!place(state, at, axes_[index(level)], dim, factors, level)) return false;
    at += 2;
  }
  return true;
}

// Puts the loops of `dim` at one level on their axes; false if the order or the split forbids it.
bool SpatialRules::place(std::span<std::uint32_t> state, std::size_t at, const AxisRule& rule,
                         int dim, std::span<const std::int32_t> factors, int level) const {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].level != level || factors[slot] == 1) continue;
    const std::size_t axis = slots_[slot].kind == LoopKind::spatial_x ? 0 : 1;
    if (rule.counted()) {
      if (!rule.is_free(dim)) continue;
      if (state[at + axis] == 0) return false;
      --state[at + axis];
    } else {
      const auto place = static_cast<std::uint32_t>(rule.place(dim) + 1);
      std::uint32_t& reach = state[at + axis];
      reach = axis == 0 ? std::max(reach, place) : std::min(reach, place);
      if (state[at] > state[at + 1]) return false;
    }
  }
  return true;
}

bool SpatialRules::allows(int dim, std::size_t slot, std::int32_t factor,
                          std::span<const std::int32_t> factors) const {
  if (factor == 1) return true;
  const SpatialSlot& here = slots_[slot];
  const AxisRule& rule = axes_[index(here.level)];
  if (factor > here.fanout || !rule.allows(dim, here.kind)) return false;
  const bool second = slot > 0 && slots_[slot - 1].level == here.level && factors[slot - 1] > 1;
  return !second || rule.both();
}

bool SpatialRules::holds_at(const Mapping& mapping, int dim, int level) const {
  const LevelMapping& at = mapping.levels[index(level)];
  std::int64_t product = 1;
  int axes = 0;
  for (const SpatialSlot& slot : slots_) {
    if (slot.level != level) continue;
    const std::int32_t factor = at.factors(slot.kind)[index(dim)];
    if (factor == 1) continue;  // whatever is used of the slot, it is not more because of `dim`
    std::int64_t used = 1;
    for (int d = 0; d < num_dims_; ++d) used *= at.factors(slot.kind)[index(d)];
    if (used > slot.fanout || !axes_[index(level)].allows(dim, slot.kind)) return false;
    product *= factor;
    ++axes;
  }
  return (axes < 2 || axes_[index(level)].both()) && level_allows(dim, level, product);
}

bool SpatialRules::holds_together(const Mapping& mapping) const {
  if (coupled_.empty() && !needs_) return true;
  std::array<std::uint32_t, kMaxState> state;
  std::copy(initial_.begin(), initial_.end(), state.begin());
  std::array<std::int32_t, 2 * kMaxLevels> factors;
  for (int dim = 0; dim < num_dims_; ++dim) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      factors[i] = mapping.levels[index(slots_[i].level)].factors(slots_[i].kind)[index(dim)];
    }
    if (!step(state, dim, factors)) return false;
  }
  return !needs_ || state[slots_.size()] <= 1;
}

bool SpatialRules::level_allows(int dim, int level, std::int64_t product) const {
  return ranges_[index(level)][index(dim)].holds(product);
}

}  // namespace tilewright
