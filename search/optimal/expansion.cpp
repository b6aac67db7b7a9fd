#include "search/optimal/expansion.hpp"

#include <algorithm>

#include "search/indices.hpp"

namespace tilewright::optimal {

bool Expansion::improves(const Label& label, double energy, double more) const {
  return label.instances * more >= ground_.least_instances() &&
         part_->target.open(energy, labelling_.cycles(label, more));
}

bool Expansion::open(const FlowTable& flows, int level) const {
  const Label& label = flows.label();
  const double further = bounds_.further(label.tile, level);
  return bounds_.any(flows, label.tile, [&](double energy, double more) {
    return improves(label, energy + further, more);
  });
}

void Expansion::spread_one(const Label& from, int level, std::size_t number, bool sibling) {
  if (interrupted()) return;
  const SpatialChoice& choice = ground_.choices(level)[number];
  Label to;
  if (!labelling_.spread(from, level, choice, to, room_)) return;
  ++part_->counters.labels;
  to.idle_axes = 0;
  const bool odd = ground_.crowded(level, number) || (to.varied && !from.varied);
  if (!open(bounds_.table(to, level, true), level)) {
    ++part_->counters.bounded;
  } else {
    to.trace = part_->note(from.trace, to.tile, static_cast<std::int32_t>(number), nullptr);
    keep(to);
  }
  if (!odd || sibling || from.idle_axes == 0) return;
  if (ground_.crowded(level, number)) labelling_.share_most(from, level, choice, to);
  if (open(bounds_.table(to, level, true), level)) spread_siblings(from, level, number);
}

// Where steps matter after all: the same label with loops of its idle axes inside. Even where they
// do not matter for those, they do for the label.
void Expansion::spread_siblings(const Label& from, int level, std::size_t number) {
  const Step run = part_->step(from.trace);
  const Tile inner = part_->step(run.parent).tile;  // note() moves the steps
  Tile tile = from.tile;
  each_sibling(from, level, lattice_.num_axes(), tile, [&] {
    if (tile == from.tile) return;
    Label own = from;
    own.tile = tile;
    const double grown = lattice_.volume(own.tile) / lattice_.volume(from.tile);
    for (Flow& flow : own.flows) {
      if (flow.child == level - 1) flow.words /= grown;
    }
    Terms::DimMask loops = 0;
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      if (own.tile[at(a)] != inner[at(a)]) loops |= bit(lattice_.axis(a).dim);
    }
    own.trace = part_->note(run.parent, own.tile, -1,
                            &ground_.classes().at(level - 1, loops).front(), true);
    spread_one(own, level, number, true);
  });
}

// One after the other: there may be millions of them. Those of fewer axes come first.
void Expansion::each_sibling(const Label& from, int level, int axes, Tile& tile,
                             const std::function<void()>& visit) {
  if (axes == 0) return visit();
  const int a = axes - 1;
  each_sibling(from, level, a, tile, visit);
  if ((from.idle_axes & bit(a)) == 0) return;
  const auto& places = lattice_.axis(a).multiples[from.tile[at(a)]];
  each_sibling(from, level, a, tile, [&] {
    for (std::size_t j = 1; j < places.size() && !interrupted(); ++j) {
      if (lattice_.axis(a).extents[places[j]] / lattice_.extent(from.tile, a) >
          ground_.range(level - 1, a).most) {
        break;
      }
      tile[at(a)] = places[j];
      visit();
    }
    tile[at(a)] = from.tile[at(a)];
  });
}

// Which kinds of spatial loops could lead to an improvement?
void Expansion::ask_kinds(const Label& from, int level) {
  const std::span<const Kind> kinds = bounds_.kinds().all(level);
  const FlowTable flows = bounds_.table(from, level, false);
  const double further = bounds_.further(from.tile, level);
  const double more = bounds_.more(from.tile, level + 1);
  const double least = bounds_.least(flows, from.tile) + further;
  kind_open_.assign(kinds.size(), false);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    // The others take even longer.
    if (!part_->target.open(least, labelling_.cycles(from, kinds[k].instances * more))) break;
    kind_open_[k] = improves(from, flows.energy(kinds[k]) + further, kinds[k].instances * more);
  }
}

void Expansion::spread(std::span<const LabelPtr> labels, int level, Part& part) {
  part_ = &part;
  for (const LabelPtr& label : labels) {
    if (part.interrupted(stop_)) return;
    const Label& from = *label;
    ask_kinds(from, level);
    for (std::size_t i = 0; i < ground_.choices(level).size() && !part.cause; ++i) {
      if (kind_open_[bounds_.kinds().of(level, i)]) spread_one(from, level, i, false);
    }
  }
}

void Expansion::run(std::span<const LabelPtr> labels, int level, Part& part, const Finish& finish) {
  part_ = &part;
  finish_ = &finish;
  for (const LabelPtr& label : labels) {
    if (part.interrupted(stop_)) return;
    run_one(*label, level);
  }
}

