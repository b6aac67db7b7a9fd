#include "search/chains/chain_search.hpp"

#include <algorithm>
#include <set>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/loop_orders.hpp"

namespace tilewright::chains {
namespace {

constexpr std::uint64_t kMostKeepings = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLookEvery = 256;  // chains between two looks at the clock

}  // namespace

ChainSearch::ChainSearch(const Mapspace& space, const Evaluator& evaluator,
                         const Objective& objective, optimal::Target& target, bool whole)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      target_(target),
      whole_(whole),
      terms_(evaluator.terms()),
      bound_(evaluator.problem(), terms_, space.blank(), whole),
      choices_(at(terms_.num_levels())),
      chosen_(at(terms_.num_levels())),
      mapping_(space.blank()),
      scratch_(evaluator.scratch()) {
  const SpatialRules& rules = space.factorizations().rules();
  for (const SpatialSlot& slot : rules.slots()) {
    auto& list = choices_[at(slot.level)];
    if (list.empty()) list = list_array_choices(rules, evaluator.problem(), slot.level, whole);
  }
}

// The most promising first.
std::vector<std::pair<double, ChainBound::Keep>> ChainSearch::keepings() {
  const BigInt& count = space_.size().bypasses;
  if (count > kMostKeepings) {
    throw UsageError("the levels may keep dataspaces in too many ways; constrain them");
  }
  std::vector<std::pair<double, ChainBound::Keep>> all;
  Mapping mapping = space_.blank();
  for (std::uint64_t i = 0; i < count.convert_to<std::uint64_t>(); ++i) {
    space_.bypasses().at(i, mapping);
    ChainBound::Keep keep{};
    SpaceMask somewhere = 0;
    for (int s = 0; s < terms_.num_levels(); ++s) {
      somewhere |= keep[at(s)] = mapping.levels[at(s)].keep;
    }
    if (somewhere + 1 != 1 << terms_.num_spaces()) continue;
    bound_.use(keep);
    all.emplace_back(bound_.energy(chain_), keep);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

bool ChainSearch::run(const std::function<bool()>& stop, const Better& better) {
  stop_ = &stop;
  better_ = &better;
  for (const auto& [energy, keep] : keepings()) {
    bound_.use(keep);
    for (int s = 0; s < terms_.num_levels(); ++s) mapping_.levels[at(s)].keep = keep[at(s)];
    const auto least = target_.key(energy, bound_.cycles(chain_));
    if (open()) plan(0);
    if (!stopped_) continue;
    open_bound_ = objective_.first_metric(least);  // the ways to keep come in its order
    return false;
  }
  return true;
}

bool ChainSearch::open() {
  if (++counts_.chains % kLookEvery == 0 && (*stop_)()) stopped_ = true;
  return !stopped_ && target_.open(bound_.energy(chain_), bound_.cycles(chain_));
}

// Chooses the spatial loops of all levels.
void ChainSearch::plan(int level) {
  if (level == terms_.num_levels()) {
    chain_.planned = true;
    if (uses_enough() && open()) spread(0);
    chain_.planned = false;
    return;
  }
  if (choices_[at(level)].empty()) return plan(level + 1);
  for (const ArrayChoice& choice : choices_[at(level)]) {
    if (stopped_) return;
    chosen_[at(level)] = &choice;
    chain_.spatial[at(level)] = choice.factor;
    plan(level + 1);
  }
  chain_.spatial[at(level)].fill(1);
}

// What a level holds before it has loops of its own: the tiles of the instances inside it.
void ChainSearch::spread(int level) {
  Factors& tile_here = chain_.tile[at(level + 1)];
  tile_here = chain_.tile[at(level)];
  if (const ArrayChoice* const choice = chosen_[at(level)]; choice != nullptr) {
    const Factors tiles = tiles_of(level);
    if (!has_work(*choice, tiles)) return;
    for (const int d : bound_.dims()) {
      if (whole_ && tiles[at(d)] % choice->factor[at(d)] != 0) return;
      tile_here[at(d)] *= choice->factor[at(d)];
    }
  }
  chain_.spread = true;
  if (open()) tile(level, 0);
  chain_.spread = false;
}

// Tiles of the level inside, along each dimension.
Factors ChainSearch::tiles_of(int level) const {
  Factors tiles;
  tiles.fill(1);
  for (const int d : bound_.dims()) {
    tiles[at(d)] = ceil_div(bound_.bound(d), chain_.tile[at(level)][at(d)]);
  }
  return tiles;
}

bool ChainSearch::allows(int level, int dim, std::int64_t factor, std::int64_t rest) const {
  if (whole_ ? rest % factor != 0 : factor > rest) return false;
  return factor_range(space_.constraints().levels[at(level)].temporal, dim).holds(factor);
}

// Chooses the temporal loops of a level, dimension by dimension. A tile that is too large only
// grows.
void ChainSearch::tile(int level, std::size_t i) {
  if (i == bound_.dims().size()) return close_level(level);
  const int d = bound_.dims()[i];
  std::int64_t& extent = chain_.tile[at(level + 1)][at(d)];
  std::int64_t& factor = chain_.temporal[at(level)][at(d)];
  const std::int64_t before = extent;
  const std::int64_t rest = ceil_div(bound_.bound(d), before);
  const bool last = level + 1 == terms_.num_levels();
  chain_.dims = static_cast<int>(i) + 1;
  for (factor = last ? rest : 1; factor <= rest && !stopped_; ++factor) {
    if (!allows(level, d, factor, rest)) continue;
    extent = before * factor;
    if (!bound_.fits(level, chain_.tile[at(level + 1)])) break;
    chain_.dims = static_cast<int>(i) + 1;
    if (open()) tile(level, i + 1);
  }
  factor = 1;
  extent = before;
  chain_.dims = static_cast<int>(i);
}

void ChainSearch::close_level(int level) {
  chain_.levels = level + 1;
  chain_.spread = false;
  chain_.dims = 0;
  if (open()) {
    if (chain_.levels < terms_.num_levels()) {
      spread(level + 1);
    } else {
      finish();
    }
  }
  chain_.levels = level;
  chain_.spread = true;
  chain_.dims = static_cast<int>(bound_.dims().size());
}

bool ChainSearch::uses_enough() const {
  double instances = 1;
  for (const ArrayChoice* choice : chosen_) {
    if (choice != nullptr) instances *= static_cast<double>(choice->instances);
  }
  return instances >= space_.least_instances();
}

// Scores all orders and places of a finished chain. Where tiles are short, no words go from
// neighbour to neighbour: without wires to pay for, places make no difference, and orders none that
// begin alike for all dataspaces.
void ChainSearch::finish() {
  ++counts_.finished;
  Placement places(chosen_);
  std::vector<Factors> tiles;
  for (int s = 0; s < terms_.num_levels(); ++s) tiles.push_back(tiles_of(s));
  const LoopOrders& orders = space_.complete_orders();
  const bool alike = !whole_ && terms_.free_networks();
  std::set<std::vector<Terms::DimMask>> known;
  for (bool more = true; more && !stopped_; more = places.next()) {
    if (!places.has_work(tiles)) continue;
    write_loops(space_.blank(), evaluator_.problem(), chain_.temporal, places, mapping_);
    if (!whole_ && !mapping_.imperfect) return;
    LoopOrders::Walk walk = orders.walk(mapping_);
    walk.seek(0, mapping_);
    do {
      if (!alike || known.insert(what_stays()).second) score();
      if (++looks_ % kLookEvery == 0 && (*stop_)()) stopped_ = true;
    } while (!stopped_ && walk.next(mapping_));
    if (alike) return;
  }
}

// By level: the first loop, and for each dataspace the loops before the first one that moves it.
std::vector<Terms::DimMask> ChainSearch::what_stays() const {
  std::vector<Terms::DimMask> result;
  for (int s = 0; s < mapping_.num_levels; ++s) {
    const LevelMapping& level = mapping_.levels[at(s)];
    std::array<Terms::DimMask, kMaxSpaces> stays{};
    Terms::DimMask first = 0;
    Terms::DimMask moved = 0;  // dataspaces
    for (const int d : temporal_loops(level, mapping_.num_dims)) {
      if (first == 0) first = bit(d);
      for (int p = 0; p < terms_.num_spaces(); ++p) {
        if ((terms_.relevant(p) & bit(d)) != 0) moved |= bit(p);
        if ((moved & bit(p)) == 0) stays[at(p)] |= bit(d);
      }
    }
    result.push_back(first);
    result.insert(result.end(), stays.begin(), stays.end());
  }
  return result;
}

void ChainSearch::score() {
  ++counts_.evaluated;
  const Outcome outcome = evaluator_.evaluate(mapping_, *scratch_);
  if (!outcome.valid()) return;
  ++counts_.valid;
  const Objective::Key key = objective_.key(outcome.cost);
  if (target_.best() && key >= target_.best()->key) return;
  const Incumbent found{mapping_, outcome.cost, key, counts_.evaluated - 1};
  target_.take(found);
  (*better_)(found);
}

}  // namespace tilewright::chains
