#include "search/short_tiles/descent.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/factors.hpp"
#include "search/mapspace/loop_orders.hpp"
#include "search/mapspace/permutation.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright::short_tiles {
namespace {

constexpr std::int64_t kAllUpTo = 16;         // steps of a loop that are all tried
constexpr std::uint64_t kMostOrders = 2'000;  // of one tiling

// All small numbers, and of the larger ones those that cut the bound into different pieces.
std::vector<std::int64_t> useful_numbers(std::int64_t bound) {
  std::set<std::int64_t> numbers;
  for (std::int64_t i = 1; i <= std::min(bound, kAllUpTo); ++i) {
    numbers.insert(i);
    numbers.insert(ceil_div(bound, i));
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace

Descent::Descent(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                 std::uint64_t seed)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      scratch_(evaluator.scratch()),
      random_(seed, 0) {
  const auto slots = space.factorizations().rules().slots();
  for (int s = 0; s < evaluator.architecture().num_levels(); ++s) {
    for (const SpatialSlot& slot : slots) {
      if (slot.level == s) places_.push_back({s, slot.kind, slot.fanout});
    }
    places_.push_back({s, LoopKind::temporal});
  }
  for (const std::int64_t bound : evaluator.problem().bounds) {
    numbers_.push_back(useful_numbers(bound));
  }
}

std::int32_t& Descent::factor(Mapping& mapping, const Place& place, int dim) const {
  return mapping.levels[at(place.level)].factors(place.kind)[at(dim)];
}

Incumbent Descent::from(const Incumbent& start, const std::function<bool()>& stop) {
  best_ = start;
  settle_idle_loops(space_.constraints(), best_.mapping);
  for (bool better = true; better && !stop();) {
    better = false;
    std::vector<int> dims(numbers_.size());
    std::iota(dims.begin(), dims.end(), 0);
    for (std::size_t i = dims.size(); i > 1; --i) std::swap(dims[i - 1], dims[random_.below(i)]);
    for (const int dim : dims) better |= better_factors(dim, stop);
    better |= better_orders(stop);
  }
  return best_;
}

// Gives a random loop a random number of steps.
bool Descent::step(Mapping& mapping) {
  const std::size_t dim = random_.below(numbers_.size());
  const std::int64_t steps = numbers_[dim][random_.below(numbers_[dim].size())];
  const std::size_t to = random_.below(places_.size());
  const std::size_t from = random_.below(places_.size());
  Mapping next = mapping;
  if (to == from || !shift(static_cast<int>(dim), to, from, steps, next)) return false;
  mapping = next;
  return true;
}

// Clears one axis of an array and gives it to two random dimensions: no single step leads there
// without a worse mapping on the way.
bool Descent::refill_array(Mapping& mapping) {
  std::vector<std::size_t> arrays;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].kind != LoopKind::temporal) arrays.push_back(i);
  }
  if (arrays.empty()) return false;
  const std::size_t array = arrays[random_.below(arrays.size())];
  const auto give = [&](std::size_t dim, std::int64_t steps) {
    const std::size_t from = random_.below(places_.size());
    Mapping next = mapping;
    if (from == array || !shift(static_cast<int>(dim), array, from, steps, next)) return false;
    mapping = next;
    return true;
  };
  for (std::size_t dim = 0; dim < numbers_.size(); ++dim) (void)give(dim, 1);
  std::int64_t room = places_[array].fanout;
  bool changed = false;
  for (int i = 0; i < 2; ++i) {
    const std::size_t dim = random_.below(numbers_.size());
    const std::int64_t most = std::min(room, evaluator_.problem().bounds[dim]);
    const auto steps = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most)));
    if (!give(dim, steps + 1)) continue;
    room /= steps + 1;
    changed = true;
  }
  return changed;
}

std::optional<Incumbent> Descent::stray(const Incumbent& start) {
  constexpr int kTries = 50;
  constexpr std::uint64_t kMostSteps = 4;
  for (int i = 0; i < kTries; ++i) {
    Mapping mapping = start.mapping;
    bool changed = i % 2 == 0 && refill_array(mapping);
    for (std::uint64_t left = random_.below(kMostSteps); left > 0; --left) changed |= step(mapping);
    if (!changed) continue;
    if (auto found = score(mapping)) return found;
  }
  return std::nullopt;
}

