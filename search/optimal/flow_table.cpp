#include "search/optimal/flow_table.hpp"

#include <algorithm>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::optimal {

/// One boundary, if the loops outside begin in some way.
struct FlowTable::Shape {
  double words = 1;     // share of the words that arrive
  double help = 1;      // share of what is sent that remains
  double taken = 1;     // share of the arriving words that the child is seen to fill
  double least = 0;     // share that must remain of what is sent
  bool helped = false;  // by neighbours of a group that is not known yet
  bool slack = false;   // neighbours may help, and words are rounded then
};

/// Prices a flow by the first loop outside it.
class FlowTable::Pricing {
 public:
  Pricing(const Labelling& labelling, const Label& label, const Flow& flow, bool helped, bool last)
      : labelling_(labelling),
        terms_(labelling.terms()),
        lattice_(labelling.lattice()),
        label_(label),
        flow_(flow),
        simple_(terms_.simple(flow.space)),
        helped_(helped),
        last_(last) {
    if (!simple_ && !flow.closed) {
      if (flow.child >= 0) child_ = lattice_.extents(lattice_.tile(flow.tile));
      continues_ = labelling.may_continue(flow.space, label.tile, lattice_.top(), -1, last);
    }
  }

  /// Children that get the same words are loops that do not move them, or overlaps.
  Shape moving(double idle) const {
    return {.taken = flow_.taken, .least = simple_ ? 1 / idle : 0};
  }

  /// `run`: steps that the tile can stay for; `idle`: those of all loops that do not move it.
  Shape if_first(const First& first, double run, double idle) const {
    const int p = flow_.space;
    Shape shape = moving(idle);
    if ((terms_.relevant(p) & bit(first.dim)) == 0) {
      shape.words = (simple_ || !continues_ ? 1 : 0.5) / run;
      if (simple_) shape.least = run / idle;
      return shape;
    }
    if (simple_ || (terms_.alone(p) & bit(first.dim)) != 0) return shape;
    if (flow_.still) {
      shape.words = continues_ ? 0.5 : 1;
      return shape;
    }
    // A slide that nothing continues begins with a whole tile each time; neighbours cannot help.
    shape.words = sliding(first.dim);
    if (shape.words < 1 && !first.twice && flow_.child >= 0 &&
        !labelling_.may_continue(p, label_.tile, lattice_.top(), first.dim, last_)) {
      shape.words = (1 + (first.most - 1) * shape.words) / first.most;
      return shape;
    }
    // Once the group of the children is known, so is what their help can do.
    if (flow_.group != nullptr) {
      const Unhelped unhelped =
          labelling_.least_unhelped(flow_, label_.tile, first.dim, first.goes_on);
      shape.help = shape.words < 1
                       ? unhelped.by_first
                       : std::min(unhelped.share(first.least), unhelped.share(first.most));
      shape.slack = shape.help < 1;
      if (shape.slack && few()) shape.taken = flow_.share * shape.help;
      return shape;
    }
    shape.helped = shape.slack = helped_;
    return shape;
  }

  /// Does the model count too few words for children who are helped?
  bool few() const { return flow_.child >= 0 && labelling_.fanout_from(flow_.child + 2) > 1; }

 private:
  double sliding(int dim) const {
    if (flow_.child < 0) return 1;
    const std::int64_t step = lattice_.extent(label_.tile, lattice_.axis_of(dim));
    return terms_.delta_words(flow_.space, child_, dim, step) /
           terms_.box_words(flow_.space, child_);
  }

  const Labelling& labelling_;
  const Terms& terms_;
  const TileLattice& lattice_;
  const Label& label_;
  const Flow& flow_;
  bool simple_;
  Terms::Extents child_;  // its tile, if that can slide
  bool continues_ = false;
  bool helped_;
  bool last_;
};

