#include "search/optimal/ground.hpp"

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright::optimal {

Ground::Ground(const Mapspace& space, const TileLattice& lattice,
               const std::vector<std::vector<SpatialChoice>>& choices, Labelling& labelling,
               const LoopClasses& classes, const StopToken& stop, std::uint64_t most_bytes)
    : space_(space),
      lattice_(lattice),
      choices_(choices),
      labelling_(labelling),
      classes_(classes),
      bounds_(labelling, choices, stop, most_bytes) {
  limit_factors();
  for (const auto& list : choices) {
    auto& flags = crowded_.emplace_back();
    for (const SpatialChoice& choice : list) flags.push_back(is_crowded(choice));
  }
}

void Ground::limit_factors() {
  const int levels = labelling_.terms().num_levels();
  ranges_.resize(at(levels));
  room_after_.resize(at(levels));
  std::array<double, kMaxDims> room;
  room.fill(1);
  for (int s = levels - 1; s >= 0; --s) {
    room_after_[at(s)] = room;
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      const FactorRange range =
          factor_range(space_.constraints().levels[at(s)].temporal, lattice_.axis(a).dim);
      ranges_[at(s)][at(a)] = {range.least, range.most};
      std::int32_t widest = 1;
      for (const SpatialChoice& choice : choices_[at(s)]) {
        widest = std::max(widest, choice.factor[at(a)]);
      }
      room[at(a)] *= static_cast<double>(range.most) * widest;
    }
  }
}

// At the very start, without the boundaries of the levels.
Ground::Root Ground::start() const {
  const Label label = labelling_.start();
  return {bounds_.without_tables(label, 0, false),
          labelling_.cycles(label, bounds_.more(label.tile, 0))};
}

// The least of a sum is no less than the sum of what is least of each, and what fits a level
// together fits it alone. But alone it may fill the level less than it must.
Ground::Root Ground::quick_root(const Keeping& keeping) {
  const Terms& terms = labelling_.terms();
  for (int s = 0; s < terms.num_levels(); ++s) {
    if (terms.least_use(s) > 0) return root(keeping);
  }
  labelling_.use(keeping);
  Root root = start();
  for (int s = 0; s + 1 < terms.num_levels(); ++s) {
    for (int p = 0; p < terms.num_spaces(); ++p) {
      if (!keeping.keeps(s, p)) continue;
      Keeping alone = keeping;
      alone.keep[at(s)] = static_cast<SpaceMask>(bit(p));
      labelling_.use(alone);
      root.energy += bounds_.floor(s);
    }
  }
  return root;
}

Ground::Root Ground::root(const Keeping& keeping) {
  labelling_.use(keeping);
  bounds_.prepare();
  Root root = start();
  root.energy += bounds_.further(TileLattice::bottom(), 0);
  return root;
}

// Two loops on one coordinate share more or less according to their steps.
bool Ground::is_crowded(const SpatialChoice& choice) const {
  const Terms& terms = labelling_.terms();
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if (!terms.simple(p) && !terms.regular(p)) return true;
    for (int x = 0; x < terms.num_shared(p); ++x) {
      int loops = 0;
      for (const auto& [a, place] : choice.steps) {
        loops += terms.shared(p, x).coefficient(lattice_.axis(a).dim) != 0 ? 1 : 0;
      }
      if (loops > 1) return true;
    }
  }
  return false;
}

// Loops that move nothing which this level keeps can lie further out at the same cost, right
// outside this level, if nobody inside sees their order. Then only one of both is tried.
std::uint32_t Ground::idle_axes(const Label& from, int level) const {
  const Terms& terms = labelling_.terms();
  const Keeping& keeping = labelling_.keeping();
  if (level + 1 == terms.num_levels() || Labelling::any_open(from)) return 0;
  if (!terms.free_networks()) return 0;  // wires are charged for tiles that nobody keeps, too
  for (int s = level + 1; s < terms.num_levels(); ++s) {
    if (labelling_.counts_parts(s)) return 0;  // other places of loops round other numbers
  }
  Terms::DimMask moved = 0;
  for (int p = 0; p < terms.num_spaces(); ++p) {
    for (int s = 0; s <= level; ++s) {
      if (keeping.keeps(s, p) && !terms.simple(p)) return 0;
    }
    if (!keeping.keeps(level, p)) continue;
    moved |= terms.relevant(p);
    if (!labelling_.reuses(level, p)) return 0;
  }
  const LoopConstraint& outside = space_.constraints().levels[at(level + 1)].temporal;
  if (!outside.inner.empty()) return 0;
  std::uint32_t axes = 0;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const int dim = lattice_.axis(a).dim;
    const Range& next = ranges_[at(level + 1)][at(a)];
    const bool free =
        next.least == 1 && next.most >= lattice_.axis(a).extents.back() &&
        ranges_[at(level)][at(a)].least == 1 &&
        std::find(outside.outer.begin(), outside.outer.end(), dim) == outside.outer.end();
    if (free && (moved & bit(dim)) == 0) axes |= bit(a);
  }
  return axes;
}

}  // namespace tilewright::optimal
