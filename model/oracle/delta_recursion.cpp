#include "model/oracle/delta_recursion.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace tilewright::oracle {
namespace {

using Deltas = std::vector<Region>;  // [space]

/// What a level's boundary loop remembers of one dataspace.
struct Memory {
  std::optional<Box> tile;
  std::optional<Point> move;
};

Point difference(const Point& to, const Point& from) {
  Point step = to;
  for (std::size_t axis = 0; axis < step.size(); ++axis) step[axis] -= from[axis];
  return step;
}

/// The direction rule: reuse what is held only while the tile keeps moving by the same step.
Region needed_words(const Box& tile, Memory& memory) {
  std::optional<Point> move;
  if (memory.tile) move = difference(tile.low, memory.tile->low);  // equal shapes
  Region delta{tile};
  if (!memory.move || move == memory.move) {
    if (memory.tile) delta = subtract(delta, *memory.tile);
    memory.move = move;
  } else {
    memory.move.reset();
  }
  memory.tile = tile;
  return delta;
}

class Recursion {
 public:
  Recursion(const Problem& problem, const Architecture& arch, const Mapping& mapping,
            const Nest& nest, const StopToken& stop);
  std::vector<RawLevel> run();

 private:
  Deltas invoke(int loop);
  void run_temporal(int loop);
  void run_spatial(int loop);
  void make_groups(const Architecture& arch);
  std::vector<Point> element_offsets(int level) const;
  Box tile_of(int space, int loop) const;
  bool is_boundary(int loop) const { return nest_.boundary[level_of(loop)] == loop; }
  int level_of(int loop) const { return nest_.loops[loop].level; }
  int num_spaces() const { return problem_.num_spaces(); }

