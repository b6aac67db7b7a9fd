#include "search/optimal/bounds.hpp"

#include <algorithm>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::optimal {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Room for the loops to come of one dataspace.
struct Room {
  double run = 1;     // loops that its tile can stay for
  double idle = 1;    // loops that do not move it
  double fanout = 1;  // children between it and its server that are still to come
  bool last = false;  // only one level of loops is left
};

/// The first loop outside, as far as it is known.
struct First {
  int dim = 0;
  double least = 2;  // steps
  double most = 2;
  bool twice = false;  // it may be a factor of 2 with another loop of its dimension further out
};

}  // namespace

Bounds::Bounds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices)
    : labelling_(labelling),
      lattice_(labelling.lattice()),
      choices_(choices),
      tabulate_(lattice_.size() <= kMostTiles),
      more_(choices.size()) {}

void Bounds::prepare() {
  const Terms& terms = labelling_.terms();
  now_.fill(nullptr);
  if (!tabulate_) return;
  for (int s = terms.num_levels() - 2; s >= 0; --s) now_[at(s)] = &tables(s);
}

void Bounds::prepare_partial() {
  if (!tabulate_) return;
  const Terms& terms = labelling_.terms();
  const int axes = lattice_.num_axes();
  partial_.resize(at(terms.num_levels()));
  Table outside(lattice_.size(), 0);
  for (int s = terms.num_levels() - 2; s >= 0; --s) {
    auto& tables_of = partial_[at(s)];
    tables_of.resize(at(axes + 1));
    Table& all = tables_of[at(axes)];
    all.resize(lattice_.size());
    for (std::size_t id = 0; id < all.size(); ++id) all[id] = now_[at(s)]->own[id] + outside[id];
    for (int a = axes - 1; a >= 0; --a) {
      tables_of[at(a)] = tables_of[at(a + 1)];
      minimise(a, tables_of[at(a)]);
    }
    for (std::size_t id = 0; id < all.size(); ++id) outside[id] += now_[at(s)]->least[id];
  }
}

const Bounds::Tables& Bounds::tables(int level) {
  const Terms& terms = labelling_.terms();
  const Keeping& keeping = labelling_.keeping();
  Key key{level, keeping.keep[at(level)], {}};
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if (keeping.keeps(level, p)) {
      key.server[at(p)] = static_cast<std::int8_t>(keeping.server_of(p, level));
    }
  }
  auto& entry = known_[key];
  if (entry) return *entry;
  entry = std::make_unique<Tables>();
  entry->own.resize(lattice_.size());
  for (std::uint64_t id = 0; id < lattice_.size(); ++id) {
    Label label;
    label.tile = lattice_.tile(id);
    if (!labelling_.fits(label.tile, level)) {
      entry->own[id] = kInfinite;
      continue;
    }
    labelling_.emerge(level, label);
    for (int p = 0; p < terms.num_spaces(); ++p) {  // here the fills of this boundary only
      const bool fetched = keeping.keeps(level, p) && keeping.server_of(p, level) >= 0;
      label.credit[at(p)] =
          terms.read_write(p) && fetched ? terms.fill_price(level, p) * terms.tensor_words(p) : 0;
    }
    entry->own[id] = flows(label, level + 1, false, {});
  }
  entry->least = entry->own;
  for (int a = 0; a < lattice_.num_axes(); ++a) minimise(a, entry->least);
  return *entry;
}

// Makes each entry the least of those that differ in this axis only and lie above it.
void Bounds::minimise(int axis, Table& table) const {
  const auto& along = lattice_.axis(axis);
  const std::uint64_t span = along.stride * along.extents.size();
  for (auto cover = along.covers.rbegin(); cover != along.covers.rend(); ++cover) {
    for (std::uint64_t high = 0; high < table.size(); high += span) {
      double* const below = table.data() + high + cover->first * along.stride;
      const double* const above = table.data() + high + cover->second * along.stride;
      for (std::uint64_t low = 0; low < along.stride; ++low) {
        below[low] = std::min(below[low], above[low]);
      }
    }
  }
}

