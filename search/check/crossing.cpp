#include "search/check/crossing.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr double kRounding = 1e-12;
constexpr double kNever = std::numeric_limits<double>::infinity();

// Can some of the steps but number `left_out` and `left_out_too` add up to `wanted`?
bool adds_up(std::span<const std::int64_t> steps, std::size_t left_out, std::size_t left_out_too,
             std::int64_t wanted) {
  if (wanted == 0) return true;
  if (wanted < 0 || steps.empty()) return false;
  const std::size_t last = steps.size() - 1;
  const auto rest = steps.first(last);
  return adds_up(rest, left_out, left_out_too, wanted) ||
         (last != left_out && last != left_out_too &&
          adds_up(rest, left_out, left_out_too, wanted - steps[last]));
}

}  // namespace

double CrossingPrices::tensor_words(const Boundary& boundary, int p) const {
  double words = 1;
  for (int d = 0; d < problem_.num_dims(); ++d) {
    if ((terms_.relevant(p) & bit(d)) != 0) words *= boundary.tiles[at(d)];
  }
  for (const Coordinate& coordinate : problem_.spaces[at(p)].projection) {
    double extent = 1;
    for (const Term& term : coordinate) {
      extent +=
          static_cast<double>(std::abs(term.coefficient)) * (boundary.extent[at(term.dim)] - 1);
    }
    words *= extent;
  }
  return words;
}

// Does a coordinate on which several dimensions meet have loops of two of them outside?
bool CrossingPrices::others_move(const Boundary& boundary, int p) const {
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    int moving = 0;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      moving += boundary.tiles[at(coordinate.terms[i].dim)] > 1 ? 1 : 0;
    }
    if (moving > 1) return true;
  }
  return false;
}

// May a loop further out move the tile just as the first one does? Another dimension on the
// coordinate may do so, or a second loop after one of two steps.
bool CrossingPrices::may_continue(const Boundary& boundary, int p, int first) const {
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    bool moved = false;
    bool others = false;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const int dim = coordinate.terms[i].dim;
      moved |= dim == first;
      others |= dim != first && boundary.left[at(dim)] > 1;
    }
    if (moved && others) return true;
  }
  const double left = boundary.left[at(first)];
  const double steps = boundary.first_steps[at(first)];
  const bool known = steps < left || left < 4;
  return known ? steps == 2 && left > steps : true;
}

// A step of one dimension may take back, to the word, those that others on its coordinate made
// before it (docs/differences.md: only iterations 0 and 1 are looked at). The first loop that moves
// the tile takes none back, and it has two steps at least, so half of all visits fetch something.
void CrossingPrices::add_steps(const Boundary& boundary, const TurnsFound& turns,
                               Crossing& crossing) const {
  const int p = crossing.space;
  if (terms_.simple(p)) return;
  if (!terms_.regular(p)) {
    crossing.still_share = 0;
  } else if (whole_ && turns.takes_back && others_move(boundary, p)) {
    crossing.still_share = 0.5;
  }
  for (int d = 0; d < problem_.num_dims(); ++d) {
    if (whole_ && ((turns.continued & bit(d)) == 0 || !may_continue(boundary, p, d))) continue;
    crossing.continued |= bit(d);
  }
}

void CrossingPrices::add_known_steps(const Factors& inside, std::span<const Loop> outside,
                                     Crossing& crossing) const {
  const int p = crossing.space;
  if (terms_.simple(p) || !terms_.regular(p) || !whole_) return;
  bool takes_back = false;
  crossing.continued = 0;
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    Factors extent = inside;
    std::vector<std::int64_t> steps;  // along the coordinate, of the temporal loops
    std::vector<int> dims;
    for (const Loop& loop : outside) {
      for (int i = 0; i < coordinate.num_terms; ++i) {
        const auto [dim, coefficient] = coordinate.terms[i];
        if (dim != loop.dim || !loop.temporal) continue;
        steps.push_back(coefficient * extent[at(dim)]);
        dims.push_back(dim);
      }
      extent[at(loop.dim)] *= loop.steps;
    }
    for (std::size_t l = 0; l < steps.size(); ++l) {
      takes_back |= adds_up(steps, l, l, steps[l]);
      for (std::size_t first = 0; first < steps.size(); ++first) {
        if (first == l || !adds_up(steps, l, first, steps[l] - 2 * steps[first])) continue;
        crossing.continued |= bit(dims[first]);
      }
    }
  }
  if (!takes_back) crossing.still_share = 1;
}

