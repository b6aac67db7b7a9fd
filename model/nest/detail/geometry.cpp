#include "model/nest/detail/geometry.hpp"

#include <algorithm>
#include <bit>

#include "model/error.hpp"

namespace tilewright {

Scratch::Scratch(const detail::Compiled& c)
    : shifts(c.largest_group), elements(c.largest_group), linked(c.largest_group) {
  for (int p = 0; p < kMaxSpaces; ++p) counts[p] = base[p] = &places_[p][0];
  inside.front().fill(1);  // one operation
  first_loop.front() = 0;
}

namespace detail {

// Kept in ascending order: sums over the classes must not depend on who came first.
void SpaceCounts::add_to_others(Traffic& into, const AccessClass& entry) {
  const auto key = [](const AccessClass& c) { return std::pair(c.multicast, c.scatter); };
  auto* const end = into.classes + into.num_classes;
  auto* place = into.classes;
  while (place != end && key(*place) < key(entry)) ++place;
  if (place != end && key(*place) == key(entry)) {
    place->accesses += entry.accesses;
    place->hops += entry.hops;
    place->unicast_hops += entry.unicast_hops;
    return;
  }
  if (pool_used_ == pool_.size()) {
    throw InternalError("a mapping has more kinds of multicast than there is room for");
  }
  std::copy_backward(place, end, end + 1);
  *place = entry;
  ++into.num_classes;
  ++pool_used_;
}

namespace {

// Collects the loops of one mesh axis of a level; their steps are not known yet.
void add_spatial_loops(const Compiled& c, const LevelMapping& level, LoopKind kind,
                       SpatialGroup& group) {
  const auto& factors = level.factors(kind);
  const auto& order = level.orders(kind);
  for (int i = 0; i < c.num_dims; ++i) {
    const int dim = order[i];
    const std::int64_t bound = factors[dim];
    if (bound != 1) group.loops[group.num_loops++] = {bound, 1, dim};
  }
}

// A dimension may have a loop on either axis; the one on Y then steps over the one on X.
void find_group_steps(const Extents& inside, SpatialGroup& group) {
  DimMask seen = 0;
  for (int i = 0; i < group.num_loops; ++i) {
    auto& loop = group.loops[i];
    loop.step = inside[loop.dim];
    if (((seen >> loop.dim) & 1) != 0) {
      for (int j = 0; j < i; ++j) {
        if (group.loops[j].dim == loop.dim) loop.step *= group.loops[j].bound;
      }
    }
    seen |= DimMask{1} << loop.dim;
  }
}

bool spreads(const CompiledLevel& level) { return level.fanout_x * level.fanout_y > 1; }

void collect_group(const Compiled& c, const LevelMapping& level, int s, SpatialGroup& group) {
  group.num_loops = 0;
  if (!spreads(c.levels[s])) return;
  add_spatial_loops(c, level, LoopKind::spatial_x, group);
  add_spatial_loops(c, level, LoopKind::spatial_y, group);
}

std::uint64_t product(const Compiled& c, const LevelMapping::Factors& factors) {
  std::uint64_t size = 1;
  for (int i = 0; i < c.num_dims; ++i) size *= static_cast<std::uint64_t>(factors[i]);
  return size;
}

// How many instances one instance of level s feeds.
void find_group_size(const Compiled& c, const LevelMapping& level, int s, SpatialGroup& group) {
  group.size_x = group.size_y = 1;
  if (spreads(c.levels[s])) {
    group.size_x = product(c, level.factors(LoopKind::spatial_x));
    group.size_y = product(c, level.factors(LoopKind::spatial_y));
  }
  group.size = group.size_x * group.size_y;
}

// The loops move tiles of extents `around`.
void add_temporal_loops(const Compiled& c, const LevelMapping& level, const Extents& around,
                        Scratch& scratch) {
  const auto& factors = level.factors(LoopKind::temporal);
  const auto& order = level.orders(LoopKind::temporal);
  for (int i = 0; i < c.num_dims; ++i) {
    const int dim = order[i];
    const std::int64_t bound = factors[dim];
    if (bound != 1) scratch.loops[scratch.num_loops++] = {bound, around[dim], dim};
  }
}

struct Used {
  std::uint64_t x = 1, y = 1;
};

// Whether `used` instances of a level exist; fills the rejection if not.
bool mesh_suffices(Used used, std::uint64_t instances, std::uint64_t mesh_x, std::uint64_t mesh_y,
                   Rejection& rejection) {
  if (used.x * used.y > instances) {
    rejection.reason = RejectReason::instances;
    rejection.needed = used.x * used.y;
    rejection.available = instances;
  } else if (used.x > mesh_x) {
    rejection.reason = RejectReason::mesh_x;
    rejection.needed = used.x;
    rejection.available = mesh_x;
  } else if (used.y > mesh_y) {
    rejection.reason = RejectReason::mesh_y;
    rejection.needed = used.y;
    rejection.available = mesh_y;
  }
  return rejection.reason == RejectReason::none;
}

using UsedLevels = std::array<Used, kMaxLevels + 1>;  // [s] = instances of level s - 1

// Finds the instances in use; whether the MACs among them exist.
bool macs_suffice(const Compiled& c, UsedLevels& used, Scratch& scratch, Rejection& rejection) {
  used[c.num_levels] = {};
  for (int s = c.num_levels - 1; s >= 0; --s) {
    const auto& group = scratch.groups[s];
    scratch.used[s] = used[s + 1].x * used[s + 1].y;
    used[s] = {used[s + 1].x * group.size_x, used[s + 1].y * group.size_y};
  }
  const auto& macs = c.arch.compute;
  scratch.used_macs = used[0].x * used[0].y;
  return mesh_suffices(used[0], macs.instances, macs.mesh_x, macs.mesh_y, rejection);
}

// Finds the tiles of extents `inside` that level s keeps, if it is bounded.
void find_kept_tiles(const Compiled& c, SpaceMask keep, int s, const Extents& inside,
                     Scratch& scratch) {
  if (!c.levels[s].bounded) return;
  for (unsigned rest = keep; rest != 0; rest &= rest - 1) {
    const int p = std::countr_zero(rest);
    scratch.tile[p][s] = c.spaces[p].box_words(inside);
  }
}

[[gnu::noinline, gnu::cold]] std::uint64_t kept_bits(const CompiledLevel& level, SpaceMask keep,
                                                     int s, const Scratch& scratch) {
  std::uint64_t bits = 0;
  for (unsigned rest = keep; rest != 0; rest &= rest - 1) {
    const int p = std::countr_zero(rest);
    bits += static_cast<std::uint64_t>(scratch.tile[p][s]) * level.size[p];
  }
  return bits;
}

// Says by how much the tiles that level s keeps are too large or too small.
void refuse_capacity(const Compiled& c, SpaceMask keep, int s, std::uint64_t kept,
                     const Scratch& scratch, Rejection& rejection) {
  const auto& level = c.levels[s];
  const bool too_large = kept > level.effective_entries;
  rejection.reason = too_large ? RejectReason::capacity : RejectReason::min_utilization;
  rejection.available = too_large ? level.effective_entries : level.min_entries_needed;
  rejection.needed = kept;
  for (int p = 0; p < c.num_spaces; ++p) {
    if (((keep >> p) & 1) != 0) rejection.share[p] = static_cast<std::uint64_t>(scratch.tile[p][s]);
  }
}

// Whether the tiles that level s keeps fit it, and fill it as much as they must.
inline bool capacity_suffices(const Compiled& c, SpaceMask keep, int s, const Scratch& scratch,
                              Rejection& rejection) {
  const auto& level = c.levels[s];
  if (!level.bounded) return true;
  std::uint64_t kept = 0;
  for (unsigned rest = keep; rest != 0; rest &= rest - 1)
    kept += static_cast<std::uint64_t>(scratch.tile[std::countr_zero(rest)][s]);
  if (level.mixed) [[unlikely]]
    kept = kept_bits(level, keep, s, scratch);
  if (kept <= level.effective_entries && kept >= level.min_entries_needed) return true;
  refuse_capacity(c, keep, s, kept, scratch, rejection);
  return false;
}

// Finds the tiles that no capacity had to be checked for: rejected mappings never get here.
void find_other_tiles(const Compiled& c, const Mapping& mapping, Scratch& scratch) {
  for (int s = 0; s < c.num_levels; ++s) {
    const unsigned found = c.levels[s].bounded ? mapping.levels[s].keep : 0u;
    for (int p = 0; p < c.num_spaces; ++p) {
      if (((found >> p) & 1) == 0)
        scratch.tile[p][s] = c.spaces[p].box_words(scratch.inside[s + 1]);
    }
  }
}

bool kept_somewhere(const Compiled& c, const Mapping& mapping, Rejection& rejection) {
  unsigned kept = 0;
  for (int s = 0; s < c.num_levels; ++s) kept |= mapping.levels[s].keep;
  const unsigned missing = ~kept & ((1u << c.num_spaces) - 1u);
  if (missing == 0) return true;
  rejection.reason = RejectReason::bypassed_everywhere;
  for (int p = 0; p < c.num_spaces; ++p) {
    if (((missing >> p) & 1) != 0) rejection.share[p] = c.problem.tensor_words(p);
  }
  return false;
}

// Whether spatial loops stand only where there are several instances to take them: what stands
// elsewhere would be left out of all counts.
bool spreads_only_over_instances(const Compiled& c, const Mapping& mapping, Rejection& rejection) {
  for (int s = 0; s < c.num_levels; ++s) {
    if (spreads(c.levels[s])) continue;
    const auto& x = mapping.levels[s].factors(LoopKind::spatial_x);
    const auto& y = mapping.levels[s].factors(LoopKind::spatial_y);
    std::int32_t more = 0;
    for (int d = 0; d < c.num_dims; ++d) more |= (x[d] - 1) | (y[d] - 1);
    if (more == 0) continue;
    rejection.reason = RejectReason::instances;
    rejection.level = static_cast<std::int8_t>(s - 1);
    rejection.needed = product(c, x) * product(c, y);
    rejection.available = 1;
    return false;
  }
  return true;
}

void clip_to_problem(const Compiled& c, Extents& extents) {
  for (int i = 0; i < c.num_active; ++i) {
    const int d = c.active_dims[i];
    extents[d] = std::min(extents[d], c.problem.bounds[d]);
  }
}

void clip_to_problem(const Compiled& c, Scratch& scratch) {
  for (int s = 0; s < c.num_levels; ++s) {
    clip_to_problem(c, scratch.around[s]);
    clip_to_problem(c, scratch.inside[s + 1]);
  }
}

// Finds the extents of the tiles of level s from those of the level inside it.
void grow(const Compiled& c, const LevelMapping& level, int s, Scratch& scratch) {
  const auto& inside = scratch.inside[s];
  const auto& temporal = level.factors(LoopKind::temporal);
  auto& outside = scratch.inside[s + 1];
  if (!spreads(c.levels[s])) {
    for (int d = 0; d < c.num_dims; ++d) outside[d] = inside[d] * temporal[d];
    return;
  }
  const auto& x = level.factors(LoopKind::spatial_x);
  const auto& y = level.factors(LoopKind::spatial_y);
  auto& around = scratch.around[s];
  for (int d = 0; d < c.num_dims; ++d) {
    around[d] = inside[d] * (std::int64_t{x[d]} * y[d]);
    outside[d] = around[d] * temporal[d];
  }
}

// Finds the extents of all tiles, up to the first level that the mapping does not fit.
Rejection fit(const Compiled& c, const Mapping& mapping, bool clip, Scratch& scratch) {
  Rejection rejection{.level = -1};
  if (!kept_somewhere(c, mapping, rejection)) return rejection;
  if (!spreads_only_over_instances(c, mapping, rejection)) return rejection;
  for (int s = 0; s < c.num_levels; ++s)
    find_group_size(c, mapping.levels[s], s, scratch.groups[s]);
  UsedLevels used;
  if (!macs_suffice(c, used, scratch, rejection)) return rejection;

  for (int s = 0; s < c.num_levels; ++s) {
    const auto& level = c.levels[s];
    const SpaceMask keep = mapping.levels[s].keep;
    rejection.level = static_cast<std::int8_t>(s);
    grow(c, mapping.levels[s], s, scratch);
    if (clip) {
      Extents clipped = scratch.inside[s + 1];
      clip_to_problem(c, clipped);
      find_kept_tiles(c, keep, s, clipped, scratch);
    } else {
      find_kept_tiles(c, keep, s, scratch.inside[s + 1], scratch);
    }
    if (!capacity_suffices(c, keep, s, scratch, rejection) ||
        !mesh_suffices(used[s + 1], level.instances, level.mesh_x, level.mesh_y, rejection)) {
      return rejection;
    }
  }
  return rejection;
}

void list_all_loops(const Compiled& c, const Mapping& mapping, Scratch& scratch) {
  scratch.num_loops = 0;
  for (int s = 0; s < c.num_levels; ++s) {
    if (!spreads(c.levels[s])) scratch.around[s] = scratch.inside[s];
    collect_group(c, mapping.levels[s], s, scratch.groups[s]);
    find_group_steps(scratch.inside[s], scratch.groups[s]);
    add_temporal_loops(c, mapping.levels[s], scratch.around[s], scratch);
    scratch.first_loop[s + 1] = scratch.num_loops;
  }
}

void count_steps(Scratch& scratch) {
  std::uint64_t steps = 1;  // at most the operations of a layer: below 2^62
  scratch.steps[scratch.num_loops] = 1;
  for (int j = scratch.num_loops - 1; j >= 0; --j) {
    steps *= static_cast<std::uint64_t>(scratch.loops[j].bound);
    scratch.steps[j] = static_cast<double>(steps);
  }
  scratch.compute_cycles = steps;
}

bool holds(unsigned levels, int s) { return ((levels >> static_cast<unsigned>(s)) & 1) != 0; }

// Follows one dimension through the changed levels.
void extend(const Compiled& c, const Mapping& mapping, int dim, const MappingChange& change,
            Scratch& scratch) {
  const int highest = change.highest();
  int s = change.lowest();
  std::int64_t extent = scratch.inside[s][dim];
  for (; s <= highest; ++s) {
    const auto& level = mapping.levels[s];
    scratch.inside[s][dim] = extent;
    if (spreads(c.levels[s])) {
      extent *= std::int64_t{level.factors(LoopKind::spatial_x)[dim]} *
                level.factors(LoopKind::spatial_y)[dim];
    }
    scratch.around[s][dim] = extent;
    extent *= level.factors(LoopKind::temporal)[dim];
  }
  scratch.inside[s][dim] = extent;
}

// Lists the temporal loops of the changed levels again; those outside them at most move up or down.
void list_loops(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                Scratch& scratch) {
  std::array<TemporalLoop, kMaxLevels * kMaxDims> before;
  int s = change.lowest();
  int next = scratch.first_loop[s];  // of the loops before
  std::copy(scratch.loops.begin() + next, scratch.loops.begin() + scratch.num_loops,
            before.begin() + next);
  const int highest = change.highest();
  const int end = scratch.num_loops;
  scratch.num_loops = next;
  for (; s <= highest; ++s) {
    const int level_end = scratch.first_loop[s + 1];
    if (holds(change.temporal, s)) {
      add_temporal_loops(c, mapping.levels[s], scratch.around[s], scratch);
    } else {
      for (int j = next; j < level_end; ++j) {
        scratch.loops[scratch.num_loops++] = {before[j].bound, scratch.around[s][before[j].dim],
                                              before[j].dim};
      }
    }
    next = level_end;
    scratch.first_loop[s + 1] = scratch.num_loops;
  }
  if (const int moved = scratch.num_loops - next; moved != 0) {
    std::copy(before.begin() + next, before.begin() + end, scratch.loops.begin() + next + moved);
    for (++s; s <= c.num_levels; ++s) scratch.first_loop[s] += moved;
    scratch.num_loops = end + moved;
  } else {
    scratch.num_loops = end;
  }
  count_steps(scratch);
}

void find_changed_tiles(const Compiled& c, const MappingChange& change, Scratch& scratch) {
  const int highest = change.highest();
  for (int p = 0; p < c.num_spaces; ++p) {
    if ((c.spaces[p].relevant & change.dims) == 0) continue;
    for (int s = change.lowest(); s < highest; ++s)
      scratch.tile[p][s] = c.spaces[p].box_words(scratch.inside[s + 1]);
  }
}

}  // namespace

Rejection lay_out(const Compiled& c, const Mapping& mapping, bool clip, Scratch& scratch) {
  const Rejection rejection = fit(c, mapping, clip, scratch);
  if (rejection.reason != RejectReason::none) return rejection;
  list_all_loops(c, mapping, scratch);
  if (clip) clip_to_problem(c, scratch);
  find_other_tiles(c, mapping, scratch);
  count_steps(scratch);
  return rejection;
}

Rejection lay_out_again(const Compiled& c, const Mapping& mapping, const MappingChange& change,
                        Scratch& scratch) {
  Rejection rejection{.level = -1};
  if (change.keeps != 0 && !kept_somewhere(c, mapping, rejection)) return rejection;
  const int lowest = change.lowest();
  const int highest = change.highest();
  for (DimMask dims = highest < 0 ? 0 : change.dims; dims != 0; dims &= dims - 1)
    extend(c, mapping, std::countr_zero(dims), change, scratch);
  for (int s = lowest; s <= highest; ++s) {
    auto& group = scratch.groups[s];
    if (holds(change.spatial, s)) {
      collect_group(c, mapping.levels[s], s, group);
      find_group_size(c, mapping.levels[s], s, group);
    }
    find_group_steps(scratch.inside[s], group);
  }
  UsedLevels used;
  if (change.spatial != 0 && !macs_suffice(c, used, scratch, rejection)) return rejection;
  find_changed_tiles(c, change, scratch);
  // What is kept or used elsewhere is as it was in a mapping that could run.
  for (int s = 0; s < c.num_levels; ++s) {
    const auto& level = c.levels[s];
    rejection.level = static_cast<std::int8_t>(s);
    if ((change.keeps != 0 || (lowest <= s && s < highest)) &&
        !capacity_suffices(c, mapping.levels[s].keep, s, scratch, rejection)) {
      return rejection;
    }
    if (change.spatial != 0 &&
        !mesh_suffices(used[s + 1], level.instances, level.mesh_x, level.mesh_y, rejection)) {
      return rejection;
    }
  }
  if (highest >= 0) list_loops(c, mapping, change, scratch);
  return rejection;
}

}  // namespace detail
}  // namespace tilewright
