#include <algorithm>
#include <cmath>

#include "search/indices.hpp"
#include "search/optimal/labelling.hpp"

// The way past the instances inside a level: who gets the same words, and who could get them from a
// neighbour.
namespace tilewright::optimal {

// A neighbour can hold what a child needs next only if a step of some loop to come is no longer
// than the reach of the group along its coordinate, or if loops of two dimensions on one coordinate
// can undo each other: then nobody knows how many children that helps.
double Labelling::most_helped(int space, const SpatialChoice& choice, bool equal, const Label& from,
                              const Tile& after) const {
  if (terms_.simple(space)) return 0;
  if (!terms_.regular(space)) return choice.instances > 1 ? 1 : 0;
  double helped = 0;
  for (int x = 0; x < terms_.num_shared(space); ++x) {
    const auto& coordinate = terms_.shared(space, x);
    Row row;
    std::int64_t reach = 0;
    int moving = 0;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      const int a = lattice_.axis_of(dim);
      const std::int64_t step = coefficient * lattice_.extent(from.tile, a);
      row.loops[at(row.num_loops++)] = {choice.factor[at(a)], step};
      reach += step * (choice.factor[at(a)] - 1);
      if (lattice_.rest(after, a) == 1) continue;
      ++moving;
      row.move = coefficient * lattice_.extent(after, a);
    }
    if (moving >= 2 && (reach > 0 || equal)) return 1;
    if (moving == 1 && row.move <= reach) helped = std::max(helped, 1 - rows_.unhelped(row).later);
  }
  return helped;
}

// A chain of children that pass words on along a coordinate is no longer than the loops on it make
// it, and its last member is served; where children may hold the same words, every other move of
// the tile could be no move at all.
double Labelling::least_unhelped(int space, const SpatialChoice& choice) const {
  if (!terms_.regular(space)) return 0.5 / choice.instances;
  double longest = 1;
  bool equal = false;
  for (int x = 0; x < terms_.num_shared(space); ++x) {
    double length = 1;
    int loops = 0;
    for (const auto& [a, place] : choice.steps) {
      if (terms_.shared(space, x).coefficient(lattice_.axis(a).dim) == 0) continue;
      length *= choice.factor[at(a)];
      ++loops;
    }
    longest = std::max(longest, length);
    equal |= loops > 1;
  }
  for (const auto& [a, place] : choice.steps) {
    equal |= (terms_.relevant(space) & bit(lattice_.axis(a).dim)) == 0;
  }
  return (equal ? 0.5 : 1) / longest;
}

// The same once the first loop outside is known, and how far it moves the tile. A later move may
// lead along another coordinate; or be none, which helps all children that hold the same.
Unhelped Labelling::least_unhelped(const Flow& flow, const Tile& outside, int first) const {
  if (flow.help == 1 || !terms_.regular(flow.space)) return {flow.help, flow.help};
  for (int x = 0; x < terms_.num_shared(flow.space); ++x) {
    const auto& coordinate = terms_.shared(flow.space, x);
    if (coordinate.coefficient(first) == 0) continue;
    const Tile child = lattice_.tile(flow.tile);
    Row row;
    row.move = coordinate.coefficient(first) * lattice_.extent(outside, lattice_.axis_of(first));
    bool others = false;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      const int a = lattice_.axis_of(dim);
      others |= dim != first && lattice_.rest(outside, a) > 1;
      if (flow.group->factor[at(a)] == 1) continue;
      row.loops[at(row.num_loops++)] = {flow.group->factor[at(a)],
                                        coefficient * lattice_.extent(child, a)};
    }
    Unhelped unhelped = rows_.unhelped(row);
    if (others) unhelped.later = flow.equal ? 0 : flow.help;
    return unhelped;
  }
  return {flow.help, flow.help};
}

/// What a group makes of the words for its children.
struct Labelling::Division {
  double idle = 1;      // children that loops make which do not move the dataspace
  double portions = 1;  // different portions per child
  double least = 1;     // the same for the portion that most children share
};

Labelling::Division Labelling::divide(int space, const SpatialChoice& choice, const Label& from) {
  Division result;
  std::array<Terms::Loop, kMaxDims> loops;
  std::size_t num_loops = 0;
  double children = 1;
  for (const auto& [a, place] : choice.steps) {
    const int dim = lattice_.axis(a).dim;
    const std::int32_t factor = choice.factor[at(a)];
    if ((terms_.relevant(space) & bit(dim)) == 0) {
      result.idle *= factor;
    } else if ((terms_.alone(space) & bit(dim)) == 0) {
      loops[num_loops++] = {factor, lattice_.extent(from.tile, a), dim};
      children *= factor;
    }
  }
  result.portions = result.least = 1 / result.idle;
  if (num_loops > 1 || (num_loops > 0 && !terms_.regular(space))) {
    const auto sharing = terms_.sharing(space, {loops.data(), num_loops}, *scratch_);
    result.portions *= sharing.portions / children;
    result.least /= sharing.most;
  }
  return result;
}

