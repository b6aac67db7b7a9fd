#include "search/check/walker.hpp"

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright::check {
namespace {

constexpr std::size_t kFirstLoops = 3;     // that are gone through side by side
constexpr std::uint64_t kLookEvery = 256;  // chains or mappings between two looks at the clock

}  // namespace

ChainSearch::Walker::Walker(ChainSearch& search, const ChainBound& bound)
    : search_(search),
      bound_(bound),
      orders_(bound, search.evaluator_, search.contest_, search.space_.constraints(),
              search.whole_),
      placing_(bound, search.evaluator_, search.rules_, search.whole_),
      chosen_(at(search.terms_.num_levels())),
      mapping_(search.space_.blank()),
      scratch_(search.evaluator_.scratch()) {
  for (int s = 0; s < search.terms_.num_levels(); ++s) {
    mapping_.levels[at(s)].keep = 0;
    for (int p = 0; p < search.terms_.num_spaces(); ++p) {
      if (bound.keeps(s, p)) mapping_.levels[at(s)].keep |= static_cast<SpaceMask>(1U << p);
    }
  }
}

bool ChainSearch::Walker::open() {
  if (++counts_.chains % kLookEvery == 0) search_.look();
  return !search_.ended() && search_.contest_.open(bound_.energy(chain_), bound_.cycles(chain_));
}

void ChainSearch::Walker::go(int level, const Unrolling& unrolling) {
  fixed_level_ = level;
  chosen_[at(level)] = &unrolling;
  chain_.spatial[at(level)] = unrolling.factor;
  plan(0);
}

// Chooses the spatial loops of all levels.
void ChainSearch::Walker::plan(int level) {
  if (level == search_.terms_.num_levels()) {
    chain_.planned = true;
    if (uses_enough()) {
      find_peers(0);
      if (open()) begin();
    }
    chain_.planned = false;
    return;
  }
  if (level == fixed_level_) return plan(level + 1);
  for (const Unrolling& unrolling : search_.arrays_[at(level)]) {
    if (search_.ended()) return;
    chosen_[at(level)] = &unrolling;
    chain_.spatial[at(level)] = unrolling.factor;
    plan(level + 1);
  }
  chain_.spatial[at(level)].fill(1);
}

// Short tiles are many, and most of them lie in few plans: the first temporal loops are gone
// through side by side.
void ChainSearch::Walker::begin() {
  if (search_.whole_) return spread(0);
  std::vector<Factors> beginnings;
  beginnings_ = &beginnings;
  spread(0);
  beginnings_ = nullptr;
  search_.go_on(*this, bound_, beginnings);
}

void ChainSearch::Walker::go(const Walker& planned, const Factors& beginning) {
  chosen_ = planned.chosen_;
  chain_ = planned.chain_;
  beginning_ = &beginning;
  spread(0);
}

// What the children of a level, whose tile is known, may take from each other.
void ChainSearch::Walker::find_peers(int level) {
  if (!search_.whole_) return;
  const Unrolling& unrolling = *chosen_[at(level)];
  auto found = peer_steps_.find(&unrolling);
  if (found == peer_steps_.end()) {
    const PeerSteps steps = list_peer_steps(unrolling, search_.rules_[at(level)].row());
    found = peer_steps_.emplace(&unrolling, steps).first;
  }
  bound_.find_turns(chain_, level - 1);
  bound_.find_peers(chain_, level - 1, found->second);
}

bool ChainSearch::Walker::uses_enough() const {
  double instances = 1;
  for (const Unrolling* unrolling : chosen_) instances *= unrolling->instances;
  return instances >= search_.least_instances_;
}

// What a level holds before it has loops of its own: the tiles of the instances inside it.
void ChainSearch::Walker::spread(int level) {
  Factors& tile_here = chain_.tile[at(level + 1)];
  tile_here = chain_.tile[at(level)];
  const Unrolling& unrolling = *chosen_[at(level)];
  if (!has_work(level)) return;
  for (const int d : bound_.dims()) tile_here[at(d)] *= unrolling.factor[at(d)];
  chain_.spread = true;
  tile(level, 0);
  chain_.spread = false;
}

// Tiles of the level inside, along each dimension.
Factors ChainSearch::Walker::tiles_of(int level) const {
  Factors tiles;
  tiles.fill(1);
  for (const int d : bound_.dims()) {
    tiles[at(d)] = ceil_div(bound_.bound(d), chain_.tile[at(level)][at(d)]);
  }
  return tiles;
}

// Is there a tile for every instance of the unrolling, in some layout of it?
bool ChainSearch::Walker::has_work(int level) const {
  const Unrolling& unrolling = *chosen_[at(level)];
  const Factors tiles = tiles_of(level);
  bool small = true;
  for (const int d : bound_.dims()) {
    if (search_.whole_ && tiles[at(d)] % unrolling.factor[at(d)] != 0) return false;
    small &= unrolling.factor[at(d)] <= tiles[at(d)];
  }
  if (small) return true;
  return std::any_of(unrolling.layouts.begin(), unrolling.layouts.end(), [&](const Layout& layout) {
    return std::all_of(bound_.dims().begin(), bound_.dims().end(), [&](int d) {
      return layout.x[at(d)] <= tiles[at(d)] &&
             layout.y[at(d)] <= ceil_div(tiles[at(d)], layout.x[at(d)]);
    });
  });
}

bool ChainSearch::Walker::allows(int level, int dim, std::int64_t factor, std::int64_t rest) const {
  if (search_.whole_ ? rest % factor != 0 : factor > rest) return false;
  const LevelConstraint& wanted = search_.space_.constraints().levels[at(level)];
  return factor_range(wanted.temporal, dim).holds(factor);
}

// Where a beginning is given, has it this factor of the i-th dimension?
bool ChainSearch::Walker::begins_so(int level, std::size_t i, std::int64_t factor) const {
  return beginning_ == nullptr || level > 0 || i >= kFirstLoops ||
         (*beginning_)[at(bound_.dims()[i])] == factor;
}

// Chooses the temporal loops of a level, dimension by dimension. A tile that is too large only
// grows.
void ChainSearch::Walker::tile(int level, std::size_t i) {
  if (level == 0 && beginnings_ != nullptr && i == std::min(kFirstLoops, bound_.dims().size())) {
    return beginnings_->push_back(chain_.temporal[0]);
  }
  if (i == bound_.dims().size()) return close_level(level);
  const int d = bound_.dims()[i];
  std::int64_t& extent = chain_.tile[at(level + 1)][at(d)];
  std::int64_t& factor = chain_.temporal[at(level)][at(d)];
  const std::int64_t before = extent;
  std::int64_t rest = ceil_div(bound_.bound(d), before);
  for (int s = level + 1; search_.whole_ && s < search_.terms_.num_levels(); ++s) {
    if (rest % chain_.spatial[at(s)][at(d)] != 0) return;
    rest /= chain_.spatial[at(s)][at(d)];  // is spoken for
  }
  const bool last = level + 1 == search_.terms_.num_levels();
  factor = last ? rest : 1;
  for (; factor <= rest && !search_.ended(); factor = search_.next_factor(d, factor)) {
    if (!allows(level, d, factor, rest) || !begins_so(level, i, factor)) continue;
    extent = before * factor;
    if (!bound_.fits(level, chain_.tile[at(level + 1)])) break;
    chain_.dims = static_cast<int>(i) + 1;
    if (last || open()) tile(level, i + 1);
  }
  factor = 1;
  extent = before;
  chain_.dims = static_cast<int>(i);
}

void ChainSearch::Walker::close_level(int level) {
  const auto settled = chain_.settled;
  chain_.levels = level + 1;
  chain_.spread = false;
  chain_.dims = 0;
  if (chain_.levels < search_.terms_.num_levels()) find_peers(chain_.levels);
  bound_.settle(chain_);
  if (open()) {
    if (chain_.levels < search_.terms_.num_levels()) {
      spread(level + 1);
    } else {
      finish();
    }
  }
  chain_.settled = settled;
  chain_.levels = level;
  chain_.spread = true;
  chain_.dims = static_cast<int>(bound_.dims().size());
}

// Scores all orders and places of a finished chain that its bounds leave.
void ChainSearch::Walker::finish() {
  ++counts_.finished;
  for (int s = 0; s < mapping_.num_levels; ++s) {
    for (int d = 0; d < mapping_.num_dims; ++d) {
      mapping_.levels[at(s)].factors(LoopKind::temporal)[at(d)] =
          static_cast<std::int32_t>(chain_.temporal[at(s)][at(d)]);
    }
  }
  const auto score_now = [this] { score(); };
  const auto place = [&] { placing_.go(chosen_, chain_, mapping_, score_now); };
  orders_.go(chain_, bound_.cycles(chain_), mapping_, place);
}

void ChainSearch::Walker::score() {
  if (search_.ended()) return;
  write_residuals(search_.evaluator_.problem(), mapping_);
  if (!search_.whole_ && !mapping_.imperfect) return;
  if (++counts_.evaluated % kLookEvery == 0) search_.look();
  const Outcome outcome = search_.evaluator_.evaluate(mapping_, *scratch_);
  if (!outcome.valid()) return;
  const Objective::Key key = search_.objective_.key(outcome.cost);
  if (search_.contest_.refutes(key)) search_.take(mapping_, key);
}

}  // namespace tilewright::check
