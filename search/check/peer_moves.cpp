#include "search/check/peer_moves.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr double kMostMoves = 20'000;  // to be looked at for one tile

constexpr int kItself = -1;
constexpr int kAnother = -2;
constexpr double kMostChildren = 2e6;  // of all layouts and orders of an unrolling

using Loops = std::vector<std::pair<int, std::int64_t>>;  // dimension and steps, inner ones first

Loops loops_on(const Factors& axis) {
  Loops loops;
  for (int d = 0; d < kMaxDims; ++d) {
    if (axis[at(d)] > 1) loops.emplace_back(d, axis[at(d)]);
  }
  return loops;
}

// Differences of places in an array, each a number in mixed radix: 2 f - 1 values for f places.
class Differences {
 public:
  explicit Differences(const Factors& factor) : factor_(factor) {
    std::int64_t all = 1;
    for (std::size_t d = 0; d < factor.size(); ++d) {
      stride_[d] = all;
      none_ += all * (factor[d] - 1);
      all *= 2 * factor[d] - 1;
    }
    pairs_.resize(static_cast<std::size_t>(all));
    here_.resize(static_cast<std::size_t>(all));
  }

  // Adds those of neighbours, if their loops lie so on X and Y.
  void add(const Loops& x, const Loops& y, std::int64_t row) {
    places_.assign(1, 0);
    for (const Loops* axis : {&x, &y}) {
      for (const auto& [dim, steps] : *axis) {
        const std::size_t inside = places_.size();
        for (std::size_t i = inside; i < inside * static_cast<std::size_t>(steps); ++i) {
          places_.push_back(places_[i - inside] + stride_[at(dim)]);
        }
      }
    }
    const auto width = static_cast<std::size_t>(row);
    for (std::size_t i = 1; i < places_.size(); ++i) {
      if (i % width != 0) add(places_[i] - places_[i - 1]);
      if (i >= width) add(places_[i] - places_[i - width]);
    }
    for (const std::size_t number : seen_) {
      pairs_[number] = std::max(pairs_[number], here_[number]);
      here_[number] = 0;
    }
    seen_.clear();
  }

  std::vector<PeerSteps::Step> list() const {
    std::vector<PeerSteps::Step> steps;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_[i] == 0) continue;
      PeerSteps::Step& step = steps.emplace_back(PeerSteps::Step{{}, pairs_[i]});
      auto rest = static_cast<std::int64_t>(i);
      for (std::size_t d = 0; d < step.apart.size(); ++d) {
        step.apart[d] = rest % (2 * factor_[d] - 1) - (factor_[d] - 1);
        rest /= 2 * factor_[d] - 1;
      }
    }
    return steps;
  }

 private:
  void add(std::int64_t difference) {
    const auto number = static_cast<std::size_t>(none_ + difference);
    if (here_[number]++ == 0) seen_.push_back(number);
  }

  Factors factor_;
  Factors stride_{};
  std::int64_t none_ = 0;            // the number of no difference
  std::vector<std::int64_t> pairs_;  // [number]: at most, of all added so far
  std::vector<std::int64_t> here_;   // [number]: of those that are being added
  std::vector<std::size_t> seen_;
  std::vector<std::int64_t> places_;
};

}  // namespace

PeerSteps list_peer_steps(const Unrolling& unrolling, std::int64_t row) {
  double looked_at = 0;
  Differences found(unrolling.factor);
  for (const Layout& layout : unrolling.layouts) {
    Loops x = loops_on(layout.x);
    Loops y = loops_on(layout.y);
    for (const auto& [dim, factor] : x) {
      if (layout.y[at(dim)] > 1) return {};  // on both axes
    }
    do {
      do {
        looked_at += unrolling.instances;
        if (looked_at > kMostChildren) return {};
        found.add(x, y, row);
      } while (std::next_permutation(y.begin(), y.end()));
    } while (std::next_permutation(x.begin(), x.end()));
  }
  return {found.list(), false};
}

// What the loops of a dimension may add to a move.
PeerMoves::Sums PeerMoves::moves_of(const Query& query, int dim) const {
  const StepSums& steps = *tables_.of(query.left[at(dim)]);
  const bool first = dim == query.first;
  if (query.stepping == kItself) return first ? steps.first : Sums{0};
  if (query.stepping == dim) return first ? steps.on_back : steps.on;
  Sums moves;
  for (const std::int64_t sum : steps.back) {
    if (sum != 0 || !first) moves.push_back(-sum);
  }
  return moves;
}