void Labelling::spread_flow(Flow& flow, int level, const SpatialChoice& choice, const Label& from,
                            Label& to) {
  const int p = flow.space;
  const Division division = divide(p, choice, from);
  double portions = division.portions;
  const bool equal = portions < 1;  // some children get the same words
  if (((blank_.levels[at(level)].no_multicast >> p) & 1) != 0) portions = 1;
  const bool links = links_allowed(level, p);
  const double helped = links ? most_helped(p, choice, equal, from, to.tile) : 0;
  const bool moving = helped > 0;
  if (flow.child < level - 1) {
    // Passed by: the share is that of a tile which nobody keeps. What neighbours pass on counts
    // neither as sent nor as received; at worst that leaves the portions that most children share.
    // Where the user has switched reuse off, those that stay pass on all that they hold.
    const bool all = links && equal && !reuses(level - 1, p);
    if ((moving && equal) || all) to.varied = true;
    if (all) portions = std::min(portions, division.least);
    const double left = helped < 1 ? portions * (1 - helped) / (1 - portions * helped) : 0;
    if (moving) portions = std::min(portions, std::max(left, division.least));
  } else if (level == 0) {
    // The MACs may pass words on from one operation to the next.
    if (links && (moving || equal)) {
      to.varied = true;
      flow.closed = false;
      portions *= 1 - helped;
    }
  } else if (links && flow.closed) {  // its user has switched reuse off
    to.varied = true;
    portions = 0;
    if (fanout_from_[at(level + 1)] > 1) flow.taken = 0;
  } else if (moving) {
    flow.help = least_unhelped(p, choice);
    flow.equal = equal;
    flow.group = &choice;
  }
  flow.share *= portions;
}

bool Labelling::spread(const Label& from, int level, const SpatialChoice& choice, Label& to) {
  to = from;
  for (const auto& [a, place] : choice.steps) {
    const std::int32_t product = lattice_.axis(a).times[from.tile[at(a)]][at(place)];
    if (product < 0) return false;
    to.tile[at(a)] = static_cast<std::uint16_t>(product);
  }
  to.instances *= choice.instances;
  if (choice.steps.empty()) return true;
  for (Flow& flow : to.flows) {
    if (!flow.served) spread_flow(flow, level, choice, from, to);
  }
  spread_credit(choice, to);
  return true;
}

// As many portions as the longest loop on each coordinate has steps.
double Labelling::least_share(int space, const SpatialChoice& choice) const {
  double share = 1 / choice.instances;
  if (terms_.simple(space)) {
    for (const auto& [a, place] : choice.steps) {
      if ((terms_.relevant(space) & bit(lattice_.axis(a).dim)) != 0) share *= choice.factor[at(a)];
    }
    return share;
  }
  for (const auto& [a, place] : choice.steps) {
    if ((terms_.alone(space) & bit(lattice_.axis(a).dim)) != 0) share *= choice.factor[at(a)];
  }
  for (int x = 0; x < terms_.num_shared(space) && terms_.regular(space); ++x) {
    std::int32_t longest = 1;
    for (const auto& [a, place] : choice.steps) {
      if (terms_.shared(space, x).coefficient(lattice_.axis(a).dim) != 0) {
        longest = std::max(longest, choice.factor[at(a)]);
      }
    }
    share *= longest;
  }
  return share;
}

void Labelling::share_most(const Label& from, int level, const SpatialChoice& choice,
                           Label& to) const {
  for (std::size_t i = 0; i < to.flows.size(); ++i) {
    Flow& flow = to.flows[i];
    if (flow.served || flow.child >= level - 1 || terms_.simple(flow.space)) continue;
    flow.share = std::min(flow.share, from.flows[i].share * least_share(flow.space, choice));
  }
}

double Labelling::first_visits(int space, const SpatialChoice& choice) const {
  double instances = 1;
  for (const auto& [a, place] : choice.steps) {
    const bool moves = (terms_.relevant(space) & bit(lattice_.axis(a).dim)) != 0;
    if (!moves || !terms_.dense(space)) instances *= choice.factor[at(a)];
  }
  return instances;
}

// Instances that work on the same words each have a first visit.
void Labelling::spread_credit(const SpatialChoice& choice, Label& to) const {
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (to.credit[at(p)] == 0) continue;
    to.credit[at(p)] *= first_visits(p, choice);
    if (!terms_.dense(p)) to.loose = true;
  }
}

}  // namespace tilewright::optimal
