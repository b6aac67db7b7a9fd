#include "model/nest/detail/geometry.hpp"

#include <algorithm>

#include "model/error.hpp"

namespace tilewright {

Scratch::Scratch(const detail::Compiled& c)
    : pool(4096), shifts(c.largest_group), elements(c.largest_group), linked(c.largest_group) {}

// Kept in ascending order: sums over the classes must not depend on who came first.
void Scratch::add(detail::Traffic& into, const detail::AccessClass& entry) {
  const auto key = [](const detail::AccessClass& c) { return std::pair(c.multicast, c.scatter); };
  auto* const end = into.classes + into.num_classes;
  auto* place = into.classes;
  while (place != end && key(*place) < key(entry)) ++place;
  if (place != end && key(*place) == key(entry)) {
    place->accesses += entry.accesses;
    place->hops += entry.hops;
    place->unicast_hops += entry.unicast_hops;
    return;
  }
  if (pool_used == pool.size()) {
    throw InternalError("a mapping has more kinds of multicast than there is room for");
  }
  std::copy_backward(place, end, end + 1);
  *place = entry;
  ++into.num_classes;
  ++pool_used;
}

namespace detail {
namespace {

// Adds the loops of one mesh axis of a level to its group and widens the extents around it.
void add_spatial_loops(const Compiled& c, const LevelMapping& level, LoopKind kind,
                       Extents& extents, SpatialGroup& group, std::uint64_t& axis_size) {
  const auto& factors = level.factors(kind);
  const auto& order = level.orders(kind);
  for (int i = 0; i < c.num_dims; ++i) {
    const int dim = order[i];
    const std::int64_t bound = factors[dim];
    if (bound == 1) continue;
    group.loops[group.num_loops++] = {bound, extents[dim], dim};
    axis_size *= static_cast<std::uint64_t>(bound);
    extents[dim] *= bound;
  }
}

void lay_out_group(const Compiled& c, const LevelMapping& level, const CompiledLevel& arch_level,
                   Extents& extents, SpatialGroup& group) {
  group.num_loops = 0;
  group.size_x = group.size_y = 1;
  if (arch_level.fanout_x * arch_level.fanout_y > 1) {
    add_spatial_loops(c, level, LoopKind::spatial_x, extents, group, group.size_x);
    add_spatial_loops(c, level, LoopKind::spatial_y, extents, group, group.size_y);
  }
  group.size = group.size_x * group.size_y;
}

void add_temporal_loops(const Compiled& c, const LevelMapping& level, Extents& extents,
                        Scratch& scratch) {
  const auto& factors = level.factors(LoopKind::temporal);
  const auto& order = level.orders(LoopKind::temporal);
  for (int i = 0; i < c.num_dims; ++i) {
    const int dim = order[i];
    const std::int64_t bound = factors[dim];
    if (bound == 1) continue;
    scratch.loops[scratch.num_loops++] = {bound, extents[dim], dim};
    extents[dim] *= bound;
  }
}

}  // namespace

std::int64_t box_words(const CompiledSpace& space, const Extents& extents) {
  std::int64_t words = 1;
  for (int x = 0; x < space.rank; ++x) words *= space.coordinates[x].width(extents);
  return words;
}

void lay_out(const Compiled& c, const Mapping& mapping, Scratch& scratch) {
  scratch.num_loops = 0;
  scratch.pool_used = 0;
  scratch.first_loop[0] = 0;
  Extents extents;
  extents.fill(1);
  scratch.inside[0] = extents;
  for (int s = 0; s < c.num_levels; ++s) {
    const auto& level = mapping.levels[s];
    lay_out_group(c, level, c.levels[s], extents, scratch.groups[s]);
    scratch.around[s] = extents;
    add_temporal_loops(c, level, extents, scratch);
    scratch.inside[s + 1] = extents;
    scratch.first_loop[s + 1] = scratch.num_loops;
  }

  double steps = 1;
  scratch.steps[scratch.num_loops] = 1;
  for (int j = scratch.num_loops - 1; j >= 0; --j) {
    steps *= static_cast<double>(scratch.loops[j].bound);
    scratch.steps[j] = steps;
  }
  scratch.compute_cycles = static_cast<std::uint64_t>(steps);
}

namespace {

struct Used {
  std::uint64_t x = 1, y = 1;
};

RejectReason check_mesh(Used used, std::uint64_t instances, std::uint64_t mesh_x,
                        std::uint64_t mesh_y) {
  if (used.x * used.y > instances) return RejectReason::instances;
  if (used.x > mesh_x) return RejectReason::mesh_x;
  if (used.y > mesh_y) return RejectReason::mesh_y;
  return RejectReason::none;
}

Rejection mesh_rejection(RejectReason reason, int level, Used used, std::uint64_t instances,
                         std::uint64_t mesh_x, std::uint64_t mesh_y) {
  Rejection rejection{.reason = reason, .level = static_cast<std::int8_t>(level)};
  if (reason == RejectReason::instances) {
    rejection.needed = used.x * used.y;
    rejection.available = instances;
  } else {
    rejection.needed = reason == RejectReason::mesh_x ? used.x : used.y;
    rejection.available = reason == RejectReason::mesh_x ? mesh_x : mesh_y;
  }
  return rejection;
}

// Tiles of level s; the rejection if what it keeps does not fit, or fills it too little.
Rejection check_capacity(const Compiled& c, const LevelMapping& mapping, int s, Scratch& scratch) {
  const auto& level = c.levels[s];
  Rejection rejection;
  std::uint64_t kept = 0;
  for (int p = 0; p < c.num_spaces; ++p) {
    const std::int64_t tile = box_words(c.spaces[p], scratch.inside[s + 1]);
    scratch.at[p][s].tile = tile;
    if (((mapping.keep >> p) & 1) == 0) continue;
    rejection.share[p] = static_cast<std::uint64_t>(tile);
    kept += static_cast<std::uint64_t>(tile);
  }
  if (!level.bounded) return {};
  if (kept > level.effective_entries) {
    rejection.reason = RejectReason::capacity;
    rejection.available = level.effective_entries;
  } else if (kept < level.min_entries_needed) {
    rejection.reason = RejectReason::min_utilization;
    rejection.available = level.min_entries_needed;
  } else {
    return {};
  }
  rejection.level = static_cast<std::int8_t>(s);
  rejection.needed = kept;
  return rejection;
}

Rejection check_kept_somewhere(const Compiled& c, const Mapping& mapping) {
  unsigned kept = 0;
  for (int s = 0; s < c.num_levels; ++s) kept |= mapping.levels[s].keep;
  const unsigned missing = ~kept & ((1u << c.num_spaces) - 1u);
  if (missing == 0) return {};
  Rejection rejection{.reason = RejectReason::bypassed_everywhere, .level = -1};
  for (int p = 0; p < c.num_spaces; ++p) {
    if (((missing >> p) & 1) != 0) rejection.share[p] = c.problem.tensor_words(p);
  }
  return rejection;
}

}  // namespace

Rejection first_violation(const Compiled& c, const Mapping& mapping, Scratch& scratch) {
  if (const auto rejection = check_kept_somewhere(c, mapping);
      rejection.reason != RejectReason::none) {
    return rejection;
  }
  std::array<Used, kMaxLevels + 1> used{};  // [s] = instances of level s - 1
  for (int s = c.num_levels - 1; s >= 0; --s) {
    used[s] = {used[s + 1].x * scratch.groups[s].size_x, used[s + 1].y * scratch.groups[s].size_y};
  }
  const auto& macs = c.arch.compute;
  scratch.used_macs = used[0].x * used[0].y;
  if (const auto reason = check_mesh(used[0], macs.instances, macs.mesh_x, macs.mesh_y);
      reason != RejectReason::none) {
    return mesh_rejection(reason, -1, used[0], macs.instances, macs.mesh_x, macs.mesh_y);
  }
  for (int s = 0; s < c.num_levels; ++s) {
    if (auto rejection = check_capacity(c, mapping.levels[s], s, scratch);
        rejection.reason != RejectReason::none) {
      return rejection;
    }
    const auto& level = c.levels[s];
    scratch.used[s] = used[s + 1].x * used[s + 1].y;
    if (const auto reason = check_mesh(used[s + 1], level.instances, level.mesh_x, level.mesh_y);
        reason != RejectReason::none) {
      return mesh_rejection(reason, s, used[s + 1], level.instances, level.mesh_x, level.mesh_y);
    }
  }
  return {};
}

}  // namespace detail
}  // namespace tilewright