void Expansion::run_one(Label& from, int level) {
  labelling_.serve(level, from);
  flows_.emplace(labelling_, from, level, true, bounds_.kinds().next(level + 1));
  if (!open(*flows_, level)) {
    ++part_->counters.bounded;
    return;
  }
  idle_ = ground_.idle_axes(from, level);
  base_ = bounds_.least(*flows_, from.tile);
  if (level + 1 == labelling_.terms().num_levels()) return run_last(from, level);
  Tile upto = from.tile;
  Terms::Extents extents = lattice_.extents(from.tile);
  extend(from, level, 0, upto, extents, 0);
}

// The outermost level has all loops that are left.
void Expansion::run_last(const Label& from, int level) {
  Terms::DimMask loops = 0;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const std::int64_t factor = lattice_.rest(from.tile, a);
    const Ground::Range& range = ground_.range(level, a);
    if (factor < range.least || factor > range.most) return;
    if (factor > 1) loops |= bit(lattice_.axis(a).dim);
  }
  reach(from, level, lattice_.top(), loops);
}

// Can no tile that has the first `fixed` axes of this one be part of an improvement?
bool Expansion::hopeless(const Label& from, int level, const Tile& upto, int fixed) {
  const double beyond = bounds_.beyond(lattice_.id(upto), level, fixed);
  if (!part_->target.open(base_ + beyond, labelling_.cycles(from, more_))) return true;
  if (fixed == 0) return false;
  flows_->choose({from.tile, upto, fixed});
  return !bounds_.any(*flows_, upto, [&](double energy, double more) {
    return improves(from, energy + beyond, more);
  });
}

// Chooses the temporal factor of one axis after the other. A tile that is too large only grows.
void Expansion::extend(const Label& from, int level, int a, Tile& upto, Terms::Extents& extents,
                       Terms::DimMask loops) {
  if (interrupted()) return;
  if (a == lattice_.num_axes()) return reach(from, level, upto, loops);
  const auto& axis = lattice_.axis(a);
  const std::uint16_t first = from.tile[at(a)];
  more_ = bounds_.more(from.tile, level + 1);
  // Where there is only one way on, what comes next is asked the same with more known.
  const bool only = axis.multiples[first].size() == 1 || (idle_ & bit(a)) != 0;
  if ((a == 0 || !only) && hopeless(from, level, upto, a)) {
    ++part_->counters.bounded;
    return;
  }
  const Ground::Range& range = ground_.range(level, a);
  for (const std::uint16_t place : axis.multiples[first]) {
    const std::int64_t factor = axis.extents[place] / axis.extents[first];
    if (factor < range.least) continue;
    if (factor > range.most) break;
    if (static_cast<double>(axis.extents.back() / axis.extents[place]) >
        ground_.room_after(level, a)) {
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
Terms::DimMask Expansion::open_firsts(const Label& from, int level, const Tile& upto) {
  const double beyond = bounds_.beyond(lattice_.id(upto), level, lattice_.num_axes());
  if (!part_->target.open(base_ + beyond, labelling_.cycles(from, more_))) return 0;
  flows_->choose({from.tile, upto, lattice_.num_axes()});
  return bounds_.open_firsts(*flows_, upto, [&](double energy, double more) {
    return improves(from, energy + beyond, more);
  });
}

void Expansion::reach(const Label& from, int level, const Tile& upto, Terms::DimMask loops) {
  if (!labelling_.fits(upto, level)) return;
  more_ = bounds_.more(upto, level + 1);
  ++part_->counters.labels;
  if (from.instances * more_ < ground_.least_instances()) {
    ++part_->counters.bounded;
    return;
  }
  const Terms::DimMask firsts = open_firsts(from, level, upto);
  if (firsts == 0) {
    ++part_->counters.bounded;
    return;
  }
  if (loops == 0) return take(from, level, upto, LoopClass::none());
  for (const LoopClass& loop_class : ground_.classes().at(level, loops)) {
    if ((firsts & bit(loop_class.first)) != 0) take(from, level, upto, loop_class);
    if (!Labelling::any_open(from)) break;  // it stands for all
  }
}

void Expansion::take(const Label& from, int level, const Tile& upto, const LoopClass& loops) {
  if (interrupted()) return;
  ++part_->counters.labels;
  const bool last = level + 1 == labelling_.terms().num_levels();
  Label to;
  labelling_.run(from, level, upto, loops, to);
  to.idle_axes = idle_;
  if (last ? !part_->target.open(labelling_.energy(to), labelling_.cycles(to))
           : !open(bounds_.table(to, level + 1, false), level + 1)) {
    ++part_->counters.bounded;
    return;
  }
  to.trace = part_->note(from.trace, upto, -1, &loops, !Labelling::any_open(from));
  if (!last) return keep(to);
  ++part_->counters.finished;
  part_->path_to(to.trace, path_);
  (*finish_)(*part_, path_, to);
}

void Expansion::keep(const Label& label) {
  Part::Candidate& candidate = part_->candidates.emplace_back();
  candidate.label = std::make_unique<Label>(label);
  candidate.place = Frontier::place(label, lattice_);
}

}  // namespace tilewright::optimal
