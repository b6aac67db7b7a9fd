#include "search/check/chain_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/bound/touched.hpp"
#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr double kMostTiles = 3e6;  // of a table: some seconds
constexpr double kNever = std::numeric_limits<double>::infinity();

// Levels whose instances' tiles are known.
int levels_spread(const Chain& chain) { return chain.levels + (chain.spread ? 1 : 0); }

// Is the temporal factor of the i-th dimension chosen at this level?
bool chosen(const Chain& chain, int level, std::size_t i) {
  return level < chain.levels || (level == chain.levels && static_cast<int>(i) < chain.dims);
}

}  // namespace

ChainBound::ChainBound(const Problem& problem, const Terms& terms, const Mapping& blank, bool whole)
    : problem_(problem),
      terms_(terms),
      whole_(whole),
      prices_(problem, terms, whole),
      step_tables_(problem),
      peer_moves_(step_tables_, terms) {
  for (int s = 0; s < terms_.num_levels(); ++s) {
    unlinked_[at(s)] = blank.levels[at(s)].no_link_transfer;
    unkept_[at(s)] = blank.levels[at(s)].no_temporal_reuse;
  }
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (bound(d) > 1) dims_.push_back(d);
  }
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    words_[at(p)] = terms_.regular(p) ? static_cast<double>(touched_words(problem, p)) : 0;
  }
}

int ChainBound::last_begun(const Chain& chain) const {
  return std::min(chain.levels, terms_.num_levels() - 1);
}

int ChainBound::server_of(int p, int child) const {
  for (int s = child + 1; s < terms_.num_levels(); ++s) {
    if (keeps(s, p)) return s;
  }
  return -1;
}

bool ChainBound::fits(int level, const Factors& tile) const {
  if (!terms_.bounded(level)) return true;
  Terms::Extents extents;
  extents.fill(1);
  for (const int d : dims_) extents[at(d)] = std::min(tile[at(d)], bound(d));
  return terms_.kept_size(level, keep_[at(level)], extents) <= terms_.capacity(level);
}

// Instances that the levels `from` to `to` can still add.
double ChainBound::unchosen_fanout(const Chain& chain, int from, int to) const {
  double fanout = 1;
  for (int s = from; s <= to && !chain.planned; ++s) fanout *= terms_.fanout(s);
  return fanout;
}

double ChainBound::cycles(const Chain& chain) const {
  double cycles = 1;
  for (const int d : dims_) {
    std::int64_t instances = 1;
    for (int s = 0; s < terms_.num_levels(); ++s) instances *= chain.spatial[at(s)][at(d)];
    cycles *= static_cast<double>(ceil_div(bound(d), instances));
  }
  return std::max(1.0, cycles / unchosen_fanout(chain, 0, terms_.num_levels() - 1)) +
         terms_.network_latency();
}

// Of the loops that are chosen, those of the innermost level that has some; or any that may come.
Terms::DimMask ChainBound::first_loops(const Chain& chain, const Boundary& boundary) const {
  for (int s = boundary.child + 1; s <= last_begun(chain); ++s) {
    Terms::DimMask first = 0;
    Terms::DimMask others = 0;
    for (std::size_t i = 0; i < dims_.size(); ++i) {
      const int d = dims_[i];
      if (chosen(chain, s, i) && chain.temporal[at(s)][at(d)] > 1) first |= bit(d);
      if (!chosen(chain, s, i) && boundary.rest[at(d)] > 1) others |= bit(d);
    }
    if (first != 0) return first | others;
  }
  Terms::DimMask first = 0;
  for (const int d : dims_) {
    if (boundary.rest[at(d)] > 1) first |= bit(d);
  }
  return first;
}