double Bounds::more(const Tile& tile, int level) {
  double product = 1;
  for (int s = level; s < static_cast<int>(choices_.size()); ++s) {
    const auto& list = choices_[at(s)];
    if (list.empty()) continue;
    auto& known = more_[at(s)];
    if (tabulate_ && known.empty()) known.assign(lattice_.size(), 0);
    float found = tabulate_ ? known[lattice_.id(tile)] : 0;
    if (found == 0) {
      found = 1;  // no choice: the label will find no way on
      for (const SpatialChoice& choice : list) {
        const bool room = std::all_of(choice.steps.begin(), choice.steps.end(), [&](auto step) {
          return lattice_.rest(tile, step.first) % choice.factor[at(step.first)] == 0;
        });
        if (!room) continue;
        found = static_cast<float>(choice.instances);
        break;
      }
      if (tabulate_) known[lattice_.id(tile)] = found;
    }
    product *= found;
  }
  return product;
}

double Bounds::without_tables(const Label& label, int level, bool spread, const Tile* upto,
                              int fixed) const {
  Loops loops{upto, fixed};
  for (int a = 0; a < fixed; ++a) loops.any |= loops.moves(label.tile, a);
  double sum = label.settled;
  for (const double gross : label.gross) sum -= gross;
  return sum + flows(label, level, spread, loops);
}

// Loops that a tile can stay for: once a loop of this level moves it, those of this level only.
double Bounds::longest_run(const Label& label, int space, const Loops& loops) const {
  const Terms& terms = labelling_.terms();
  bool moved = false;
  for (int a = 0; a < loops.fixed && !moved; ++a) {
    moved = loops.moves(label.tile, a) && (terms.relevant(space) & bit(lattice_.axis(a).dim)) != 0;
  }
  double product = 1;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    if ((terms.relevant(space) & bit(lattice_.axis(a).dim)) != 0) continue;
    const std::int64_t steps =
        moved && loops.chosen(a) ? lattice_.extent(*loops.upto, a) / lattice_.extent(label.tile, a)
                                 : lattice_.rest(label.tile, a);
    product *= static_cast<double>(steps);
  }
  return product;
}

double Bounds::energy(const Label& label, int level, bool spread) const {
  const int last = labelling_.terms().num_levels() - 1;
  double sum = without_tables(label, level, spread);
  if (tabulate_) {
    const std::uint64_t id = lattice_.id(label.tile);
    for (int s = level; s < last; ++s) sum += now_[at(s)]->least[id];
  }
  return sum;
}

namespace {

/// pJ; `spared` is the part that falls away for the words of first visits.
struct Part {
  double fixed = 0;
  double spared = 0;
};

/// Bounds the cost of one flow, by what the first loop outside it is.
class FlowBound {
 public:
  FlowBound(const Labelling& labelling, const Label& label, const Flow& flow, Room room)
      : labelling_(labelling),
        terms_(labelling.terms()),
        lattice_(labelling.lattice()),
        label_(label),
        flow_(flow),
        room_(room) {
    const int p = flow.space;
    const int server = labelling.keeping().server_of(p, flow.child);
    if (terms_.read_write(p)) {
      update_ = terms_.update_price(server, p);
      read_ = terms_.read_price(server, p);
    } else {
      update_ = terms_.read_price(server, p);
    }
    simple_ = terms_.simple(p);
    const bool links = labelling.links_allowed(flow.child + 1, p);
    const bool before_links = !flow.served && room_.fanout > 1 && !simple_ && links;
    help_ = before_links && flow.help == 1 ? 0.5 / room_.fanout : flow.help;
    few_ = flow.child >= 0 && labelling.fanout_from(flow.child + 2) > 1;
    taken_ = help_ < 1 && few_ ? flow.share * help_ / room_.fanout : flow.taken;
    if (help_ < 1 && flow.child >= 0) slack_ = labelling.help_slack(flow);
    if (!simple_) {
      continues_ = labelling.may_continue(p, label.tile, lattice_.top(), -1, room.last);
    }
  }

  Part closed() const { return cost(1, 1, share_if_moving()); }

