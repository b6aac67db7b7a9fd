#include "search/chains/chain_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/bound/touched.hpp"
#include "search/indices.hpp"

namespace tilewright::chains {
namespace {

constexpr double kRounding = 1e-12;
constexpr double kMostTiles = 3e6;  // some seconds

// Levels whose instances' tiles are known.
int levels_spread(const Chain& chain) { return chain.levels + (chain.spread ? 1 : 0); }

// Is the temporal factor of the i-th dimension chosen at this level?
bool chosen(const Chain& chain, int level, std::size_t i) {
  return level < chain.levels || (level == chain.levels && static_cast<int>(i) < chain.dims);
}

}  // namespace

ChainBound::ChainBound(const Problem& problem, const Terms& terms, const Mapping& blank, bool whole)
    : problem_(problem), terms_(terms), whole_(whole) {
  for (int s = 0; s < terms_.num_levels(); ++s) {
    unlinked_[at(s)] = blank.levels[at(s)].no_link_transfer;
  }
  for (int d = 0; d < problem.num_dims(); ++d) {
    if (bound(d) > 1) dims_.push_back(d);
  }
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    words_[at(p)] = terms_.regular(p) ? static_cast<double>(touched_words(problem, p)) : 0;
  }
}

void ChainBound::use(const Keep& keep) {
  keep_ = keep;
  for (int s = 0; s < terms_.num_levels(); ++s) later_[at(s)] = least_energy(s);
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

ChainBound::Outside ChainBound::outside_of(const Chain& chain, int child) const {
  Outside outside;
  outside.child = child;
  const Factors& tile = chain.tile[at(child + 1)];
  outside.extent.fill(1);
  for (const int d : dims_) {
    const auto size = static_cast<double>(bound(d));
    const std::int64_t tiles = ceil_div(bound(d), tile[at(d)]);
    std::int64_t covered = tile[at(d)];
    for (int s = child + 1; s < terms_.num_levels(); ++s) {
      if (s < levels_spread(chain)) covered *= chain.spatial[at(s)][at(d)];
      covered *= chain.temporal[at(s)][at(d)];
    }
    outside.tiles[at(d)] = static_cast<double>(tiles);
    outside.extent[at(d)] = size / outside.tiles[at(d)];
    outside.rest[at(d)] = static_cast<double>(ceil_div(bound(d), covered));
  }
  for (int s = child + 1; s <= last_begun(chain) && outside.first == 0; ++s) {
    Terms::DimMask others = 0;  // if none of the chosen factors has more than one step
    for (std::size_t i = 0; i < dims_.size(); ++i) {
      const int d = dims_[i];
      if (chosen(chain, s, i) && chain.temporal[at(s)][at(d)] > 1) outside.first |= bit(d);
      if (!chosen(chain, s, i) && outside.rest[at(d)] > 1) others |= bit(d);
    }
    if (outside.first != 0) outside.first |= others;
  }
  if (outside.first != 0) return outside;
  for (const int d : dims_) {
    if (outside.rest[at(d)] > 1) outside.first |= bit(d);
  }
  return outside;
}

// Steps of each dimension for which the tile can stay, if the first loop outside lets it: loops
// that do not move it, up to the level in which one does.
ChainBound::PerDim ChainBound::run_of(const Chain& chain, const Outside& outside, int p) const {
  PerDim run;
  run.fill(1);
  const Terms::DimMask moving = terms_.relevant(p);
  int last = chain.levels;
  bool closed = false;
  for (int s = outside.child + 1; s <= last_begun(chain) && !closed; ++s) {
    for (const int d : dims_) {
      const std::int64_t factor = chain.temporal[at(s)][at(d)];
      if ((moving & bit(d)) == 0) run[at(d)] *= static_cast<double>(factor);
      closed |= (moving & bit(d)) != 0 && factor > 1;
    }
    last = s;
  }
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (!closed || !chosen(chain, last, i)) run[at(dims_[i])] *= outside.rest[at(dims_[i])];
  }
  return run;
}