namespace {

// Loops that a tile can stay for: once a loop of this level moves it, those of this level only.
double longest_run(const Labelling& labelling, const Tile& tile, int space,
                   const ChosenLoops& loops) {
  const Terms& terms = labelling.terms();
  const TileLattice& lattice = labelling.lattice();
  bool moved = false;
  for (int a = 0; a < loops.fixed && !moved; ++a) {
    moved = loops.moves(tile, a) && (terms.relevant(space) & bit(lattice.axis(a).dim)) != 0;
  }
  double product = 1;
  for (int a = 0; a < lattice.num_axes(); ++a) {
    if ((terms.relevant(space) & bit(lattice.axis(a).dim)) != 0) continue;
    const std::int64_t steps = moved && loops.chosen(a)
                                   ? lattice.extent(*loops.upto, a) / lattice.extent(tile, a)
                                   : lattice.rest(tile, a);
    product *= static_cast<double>(steps);
  }
  return product;
}

}  // namespace

FlowTable::FlowTable(const Labelling& labelling, const Label& label, int level, bool spread,
                     int next, const ChosenLoops& loops)
    : labelling_(labelling), label_(label), level_(level), spread_(spread), next_(next) {
  const Terms& terms = labelling.terms();
  if (next >= 0) beyond_ = labelling.fanout_from(next + 1);
  // The MACs may help each other: nothing is known of what they need before that.
  const bool nothing = level == 0 && !spread && terms.fanout(0) > 1;
  const bool last = level + 1 == terms.num_levels();
  if (!nothing && Labelling::any_open(label)) list_firsts(loops, last);
  if (num_firsts_ == 0) firsts_[at(num_firsts_++)] = {};
  fixed_.fill(label.settled);
  for (int p = 0; p < terms.num_spaces(); ++p) {
    spared_[at(p)] = label.gross[at(p)];
    for (double& fixed : fixed_) fixed -= label.gross[at(p)];
  }
  if (nothing) return;
  for (const Flow& flow : label.flows) add(flow, loops, last);
}

// If this level has a loop at all, the first one is one of its own.
void FlowTable::list_firsts(const ChosenLoops& loops, bool last) {
  const TileLattice& lattice = labelling_.lattice();
  const Tile& tile = label_.tile;
  for (int a = 0; a < lattice.num_axes(); ++a) {
    const std::int64_t rest = lattice.rest(tile, a);
    const bool known = loops.moves(tile, a);
    if (rest == 1 || (loops.any && loops.chosen(a) && !known)) continue;
    const std::int64_t most =
        known ? lattice.extent(*loops.upto, a) / lattice.extent(tile, a) : rest;
    const bool twice = !last && rest > 2 && (known ? most == 2 : rest % 2 == 0);
    const bool goes_on = !last && (!known || lattice.rest(*loops.upto, a) > 1);
    firsts_[at(num_firsts_++)] = {lattice.axis(a).dim, known ? static_cast<double>(most) : 2,
                                  static_cast<double>(most), twice, goes_on};
  }
}