  Part if_first(const First& first) const {
    const int p = flow_.space;
    const int dim = first.dim;
    if ((terms_.relevant(p) & bit(dim)) == 0) {
      const double factor = (simple_ || !continues_ ? 1 : 0.5) / room_.run;
      const double sharing = std::min(room_.fanout, room_.idle / room_.run);
      return cost(factor, 1, 1 / (simple_ ? sharing : room_.fanout));
    }
    if (simple_ || (terms_.alone(p) & bit(dim)) != 0) return cost(1, 1, share_if_moving());
    if (flow_.still) return cost(continues_ ? 0.5 : 1, 1, share_if_moving());
    // A slide that nothing continues begins with a whole tile each time; neighbours cannot help.
    const double slide = sliding(dim);
    if (slide < 1 && !first.twice && flow_.child >= 0 &&
        !labelling_.may_continue(p, label_.tile, lattice_.top(), dim, room_.last)) {
      return cost((1 + (first.most - 1) * slide) / first.most, 1, share_if_moving());
    }
    // Once the group of the children is known, so is what their help can do.
    if (flow_.group != nullptr) {
      const Unhelped unhelped = labelling_.least_unhelped(flow_, label_.tile, dim);
      const double help = slide < 1 ? unhelped.by_first : unhelped.share(first.least);
      if (help == 1) return cost(slide, 1, share_if_moving());
      return less_slack(
          cost(slide, help, share_if_moving(), few_ ? flow_.share * help : flow_.taken));
    }
    return less_slack(cost(slide, help_, share_if_moving(), taken_));
  }

 private:
  // Children that get the same words are loops that do not move them, or overlaps.
  double share_if_moving() const {
    return 1 / (simple_ ? std::min(room_.fanout, room_.idle) : room_.fanout);
  }

  double sliding(int dim) const {
    if (flow_.child < 0) return 1;
    const Terms::Extents extents = lattice_.extents(lattice_.tile(flow_.tile));
    const std::int64_t step = lattice_.extent(label_.tile, lattice_.axis_of(dim));
    return terms_.delta_words(flow_.space, extents, dim, step) /
           terms_.box_words(flow_.space, extents);
  }

  Part cost(double words, double help, double share) const {
    return cost(words, help, share, flow_.taken);
  }
  Part cost(double words, double help, double share, double taken) const {
    const double arriving = flow_.words * words;
    const double sent = arriving * flow_.share * share * help;
    const double filled = arriving * taken * flow_.fill;
    if (!terms_.read_write(flow_.space)) return {filled + sent * update_, 0};
    return {sent * update_, filled + sent * read_};
  }
  Part less_slack(Part part) const { return {part.fixed - slack_, part.spared}; }

  const Labelling& labelling_;
  const Terms& terms_;
  const TileLattice& lattice_;
  const Label& label_;
  const Flow& flow_;
  Room room_;
  double update_ = 0;  // pJ per word that is sent, whatever was there before
  double read_ = 0;    // and for a word that was there
  double help_ = 1;
  double slack_ = 0;
  double taken_ = 1;
  bool few_ = false;  // the model counts too few words for children who are helped
  bool simple_ = true;
  bool continues_ = false;
};

}  // namespace

namespace {

/// Sums what the boundaries of a label cost, by the first loop outside them. What first visits
/// spare is no more than what they would have cost.
class FlowSum {
 public:
  FlowSum(const Terms& terms, const Label& label, double more) : terms_(terms) {
    for (int p = 0; p < terms.num_spaces(); ++p) {
      spared_[at(p)].fill(0);
      closed_spared_[at(p)] = label.gross[at(p)];
      credit_[at(p)] = label.credit[at(p)] * more;
    }
  }
  void close(int p, const Part& part) {
    closed_ += part.fixed;
    closed_spared_[at(p)] += part.spared;
  }
  void open(int p, int a, const Part& part) {
    fixed_[at(a)] += part.fixed;
    spared_[at(p)][at(a)] += part.spared;
  }
  void credit(int p, double saved) { credit_[at(p)] += saved; }

