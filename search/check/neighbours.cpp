// What neighbours can pass on to each other.
#include <algorithm>
#include <bitset>
#include <limits>
#include <numeric>

#include "search/check/chain_bound.hpp"
#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr std::size_t kMostPlaces = 1024;
constexpr double kNever = std::numeric_limits<double>::infinity();
using Places = std::bitset<kMostPlaces>;

// Adds what a loop leads to from places that are there.
void spread_out(Places& places, std::int64_t step, std::int64_t steps) {
  std::int64_t done = 1;
  for (; done * 2 <= steps; done *= 2) places |= places << static_cast<std::size_t>(done * step);
  places |= places << static_cast<std::size_t>((steps - done) * step);
}

}  // namespace

bool ChainBound::may_pass_on(int level, int p) const {
  if (!whole_ || terms_.fanout(level) <= 1 || ((unlinked_[at(level)] >> p) & 1) != 0) return false;
  return !terms_.simple(p) || !keeps_in_time(level - 1, p);
}

// Where tiles are kept in time, the first loop of `first` must move a child no further than to
// where another one was. If it moves it so far that nothing is kept, other loops may lead there as
// well, but only if they move it along the same coordinate: alone, each goes as far at least.
bool ChainBound::reached_by_neighbour(const Chain& chain, int child, int p, int first) const {
  const Factors& tile = chain.tile[at(child + 1)];
  const Factors& spread = chain.spatial[at(child + 1)];
  bool within = true;
  bool keeps_none = chain.levels <= child + 1 || chain.temporal[at(child + 1)][at(first)] == 1;
  bool others = false;
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    std::int64_t width = 1;
    std::int64_t reach = 0;
    std::int64_t step = 0;
    bool beside = false;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      width += coefficient * (tile[at(dim)] - 1);
      reach += coefficient * tile[at(dim)] * (spread[at(dim)] - 1);
      if (dim == first) {
        step = coefficient * tile[at(dim)] * spread[at(dim)];
      } else {
        beside |= steps_left(chain, child, dim) > 1;
      }
    }
    within &= step <= reach;
    keeps_none |= width <= step;
    others |= step > 0 && beside;
  }
  return within || (keeps_none && others);
}

Terms::DimMask ChainBound::passing(const Chain& chain, int child, int p) const {
  if (!may_pass_on(child + 1, p)) return 0;
  Terms::DimMask result = 0;
  for (const int d : dims_) {
    if ((terms_.alone(p) & bit(d)) != 0) continue;
    const bool moves = (terms_.relevant(p) & bit(d)) != 0;
    const auto in_reach = [&] {
      return !chain.planned || !terms_.regular(p) || reached_by_neighbour(chain, child, p, d);
    };
    if (!keeps_in_time(child, p) || (moves && in_reach())) result |= bit(d);
  }
  const PeersFound& found = chain.peers[at(child + 1)][at(p)];
  for (const int d : dims_) {
    if (found.first[at(d)] == 0 && found.beyond[at(d)] == 0) result &= ~bit(d);
  }
  return result;
}

// Iterations of `dim` that the first temporal loop of it outside a memory moves the memory's tile
// by: it may lie in a level further out, around the spatial loops up to there.
std::vector<std::int64_t> ChainBound::steps_of(const Chain& chain, int child, int dim) const {
  const auto i =
      static_cast<std::size_t>(std::find(dims_.begin(), dims_.end(), dim) - dims_.begin());
  std::vector<std::int64_t> steps;
  std::int64_t step = chain.tile[at(child + 1)][at(dim)];
  for (int s = child + 1; s < terms_.num_levels(); ++s) {
    step *= chain.spatial[at(s)][at(dim)];
    const bool known = s < chain.levels || (s == chain.levels && static_cast<int>(i) < chain.dims);
    const bool here = chain.temporal[at(s)][at(dim)] > 1;
    if (known && !here) continue;
    if (steps.empty() || steps.back() != step) steps.push_back(step);
    if (known) break;
  }
  return steps;
}

// Of the children's places along a coordinate, how many do not lie a step of `dim` away from one of
// them; all of them if that step is none. 0 if they lie too far apart to be counted here.
double ChainBound::unreached_places(const Chain& chain, int child, int p, int x, int dim,
                                    std::int64_t iterations) const {
  const Factors& tile = chain.tile[at(child + 1)];
  const Factors& spread = chain.spatial[at(child + 1)];
  const auto& coordinate = terms_.shared(p, x);
  std::int64_t unit = 0;
  std::int64_t reach = 0;
  std::int64_t step = 0;
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [d, coefficient] = coordinate.terms[i];
    const std::int64_t own = coefficient * tile[at(d)];
    if (d == dim) step = coefficient * iterations;
    if (spread[at(d)] == 1) continue;
    unit = std::gcd(unit, own);
    reach += own * (spread[at(d)] - 1);
  }
  if (unit == 0) return 1;
  if (reach / unit >= static_cast<std::int64_t>(kMostPlaces)) return 0;
  Places places(1);
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [d, coefficient] = coordinate.terms[i];
    if (spread[at(d)] > 1) spread_out(places, coefficient * tile[at(d)] / unit, spread[at(d)]);
  }
  const bool leads_there = step > 0 && step <= reach && step % unit == 0;
  if (leads_there) places &= ~(places << static_cast<std::size_t>(step / unit));
  return static_cast<double>(places.count());
}

