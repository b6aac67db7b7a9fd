#include "search/optimal/lattice_search.hpp"

#include <algorithm>
#include <cmath>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright::optimal {

LatticeSearch::LatticeSearch(const Mapspace& space, const TileLattice& lattice,
                             const std::vector<std::vector<SpatialChoice>>& choices,
                             Labelling& labelling, LoopClasses& classes, const Target& target,
                             Dominance dominance)
    : space_(space),
      lattice_(lattice),
      choices_(choices),
      labelling_(labelling),
      classes_(classes),
      target_(target),
      dominance_(dominance),
      bounds_(labelling, choices) {
  limit_factors();
  for (const auto& list : choices) {
    auto& flags = choice_crowded_.emplace_back();
    for (const SpatialChoice& choice : list) flags.push_back(crowded(choice));
  }
  constexpr double kRounding = 1e-9;  // as the mapspace has it
  least_instances_ =
      space.min_parallelism() * labelling.terms().compute_instances() * (1 - kRounding);
}

void LatticeSearch::limit_factors() {
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

std::uint32_t LatticeSearch::note(std::uint32_t parent, const Tile& tile, std::int32_t choice,
                                  const LoopClass* loops, bool any_order) {
  steps_.push_back({parent, tile, choice, loops, any_order});
  return static_cast<std::uint32_t>(steps_.size() - 1);
}

std::pair<double, double> LatticeSearch::root(const Keeping& keeping) {
  labelling_.use(keeping);
  bounds_.prepare();
  const Label label = labelling_.start();
  return {bounds_.energy(label, 0, false), labelling_.cycles(label, bounds_.more(label.tile, 0))};
}

bool LatticeSearch::improves(const Label& label, double energy, double more) const {
  return label.instances * more >= least_instances_ &&
         target_.open(energy, labelling_.cycles(label, more));
}

bool LatticeSearch::open(const FlowTable& flows, int level) {
  const Label& label = flows.label();
  const double further = bounds_.further(label.tile, level);
  return bounds_.any(flows, label.tile, [&](double energy, double more) {
    return improves(label, energy + further, more);
  });
}

bool LatticeSearch::run(std::size_t beam, const std::function<bool()>& stop, const Finish& finish) {
  bounds_.prepare_partial();
  stop_ = &stop;
  finish_ = &finish;
  steps_.clear();
  std::vector<Label> labels{labelling_.start()};
  labels.front().trace = note(0, TileLattice::bottom(), -1, nullptr);
  const int levels = labelling_.terms().num_levels();
  for (int s = 0; s < levels; ++s) {
    if (!choices_[at(s)].empty()) {
      if (!spread_all(s, labels)) return false;
      if (beam > 0) keep_best(beam, s, true, labels);
    }
    if (!run_all(s, labels)) return false;
    if (beam > 0 && s + 1 < levels) keep_best(beam, s + 1, false, labels);
  }
  return true;
}

void LatticeSearch::keep_best(std::size_t beam, int level, bool spread,
                              std::vector<Label>& labels) {
  if (labels.size() <= beam) return;
  std::vector<std::pair<Objective::Key, std::size_t>> order;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double more = bounds_.more(labels[i].tile, spread ? level + 1 : level);
    order.emplace_back(
        target_.key(bounds_.energy(labels[i], level, spread), labelling_.cycles(labels[i], more)),
        i);
  }
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(beam), order.end());
  order.resize(beam);
  std::vector<Label> best;
  for (const auto& [key, i] : order) best.push_back(std::move(labels[i]));
  labels = std::move(best);
}