void FlowTable::add(const Flow& flow, const ChosenLoops& loops, bool last) {
  const Terms& terms = labelling_.terms();
  const int p = flow.space;
  // Where the user has switched reuse off, neighbours may yet help each other.
  if (flow.closed && flow.child >= 0 && flow.child == level_ - 1 && !spread_) {
    const double filled = labelling_.fanout_from(level_ + 1) == 1 ? flow.words * flow.fill : 0;
    if (terms.read_write(p)) {
      spared_[at(p)] += filled;
    } else {
      for (double& fixed : fixed_) fixed += filled;
    }
    return;
  }
  const int server = labelling_.keeping().server_of(p, flow.child);
  if (server >= level_ && terms.read_write(p)) {
    credit_[at(p)] += labelling_.price(server, p).read * terms.tensor_words(p) *
                      labelling_.fanout_from(server + 1);
  }
  Entry& entry = entries_.emplace_back();
  entry.space = p;
  const bool no_loop = !flow.closed && firsts_.front().dim < 0;
  entry.passes = !flow.served && next_ >= 0 && server >= next_ && !no_loop;
  if (entry.passes) entry.further = labelling_.fanout_from(server + 1) / beyond_;
  entry.update =
      terms.read_write(p) ? labelling_.price(server, p).update : labelling_.price(server, p).read;
  entry.read = terms.read_write(p) ? labelling_.price(server, p).read : 0;
  // Neighbours help in the group right outside the child.
  const bool helped = entry.passes && next_ == flow.child + 1 && !terms.simple(p) &&
                      flow.help == 1 && labelling_.links_allowed(next_, p);
  const Pricing pricing(labelling_, label_, flow, helped, last);
  const double slack = terms.simple(p) || flow.child < 0 ? 0 : labelling_.help_slack(flow);
  const double idle = no_loop ? 1 : labelling_.idle_rest(label_.tile, p);
  if (flow.closed || no_loop) {
    const Shape shape = pricing.moving(idle);
    for (int i = 0; i < num_firsts_; ++i) fill(entry, i, flow, shape, slack);
    return;
  }
  const double run = longest_run(labelling_, label_.tile, p, loops);
  for (int i = 0; i < num_firsts_; ++i) {
    fill(entry, i, flow, pricing.if_first(firsts_[at(i)], run, idle), slack);
  }
}

void FlowTable::fill(Entry& entry, int slot, const Flow& flow, const Shape& shape, double slack) {
  const double arriving = flow.words * shape.words;
  const double sent = arriving * flow.share * shape.help;
  const bool few = flow.child >= 0 && labelling_.fanout_from(flow.child + 2) > 1;
  const bool seen_less = shape.helped && few;
  const std::size_t i = at(slot);
  entry.sent[i] = shape.helped ? 0 : sent;
  entry.helped[i] = shape.helped ? sent : 0;
  entry.least[i] = shape.least;
  entry.filled[i] = seen_less ? 0 : arriving * shape.taken * flow.fill;
  entry.seen[i] = seen_less ? arriving * flow.share * flow.fill : 0;
  if (shape.slack) fixed_[i] -= slack;
}

FlowTable::Row FlowTable::energies(const Kind& kind) const {
  const Terms& terms = labelling_.terms();
  const auto n = at(num_firsts_);
  Row total;
  std::copy_n(fixed_.begin(), n, total.begin());
  std::array<Row, kMaxSpaces> spared;
  for (int p = 0; p < terms.num_spaces(); ++p) {
    const double credit = label_.credit[at(p)] * kind.visits[at(p)] * beyond_ + credit_[at(p)];
    std::fill_n(spared[at(p)].begin(), n, spared_[at(p)] - credit);
  }
  for (const Entry& entry : entries_) {
    const double most_shared = entry.passes ? kind.share[at(entry.space)] * entry.further : 1;
    const double help = kind.help[at(entry.space)];
    const double seen = most_shared * help;
    const auto sent = [&](std::size_t i) {
      return std::max(most_shared, entry.least[i]) * (entry.sent[i] + help * entry.helped[i]);
    };
    const auto filled = [&](std::size_t i) { return entry.filled[i] + seen * entry.seen[i]; };
    if (!terms.read_write(entry.space)) {
      for (std::size_t i = 0; i < n; ++i) total[i] += sent(i) * entry.update + filled(i);
      continue;
    }
    Row& into = spared[at(entry.space)];
    for (std::size_t i = 0; i < n; ++i) {
      total[i] += sent(i) * entry.update;
      into[i] += sent(i) * entry.read + filled(i);
    }
  }
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if (!terms.read_write(p)) continue;
    for (std::size_t i = 0; i < n; ++i) total[i] += std::max(0.0, spared[at(p)][i]);
  }
  return total;
}

double FlowTable::energy(const Kind& kind) const {
  const Row row = energies(kind);
  return *std::min_element(row.begin(), row.begin() + num_firsts_);
}

}  // namespace tilewright::optimal
