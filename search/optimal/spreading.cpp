#include <algorithm>
#include <cmath>

#include "search/indices.hpp"
#include "search/optimal/labelling.hpp"

// The way past the instances inside a level: who gets the same words.
namespace tilewright::optimal {

/// What a group makes of the words for its children.
struct Labelling::Division {
  double idle = 1;      // children that loops make which do not move the dataspace
  double portions = 1;  // different portions per child
  double least = 1;     // the same for the portion that most children share
};

Labelling::Division Labelling::divide(int space, const SpatialChoice& choice, const Label& from,
                                      Room& room) const {
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
    const auto sharing = terms_.sharing(space, {loops.data(), num_loops}, room.scratch());
    result.portions *= sharing.portions / children;
    result.least /= sharing.most;
  }
  return result;
}

void Labelling::spread_flow(Flow& flow, int level, const SpatialChoice& choice, const Label& from,
                            Label& to, Room& room) const {
  const int p = flow.space;
  const Division division = divide(p, choice, from, room);
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

bool Labelling::spread(const Label& from, int level, const SpatialChoice& choice, Label& to,
                       Room& room) const {
  to = from;
  for (const auto& [a, place] : choice.steps) {
    const std::int32_t product = lattice_.axis(a).times[from.tile[at(a)]][at(place)];
    if (product < 0) return false;
    to.tile[at(a)] = static_cast<std::uint16_t>(product);
  }
  to.instances *= choice.instances;
  to.idle = (to.idle + idle_inside_[at(level)]) * choice.instances;
  if (choice.steps.empty()) return true;
  for (Flow& flow : to.flows) {
    flow.copies *= choice.instances;
    if (flow.served) {
      flow.serving *= choice.instances;
    } else {
      spread_flow(flow, level, choice, from, to, room);
    }
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