  const Problem& problem_;
  const Mapping& mapping_;
  const Nest& nest_;
  Point origin_;                                   // present iteration of each dimension
  std::vector<Point> extent_;                      // [loop][dim] iterations of loops 0..loop
  double epochs_ = 1;                              // real calls that the present call stands for
  std::vector<std::vector<Memory>> memory_;        // [level][space]
  std::vector<std::vector<SpatialGroup>> groups_;  // [level][space]; empty without spatial loops
  std::vector<RawLevel> result_;
  StopCheck stop_;
};

Recursion::Recursion(const Problem& problem, const Architecture& arch, const Mapping& mapping,
                     const Nest& nest, const StopToken& stop)
    : problem_(problem), mapping_(mapping), nest_(nest), stop_(stop) {
  origin_.assign(static_cast<std::size_t>(problem.num_dims()), 0);
  Point extent(origin_.size(), 1);
  for (const NestLoop& loop : nest.loops) {
    extent[loop.dim] *= loop.bound;
    extent_.push_back(extent);
  }
  for (int level = 0; level < mapping.num_levels; ++level) {
    RawLevel raw;
    raw.instances = nest.instances(level);
    for (int l = nest.first[level]; l <= nest.boundary[level]; ++l) {
      if (nest.loops[l].spatial()) raw.fanout *= static_cast<std::uint64_t>(nest.loops[l].bound);
    }
    raw.spaces.resize(problem.spaces.size());
    result_.push_back(raw);
    memory_.emplace_back(problem.spaces.size());
  }
  make_groups(arch);
}

// Offsets of the elements of a group in iteration space; the innermost loop counts fastest.
std::vector<Point> Recursion::element_offsets(int level) const {
  std::vector<Point> offsets{Point(origin_.size(), 0)};
  for (int l = nest_.boundary[level]; l >= nest_.first[level]; --l) {
    const NestLoop& loop = nest_.loops[l];
    if (!loop.spatial()) continue;
    std::vector<Point> finer;
    for (const Point& offset : offsets) {
      for (std::int64_t i = 0; i < loop.bound; ++i) {
        finer.push_back(offset);
        finer.back()[loop.dim] += i * loop.stride;
      }
    }
    offsets = std::move(finer);
  }
  return offsets;
}

void Recursion::make_groups(const Architecture& arch) {
  for (int level = 0; level < mapping_.num_levels; ++level) {
    groups_.emplace_back();
    if (!nest_.loops[nest_.first[level]].spatial()) continue;
    SpatialGroup::Options options;
    for (int l = nest_.first[level]; l <= nest_.boundary[level]; ++l) {
      if (nest_.loops[l].kind == LoopKind::spatial_x) options.width *= nest_.loops[l].bound;
      if (nest_.loops[l].kind == LoopKind::spatial_y) options.height *= nest_.loops[l].bound;
    }
    // Elements are laid out over the rows of the hardware, not over the mapped rectangle.
    options.width =
        std::max<std::int64_t>(options.width, static_cast<std::int64_t>(arch.fanout_x(level)));
    options.height =
        std::max<std::int64_t>(options.height, static_cast<std::int64_t>(arch.fanout_y(level)));
    const std::vector<Point> offsets = element_offsets(level);
    for (int space = 0; space < num_spaces(); ++space) {
      std::vector<Point> shifts;
      for (const Point& offset : offsets) {
        shifts.push_back(project_step(problem_.spaces[space], offset));
      }
      options.multicast = ((mapping_.levels[level].no_multicast >> space) & 1) == 0;
      options.links = ((mapping_.levels[level].no_link_transfer >> space) & 1) == 0;
      groups_.back().emplace_back(std::move(shifts), options);
    }
  }
}

Box Recursion::tile_of(int space, int loop) const {
  Point high = origin_;
  for (std::size_t dim = 0; dim < high.size(); ++dim) high[dim] += extent_[loop][dim] - 1;
  return project(problem_.spaces[space], origin_, high);
}

Deltas Recursion::invoke(int loop) {
  stop_.step();
  if (nest_.loops[loop].spatial()) {
    run_spatial(loop);
    return {};  // nobody asks a spatial loop for its delta
  }
  run_temporal(loop);
  if (!is_boundary(loop)) return {};  // only what crosses a level matters
  Deltas deltas;
  const int level = level_of(loop);
  for (int space = 0; space < num_spaces(); ++space) {
    const Box tile = tile_of(space, loop);
    std::uint64_t& largest = result_[level].spaces[space].tile;
    largest = std::max(largest, tile.size());
    const bool no_reuse = (mapping_.levels[level].no_temporal_reuse >> space) & 1;
    deltas.push_back(no_reuse ? Region{tile} : needed_words(tile, memory_[level][space]));
  }
  return deltas;
}

void Recursion::run_temporal(int loop) {
  const NestLoop& at = nest_.loops[loop];
  const int level = at.level;
  if (loop == 0) {  // one access of every dataspace per operation
    for (RawSpace& space : result_[level].spaces) {
      space.histogram[{1, 1}].accesses += static_cast<double>(at.bound) * epochs_;
    }
    return;
  }
  const bool serves = is_boundary(loop - 1) && !nest_.loops[loop].spatial();
  const double outer_epochs = epochs_;
  const std::int64_t start = origin_[at.dim];
  for (std::int64_t i = 0; i < std::min<std::int64_t>(at.bound, 2); ++i) {
    epochs_ = outer_epochs * static_cast<double>(i == 0 ? 1 : at.bound - 1);
    origin_[at.dim] = start + i * at.stride;
    const Deltas deltas = invoke(loop - 1);
    if (!serves) continue;
    for (int space = 0; space < num_spaces(); ++space) {
      result_[level].spaces[space].histogram[{1, 1}].accesses +=
          static_cast<double>(size(deltas[space])) * epochs_;
    }
  }
  epochs_ = outer_epochs;
  origin_[at.dim] = start;
}

void Recursion::run_spatial(int loop) {
  const int level = level_of(loop);
  const int inside = nest_.first[level] - 1;  // boundary of the level inside, or -1 = the MACs
  Deltas deltas;
  if (inside >= 0) deltas = invoke(inside);
  for (int space = 0; space < num_spaces(); ++space) {
    stop_.step(result_[level].fanout);  // every element is looked at
    RawSpace& raw = result_[level].spaces[space];
    raw.group_tile = std::max(raw.group_tile, tile_of(space, loop).size());
    if (inside < 0) {
      const Box operation = project(problem_.spaces[space], origin_, origin_);
      groups_[level][space].call({operation}, epochs_);
    } else {
      groups_[level][space].call(deltas[space], epochs_);
    }
  }
}

std::vector<RawLevel> Recursion::run() {
  invoke(static_cast<int>(nest_.loops.size()) - 1);
  for (std::size_t level = 0; level < groups_.size(); ++level) {
    for (std::size_t space = 0; space < groups_[level].size(); ++space) {
      result_[level].spaces[space].histogram = groups_[level][space].histogram();
      result_[level].spaces[space].link_transfers = groups_[level][space].link_transfers();
    }
  }
  return std::move(result_);
}

}  // namespace

std::vector<RawLevel> count_deltas(const Problem& problem, const Architecture& arch,
                                   const Mapping& mapping, const Nest& nest,
                                   const StopToken& stop) {
  return Recursion(problem, arch, mapping, nest, stop).run();
}

}  // namespace tilewright::oracle
