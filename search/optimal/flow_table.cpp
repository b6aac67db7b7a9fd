#include "search/optimal/flow_table.hpp"

#include <algorithm>

#include "search/indices.hpp"

namespace tilewright::optimal {

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
                     int next)
    : labelling_(labelling),
      label_(label),
      level_(level),
      spread_(spread),
      next_(next),
      last_(level + 1 == labelling.terms().num_levels()),
      settled_(label.settled) {
  const Terms& terms = labelling.terms();
  if (next >= 0) beyond_ = labelling.fanout_from(next + 1);
  for (int p = 0; p < terms.num_spaces(); ++p) {
    spared_[at(p)] = label.gross[at(p)];
    settled_ -= label.gross[at(p)];
    if (label.credit[at(p)] != 0) next_serves_ |= bit(p);
  }
  // The MACs may help each other: nothing is known of what they need before that.
  if (level > 0 || spread || terms.fanout(0) == 1) {
    any_open_ = Labelling::any_open(label);
    list_firsts({});
    const bool any_loop = num_firsts_ > 0;
    bounds_.reserve(label.flows.size());
    for (const Flow& flow : label.flows) add(flow, any_loop);
  }
  fill_open({});
}

// If this level has a loop at all, the first one is one of its own.
void FlowTable::list_firsts(const ChosenLoops& loops) {
  num_firsts_ = 0;
  if (!any_open_) return;
  const TileLattice& lattice = labelling_.lattice();
  const Tile& tile = label_.tile;
  for (int a = 0; a < lattice.num_axes(); ++a) {
    const std::int64_t rest = lattice.rest(tile, a);
    const bool known = loops.moves(tile, a);
    if (rest == 1 || (loops.any && loops.chosen(a) && !known)) continue;
    const std::int64_t most =
        known ? lattice.extent(*loops.upto, a) / lattice.extent(tile, a) : rest;
    First& first = firsts_[at(num_firsts_++)];
    first.axis = a;
    first.least = known ? static_cast<double>(most) : 2;
    first.most = static_cast<double>(most);
    first.twice = !last_ && rest > 2 && (known ? most == 2 : rest % 2 == 0);
    first.goes_on = !last_ && (!known || most < rest);
    first.further = !known && labelling_.fanout_from(spread_ ? level_ + 1 : level_) > 1;
  }
}

void FlowTable::add(const Flow& flow, bool any_loop) {
  const Terms& terms = labelling_.terms();
  const int p = flow.space;
  // Where the user has switched reuse off, neighbours may yet help each other.
  if (flow.closed && flow.child >= 0 && flow.child == level_ - 1 && !spread_) {
    const double filled = labelling_.fanout_from(level_ + 1) == 1 ? flow.words * flow.fill : 0;
    (terms.read_write(p) ? spared_[at(p)] : settled_) += filled;
    return;
  }
  const int server = labelling_.keeping().server_of(p, flow.child);
  const Labelling::Price& price = labelling_.price(server, p);
  if (server >= level_ && terms.read_write(p)) {
    credit_[at(p)] += price.read * terms.tensor_words(p) * labelling_.fanout_from(server + 1);
  }
  Entry& entry = entries_.emplace_back();
  entry.space = p;
  entry.open = !flow.closed && any_loop;
  entry.passes = !flow.served && next_ >= 0 && server >= next_ && (flow.closed || any_loop);
  if (entry.passes) {
    entry.further = labelling_.fanout_from(server + 1) / beyond_;
    next_serves_ |= bit(p);
  }
  entry.update = terms.read_write(p) ? price.update : price.read;
  entry.read = terms.read_write(p) ? price.read : 0;
  if (!terms.simple(p) && flow.child >= 0) entry.slack = labelling_.help_slack(flow);
  // Neighbours help in the group right outside the child.
  const bool helped = entry.passes && next_ == flow.child + 1 && !terms.simple(p) &&
                      flow.help == 1 && labelling_.links_allowed(next_, p);
  entry.may_be_helped = helped;
  // Steps along a coordinate are known once the spatial loops inside them are.
  const bool one_level = last_ && (spread_ || terms.fanout(level_) == 1);
  bounds_.emplace_back(labelling_, label_, flow, helped, one_level);
  if (entry.open) return;
  const Crossing crossing = bounds_.back().moved();
  for (int slot = 0; slot < kMaxDims; ++slot) fill(entries_.size() - 1, slot, crossing);
}

void FlowTable::fill(std::size_t i, int slot, const Crossing& crossing) {
  const Flow& flow = bounds_[i].flow();
  Entry& entry = entries_[i];
  const double arriving = flow.words * crossing.words;
  const double sent = arriving * flow.share * crossing.help;
  const bool seen_less = crossing.helped && bounds_[i].few();
  const std::size_t j = at(slot);
  entry.sent[j] = crossing.helped ? 0 : sent;
  entry.helped[j] = crossing.helped ? sent : 0;
  entry.least[j] = crossing.least;
  entry.filled[j] = seen_less ? 0 : arriving * crossing.taken * flow.fill;
  entry.seen[j] = seen_less ? arriving * flow.share * flow.fill : 0;
  if (crossing.slack) fixed_[j] -= entry.slack;
}

void FlowTable::choose(const ChosenLoops& loops) {
  list_firsts(loops);
  fill_open(loops);
}

void FlowTable::fill_open(const ChosenLoops& loops) {
  const int n = std::max(1, num_firsts_);
  std::fill_n(fixed_.begin(), n, settled_);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].open) continue;
    const double run = longest_run(labelling_, label_.tile, entries_[i].space, loops);
    for (int slot = 0; slot < num_firsts_; ++slot) {
      fill(i, slot, bounds_[i].if_first(firsts_[at(slot)], run));
    }
  }
  if (num_firsts_ == 0) firsts_[at(num_firsts_++)] = {};
}

// What neighbours of a group may leave that is not known yet.
void FlowTable::add_helped(const Entry& entry, const Kind& kind, double most_shared, Row& total,
                           Row& into) const {
  const double help = kind.help[at(entry.space)];
  for (std::size_t i = 0; i < at(num_firsts_); ++i) {
    const double sent = std::max(most_shared, entry.least[i]) * help * entry.helped[i];
    total[i] += sent * entry.update;
    into[i] += sent * entry.read + most_shared * help * entry.seen[i];
  }
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
    std::array<double, kMaxDims> sent;
    for (std::size_t i = 0; i < n; ++i) {
      sent[i] = std::max(most_shared, entry.least[i]) * entry.sent[i];
      total[i] += sent[i] * entry.update;
    }
    Row& into = terms.read_write(entry.space) ? spared[at(entry.space)] : total;
    for (std::size_t i = 0; i < n; ++i) into[i] += sent[i] * entry.read + entry.filled[i];
    if (entry.may_be_helped) add_helped(entry, kind, most_shared, total, into);
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
