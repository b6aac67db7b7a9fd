#include "search/mapspace/residuals.hpp"

namespace tilewright {

void write_residuals(const Problem& problem, Mapping& mapping) {
  mapping.imperfect = false;
  for (std::size_t d = 0; d < problem.bounds.size(); ++d) {
    std::int64_t last = problem.bounds[d] - 1;
    for (int s = 0; s < mapping.num_levels; ++s) {
      LevelMapping& level = mapping.levels[static_cast<std::size_t>(s)];
      for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
        const std::int32_t factor = level.factors(kind)[d];
        const auto residual = static_cast<std::int32_t>(last % factor) + 1;
        level.residuals(kind)[d] = residual;
        mapping.imperfect |= residual != factor;
        last /= factor;
      }
    }
  }
}

}  // namespace tilewright
