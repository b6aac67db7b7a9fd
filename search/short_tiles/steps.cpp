#include "search/short_tiles/steps.hpp"

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright::short_tiles {

Steps::Steps(const Mapspace& space, const Nest& nest, bool all)
    : space_(space), nest_(nest), all_(all) {
  const int levels = nest.terms().num_levels();
  ranges_.resize(at(levels));
  room_.resize(at(levels));
  for (int s = 0; s < levels; ++s) {
    any_least_use_ |= nest.terms().bounded(s) && nest.terms().least_use(s) > 0;
    for (const int d : nest.dims()) {
      const FactorRange range = factor_range(space.constraints().levels[at(s)].temporal, d);
      ranges_[at(s)][at(d)] = {range.least, range.most};
    }
  }
  for (int p = 0; p < nest.terms().num_spaces(); ++p) {
    for (int x = 0; x < nest.terms().num_shared(p); ++x) {
      const auto& coordinate = nest.terms().shared(p, x);
      for (int i = 0; i < coordinate.num_terms; ++i) {
        for (int j = 0; j < coordinate.num_terms; ++j) {
          if (i != j) beside_[at(coordinate.terms[i].dim)] |= bit(coordinate.terms[j].dim);
        }
      }
    }
  }
}

void Steps::prepare() {
  Factors room;
  room.fill(1);
  for (int s = static_cast<int>(room_.size()) - 1; s >= 0; --s) {
    room_[at(s)] = room;
    for (const int d : nest_.dims()) {
      const std::int64_t most = std::min(ranges_[at(s)][at(d)].most, nest_.bound(d));
      const std::int64_t spatial = nest_.plan().factor[at(s)][at(d)];
      room[at(d)] = std::min(nest_.bound(d), room[at(d)] * most * spatial);
    }
  }
}

// Can the next level have any loop over a dimension, as the innermost one?
bool Steps::free_outside(int level, int dim) const {
  const Range& next = ranges_[at(level + 1)][at(dim)];
  const LoopConstraint& outside = space_.constraints().levels[at(level + 1)].temporal;
  return next.least == 1 && next.most >= nest_.bound(dim) &&
         ranges_[at(level)][at(dim)].least == 1 && outside.inner.empty() &&
         std::find(outside.outer.begin(), outside.outer.end(), dim) == outside.outer.end();
}

// A loop that moves nothing which this level keeps can as well lie right outside of it, if nobody
// inside sees the order of loops, tiles have no halo that it would end, and the distances between
// instances do not tell what they share.
bool Steps::idle(const Frame& frame, int level, int dim) const {
  const Terms& terms = nest_.terms();
  if (!terms.free_networks()) return false;
  const bool any_open =
      std::any_of(frame.flows.begin(), frame.flows.end(), [](const Flow& f) { return f.open; });
  if (any_open || !free_outside(level, dim)) return false;
  const Plan& plan = nest_.plan();
  for (int p = 0; p < terms.num_spaces(); ++p) {
    const bool spread = plan.factor[at(level + 1)][at(dim)] > 1 && nest_.slides(p, dim);
    if (spread && plan.overlapping[at(p)][at(level + 1)] > 1) return false;
    if (!nest_.keeping().keeps(level, p)) continue;
    if (!terms.simple(p) || nest_.relevant(p, dim) || !nest_.reuses(level, p)) return false;
  }
  return true;
}

// Could longer tiles be better than shorter ones of the same number? Then instances further out
// share along this dimension, or a halo depends on the length: where steps along another dimension
// of its coordinate are long, because they are strides or pass several instances.
bool Steps::lengths_matter(int level, int dim) const {
  if (any_least_use_ || !nest_.terms().free_networks() || nest_.words().counts_lengths(dim)) {
    return true;
  }
  const Factors& outside = nest_.plan().outside[at(level)];
  return std::any_of(nest_.dims().begin(), nest_.dims().end(), [&](int d) {
    return outside[at(d)] > 1 && (d == dim || (beside_[at(dim)] & bit(d)) != 0);
  });
}

namespace {

// Does something happen less often in the last tile than in others? Then it is good if that one is
// the only one in its group.
bool uneven(const Frame& frame, int dim) {
  const auto differs = [&](const Passes& passes) { return passes.full != passes.last; };
  return differs(frame.steps[at(dim)]) ||
         std::any_of(frame.flows.begin(), frame.flows.end(), [&](const Flow& flow) {
           return differs(flow.arrive[at(dim)]) || differs(flow.sent[at(dim)]);
         });
}

}  // namespace

Steps::Choice Steps::choose(const Frame& frame, int level, int dim) const {
  const std::int64_t n = frame.tiles[at(dim)];
  const Range& range = ranges_[at(level)][at(dim)];
  Choice choice{.least = range.least, .most = std::min(range.most, n), .tiles = n};
  if (level + 1 == nest_.terms().num_levels()) {  // all that is left
    choice.least = std::max(range.least, n);
    choice.all = true;
    return choice;
  }
  choice.least = std::max(range.least, ceil_div(n, room_[at(level)][at(dim)]));
  if (!all_ && choice.least == 1 && idle(frame, level, dim)) {
    // Instances in between may stand idle in other ways unless they all have work to the end.
    choice.outside = nest_.plan().factor[at(level + 1)][at(dim)];
    if (choice.outside == 1) choice.most = 1;
    choice.all = true;
    return choice;
  }
  choice.all = all_ || lengths_matter(level, dim);
  choice.longest = uneven(frame, dim);
  return choice;
}

}  // namespace tilewright::short_tiles