// Two loops on one coordinate share more or less according to their steps.
bool LatticeSearch::crowded(const SpatialChoice& choice) const {
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
std::uint32_t LatticeSearch::idle_axes(const Label& from, int level) const {
  const Terms& terms = labelling_.terms();
  const Keeping& keeping = labelling_.keeping();
  if (level + 1 == terms.num_levels() || Labelling::any_open(from)) return 0;
  if (!terms.free_networks()) return 0;  // wires are charged for tiles that nobody keeps, too
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

void LatticeSearch::spread_one(const Label& from, int level, std::size_t number, bool only_odd) {
  const SpatialChoice& choice = choices_[at(level)][number];
  Label to;
  if (!labelling_.spread(from, level, choice, to)) return;
  ++counters.labels;
  to.idle_axes = 0;
  const bool odd = choice_crowded_[at(level)][number] || (to.varied && !from.varied);
  if (only_odd && !odd) return;
  if (!open(bounds_.table(to, level, true), level)) {
    ++counters.bounded;
  } else {
    to.trace = note(from.trace, to.tile, static_cast<std::int32_t>(number), nullptr);
    frontier_->add(to);
  }
  if (!odd || only_odd || from.idle_axes == 0) return;
  if (choice_crowded_[at(level)][number]) labelling_.share_most(from, level, choice, to);
  if (open(bounds_.table(to, level, true), level)) spread_siblings(from, level, number);
}

// Where steps matter after all: the same label with loops of its idle axes inside.
void LatticeSearch::spread_siblings(const Label& from, int level, std::size_t number) {
  std::vector<Label> siblings{from};
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    if ((from.idle_axes & bit(a)) == 0) continue;
    const auto& places = lattice_.axis(a).multiples[from.tile[at(a)]];
    const std::size_t before = siblings.size();
    for (std::size_t i = 0; i < before; ++i) {
      for (std::size_t j = 1; j < places.size(); ++j) {
        if (lattice_.axis(a).extents[places[j]] / lattice_.extent(from.tile, a) >
            ranges_[at(level - 1)][at(a)].most) {
          break;
        }
        siblings.push_back(siblings[i]);
        siblings.back().tile[at(a)] = places[j];
      }
    }
  }
  const Step run = steps_[from.trace];
  const Tile inner = steps_[run.parent].tile;  // note() moves the steps
  for (std::size_t i = 1; i < siblings.size(); ++i) {
    Label& own = siblings[i];
    const double grown = lattice_.volume(own.tile) / lattice_.volume(from.tile);
    for (Flow& flow : own.flows) {
      if (flow.child == level - 1) flow.words /= grown;
    }
    Terms::DimMask loops = 0;
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      if (own.tile[at(a)] != inner[at(a)]) loops |= bit(lattice_.axis(a).dim);
    }
    own.trace = note(run.parent, own.tile, -1, &classes_.at(level - 1, loops).front(), true);
    spread_one(own, level, number, true);
  }
}

// Which kinds of spatial loops could lead to an improvement?
void LatticeSearch::ask_kinds(const Label& from, int level) {
  const std::span<const Kind> kinds = bounds_.kinds().all(level);
  const FlowTable flows = bounds_.table(from, level, false);
  const double further = bounds_.further(from.tile, level);
  const double more = bounds_.more(from.tile, level + 1);
  const double least = bounds_.least(flows, from.tile) + further;
  kind_open_.assign(kinds.size(), false);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    // The others take even longer.
    if (!target_.open(least, labelling_.cycles(from, kinds[k].instances * more))) break;
    kind_open_[k] = improves(from, flows.energy(kinds[k]) + further, kinds[k].instances * more);
  }
}

bool LatticeSearch::spread_all(int level, std::vector<Label>& labels) {
  frontier_.emplace(labelling_, dominance_);
  for (const Label& from : labels) {
    if ((*stop_)() || too_many()) return false;
    ask_kinds(from, level);
    for (std::size_t i = 0; i < choices_[at(level)].size(); ++i) {
      if (kind_open_[bounds_.kinds().of(level, i)]) spread_one(from, level, i, false);
    }
  }
  counters.dominated += frontier_->dominated();
  labels = frontier_->take();
  return true;
}

bool LatticeSearch::run_all(int level, std::vector<Label>& labels) {
  frontier_.emplace(labelling_, dominance_);
  const bool last = level + 1 == labelling_.terms().num_levels();
  for (Label& from : labels) {
    if ((*stop_)() || too_many()) return false;
    labelling_.serve(level, from);
    flows_.emplace(labelling_, from, level, true, bounds_.kinds().next(level + 1));
    if (!open(*flows_, level)) {
      ++counters.bounded;
      continue;
    }
    idle_ = idle_axes(from, level);
    base_ = bounds_.least(*flows_, from.tile);
    if (last) {
      Tile upto = lattice_.top();
      Terms::DimMask loops = 0;
      bool allowed = true;
      for (int a = 0; a < lattice_.num_axes(); ++a) {
        const std::int64_t factor = lattice_.rest(from.tile, a);
        const Range& range = ranges_[at(level)][at(a)];
        allowed &= range.least <= factor && factor <= range.most;
        if (factor > 1) loops |= bit(lattice_.axis(a).dim);
      }
      if (allowed) reach(from, level, upto, loops);
      continue;
    }
    Tile upto = from.tile;
    Terms::Extents extents = lattice_.extents(from.tile);
    extend(from, level, 0, upto, extents, 0);
  }
  counters.dominated += frontier_->dominated();
  labels = frontier_->take();
  return true;
}