std::optional<Incumbent> Descent::anywhere() {
  constexpr int kSamples = 100;
  if (space_.size().total == 0) return std::nullopt;
  std::optional<Incumbent> best;
  Mapping mapping = space_.blank();
  for (int i = 0; i < kSamples; ++i) {
    space_.sample(random_, mapping);
    const auto found = score(mapping);
    if (found && (!best || found->key < best->key)) best = found;
  }
  return best;
}

std::optional<Incumbent> Descent::score(const Mapping& mapping) {
  ++evaluated_;
  const Outcome outcome = evaluator_.evaluate(mapping, *scratch_);
  if (!outcome.valid()) return std::nullopt;
  ++valid_;
  return Incumbent{mapping, outcome.cost, objective_.key(outcome.cost), evaluated_ - 1};
}

bool Descent::better_factors(int dim, const std::function<bool()>& stop) {
  bool better = false;
  for (std::size_t to = 0; to < places_.size(); ++to) {
    for (std::size_t from = 0; from < places_.size(); ++from) {
      if (to == from || stop()) continue;
      for (const std::int64_t steps : numbers_[at(dim)]) {
        Mapping mapping = best_.mapping;
        if (shift(dim, to, from, steps, mapping)) better |= take_if_better(mapping);
      }
    }
  }
  return better;
}

// Gives one loop so many steps, and the other just enough for the two to go as far as before.
bool Descent::shift(int dim, std::size_t to, std::size_t from, std::int64_t steps,
                    Mapping& mapping) const {
  std::int32_t& own = factor(mapping, places_[to], dim);
  std::int32_t& other = factor(mapping, places_[from], dim);
  if (own == steps) return false;
  other = static_cast<std::int32_t>(ceil_div(std::int64_t{own} * other, steps));
  own = static_cast<std::int32_t>(steps);
  if (!fit(dim, mapping)) return false;
  write_residuals(evaluator_.problem(), mapping);
  return true;
}

// Shortens the loops of a dimension, from the inside out, to what the bound leaves; the outermost
// makes up for what is missing. False if that is not allowed.
bool Descent::fit(int dim, Mapping& mapping) const {
  std::int64_t rest = evaluator_.problem().bounds[at(dim)];
  for (const Place& place : places_) {
    std::int32_t& here = factor(mapping, place, dim);
    here = static_cast<std::int32_t>(std::min<std::int64_t>(here, rest));
    if (&place == &places_.back()) here = static_cast<std::int32_t>(rest);
    rest = ceil_div(rest, here);
  }
  return allowed(mapping, dim);
}

std::optional<Incumbent> Descent::cut(const Mapping& larger) {
  Mapping mapping = larger;
  for (int dim = 0; dim < mapping.num_dims; ++dim) {
    if (!fit(dim, mapping)) return std::nullopt;
  }
  write_residuals(evaluator_.problem(), mapping);
  return score(mapping);
}

bool Descent::allowed(const Mapping& mapping, int dim) const {
  const SpatialRules& rules = space_.factorizations().rules();
  for (int s = 0; s < mapping.num_levels; ++s) {
    const std::int32_t temporal = mapping.levels[at(s)].factors(LoopKind::temporal)[at(dim)];
    if (!factor_range(space_.constraints().levels[at(s)].temporal, dim).holds(temporal)) {
      return false;
    }
    if (!rules.holds_at(mapping, dim, s)) return false;
  }
  return rules.holds_together(mapping);
}

bool Descent::better_orders(const std::function<bool()>& stop) {
  Mapping mapping = best_.mapping;
  const Mapping blank = space_.blank();
  for (int s = 0; s < mapping.num_levels; ++s) {
    mapping.levels[at(s)].order = blank.levels[at(s)].order;
  }
  LoopOrders::Walk walk = space_.complete_orders().walk(mapping);
  walk.seek(0, mapping);
  bool better = false;
  std::uint64_t tried = 0;
  do {
    better |= take_if_better(mapping);
  } while (++tried < kMostOrders && !stop() && walk.next(mapping));
  return better;
}

bool Descent::take_if_better(const Mapping& mapping) {
  const auto found = score(mapping);
  if (!found || !(found->key < best_.key)) return false;
  best_ = *found;
  return true;
}

}  // namespace tilewright::short_tiles