ChainBound::Sharing ChainBound::sharing_of(const Chain& chain, int child, int server, int p) const {
  Sharing sharing;
  sharing.children.fill(1);
  const int outermost = terms_.num_levels() - 1;
  for (int s = child + 1; s < terms_.num_levels(); ++s) {
    for (const int d : dims_) {
      const auto factor = static_cast<double>(chain.spatial[at(s)][at(d)]);
      if ((terms_.relevant(p) & bit(d)) == 0) {
        sharing.here *= factor;
        if (s > server)
          sharing.there *= factor;
        else
          sharing.children[at(d)] *= factor;
      } else if ((terms_.alone(p) & bit(d)) == 0 && s <= server) {
        sharing.halo *= factor;
      }
    }
  }
  sharing.unchosen = unchosen_fanout(chain, child + 1, server);
  sharing.here *= unchosen_fanout(chain, child + 1, outermost);
  sharing.there *= unchosen_fanout(chain, server + 1, outermost);
  return sharing;
}

// Could neighbours that hold the same words pass them on? Then a MAC, which keeps nothing, still
// gets what it had before without the server.
bool ChainBound::may_pass_on(const Chain& chain, int child, int server, int p) const {
  for (int s = child + 1; s <= server; ++s) {
    if (((unlinked_[at(s)] >> p) & 1) != 0) continue;
    if (!chain.planned && terms_.fanout(s) > 1) return true;
    for (const int d : dims_) {
      if ((terms_.relevant(p) & bit(d)) == 0 && chain.spatial[at(s)][at(d)] > 1) return true;
    }
  }
  return false;
}

// Words of all tiles together, halos included.
double ChainBound::tensor_words(const Outside& outside, int p) const {
  double words = 1;
  for (const int d : dims_) {
    if ((terms_.relevant(p) & bit(d)) != 0) words *= outside.tiles[at(d)];
  }
  for (const Coordinate& coordinate : problem_.spaces[at(p)].projection) {
    double extent = 1;
    for (const Term& term : coordinate) {
      extent +=
          static_cast<double>(std::abs(term.coefficient)) * (outside.extent[at(term.dim)] - 1);
    }
    words *= extent;
  }
  return words;
}

// The share of its tile that a memory must fetch each time that the loop of `first` moves it. Where
// another dimension lies on the same coordinate, a step back of the one may be taken back by a step
// forward of the other, and nothing is to be fetched: of whole loops, that have two steps at least.
// Short tiles lose a word of their width at least.
double ChainBound::arriving_share(const Outside& outside, int p, int first) const {
  if ((terms_.alone(p) & bit(first)) != 0) return 1;
  if (!terms_.regular(p)) return 0;
  double kept = 1;
  bool others = false;
  for (int x = 0; x < terms_.num_shared(p); ++x) {
    const auto& coordinate = terms_.shared(p, x);
    double extent = 1;
    double step = 0;
    double others_extent = 0;
    bool beside = false;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      extent += static_cast<double>(coefficient) * (outside.extent[at(dim)] - 1);
      if (dim == first) {
        step = static_cast<double>(coefficient) * outside.extent[at(dim)];
        continue;
      }
      others_extent += static_cast<double>(coefficient) * (outside.extent[at(dim)] - 1);
      beside |= outside.tiles[at(dim)] > 1;
    }
    if (step == 0) continue;
    const double left = std::max(0.0, extent - step);
    kept *= (beside && !whole_ ? std::max(left, others_extent) : left) / extent;
    others |= beside;
  }
  return others && whole_ ? (1 - kept) / 2 : 1 - kept;
}