// Does a step of `dim` leave a part of a child's tile where it was?
bool ChainBound::slides(const Chain& chain, int child, int p, int dim,
                        std::int64_t iterations) const {
  const Factors& tile = chain.tile[at(child + 1)];
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    std::int64_t left = 1;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [d, coefficient] = coordinate.terms[i];
      left += coefficient * (tile[at(d)] - 1);
      if (d == dim) left -= coefficient * iterations;
    }
    if (left <= 0) return false;
  }
  return true;
}

// Of the children, how many share of the first steps of `dim` is of tiles that none of them had.
double ChainBound::unreached_share(const Chain& chain, int child, int p, int dim,
                                   std::int64_t iterations) const {
  double share = 1;
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    share *= unreached_places(chain, child, p, x, dim, iterations);
    const auto& coordinate = terms_.shared(p, x);
    for (int i = 0; i < coordinate.num_terms; ++i) {
      share /= static_cast<double>(chain.spatial[at(child + 1)][at(coordinate.terms[i].dim)]);
    }
  }
  return share;
}

void ChainBound::find_peers(Chain& chain, int child, const PeerSteps& peers) const {
  const Factors left = left_outside(chain, child);
  const Factors& tile = chain.tile[at(child + 1)];
  const Factors& spread = chain.spatial[at(child + 1)];
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    PeersFound& found = chain.peers[at(child + 1)][at(p)];
    found = {};
    if (const Terms::DimMask firsts = passing(chain, child, p); firsts != 0) {
      found = peer_moves_.find(p, firsts, tile, spread, left, peers);
      found.alike = alike_among_peers(chain, child, p, left);
    }
  }
}

// What is passed on is asked of the parent by fewer children; what is asked by those that are left
// may be shared by more of them than before.
double ChainBound::alike_among_peers(const Chain& chain, int child, int p,
                                     const Factors& left) const {
  if (!terms_.regular(p)) return kNever;
  const PeersFound& found = chain.peers[at(child + 1)][at(p)];
  const Terms::DimMask firsts = passing(chain, child, p);
  const Terms::DimMask shared = terms_.relevant(p) & ~terms_.alone(p);
  const double children = places_in_all(chain, child + 1, p);
  const double portions = unreached_share(chain, child, p, -1, 0) * children;
  if (portions == 0 || (firsts & ~shared) != 0) return kNever;
  const double least = children / most_alike(chain, child + 1, p, false);
  double alike = children / portions;
  for (const int d : dims_) {
    if ((firsts & bit(d)) == 0) continue;
    const std::int64_t steps = left[at(d)];
    const std::int64_t once =
        chain.tile[at(child + 1)][at(d)] * chain.spatial[at(child + 1)][at(d)];
    if (keeps_in_time(child, p) && slides(chain, child, p, d, once)) return kNever;
    const double runs = 1 / static_cast<double>(steps);
    const double first = std::max(least, portions - children * found.first[at(d)]);
    const double beyond = std::max(least, portions - children * found.beyond[at(d)]);
    for (const double share : {runs, 0.5}) {
      alike = std::max(alike, children / ((1 - share) * first + share * beyond));
    }
  }
  return alike;
}

// Neighbours pass on nothing of a tile that slides, unless a loop further out goes on just as the
// first one does; of one that does not, what some child had before.
void ChainBound::add_neighbours(const Chain& chain, int child, Crossing& crossing) const {
  const int p = crossing.space;
  if (crossing.passing == 0 || !chain.planned || child >= chain.levels || !terms_.regular(p))
    return;
  const PeersFound& found = chain.peers[at(child + 1)][at(p)];
  for (const int d : dims_) {
    if ((crossing.passing & terms_.relevant(p) & bit(d)) == 0) continue;
    bool always_slides = crossing.keeps_in_time;
    bool slides_once = false;
    double unreached = 1;
    for (const std::int64_t step : steps_of(chain, child, d)) {
      const bool slides = crossing.keeps_in_time && this->slides(chain, child, p, d, step);
      always_slides &= slides;
      slides_once |= slides;
      unreached = std::min(unreached, slides ? 0 : unreached_share(chain, child, p, d, step));
    }
    crossing.unreached[at(d)] = unreached;
    crossing.helped[at(d)] = slides_once ? 1 : found.first[at(d)];
    crossing.helped_beyond[at(d)] = slides_once ? 1 : found.beyond[at(d)];
    if (always_slides && (crossing.continued & bit(d)) == 0) crossing.passing &= ~bit(d);
  }
}

}  // namespace tilewright::check