  double closed() const { return total(-1); }
  double total(int a) const {
    double sum = closed_ + (a < 0 ? 0 : fixed_[at(a)]);
    for (int p = 0; p < terms_.num_spaces(); ++p) {
      const double spared = closed_spared_[at(p)] + (a < 0 ? 0 : spared_[at(p)][at(a)]);
      sum += std::max(0.0, spared - credit_[at(p)]);
    }
    return sum;
  }

 private:
  const Terms& terms_;
  double closed_ = 0;
  std::array<double, kMaxDims> fixed_{};
  std::array<std::array<double, kMaxDims>, kMaxSpaces> spared_;
  std::array<double, kMaxSpaces> closed_spared_;
  std::array<double, kMaxSpaces> credit_;
};

}  // namespace

// What the first visits of a level spare that the label has not reached yet.
double Bounds::credit_to_come(const Flow& flow, int level) const {
  const Terms& terms = labelling_.terms();
  const int server = labelling_.keeping().server_of(flow.space, flow.child);
  if (server < level || !terms.read_write(flow.space)) return 0;
  return terms.read_price(server, flow.space) * terms.tensor_words(flow.space) *
         labelling_.fanout_from(server + 1);
}

double Bounds::flows(const Label& label, int level, bool spread, const Loops& loops) const {
  const Terms& terms = labelling_.terms();
  const double more = labelling_.fanout_from(spread ? level + 1 : level);
  const bool last = level + 1 == terms.num_levels();
  FlowSum sum(terms, label, more);
  bool any_open = false;
  std::array<Room, kMaxSpaces> rooms{};
  for (int p = 0; p < terms.num_spaces(); ++p) {
    rooms[at(p)] = {longest_run(label, p, loops), labelling_.idle_rest(label.tile, p), 1, last};
  }
  // If this level has a loop at all, the first one is one of its own.
  const auto can_be_first = [&](int a) {
    return lattice_.rest(label.tile, a) > 1 &&
           !(loops.any && loops.chosen(a) && !loops.moves(label.tile, a));
  };
  std::array<First, kMaxDims> firsts;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    const std::int64_t rest = lattice_.rest(label.tile, a);
    const std::int64_t most = loops.moves(label.tile, a)
                                  ? lattice_.extent(*loops.upto, a) / lattice_.extent(label.tile, a)
                                  : rest;
    const bool known = loops.moves(label.tile, a);
    const bool twice = !last && rest > 2 && (known ? most == 2 : rest % 2 == 0);
    firsts[at(a)] = {lattice_.axis(a).dim, known ? static_cast<double>(most) : 2,
                     static_cast<double>(most), twice};
  }
  for (const Flow& flow : label.flows) {
    if (level == 0 && !spread && terms.fanout(0) > 1) break;  // the MACs may help each other
    Room room = rooms[at(flow.space)];
    if (!flow.served) {
      const int server = labelling_.keeping().server_of(flow.space, flow.child);
      room.fanout = more / labelling_.fanout_from(server + 1);
    }
    // Where the user has switched reuse off, neighbours may yet help each other.
    if (flow.closed && flow.child >= 0 && flow.child == level - 1 && !spread) {
      const double filled = labelling_.fanout_from(level + 1) == 1 ? flow.words * flow.fill : 0;
      sum.close(flow.space, terms.read_write(flow.space) ? Part{0, filled} : Part{filled, 0});
      continue;
    }
    sum.credit(flow.space, credit_to_come(flow, level));
    const FlowBound bound(labelling_, label, flow, room);
    if (flow.closed) {
      sum.close(flow.space, bound.closed());
      continue;
    }
    any_open = true;
    for (int a = 0; a < lattice_.num_axes(); ++a) {
      if (can_be_first(a)) sum.open(flow.space, a, bound.if_first(firsts[at(a)]));
    }
  }
  if (!any_open) return sum.closed();
  double least = kInfinite;
  for (int a = 0; a < lattice_.num_axes(); ++a) {
    if (can_be_first(a)) least = std::min(least, sum.total(a));
  }
  if (least < kInfinite) return least;
  for (const Flow& flow : label.flows) {  // no loop is left
    if (!flow.closed) sum.close(flow.space, FlowBound(labelling_, label, flow, {}).closed());
  }
  return sum.closed();
}

}  // namespace tilewright::optimal
