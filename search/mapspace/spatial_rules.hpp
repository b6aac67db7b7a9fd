#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright {

struct MapspaceOptions;

/// A fan-out that loops can use: one axis of one level.
struct SpatialSlot {
  int level = 0;
  LoopKind kind = LoopKind::spatial_x;
  std::int64_t fanout = 1;
  bool counts = true;  // towards the MACs that a mapping must use
};

/// Those of an architecture.
std::vector<SpatialSlot> spatial_slots(const Architecture& arch);
/// The MACs that a mapping must use.
double least_macs(const Architecture& arch, const Constraints& constraints);

/// Which dimensions may lie on X and Y of one level, as its order and split demand.
///
/// The loops of a spatial level have one order; X holds its first part, Y the rest. A dimension has
/// a place: its position in the user's `inner`, then one common place for all free dimensions,
/// then its position in `outer`. So X must end, in places, before Y begins. A user's split says how
/// many dimensions (those without a loop included) lie on X; where it falls among the free
/// dimensions, it limits how many of them have a loop on X and on Y.
class AxisRule {
 public:
  AxisRule(const LoopConstraint& constraint, int num_dims, bool both_axes);

  bool allows(int dim, LoopKind kind) const;
  /// May one dimension use both axes?
  bool both() const { return both_; }
  int place(int dim) const { return place_[static_cast<std::size_t>(dim)]; }
  bool ordered() const { return !split_ && free_place_ >= 0; }
  /// With a split among the free dimensions: how many of them may use X, and Y.
  bool counted() const { return split_ && free_on_x_ > 0 && free_on_y_ > 0; }
  int free_on_x() const { return free_on_x_; }
  int free_on_y() const { return free_on_y_; }
  bool is_free(int dim) const { return place(dim) == free_place_; }

 private:
  std::array<int, kMaxDims> place_{};
  int free_place_ = -1;  // -1 = no order is given, and all dimensions share it
  bool split_ = false;
  bool both_ = false;
  int free_on_x_ = 0;
  int free_on_y_ = 0;
};

/// How the spatial loops of different dimensions compete: for the fan-out of each slot, for the
/// places on X and Y and, together, for a least share of the MACs. A state says what is left
/// for the dimensions still to come; equal states allow the same completions.
class SpatialRules {
 public:
  using State = std::vector<std::uint32_t>;

  SpatialRules(int num_dims, const Architecture& arch, const Constraints& constraints,
               const MapspaceOptions& options);
  /// For fan-outs other than those of an architecture with so many levels; slots of one level
  /// stand side by side.
  SpatialRules(int num_dims, int num_levels, std::vector<SpatialSlot> slots,
               const Constraints& constraints, bool both_axes, double least_macs);

  std::span<const SpatialSlot> slots() const { return slots_; }
  const State& initial() const { return initial_; }
  /// The state after giving `dim` these factors, one per slot; nothing if they do not fit.
  std::optional<State> advance(const State& state, int dim,
                               std::span<const std::int32_t> factors) const;
  bool accepts(const State& state) const { return !needs_ || state[slots_.size()] <= 1; }

  /// May `dim` have `factor` in `slot`, the earlier slots of the same level being `factors`?
  bool allows(int dim, std::size_t slot, std::int32_t factor,
              std::span<const std::int32_t> factors) const;
  /// Is the product of the factors of `level` what the user asked for?
  bool level_allows(int dim, int level, std::int64_t product) const;
  /// May `dim` have a spatial loop at `level` at all?
  bool may_spread(int dim, int level) const {
    return ranges_[static_cast<std::size_t>(level)][static_cast<std::size_t>(dim)].most > 1;
  }
  /// That a mapping must use, less a margin for rounding.
  double least_macs() const { return least_macs_; }
  int num_levels() const { return static_cast<int>(ranges_.size()); }
  bool both_axes(int level) const { return axes_[static_cast<std::size_t>(level)].both(); }
  /// Are the loops of `dim` at `level` allowed, and does what all dimensions use there fit?
  bool holds_at(const Mapping& mapping, int dim, int level) const;
  /// Rules that no single level can tell: orders and splits over the axes, a least share of the
  /// MACs.
  bool holds_together(const Mapping& mapping) const;

 private:
  static constexpr std::size_t kMaxState = 4 * kMaxLevels + 1;

  State find_initial() const;
  /// Gives `dim` these factors; false if they do not fit.
  bool step(std::span<std::uint32_t> state, int dim, std::span<const std::int32_t> factors) const;
  bool place(std::span<std::uint32_t> state, std::size_t at, const AxisRule& rule, int dim,
             std::span<const std::int32_t> factors, int level) const;

  int num_dims_ = 0;
  std::vector<SpatialSlot> slots_;
  std::vector<AxisRule> axes_;                             // [level]
  std::vector<std::array<FactorRange, kMaxDims>> ranges_;  // [level][dim]
  std::vector<int> coupled_;  // levels with two state words: of `ordered` or `counted` rules
  double least_macs_ = 0;     // to use, less a margin for rounding
  std::uint32_t need_ = 0;    // the same in whole MACs
  bool needs_ = false;
  State initial_;
};

}  // namespace tilewright
