#include "model/mapping/mapping.hpp"

#include <numeric>

namespace tilewright {

Mapping Mapping::unit(int num_levels, int num_dims, int num_spaces) {
  Mapping mapping{};
  mapping.num_levels = static_cast<std::int8_t>(num_levels);
  mapping.num_dims = static_cast<std::int8_t>(num_dims);
  for (auto& level : mapping.levels) {
    for (int kind = 0; kind < kLoopKinds; ++kind) {
      level.factor[kind].fill(1);
      level.residual[kind].fill(1);
      std::iota(level.order[kind].begin(), level.order[kind].end(), std::uint8_t{0});
    }
    level.keep = static_cast<SpaceMask>((1u << num_spaces) - 1u);
  }
  return mapping;
}

namespace {

bool same_level(const LevelMapping& a, const LevelMapping& b, int num_dims) {
  for (int kind = 0; kind < kLoopKinds; ++kind) {
    for (int d = 0; d < num_dims; ++d) {
      if (a.factor[kind][d] != b.factor[kind][d] || a.residual[kind][d] != b.residual[kind][d] ||
          a.order[kind][d] != b.order[kind][d]) {
        return false;
      }
    }
  }
  return a.keep == b.keep && a.no_link_transfer == b.no_link_transfer &&
         a.no_multicast == b.no_multicast && a.no_temporal_reuse == b.no_temporal_reuse;
}

}  // namespace

bool operator==(const Mapping& a, const Mapping& b) {
  if (a.num_levels != b.num_levels || a.num_dims != b.num_dims || a.imperfect != b.imperfect)
    return false;
  for (int s = 0; s < a.num_levels; ++s) {
    if (!same_level(a.levels[s], b.levels[s], a.num_dims)) return false;
  }
  return true;
}

std::vector<std::int64_t> reached_bounds(const Mapping& mapping) {
  std::vector<std::int64_t> bounds(mapping.num_dims, 0);
  for (int s = mapping.num_levels - 1; s >= 0; --s) {
    const auto& level = mapping.levels[s];
    // A dimension has at most one loop of each kind per level, so outer-to-inner is temporal, Y, X.
    for (const auto kind : {LoopKind::temporal, LoopKind::spatial_y, LoopKind::spatial_x}) {
      for (int d = 0; d < mapping.num_dims; ++d) {
        bounds[d] = bounds[d] * level.factors(kind)[d] + level.residuals(kind)[d] - 1;
      }
    }
  }
  for (auto& bound : bounds) ++bound;
  return bounds;
}

}  // namespace tilewright
