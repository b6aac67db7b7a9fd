#include "search/chains/descent.hpp"

#include <algorithm>
#include <set>

#include "search/chains/chain.hpp"
#include "search/chains/residuals.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/loop_orders.hpp"

namespace tilewright::chains {
namespace {

constexpr std::int64_t kAllUpTo = 32;          // steps of a loop that are all tried
constexpr std::uint64_t kMostOrders = 20'000;  // of one tiling

std::size_t at(int i) { return static_cast<std::size_t>(i); }

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

Descent::Descent(const Mapspace& space, const Evaluator& evaluator, const Objective& objective)
    : space_(space), evaluator_(evaluator), objective_(objective), scratch_(evaluator.scratch()) {
  const auto slots = space.factorizations().rules().slots();
  for (int s = 0; s < evaluator.architecture().num_levels(); ++s) {
    for (const SpatialSlot& slot : slots) {
      if (slot.level == s) places_.push_back({s, slot.kind});
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
  for (bool better = true; better && !stop();) {
    better = false;
    for (int dim = 0; dim < evaluator_.problem().num_dims(); ++dim) {
      better |= better_factors(dim, stop);
    }
    better |= better_orders(stop);
  }
  return best_;
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

// Gives one loop so many steps, the other just enough for the two to go as far as before, and the
// outermost what is missing then. False if that is not allowed.
bool Descent::shift(int dim, std::size_t to, std::size_t from, std::int64_t steps,
                    Mapping& mapping) const {
  std::int32_t& own = factor(mapping, places_[to], dim);
  std::int32_t& other = factor(mapping, places_[from], dim);
  if (own == steps) return false;
  other = static_cast<std::int32_t>(ceil_div(std::int64_t{own} * other, steps));
  own = static_cast<std::int32_t>(steps);
  std::int64_t rest = evaluator_.problem().bounds[at(dim)];
  for (const Place& place : places_) {
    std::int32_t& here = factor(mapping, place, dim);
    here = static_cast<std::int32_t>(std::min<std::int64_t>(here, rest));
    if (&place == &places_.back()) here = static_cast<std::int32_t>(rest);
    rest = ceil_div(rest, here);
  }
  if (!allowed(mapping, dim)) return false;
  write_residuals(evaluator_.problem(), mapping);
  return true;
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
  ++evaluated_;
  const Outcome outcome = evaluator_.evaluate(mapping, *scratch_);
  if (!outcome.valid()) return false;
  ++valid_;
  const Objective::Key key = objective_.key(outcome.cost);
  if (key >= best_.key) return false;
  best_ = {mapping, outcome.cost, key, evaluated_ - 1};
  return true;
}

}  // namespace tilewright::chains