Boundary ChainBound::boundary(const Chain& chain, int child) const {
  Boundary result;
  result.child = child;
  const Factors& tile = chain.tile[at(child + 1)];
  result.tiles.fill(1);
  result.extent.fill(1);
  result.rest.fill(1);
  result.spread.fill(1);
  result.left.fill(1);
  result.first_steps.fill(1);
  result.least_steps.fill(2);
  for (const int d : dims_) {
    const std::int64_t tiles = ceil_div(bound(d), tile[at(d)]);
    std::int64_t covered = tile[at(d)];
    for (int s = child + 1; s < terms_.num_levels(); ++s) {
      if (s < levels_spread(chain) || (whole_ && chain.planned))
        covered *= chain.spatial[at(s)][at(d)];
      covered *= chain.temporal[at(s)][at(d)];
    }
    result.tiles[at(d)] = static_cast<double>(tiles);
    result.extent[at(d)] = static_cast<double>(bound(d)) / result.tiles[at(d)];
    result.rest[at(d)] = static_cast<double>(ceil_div(bound(d), covered));
    result.spread[at(d)] = static_cast<double>(chain.spatial[at(child + 1)][at(d)]);
    result.left[at(d)] = static_cast<double>(steps_left(chain, child, d));
    const std::int64_t next = chain.temporal[at(child + 1)][at(d)];
    result.first_steps[at(d)] = next > 1 ? static_cast<double>(next) : result.left[at(d)];
    result.least_steps[at(d)] = next > 1 ? static_cast<double>(next) : 2;
  }
  result.first = first_loops(chain, result);
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!served(p, child)) continue;
    Crossing& crossing = result.crossings[result.count++];
    crossing.space = p;
    crossing.server = server_of(p, child);
    crossing.keeps_in_time = keeps_in_time(child, p);
    crossing.words = prices_.tensor_words(result, p);
    prices_.add_steps(result, chain.turns[at(child + 1)][at(p)], crossing);
    add_sharing(chain, child, crossing);
    add_neighbours(chain, child, crossing);
  }
  return result;
}

Boundary ChainBound::full_boundary(const Chain& chain, int child) const {
  Boundary result = boundary(chain, child);
  std::vector<Loop> outside;
  std::array<bool, kMaxDims> seen{};
  Factors inside = chain.tile[at(child + 1)];
  for (int s = child + 1; s < terms_.num_levels(); ++s) {
    for (const int d : dims_) {
      const std::int64_t spatial = chain.spatial[at(s)][at(d)];
      if (s == child + 1) inside[at(d)] *= spatial;
      if (s > child + 1 && spatial > 1) outside.push_back({d, spatial, false});
      if (const std::int64_t steps = chain.temporal[at(s)][at(d)]; steps > 1) {
        if (!seen[at(d)]) {
          result.first_steps[at(d)] = result.least_steps[at(d)] = static_cast<double>(steps);
        }
        seen[at(d)] = true;
        outside.push_back({d, steps});
      }
    }
  }
  for (std::size_t i = 0; i < result.count; ++i) {
    prices_.add_known_steps(inside, outside, result.crossings[i]);
    add_neighbours(chain, child, result.crossings[i]);
  }
  return result;
}

// Of whole factors, the iterations outside the children that lie beside each other.
Factors ChainBound::left_outside(const Chain& chain, int child) const {
  Factors left;
  left.fill(1);
  for (const int d : dims_) {
    left[at(d)] =
        bound(d) / (chain.tile[at(child + 1)][at(d)] * chain.spatial[at(child + 1)][at(d)]);
  }
  return left;
}

void ChainBound::find_turns(Chain& chain, int child) const {
  if (!whole_) return;
  const Factors& tile = chain.tile[at(child + 1)];
  const Factors& spread = chain.spatial[at(child + 1)];
  const Factors left = left_outside(chain, child);
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!served(p, child) || terms_.simple(p)) continue;
    chain.turns[at(child + 1)][at(p)] =
        check::find_turns(step_tables_, terms_, p, tile, spread, left);
  }
}

// Steps of each dimension for which the tile can stay, if the first loop outside lets it: loops
// that do not move it, up to the level in which one does.
PerDim ChainBound::run_of(const Chain& chain, int child, const PerDim& rest, int p) const {
  PerDim run;
  run.fill(1);
  const Terms::DimMask moving = terms_.relevant(p);
  int last = chain.levels;
  bool closed = false;
  for (int s = child + 1; s <= last_begun(chain) && !closed; ++s) {
    for (const int d : dims_) {
      const std::int64_t factor = chain.temporal[at(s)][at(d)];
      if ((moving & bit(d)) == 0) run[at(d)] *= static_cast<double>(factor);
      closed |= (moving & bit(d)) != 0 && factor > 1;
    }
    last = s;
  }
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (!closed || !chosen(chain, last, i)) run[at(dims_[i])] *= rest[at(dims_[i])];
  }
  return run;
}

// Children below one instance of `level` that different steps along shared coordinates lead to.
double ChainBound::places_in_all(const Chain& chain, int level, int p) const {
  double children = 1;
  for (const int d : dims_) {
    if ((terms_.relevant(p) & ~terms_.alone(p) & bit(d)) == 0) continue;
    children *= static_cast<double>(chain.spatial[at(level)][at(d)]);
  }
  return children;
}