// The share of its tile that a memory must fetch each time that the loop of `first` moves it. The
// first time it is all of it, unless the loops further out go on in the same direction. Short tiles
// lose a word of their width at least.
double CrossingPrices::arriving_share(const Boundary& boundary, const Crossing& crossing, int first,
                                      double steps) const {
  const int p = crossing.space;
  if ((terms_.alone(p) & bit(first)) != 0) return 1;
  if (!terms_.regular(p)) return 0;
  double kept = 1;
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    double extent = 1;
    double step = 0;
    double others_extent = 0;
    bool beside = false;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      const double own = static_cast<double>(coefficient) * (boundary.extent[at(dim)] - 1);
      extent += own;
      if (dim == first) {
        step = static_cast<double>(coefficient) * boundary.extent[at(dim)];
        if (whole_) step *= boundary.spread[at(dim)];
        continue;
      }
      others_extent += own;
      beside |= boundary.tiles[at(dim)] > 1;
    }
    if (step == 0) continue;
    const double left = std::max(0.0, extent - step);
    kept *= (beside && !whole_ ? std::max(left, others_extent) : left) / extent;
  }
  if ((crossing.continued & bit(first)) != 0) return 1 - kept;
  return 1 - kept * (steps - 1) / steps;
}

// What memories are charged for of words that arrive, if neighbours pass on all but the share
// `alone`: those below one parent are divided by all memories in use, and what is no whole word of
// a memory is lost.
double CrossingPrices::charged(const Crossing& crossing, double arriving, double alone) const {
  const double lost = terms_.read_write(crossing.space) ? 0.5 : 1;
  return std::max(0.0,
                  arriving * (alone + (1 - alone) / crossing.parents) - lost * crossing.memories);
}

// Of a tile that the first loop moves, what no neighbour passes on: in the steps of that loop, and
// in those of others before each run of it.
CrossingPrices::Unhelped CrossingPrices::unhelped(const Boundary& boundary,
                                                  const Crossing& crossing, int first,
                                                  double most_steps) {
  const double unreached = crossing.unreached[at(first)];
  const double helped = crossing.helped[at(first)];
  const double beyond = crossing.helped_beyond[at(first)];
  const double portions = crossing.alike_outside / crossing.alike;
  const Unhelped in_run{std::max(unreached, 1 - helped), std::max(unreached, portions - helped)};
  const Unhelped before{1 - beyond, std::max(0.0, portions - beyond)};
  Unhelped least{kNever, kNever};
  for (const double steps : {boundary.least_steps[at(first)], most_steps}) {
    const double runs = 1 / std::max(steps, boundary.least_steps[at(first)]);
    least.share = std::min(least.share, in_run.share * (1 - runs) + before.share * runs);
    least.sent = std::min(least.sent, in_run.sent * (1 - runs) + before.sent * runs);
  }
  least.sent /= crossing.alike_outside;
  return least;
}

double CrossingPrices::energy(const Boundary& boundary, const Crossing& crossing, int first,
                              double steps, const PerDim& run) const {
  const int p = crossing.space;
  const bool moved = first >= 0 && (terms_.relevant(p) & bit(first)) != 0;
  double visits = 1;  // times that all tiles arrive
  double sends = 1;   // times that they leave the server
  for (int d = 0; d < problem_.num_dims(); ++d) {
    if ((terms_.relevant(p) & bit(d)) != 0) continue;
    const double left = boundary.tiles[at(d)] / run[at(d)] * (1 - kRounding);
    visits *= std::ceil(left);
    sends *= std::ceil(left / crossing.children[at(d)]);
  }
  const bool passes = first >= 0 && (crossing.passing & bit(first)) != 0;
  double share = 1;
  if (crossing.keeps_in_time && first >= 0) {
    share = moved ? arriving_share(boundary, crossing, first, steps) : crossing.still_share;
  } else if (passes) {
    share = crossing.still_share;  // what a step takes back, another child with the same tile has
  }
  const double alike = passes ? crossing.alike_or_passed : crossing.alike;
  const double words = crossing.words;
  double arriving = words * visits * share;
  double sent = words * sends * share / (alike * crossing.unchosen);
  double alone = 0;
  if (moved && passes) {
    sent *= crossing.still_share;  // a step of the first loop takes none back
    const double sent_each =
        words * sends * (crossing.keeps_in_time ? share : 1) / crossing.unchosen;
    const Unhelped least = unhelped(boundary, crossing, first, steps);
    alone = least.share;
    sent = std::max(sent, sent_each * least.sent);
  }
  if (passes) arriving = charged(crossing, arriving, alone);
  if (terms_.simple(p)) sent = std::max(sent, words);
  const int child = boundary.child;
  const double read = terms_.read_price(crossing.server, p);
  const double fill = child >= 0 ? terms_.fill_price(child, p) : 0;
  if (!terms_.read_write(p)) return sent * read + arriving * fill;
  const double update = sent * terms_.update_price(crossing.server, p);
  if (!terms_.dense(p)) return update;
  // The first visit of a partial sum needs neither a read nor a fill.
  return update + std::max(0.0, sent - words * crossing.there) * read +
         std::max(0.0, arriving - words * crossing.here) * fill;
}

}  // namespace tilewright::check
