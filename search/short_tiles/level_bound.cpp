#include "search/short_tiles/level_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::short_tiles {

LevelBound::LevelBound(const Nest& nest, const Frame& frame, int level)
    : nest_(nest), frame_(frame), level_(level) {
  closed_ = frame.settled;
  for (const Flow& flow : frame.flows) {
    Open open{.flow = &flow,
              .route = nest.route(flow),
              .portions = flow.portions,
              .fewest = flow.fewest,
              .shared = {}};
    prepare(open);
    if (flow.open) {
      open_.push_back(open);
    } else {
      closed_ += open.moves;
    }
  }
}

// Instances further out may share, whatever lies in between.
double LevelBound::times_sent(const Open& open, int d, double times) const {
  constexpr double kRounding = 1e-12;
  const std::int64_t shared = open.shared[at(d)];
  if (shared == 1) return times;
  return std::ceil(times / static_cast<double>(shared) * (1 - kRounding));
}

void LevelBound::prepare(Open& open) const {
  const Flow& flow = *open.flow;
  open.shared.fill(1);
  for (int s = level_ + 1; s <= flow.server; ++s) {
    if (!nest_.multicasts(s, flow.space)) continue;
    open.portions /= nest_.plan().overlapping[at(flow.space)][at(s)];
    open.fewest /= nest_.plan().overlapping[at(flow.space)][at(s)];
    for (const int d : nest_.dims()) open.shared[at(d)] *= nest_.plan().factor[at(s)][at(d)];
  }
  for (const int d : nest_.dims()) {
    if (nest_.relevant(flow.space, d)) continue;
    const std::int64_t n = frame_.tiles[at(d)];
    open.arrive *= flow.arrive[at(d)].total(n);
    open.sent *= times_sent(open, d, flow.sent[at(d)].total(n));
  }
  open.moves =
      nest_.energy(open.route, flow.words * open.arrive, flow.words * open.portions * open.sent);
}

// pJ if the first loop slides the tiles along a dimension. If its steps are not known, all tiles
// but the first may continue another one.
double LevelBound::slide(const Open& open, int dim, const Factors& factor, bool known) const {
  const Flow& flow = *open.flow;
  const Passes& along = flow.arrive[at(dim)];
  const std::int64_t n = frame_.tiles[at(dim)];
  const std::int64_t steps = factor[at(dim)];
  const double starts = known ? along.shared(n, steps).total(ceil_div(n, steps)) : along.least(n);
  const double words =
      nest_.words().sliding(flow.space, flow.tiles, flow.extents, dim, along.total(n) - starts,
                            nest_.apart(flow, level_, dim));
  const double portions = words < flow.words ? open.fewest : open.portions;
  return nest_.energy(open.route, words * open.arrive, words * portions * open.sent);
}

// Tiles stay for loops that do not move them, up to the level in which one does.
void LevelBound::choose(Open& open, const Factors& factor, int fixed) const {
  const Flow& flow = *open.flow;
  bool moved = false;
  for (int i = 0; i < fixed; ++i) {
    const int d = nest_.dims()[at(i)];
    moved |= factor[at(d)] > 1 && nest_.relevant(flow.space, d);
  }
  double arrive = 1;
  double sent = 1;
  for (int i = 0; i < static_cast<int>(nest_.dims().size()); ++i) {
    const int d = nest_.dims()[at(i)];
    const std::int64_t n = frame_.tiles[at(d)];
    const bool known = i < fixed;
    if (!nest_.relevant(flow.space, d)) {
      const Passes& arriving = flow.arrive[at(d)];
      const Passes& leaving = flow.sent[at(d)];
      if (moved && known) {
        const std::int64_t after = ceil_div(n, factor[at(d)]);
        arrive *= arriving.shared(n, factor[at(d)]).total(after);
        sent *= times_sent(open, d, leaving.shared(n, factor[at(d)]).total(after));
      } else {
        arrive *= arriving.least(n);
        sent *= times_sent(open, d, leaving.least(n));
      }
    } else if (!flow.still && n > 1 && nest_.slides(flow.space, d)) {
      open.slides[at(d)] = slide(open, d, factor, known && factor[at(d)] > 1);
    }
  }
  open.stays = nest_.energy(open.route, flow.words * arrive, flow.words * open.portions * sent);
}

void LevelBound::choose(const Factors& factor, int fixed) {
  if (open_.empty()) return;
  for (Open& open : open_) choose(open, factor, fixed);
  Terms::DimMask here = 0;
  Terms::DimMask later = 0;
  for (int i = 0; i < static_cast<int>(nest_.dims().size()); ++i) {
    const int d = nest_.dims()[at(i)];
    if (frame_.tiles[at(d)] == 1) continue;
    if (i < fixed && factor[at(d)] > 1) here |= bit(d);
    if (i >= fixed) later |= bit(d);
  }
  // If the level has a loop at all, the first one is one of its own.
  firsts_ = here | later;
  if (here != 0) return;
  for (const int d : nest_.dims()) {
    if (frame_.tiles[at(d)] > 1) firsts_ |= bit(d);
  }
}

double LevelBound::energy(int first) const {
  double energy = closed_;
  for (const Open& open : open_) {
    const Flow& flow = *open.flow;
    if (!nest_.relevant(flow.space, first)) {
      energy += open.stays;
    } else {
      const bool slides = !flow.still && nest_.slides(flow.space, first);
      energy += slides ? open.slides[at(first)] : open.moves;
    }
  }
  return energy;
}

double LevelBound::energy() const {
  if (open_.empty()) return closed_;
  if (firsts_ == 0) {
    double energy = closed_;
    for (const Open& open : open_) energy += std::min(open.stays, open.moves);
    return energy;
  }
  double least = std::numeric_limits<double>::infinity();
  for (const int d : nest_.dims()) {
    if ((firsts_ & bit(d)) != 0) least = std::min(least, energy(d));
  }
  return least;
}

}  // namespace tilewright::short_tiles