// Of the children below one instance of `level` that different steps along shared coordinates lead
// to: at most so many have a tile in common. n loops of f1, f2, ... steps along a coordinate lead
// to f1 + f2 + ... - n + 1 places at least, and at most all loops but the longest to the same one.
double ChainBound::most_alike(const Chain& chain, int level, int p, bool average) const {
  const double children = places_in_all(chain, level, p);
  if (children == 1) return 1;
  if (!terms_.regular(p)) return children;
  double places = 1;
  double most = 1;
  const bool known = level <= chain.levels;  // the children's tile
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    double own = 1;
    double product = 1;
    double greatest = 1;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto factor =
          static_cast<double>(chain.spatial[at(level)][at(coordinate.terms[i].dim)]);
      own += factor - 1;
      product *= factor;
      greatest = std::max(greatest, factor);
    }
    if (average && known) own = std::max(own, unreached_places(chain, level - 1, p, x, -1, 0));
    places *= own;
    most *= product / greatest;
  }
  return average ? children / places : most;
}

// Iterations of temporal loops outside the memories of `child`, as far as spatial loops are known.
std::int64_t ChainBound::steps_left(const Chain& chain, int child, int dim) const {
  std::int64_t covered = chain.tile[at(child + 1)][at(dim)];
  for (int s = child + 1; s < terms_.num_levels(); ++s) covered *= chain.spatial[at(s)][at(dim)];
  return ceil_div(bound(dim), covered);
}

void ChainBound::add_sharing(const Chain& chain, int child, Crossing& crossing) const {
  crossing.children.fill(1);
  const int p = crossing.space;
  crossing.passing = passing(chain, child, p);
  const int outermost = terms_.num_levels() - 1;
  for (int s = child + 1; s <= outermost; ++s) {
    double beside = 1;
    for (const int d : dims_) {
      const auto factor = static_cast<double>(chain.spatial[at(s)][at(d)]);
      crossing.memories *= factor;
      if (s > child + 1) crossing.parents *= factor;
      if ((terms_.relevant(p) & bit(d)) != 0) {
        if ((terms_.alone(p) & bit(d)) == 0) beside *= factor;
        continue;
      }
      crossing.here *= factor;
      (s > crossing.server ? crossing.there : crossing.children[at(d)]) *= factor;
    }
    if (s > crossing.server) continue;
    // Levels in between that do not keep the dataspace hand on what is asked for: there, neighbours
    // only change how many share a word, on average.
    const bool passes = s > child + 1 && (chain.levels < s || passing(chain, s - 1, p) != 0);
    double alike = most_alike(chain, s, p, whole_ && !passes);
    if (passes && chain.levels >= s) alike = std::min(alike, chain.peers[at(s)][at(p)].alike);
    crossing.alike *= alike;
    if (s > child + 1) crossing.alike_outside *= alike;
    crossing.alike_or_passed *= s == child + 1 ? beside : alike;
  }
  crossing.waits_for_peers = crossing.passing != 0;
  crossing.unchosen = unchosen_fanout(chain, child + 1, crossing.server);
  crossing.parents *= unchosen_fanout(chain, child + 2, outermost);
  crossing.memories *= unchosen_fanout(chain, child + 1, outermost);
  crossing.here *= unchosen_fanout(chain, child + 1, outermost);
  crossing.there *= unchosen_fanout(chain, crossing.server + 1, outermost);
}

// The first loop outside is the same for all dataspaces of a memory.
double ChainBound::energy(const Chain& chain, const Boundary& boundary) const {
  std::array<PerDim, kMaxSpaces> runs;
  PerDim once;
  once.fill(1);
  for (std::size_t i = 0; i < boundary.count; ++i) {
    const Crossing& crossing = boundary.crossings[i];
    const bool stays = crossing.keeps_in_time || crossing.waits_for_peers;
    runs[i] = stays ? run_of(chain, boundary.child, boundary.rest, crossing.space) : once;
  }
  const auto with_first = [&](int first) {
    double energy = 0;
    for (std::size_t i = 0; i < boundary.count; ++i) {
      const Crossing& crossing = boundary.crossings[i];
      const bool moved = first >= 0 && (terms_.relevant(crossing.space) & bit(first)) != 0;
      const double steps = first < 0 ? 1 : boundary.first_steps[at(first)];
      energy +=
          prices_.energy(boundary, crossing, first, steps, first < 0 || moved ? once : runs[i]);
    }
    return energy;
  };
  if (boundary.first == 0) return with_first(-1);
  double least = kNever;
  for (const int d : dims_) {
    if ((boundary.first & bit(d)) != 0) least = std::min(least, with_first(d));
  }
  return least;
}

