#include "search/optimal/labelling.hpp"

#include <algorithm>
#include <cmath>

#include "model/error.hpp"
#include "search/indices.hpp"

namespace tilewright::optimal {

namespace {

// By level with instances inside it: what memories leak per cycle and instance in use, those
// further in than it and not than the next such level.
std::array<double, kMaxLevels> idle_inside(const Terms& terms) {
  std::array<double, kMaxLevels> result{};
  double since = 0;
  for (int s = 0; s < terms.num_levels(); ++s) {
    if (terms.fanout(s) > 1) {
      result[at(s)] = since;
      since = 0;
    }
    since += terms.idle().used[at(s)];
  }
  return result;
}

}  // namespace

Labelling::Labelling(const Mapping& blank, const Evaluator& evaluator, const TileLattice& lattice)
    : terms_(evaluator.terms()), lattice_(lattice), evaluator_(evaluator), blank_(blank) {
  limited_.fill(-1);
  for (int s = 0; s < terms_.num_levels(); ++s) {
    if (!terms_.limited(s)) continue;
    if (num_limited_ == kMaxLimited) {
      all_limits_known_ = false;
    } else {
      limited_[at(s)] = num_limited_++;
    }
  }
  fanout_from_.fill(1);
  for (int s = terms_.num_levels() - 1; s >= 0; --s) {
    fanout_from_[at(s)] = fanout_from_[at(s + 1)] * terms_.fanout(s);
  }
  idle_inside_ = idle_inside(terms_);
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    size_[at(p)] = terms_.tensor_words(p);
    for (int s = 0; s < terms_.num_levels(); ++s) {
      prices_[at(s + 1)][at(p)] = {terms_.read_price(s, p), terms_.fill_price(s, p),
                                   terms_.update_price(s, p)};
    }
  }
}

Label Labelling::start() const {
  Label label;
  label.settled = terms_.compute_energy();
  label.loose = !all_limits_known_;
  label.varied = !terms_.free_networks();
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    Flow& flow = label.flows.emplace_back();
    flow.words = terms_.operations();
    flow.space = static_cast<std::int16_t>(p);
    flow.closed = true;  // the MACs hold nothing
  }
  return label;
}

bool Labelling::any_open(const Label& label) {
  return std::any_of(label.flows.begin(), label.flows.end(),
                     [](const Flow& flow) { return !flow.closed; });
}

bool Labelling::links_allowed(int level, int space) const {
  return ((blank_.levels[at(level)].no_link_transfer >> space) & 1) == 0;
}

bool Labelling::reuses(int level, int space) const {
  return ((blank_.levels[at(level)].no_temporal_reuse >> space) & 1) == 0;
}

double Labelling::idle_rest(const Tile& tile, int space) const {
  double rest = 1;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    if ((terms_.relevant(space) & bit(lattice_.axis(a).dim)) == 0) {
      rest *= static_cast<double>(lattice_.rest(tile, a));
    }
  }
  return rest;
}

double Labelling::kept_size(const Terms::Extents& extents, int level) const {
  return terms_.kept_size(level, keeping_.keep[at(level)], extents);
}

bool Labelling::within_capacity(const Terms::Extents& extents, int level) const {
  return !terms_.bounded(level) || kept_size(extents, level) <= terms_.capacity(level);
}

bool Labelling::fits(const Tile& tile, int level) const {
  if (!terms_.bounded(level)) return true;
  const double size = kept_size(lattice_.extents(tile), level);
  return size <= terms_.capacity(level) && size >= terms_.least_use(level);
}

void Labelling::serve(int level, Label& label) const {
  for (Flow& flow : label.flows) {
    flow.served |= keeping_.keeps(level, flow.space);
  }
}

