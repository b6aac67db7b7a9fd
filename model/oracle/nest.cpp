#include "model/oracle/nest.hpp"

#include <cstddef>

namespace tilewright::oracle {

std::uint64_t Nest::instances(int level) const {
  std::uint64_t count = 1;
  for (std::size_t l = static_cast<std::size_t>(boundary[level]) + 1; l < loops.size(); ++l) {
    if (loops[l].spatial()) count *= static_cast<std::uint64_t>(loops[l].bound);
  }
  return count;
}

Nest build_nest(const Mapping& mapping) {
  Nest nest;
  std::vector<std::int64_t> inner(static_cast<std::size_t>(mapping.num_dims), 1);
  for (int level = 0; level < mapping.num_levels; ++level) {
    const LevelMapping& at = mapping.levels[level];
    nest.first.push_back(static_cast<int>(nest.loops.size()));
    for (LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
      for (int position = 0; position < mapping.num_dims; ++position) {
        const int dim = at.orders(kind)[position];
        const std::int64_t bound = at.factors(kind)[dim];
        if (bound == 1) continue;
        nest.loops.push_back({kind, level, dim, bound, inner[dim]});
        inner[dim] *= bound;
      }
    }
    const bool has_temporal =
        static_cast<int>(nest.loops.size()) > nest.first.back() && !nest.loops.back().spatial();
    if (!has_temporal) nest.loops.push_back({LoopKind::temporal, level, 0, 1, inner[0]});
    nest.boundary.push_back(static_cast<int>(nest.loops.size()) - 1);
  }
  return nest;
}

}  // namespace tilewright::oracle