// Can no tile that has the first `fixed` axes of this one be part of an improvement?
bool LatticeSearch::hopeless(const Label& from, int level, const Tile& upto, int fixed) {
  const double beyond = bounds_.beyond(lattice_.id(upto), level, fixed);
  if (!target_.open(base_ + beyond, labelling_.cycles(from, more_))) return true;
  if (fixed == 0) return false;
  flows_->choose({from.tile, upto, fixed});
  return !bounds_.any(*flows_, upto, [&](double energy, double more) {
    return improves(from, energy + beyond, more);
  });
}

// Chooses the temporal factor of one axis after the other. A tile that is too large only grows.
void LatticeSearch::extend(const Label& from, int level, int a, Tile& upto, Terms::Extents& extents,
                           Terms::DimMask loops) {
  if (a == lattice_.num_axes()) return reach(from, level, upto, loops);
  more_ = bounds_.more(from.tile, level + 1);
  if (hopeless(from, level, upto, a)) {
    ++counters.bounded;
    return;
  }
  const auto& axis = lattice_.axis(a);
  const std::uint16_t first = from.tile[at(a)];
  const Range& range = ranges_[at(level)][at(a)];
  for (const std::uint16_t place : axis.multiples[first]) {
    const std::int64_t factor = axis.extents[place] / axis.extents[first];
    if (factor < range.least) continue;
    if (factor > range.most) break;
    if (static_cast<double>(axis.extents.back() / axis.extents[place]) >
        room_after_[at(level)][at(a)]) {
      continue;
    }
    extents[at(axis.dim)] = axis.extents[place];
    if (!labelling_.within_capacity(extents, level)) break;
    upto[at(a)] = place;
    extend(from, level, a + 1, upto, extents, factor > 1 ? loops | bit(axis.dim) : loops);
    if ((idle_ & bit(a)) != 0) break;
  }
  extents[at(axis.dim)] = axis.extents[first];
  upto[at(a)] = first;
}

// The dimensions that the first of the loops to a tile may have.
Terms::DimMask LatticeSearch::open_firsts(const Label& from, int level, const Tile& upto) {
  const double beyond = bounds_.beyond(lattice_.id(upto), level, lattice_.num_axes());
  if (!target_.open(base_ + beyond, labelling_.cycles(from, more_))) return 0;
  flows_->choose({from.tile, upto, lattice_.num_axes()});
  return bounds_.open_firsts(*flows_, upto, [&](double energy, double more) {
    return improves(from, energy + beyond, more);
  });
}

void LatticeSearch::reach(const Label& from, int level, const Tile& upto, Terms::DimMask loops) {
  if (!labelling_.fits(upto, level)) return;
  more_ = bounds_.more(upto, level + 1);
  ++counters.labels;
  if (from.instances * more_ < least_instances_) {
    ++counters.bounded;
    return;
  }
  const Terms::DimMask firsts = open_firsts(from, level, upto);
  if (firsts == 0) {
    ++counters.bounded;
    return;
  }
  if (loops == 0) return take(from, level, upto, LoopClass::none());
  for (const LoopClass& loop_class : classes_.at(level, loops)) {
    if ((firsts & bit(loop_class.first)) != 0) take(from, level, upto, loop_class);
    if (!Labelling::any_open(from)) break;  // it stands for all
  }
}

void LatticeSearch::take(const Label& from, int level, const Tile& upto, const LoopClass& loops) {
  ++counters.labels;
  const bool last = level + 1 == labelling_.terms().num_levels();
  Label to;
  labelling_.run(from, level, upto, loops, to);
  to.idle_axes = idle_;
  if (last ? !target_.open(labelling_.energy(to), labelling_.cycles(to))
           : !open(bounds_.table(to, level + 1, false), level + 1)) {
    ++counters.bounded;
    return;
  }
  to.trace = note(from.trace, upto, -1, &loops, !Labelling::any_open(from));
  if (last) {
    complete(to);
  } else {
    frontier_->add(to);
  }
}

void LatticeSearch::complete(Label& label) {
  ++counters.finished;
  std::vector<const Step*> path;
  for (std::uint32_t i = label.trace; i != 0; i = steps_[i].parent) path.push_back(&steps_[i]);
  std::reverse(path.begin(), path.end());
  (*finish_)(path, label);
}

}  // namespace tilewright::optimal
