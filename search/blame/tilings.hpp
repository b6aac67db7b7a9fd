#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/spatial_rules.hpp"

namespace tilewright::explain {

/// What decides whether a mapping is valid; orders of temporal loops do not.
struct TilingLimits {
  Constraints constraints;         // one entry per level
  std::vector<SpatialSlot> slots;  // see SpatialRules
  double least_macs = 0;           // of the slots that count
  std::vector<double> most_kept;   // [level], in the level's unit (see Terms); infinite = any
  std::vector<double> least_kept;  // [level], in the level's unit
  bool both_axes = false;
  bool imperfect = false;  // factors need only multiply to the bounds at least
};

/// The factors of one dimension.
struct DimTiling {
  std::array<std::int32_t, kMaxLevels> temporal{};     // [level]
  std::array<std::int32_t, 2 * kMaxLevels> spatial{};  // [slot]
  std::array<std::int64_t, kMaxLevels> extent{};       // [level]: of the tile that it holds
};

/// The factors of all dimensions, and what the levels keep.
struct Tiling {
  std::vector<DimTiling> dims;
  std::vector<SpaceMask> keep;  // [level]

  /// Writes them into a mapping that has the orders.
  void write(const std::vector<SpatialSlot>& slots, Mapping& mapping) const;
};

/// Decides exactly whether any tiling is within limits.
///
/// Of each dimension only factors count that no others replace: smaller tiles in every level that
/// has a size, fewer instances in every slot. What is left are few per dimension, and dimensions
/// meet only in sizes and fan-outs: a search in depth goes through them, with the smallest (and,
/// where a level must be filled, the largest) tiles of the dimensions still to come as a bound.
class TilingSearch {
 public:
  TilingSearch(const Problem& problem, const Terms& terms, const TilingLimits& limits,
               const StopToken& stop);

  /// \throws Stopped
  std::optional<Tiling> find();

 private:
  using Extents = Terms::Extents;
  struct Keeping {
    SpaceMask must = 0, may = 0;
  };

  bool list_keeping();
  void list_options(int dim);
  void extend(int dim, int level, const DimTiling& from, std::int64_t left);
  void choose_spatial(int dim, int level, std::size_t slot, DimTiling& tiling, std::int64_t left);
  template <class Take>
  void each_factor(int dim, std::int64_t left, const FactorRange& range, bool every,
                   const Take& take);
  bool dominates(const DimTiling& a, const DimTiling& b, int level) const;
  void note(std::int64_t left, int level, const DimTiling& tiling);
  bool descend(std::size_t place, const SpatialRules::State& state);
  void put(int dim, const DimTiling& tiling);
  bool may_fit() const;
  bool fits(int level, SpaceMask keep) const;
  bool choose_keeping(int level, SpaceMask somewhere);

  const Problem& problem_;
  const Terms& terms_;
  const TilingLimits& limits_;
  SpatialRules rules_;
  StopCheck check_;
  std::vector<Keeping> keeping_;  // [level]
  SpaceMask all_ = 0;             // dataspaces
  SpaceMask kept_for_sure_ = 0;   // by one level or another
  bool any_least_kept_ = false;
  std::vector<std::vector<std::int64_t>> divisors_;  // [dimension]: of the bound
  std::vector<std::vector<DimTiling>> options_;      // [dimension]
  std::vector<std::pair<std::int64_t, DimTiling>>
      frontier_;                          // of a dimension: what is left, and how
  std::vector<int> order_;                // dimensions, fewest options first
  std::vector<Extents> least_, most_;     // [level]: of chosen ones, else the bounds
  std::vector<const DimTiling*> chosen_;  // [dimension]
  Tiling found_;
};

}  // namespace tilewright::explain