// pJ of all words of a dataspace that leave its server and arrive in the memory, if the first
// temporal loop outside is one of dimension `first` (-1: there is none).
double ChainBound::flow_energy(const Chain& chain, const Outside& outside, const Flow& flow,
                               int first) const {
  const int child = outside.child;
  const auto& [p, server, words, sharing] = flow;
  const bool moved = first >= 0 && (terms_.relevant(p) & bit(first)) != 0;
  PerDim run;
  run.fill(1);
  if (first >= 0 && !moved && (child >= 0 || may_pass_on(chain, child, server, p))) {
    run = run_of(chain, outside, p);
  }
  double visits = 1;  // times that all tiles arrive
  double sends = 1;   // times that they leave the server
  for (const int d : dims_) {
    if ((terms_.relevant(p) & bit(d)) != 0) continue;
    const double left = outside.tiles[at(d)] / run[at(d)] * (1 - kRounding);
    visits *= std::ceil(left);
    sends *= std::ceil(left / sharing.children[at(d)]);
  }
  const double share = moved && child >= 0 ? arriving_share(outside, p, first) : 1;
  const double arriving = words * visits * share;
  double sent = words * sends * share / (sharing.halo * sharing.unchosen);
  if (terms_.simple(p)) sent = std::max(sent, words);
  const double read = terms_.read_price(server, p);
  const double fill = child >= 0 ? terms_.fill_price(child, p) : 0;
  if (!terms_.read_write(p)) return sent * read + arriving * fill;
  const double update = sent * terms_.update_price(server, p);
  if (!terms_.dense(p)) return update;
  // The first visit of a partial sum needs neither a read nor a fill.
  return update + std::max(0.0, sent - words * sharing.there) * read +
         std::max(0.0, arriving - words * sharing.here) * fill;
}

// The first loop outside is the same for all dataspaces of a memory.
double ChainBound::child_energy(const Chain& chain, int child) const {
  const Outside outside = outside_of(chain, child);
  std::array<Flow, kMaxSpaces> flows;
  std::size_t num_flows = 0;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!served(p, child)) continue;
    const int server = server_of(p, child);
    flows[num_flows++] = {p, server, tensor_words(outside, p), sharing_of(chain, child, server, p)};
  }
  const auto with_first = [&](int first) {
    double energy = 0;
    for (std::size_t i = 0; i < num_flows; ++i) {
      energy += flow_energy(chain, outside, flows[i], first);
    }
    return energy;
  };
  if (outside.first == 0) return with_first(-1);
  double least = std::numeric_limits<double>::infinity();
  for (const int d : dims_) {
    if ((outside.first & bit(d)) != 0) least = std::min(least, with_first(d));
  }
  return least;
}

double ChainBound::energy(const Chain& chain) const {
  double energy = terms_.compute_energy() + child_energy(chain, -1);
  for (int s = 0; s + 1 < terms_.num_levels(); ++s) {
    energy += s < chain.levels ? child_energy(chain, s) : later_[at(s)];
  }
  return energy;
}

// pJ of filling a level whatever its tile, if that fits. Of tiles that need not divide the bounds
// only the shortest of each number are tried, if these are not too many: longer ones need more room
// for as many words.
double ChainBound::least_energy(int child) {
  std::vector<int> key{child, keep_[at(child)]};
  for (int p = 0; p < terms_.num_spaces(); ++p) key.push_back(server_of(p, child));
  const auto [entry, added] = known_.try_emplace(key, 0);
  if (!added) return entry->second;
  if (!whole_ && most_tiles() > kMostTiles) return entry->second = compulsory_energy(child);
  Chain chain;
  chain.levels = child + 1;
  return entry->second = least_over_tiles(0, chain, child);
}

// Numbers of short tiles, about.
double ChainBound::most_tiles() const {
  double product = 1;
  for (const int d : dims_) product *= 2 * std::sqrt(static_cast<double>(bound(d)));
  return product;
}

double ChainBound::compulsory_energy(int child) const {
  double energy = 0;
  for (int p = 0; p < terms_.num_spaces(); ++p) {
    if (!served(p, child)) continue;
    const int server = server_of(p, child);
    energy += words_[at(p)] * (terms_.read_write(p)
                                   ? terms_.update_price(server, p)
                                   : terms_.read_price(server, p) + terms_.fill_price(child, p));
  }
  return energy;
}

double ChainBound::least_over_tiles(std::size_t i, Chain& chain, int child) const {
  Factors& tile = chain.tile[at(child + 1)];
  if (i == dims_.size()) return child_energy(chain, child);
  std::int64_t& extent = tile[at(dims_[i])];
  double least = std::numeric_limits<double>::infinity();
  const std::int64_t size = bound(dims_[i]);
  for (extent = 1; extent <= size; ++extent) {
    if (whole_ ? size % extent != 0 : ceil_div(size, ceil_div(size, extent)) != extent) continue;
    if (!fits(child, tile)) break;
    least = std::min(least, least_over_tiles(i + 1, chain, child));
  }
  extent = 1;
  return least;
}

}  // namespace tilewright::chains