// Two loops on a coordinate can only undo each other, or go on as one, if a step of one is the sum
// of steps of others. Of what is left further out, the steps are multiples of the tile: those of
// one dimension alone are too long to meet the others if the tile is longer than all of them
// together.
bool Labelling::steps_meet(int space, int x, const Tile& before, const Tile& after,
                           int first) const {
  const auto& coordinate = terms_.shared(space, x);
  std::array<std::int64_t, kMaxTerms> steps{};
  int num_steps = 0;
  std::int64_t sum = 0;      // of the steps made before, `first` or none
  std::int64_t all = 0;      // of all steps at this level
  std::int64_t further = 0;  // least step further out
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [dim, coefficient] = coordinate.terms[i];
    const int a = lattice_.axis_of(dim);
    if (lattice_.rest(after, a) > 1) {
      if (further > 0) return true;  // not known
      further = coefficient * lattice_.extent(after, a);
    }
    if (lattice_.extent(before, a) == lattice_.extent(after, a)) continue;
    const std::int64_t step = coefficient * lattice_.extent(before, a);
    all += step;
    if (dim == first) {
      sum = step;
    } else {
      steps[at(num_steps++)] = step;
    }
  }
  const std::int64_t wanted = sum;  // s_j - S_j
  if (further > 0 && further <= all + wanted) return true;
  for (int j = 0; j < num_steps; ++j) {
    for (unsigned others = 0; others < 1U << static_cast<unsigned>(num_steps); ++others) {
      if ((others >> static_cast<unsigned>(j) & 1U) != 0) continue;
      std::int64_t made = sum;
      for (int k = 0; k < num_steps; ++k) {
        if ((others >> static_cast<unsigned>(k) & 1U) != 0) made += steps[at(k)];
      }
      // Without a first loop, some step must have been made: the first one is never undone.
      if ((first >= 0 || others != 0) && steps[at(j)] - made == wanted) return true;
    }
  }
  return false;
}

// The loops that the model simulates are those of two iterations, so a step outwards can look like
// the continuation of the step before: two factors of 2 of one sliding dimension, or loops of two
// dimensions on one coordinate.
bool Labelling::may_continue(int space, const Tile& before, const Tile& after, int first,
                             bool one_level) const {
  if (!terms_.regular(space)) return true;
  for (int x = 0; x < terms_.num_shared(space); ++x) {
    const auto& coordinate = terms_.shared(space, x);
    int moving = 0;
    bool has_first = first < 0;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const int dim = coordinate.terms[i].dim;
      const int a = lattice_.axis_of(dim);
      has_first |= dim == first;
      moving += lattice_.rest(before, a) > 1 ? 1 : 0;
      if (dim != first) continue;
      const std::int64_t factor = lattice_.extent(after, a) / lattice_.extent(before, a);
      if (factor == 2 && lattice_.rest(after, a) > 1) return true;
    }
    if (!has_first || moving < 2) continue;
    if (!one_level || steps_meet(space, x, before, after, first)) return true;
  }
  return false;
}

// Finds out for which of the loops of a level the tile of a flow stays.
void Labelling::close(Flow& flow, const Label& from, const Tile& upto, const LoopClass& loops,
                      Label& to) const {
  const int p = flow.space;
  double run = 1;
  bool moved = false;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const double factor = static_cast<double>(lattice_.extent(upto, a)) /
                          static_cast<double>(lattice_.extent(from.tile, a));
    if (factor == 1) continue;
    const int dim = lattice_.axis(a).dim;
    if ((loops.run[at(p)] & bit(dim)) != 0) run *= factor;
    moved |= (terms_.relevant(p) & bit(dim)) != 0;
  }
  const bool first_moves = (terms_.relevant(p) & bit(loops.first)) != 0;
  const bool first_shared = first_moves && (terms_.alone(p) & bit(loops.first)) == 0;
  flow.words /= run;
  if (!first_moves) flow.still = true;
  flow.closed = moved;
  if (!moved) return;
  // The MACs pass words on only while they stay, and only if neighbours hold the same.
  if (flow.child < 0 || terms_.simple(p)) return;
  if (flow.still) {
    if (may_continue(p, from.tile, upto, -1)) {
      flow.words /= 2;
      to.varied = true;
    }
    return;
  }
  if (!first_shared) return;
  const int a = lattice_.axis_of(loops.first);
  const Terms::Extents extents = lattice_.extents(lattice_.tile(flow.tile));
  const double whole = terms_.box_words(p, extents);
  const double delta = terms_.delta_words(p, extents, loops.first, lattice_.extent(from.tile, a));
  const double factor = static_cast<double>(lattice_.extent(upto, a)) /
                        static_cast<double>(lattice_.extent(from.tile, a));
  const Unhelped unhelped =
      least_unhelped(flow, from.tile, loops.first, lattice_.rest(upto, a) > 1);
  if (delta == whole) {
    help(flow, unhelped.share(factor), to);
  } else if (may_continue(p, from.tile, upto, loops.first)) {
    flow.words *= delta / whole;
    to.varied = true;
    help(flow, unhelped.by_first, to);  // only steps that go on as the first loop does
  } else {
    flow.words *= (whole + (factor - 1) * delta) / (factor * whole);
  }
}