double ChainBound::energy(const Boundary& boundary, std::span<const Loop> inner,
                          std::span<const Loop> middle, std::span<const Loop> outer) const {
  const Loop first = !inner.empty() ? inner[0] : outer.empty() ? Loop{-1, 1} : outer[0];
  const auto steps = static_cast<double>(first.steps);
  double energy = 0;
  for (const Crossing& crossing : boundary.all()) {
    PerDim run;
    run.fill(1);
    const Terms::DimMask moving = terms_.relevant(crossing.space);
    const auto stays = [&](const Loop& loop) {
      if ((moving & bit(loop.dim)) != 0) return false;
      run[at(loop.dim)] *= static_cast<double>(loop.steps);
      return true;
    };
    if (crossing.keeps_in_time || crossing.waits_for_peers) {
      bool open = std::all_of(inner.begin(), inner.end(), stays);
      if (open) {
        for (const Loop& loop : middle) open = stays(loop) && open;
      }
      if (open) std::all_of(outer.begin(), outer.end(), stays);
    }
    energy += prices_.energy(boundary, crossing, first.dim, steps, run);
  }
  return energy;
}

double ChainBound::energy(const Chain& chain) const {
  double energy = terms_.compute_energy();
  for (int child = -1; child + 1 < terms_.num_levels(); ++child) {
    if (chain.settled[at(child + 1)] >= 0) {
      energy += chain.settled[at(child + 1)];
    } else if (child < chain.levels) {
      energy += this->energy(chain, boundary(chain, child));
    } else {
      energy += later(chain, child);
    }
  }
  return energy;
}

// All dataspaces have been moved by some loop of a level that is complete, or nothing is left.
bool ChainBound::is_final(const Chain& chain, const Boundary& boundary) const {
  for (const Crossing& crossing : boundary.all()) {
    bool moved = false;
    bool left = false;
    for (const int d : dims_) {
      left |= boundary.rest[at(d)] > 1;
      for (int s = boundary.child + 1; s < chain.levels; ++s) {
        moved |=
            (terms_.relevant(crossing.space) & bit(d)) != 0 && chain.temporal[at(s)][at(d)] > 1;
      }
    }
    if (!moved && left) return false;
  }
  return true;
}

void ChainBound::settle(Chain& chain) const {
  for (int child = -1; child < chain.levels && child + 1 < terms_.num_levels(); ++child) {
    double& settled = chain.settled[at(child + 1)];
    if (settled >= 0) continue;
    const Boundary crossed = boundary(chain, child);
    if (is_final(chain, crossed)) settled = energy(chain, crossed);
  }
}

// pJ of filling a level further out, whose tile holds at least that of the level under way and
// those of all instances in between.
double ChainBound::later(const Chain& chain, int child) const {
  const FillingTable* const table = tables_[at(child)];
  if (table == nullptr) return compulsory_energy(child);
  const int known = chain.spread ? chain.levels : chain.levels - 1;
  Factors tile = chain.tile[at(known + 1)];
  for (int s = known + 1; s <= child; ++s) {
    for (const int d : dims_) tile[at(d)] *= chain.spatial[at(s)][at(d)];
  }
  return table->least(tile);
}

double ChainBound::compulsory_energy(int child) const {
  double energy = 0;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!served(p, child)) continue;
    const int server = server_of(p, child);
    // Below several parents, neighbours are charged for less than all that they pass on.
    const double fill = may_pass_on(child + 1, p) ? 0 : terms_.fill_price(child, p);
    energy += words_[at(p)] * (terms_.read_write(p) ? terms_.update_price(server, p)
                                                    : terms_.read_price(server, p) + fill);
  }
  return energy;
}

std::vector<int> ChainBound::table_key(int child) const {
  std::vector<int> key{child, keep_[at(child)]};
  for (int p = 0; p < terms_.num_spaces(); ++p) key.push_back(server_of(p, child));
  return key;
}

void ChainBound::make_tables(const Stop& stop) {
  Factors bounds;
  bounds.fill(1);
  for (const int d : dims_) bounds[at(d)] = bound(d);
  for (int child = 0; child + 1 < terms_.num_levels(); ++child) {
    auto& known = known_[table_key(child)];
    if (known == nullptr) {
      auto table = std::make_shared<FillingTable>(dims_, bounds, whole_);
      if (table->size() > kMostTiles) continue;
      Chain chain;
      chain.levels = child + 1;
      const auto energy_of = [&](const Factors& tile) {
        if (!fits(child, tile)) return kNever;
        chain.tile[at(child + 1)] = tile;
        find_turns(chain, child);
        return energy(chain, boundary(chain, child));
      };
      if (!table->fill(energy_of, stop)) return;
      known = std::move(table);
    }
    tables_[at(child)] = known.get();
  }
}

}  // namespace tilewright::check
