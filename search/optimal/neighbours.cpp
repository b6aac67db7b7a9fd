#include <algorithm>

#include "search/indices.hpp"
#include "search/optimal/labelling.hpp"

// Who could get words from a neighbour, and how many of them at most.
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
    const Movers there = movers(space, x, after, -1);
    if (there.empty()) continue;
    const Row row = row_of(space, x, choice, from.tile, {there.front().step, 0});
    if (there.size() > 1 && (row.reach() > 0 || equal)) return 1;
    if (there.size() == 1 && row.move <= row.reach()) {
      helped = std::max(helped, 1 - rows_.unhelped(row).later);
    }
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

// The tiles of the children of a choice along coordinate `x`, and a loop outside that moves them.
Row Labelling::row_of(int space, int x, const SpatialChoice& choice, const Tile& child,
                      const Mover& mover) const {
  const auto& coordinate = terms_.shared(space, x);
  Row row;
  row.move = mover.step;
  row.most = mover.most;
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [dim, coefficient] = coordinate.terms[i];
    const int a = lattice_.axis_of(dim);
    if (choice.factor[at(a)] == 1) continue;
    row.loops[at(row.num_loops++)] = {choice.factor[at(a)],
                                      coefficient * lattice_.extent(child, a)};
  }
  return row;
}

Row Labelling::row_of(const Flow& flow, int x, const Mover& mover) const {
  return row_of(flow.space, x, *flow.group, lattice_.tile(flow.tile), mover);
}

// The dimensions whose loops outside of a group move it along coordinate `x`, without `but`.
Labelling::Movers Labelling::movers(int space, int x, const Tile& outside, int but) const {
  const auto& coordinate = terms_.shared(space, x);
  Movers movers;
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [dim, coefficient] = coordinate.terms[i];
    const int a = lattice_.axis_of(dim);
    const std::int64_t rest = lattice_.rest(outside, a);
    if (dim == but || rest == 1) continue;
    movers.push_back({coefficient * lattice_.extent(outside, a), rest - 1});
  }
  return movers;
}

// What remains of moves along coordinate `y`; 0 if they may undo each other, or nobody knows.
double Labelling::least_unhelped_along(const Flow& flow, int y, const Movers& movers) const {
  if (movers.size() > 2) return 0;
  Row row = row_of(flow, y, movers[0]);
  const double least = rows_.unhelped(row).later;
  if (movers.size() == 1) return least;
  row.other = movers[1].step;
  row.most_other = movers[1].most;
  return std::min(least, rows_.unhelped_by_other(row));
}

// A move that is not one of the first loop takes that one back, and is a step of another loop. One
// along a coordinate of its own leads out of the group. So does one along another shared
// coordinate, unless the group reaches that far there. One that moves nothing of this dataspace
// leaves what the first loop does.
double Labelling::least_unhelped_later(const Flow& flow, int x, const Tile& outside, Row row,
                                       int first, bool goes_on) const {
  const int p = flow.space;
  const double unknown = flow.equal ? 0 : flow.help;  // a move may be none
  const Movers others = movers(p, x, outside, first);
  if (others.size() > 1) return unknown;
  const double helped_along = 1 - rows_.unhelped(row).later;
  double least = goes_on || idle_rest(outside, p) > 1 ? 1 - helped_along : 1;
  for (int y = 0; y < terms_.num_shared(p); ++y) {
    const Movers there = movers(p, y, outside, -1);
    if (y == x || there.empty()) continue;
    // A place in the group must be taken along both.
    least = std::min(least, 1 - helped_along * (1 - least_unhelped_along(flow, y, there)));
  }
  if (!others.empty()) {
    row.other = others[0].step;
    row.most_other = others[0].most;
    least = std::min(least, rows_.unhelped_by_other(row));
  }
  return std::max(least, unknown);
}

// The same once the first loop outside is known. `goes_on`: its dimension may have another loop
// further out.
Unhelped Labelling::least_unhelped(const Flow& flow, const Tile& outside, int first,
                                   bool goes_on) const {
  if (flow.help == 1 || !terms_.regular(flow.space)) return {flow.help, flow.help, flow.help};
  for (int x = 0; x < terms_.num_shared(flow.space); ++x) {
    const std::int64_t coefficient = terms_.shared(flow.space, x).coefficient(first);
    if (coefficient == 0) continue;
    const int a = lattice_.axis_of(first);
    const Row row =
        row_of(flow, x, {coefficient * lattice_.extent(outside, a), lattice_.rest(outside, a) - 1});
    const Unhelped along = rows_.unhelped(row);
    return {along.by_first, least_unhelped_later(flow, x, outside, row, first, goes_on),
            along.later};
  }
  return {flow.help, flow.help, flow.help};
}

}  // namespace tilewright::optimal