// Neighbours take over what they can. The model divides the words that they pass on in one group
// by the instances of all groups, so where there are several the children seem to get fewer words.
// Words of single instances are rounded after that.
void Labelling::help(Flow& flow, double unhelped, Label& to) const {
  if (unhelped >= 1) return;
  flow.share *= unhelped;
  if (fanout_from_[at(flow.child + 2)] > 1) flow.taken = flow.share;
  flow.rounded = true;
  to.varied = true;
  to.settled -= help_slack(flow);
}

double Labelling::help_slack(const Flow& flow) const {
  const int server = keeping_.server_of(flow.space, flow.child);
  return fanout_from_[at(flow.child + 1)] * price(flow.child, flow.space).fill +
         fanout_from_[at(server + 1)] *
             (price(server, flow.space).read + price(server, flow.space).update);
}

bool Labelling::whole_blocks(double words, int level, int space) const {
  const std::uint64_t block = terms_.block_size(level);
  return block == 1 ||
         std::fmod(words * terms_.word_size(level, space), static_cast<double>(block)) == 0;
}

// Both sides of the boundary pay. Vector accesses that are not full, and clusters in which some
// instances idle, cost more than the price of a word says.
void Labelling::settle(const Flow& flow, int level, const Tile& upto, Label& to) const {
  const int p = flow.space;
  const int server = keeping_.server_of(p, flow.child);
  const double sent = flow.words * flow.share;
  const double read = price(server, p).read;
  if (terms_.read_write(p)) {
    to.settled += sent * (read + price(server, p).update);
    to.gross[at(p)] += sent * read;
  } else {
    to.settled += sent * read;
  }
  // Whole vectors per instance: the count is that of all instances so far, so it tells only if
  // there is but one.
  const double passes = terms_.operations() / lattice_.volume(upto);
  const auto whole = [&](double words, int level_of) {
    if (fanout_from_[at(level_of + 1)] == fanout_from_[at(level + 1)]) {
      return whole_blocks(words / passes, level_of, p);
    }
    return whole_blocks(1, level_of, p);
  };
  bool exact = terms_.exact_clusters(server) && whole(sent, server);
  if (flow.child >= 0) exact &= terms_.exact_clusters(flow.child) && whole(flow.words, flow.child);
  to.loose |= !exact;
  count_limited(flow, to);
}

void Labelling::count_limited(const Flow& flow, Label& to) const {
  const int p = flow.space;
  const int server = keeping_.server_of(p, flow.child);
  const auto first_visits = [&](int level) {
    return terms_.read_write(p) ? size_[at(p)] * fanout_from_[at(level + 1)] : 0;
  };
  const auto note = [&](int level) {
    to.loose |= terms_.read_write(p) && fanout_from_[at(level + 1)] > 1;
  };
  const auto slack = [&](int level) { return flow.rounded ? fanout_from_[at(level + 1)] : 0; };
  const double sent = flow.words * flow.share - slack(server);
  if (const int i = limited_[at(server)]; i >= 0) {
    const double size = terms_.word_size(server, p);
    to.reads[at(i)] += std::max(0.0, sent - first_visits(server)) * size;
    if (terms_.read_write(p)) to.writes[at(i)] += std::max(0.0, sent) * size;
    note(server);
  }
  if (flow.child < 0) return;
  if (const int i = limited_[at(flow.child)]; i >= 0) {
    const double taken = flow.words * flow.taken - slack(flow.child);
    to.writes[at(i)] +=
        std::max(0.0, taken - first_visits(flow.child)) * terms_.word_size(flow.child, p);
    note(flow.child);
  }
}