// Moves along a shared coordinate, as far as any two children can be apart.
PeerMoves::Sums PeerMoves::moves(const Query& query, int x) const {
  const auto& coordinate = terms_.shared(query.space, x);
  Sums moves{0};
  std::int64_t reach = 0;
  for (int i = 0; i < coordinate.num_terms; ++i) {
    const auto [dim, coefficient] = coordinate.terms[i];
    const std::int64_t one = coefficient * query.tile[at(dim)];
    reach += one * (query.spread[at(dim)] - 1);
    std::set<std::int64_t> sums;
    for (const std::int64_t before : moves) {
      for (const std::int64_t move : moves_of(query, dim)) {
        sums.insert(before + move * one * query.spread[at(dim)]);
      }
    }
    moves.assign(sums.begin(), sums.end());
  }
  std::erase_if(moves, [&](std::int64_t move) { return std::abs(move) > reach; });
  return moves;
}

// Those that lie apart along shared coordinates alone; which of the two is further does not matter.
std::vector<PeerMoves::Peer> PeerMoves::peers_apart(int space, const Factors& tile,
                                                    const PeerSteps& peers) const {
  std::map<Distances, std::int64_t> pairs;
  for (const PeerSteps::Step& step : peers.steps) {
    bool afar = false;
    for (int d = 0; d < kMaxDims; ++d) {
      afar |= step.apart[at(d)] != 0 && (terms_.alone(space) & bit(d)) != 0;
    }
    if (afar) continue;
    Distances apart{};
    Distances back{};
    for (int x = 0; x < terms_.num_shared(space); ++x) {
      const auto& coordinate = terms_.shared(space, x);
      for (int i = 0; i < coordinate.num_terms; ++i) {
        const auto [dim, coefficient] = coordinate.terms[i];
        apart[at(x)] += coefficient * tile[at(dim)] * step.apart[at(dim)];
      }
      back[at(x)] = -apart[at(x)];
    }
    // Of two with the same tile each can take what the other had.
    pairs[std::max(apart, back)] += (apart == back ? 2 : 1) * step.pairs;
  }
  std::vector<Peer> result;
  for (const auto& [apart, count] : pairs) result.push_back({apart, count});
  return result;
}

// The share of children that a move may lead to a neighbour, at most.
float PeerMoves::helped(const Query& query, const std::vector<Peer>& peers) const {
  std::array<Sums, kMaxRank> along;
  for (int x = 0; x < terms_.num_shared(query.space); ++x) {
    along[at(x)] = moves(query, x);
    if (along[at(x)].empty()) return 0;
  }
  const auto leads_there = [&](const Peer& peer, int sign) {
    for (int x = 0; x < terms_.num_shared(query.space); ++x) {
      if (!std::binary_search(along[at(x)].begin(), along[at(x)].end(), sign * peer.apart[at(x)]))
        return false;
    }
    return true;
  };
  std::int64_t most = 0;
  for (const Peer& peer : peers) {
    if (leads_there(peer, 1) || leads_there(peer, -1)) most = std::max(most, peer.pairs);
  }
  double children = 1;
  for (const std::int64_t factor : query.spread) children *= static_cast<double>(factor);
  return static_cast<float>(std::min(1.0, static_cast<double>(most) / children));
}

// Are the steps of all loops known that move a dataspace along shared coordinates?
bool PeerMoves::known(int space, const Factors& left) const {
  if (!terms_.regular(space)) return false;
  double sums = 1;
  for (int x = 0; x < terms_.num_shared(space); ++x) {
    const auto& coordinate = terms_.shared(space, x);
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const StepSums* const found = tables_.of(left[at(coordinate.terms[i].dim)]);
      if (found == nullptr) return false;
      sums *= static_cast<double>(found->back.size());
    }
  }
  return sums <= kMostMoves;
}

PeersFound PeerMoves::find(int space, Terms::DimMask firsts, const Factors& tile,
                           const Factors& spread, const Factors& left,
                           const PeerSteps& peers) const {
  PeersFound found;
  if (peers.any || !known(space, left)) return found;
  const Terms::DimMask shared = terms_.relevant(space) & ~terms_.alone(space);
  std::vector<int> stepping;
  for (int d = 0; d < kMaxDims; ++d) {
    if (left[at(d)] == 1) continue;
    if ((shared & bit(d)) != 0) stepping.push_back(d);
    if ((terms_.relevant(space) & bit(d)) == 0) stepping.push_back(kAnother);
  }
  const std::vector<Peer> apart = peers_apart(space, tile, peers);
  for (int first = 0; first < kMaxDims; ++first) {
    if ((firsts & shared & bit(first)) == 0) continue;
    found.first[at(first)] = helped({space, tile, spread, left, first, kItself}, apart);
    found.beyond[at(first)] = 0;
    for (const int other : stepping) {
      found.beyond[at(first)] = std::max(found.beyond[at(first)],
                                         helped({space, tile, spread, left, first, other}, apart));
    }
  }
  return found;
}

}  // namespace tilewright::check