void Labelling::run(const Label& from, int level, const Tile& upto, const LoopClass& loops,
                    Label& to) const {
  to = from;
  serve(level, to);
  if (const int i = limited_[at(level)]; i >= 0) to.below[at(i)] = to.instances;
  to.tile = upto;
  std::size_t left = 0;
  for (std::size_t i = 0; i < to.flows.size(); ++i) {
    Flow flow = to.flows[i];
    if (!flow.closed && loops.first >= 0) close(flow, from, upto, loops, to);
    const bool last = level + 1 == terms_.num_levels();
    if (flow.closed || last) {
      const double filled = flow.words * flow.taken * flow.fill;
      to.settled += filled;
      if (terms_.read_write(flow.space)) to.gross[at(flow.space)] += filled;
      flow.fill = 0;
    }
    if ((flow.closed || last) && flow.served) {
      settle(flow, level, upto, to);
    } else {
      to.flows[left++] = flow;
    }
  }
  to.flows.resize(left);
  emerge(level, to);
}

// The level now holds a tile. What it holds of partial sums is neither fetched nor read for its
// first visit.
void Labelling::emerge(int level, Label& label) const {
  const bool fan_out = fanout_from_[at(level + 1)] > 1;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!keeping_.keeps(level, p)) continue;
    const bool backing = keeping_.server_of(p, level) < 0;
    if (terms_.read_write(p)) {
      double saved = price(level, p).read;
      if (!backing) saved += price(level, p).fill;
      label.credit[at(p)] += saved * size_[at(p)];
      label.loose |= !terms_.dense(p);
      label.loose |= !whole_blocks(fan_out ? 1 : size_[at(p)], level, p);
    }
    if (backing) continue;
    Flow& flow = label.flows.emplace_back();
    const Terms::Extents extents = lattice_.extents(label.tile);
    flow.words = terms_.operations() / lattice_.volume(label.tile) * terms_.box_words(p, extents);
    flow.fill = price(level, p).fill;
    flow.tile = terms_.simple(p) ? 0 : lattice_.id(label.tile);
    flow.space = static_cast<std::int16_t>(p);
    flow.child = static_cast<std::int16_t>(level);
    flow.closed = !reuses(level, p);
  }
  if (fan_out) return;
  for (double& credit : label.credit) {
    label.settled -= credit;
    credit = 0;
  }
}

Label Labelling::follow(const Mapping& mapping, const Visit& visit) {
  keeping_ = make_keeping(mapping, terms_.num_spaces());
  Room room(*this);
  Label label = start();
  for (int s = 0; s < mapping.num_levels; ++s) {
    const LevelMapping& level = mapping.levels[at(s)];
    const SpatialChoice& choice = followed_.emplace_back(spatial_choice(level, lattice_));
    Tile upto{};
    Label wide;
    if (visit) visit(label, s, nullptr);
    if (!spread(label, s, choice, wide, room)) throw InternalError("loops beyond a bound");
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      const auto& axis = lattice_.axis(a);
      const std::int32_t factor = level.factors(LoopKind::temporal)[at(axis.dim)];
      upto[at(a)] =
          static_cast<std::uint16_t>(axis.times[wide.tile[at(a)]][at(axis.place(factor))]);
    }
    if (visit) visit(wide, s, &upto);
    run(wide, s, upto, classify(terms_, temporal_loops(level, mapping.num_dims)), label);
  }
  return label;
}

double Labelling::energy(const Label& label) const {
  double energy = label.settled;
  for (const double credit : label.credit) energy -= credit;
  return energy;
}

double Labelling::cycles(const Label& label, double more) const {
  const double instances = label.instances * more;
  double cycles = terms_.operations() / instances;
  for (int s = 0; s < terms_.num_levels(); ++s) {
    const int i = limited_[at(s)];
    if (i < 0 || label.below[at(i)] == 0) continue;
    const double used = instances / label.below[at(i)];
    const double reads = label.reads[at(i)] / used;
    const double writes = label.writes[at(i)] / used;
    cycles = std::max({cycles, reads / terms_.read_bandwidth(s), writes / terms_.write_bandwidth(s),
                       (reads + writes) / terms_.shared_bandwidth(s)});
  }
  return cycles + terms_.network_latency();
}

}  // namespace tilewright::optimal
