#include "search/short_tiles/plan_search.hpp"

#include <algorithm>
#include <deque>

#include "search/indices.hpp"
#include "search/mapspace/loop_orders.hpp"

namespace tilewright::short_tiles {
namespace {

constexpr std::uint64_t kLookEvery = 256;  // nodes between two looks at the clock

}  // namespace

void PlanSearch::Counts::add(const Counts& other) {
  nodes += other.nodes;
  bounded += other.bounded;
  finished += other.finished;
  evaluated += other.evaluated;
  valid += other.valid;
}

PlanSearch::PlanSearch(const Mapspace& space, const Evaluator& evaluator,
                       const Objective& objective, bool all_steps)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      nest_(evaluator, space.blank()),
      steps_(space, nest_, all_steps),
      classes_(evaluator.terms(), space.complete_orders(), space.blank()),
      scratch_(evaluator.scratch()),
      mapping_(space.blank()) {
  const auto levels = at(nest_.terms().num_levels());
  Factors ones;
  ones.fill(1);
  factor_.assign(levels, ones);
  extents_ = tiles_ = factor_;
  loops_.resize(levels);
}

void PlanSearch::use(const optimal::Keeping& keeping, const Further& further) {
  nest_.use(keeping);
  further_ = &further;
  for (int s = 0; s < mapping_.num_levels; ++s) mapping_.levels[at(s)].keep = keeping.keep[at(s)];
}

PlanSearch::Counts PlanSearch::run(const Plan& plan, optimal::Target& target,
                                   const std::function<bool()>& stop, std::uint64_t most_steps) {
  target_ = &target;
  stop_ = &stop;
  most_steps_ = most_steps;
  stopped_ = false;
  counts_ = {};
  nest_.use(plan);
  steps_.prepare();
  descend(0, nest_.start());
  return counts_;
}

bool PlanSearch::stopped() {
  if (counts_.steps() >= most_steps_) stopped_ = true;
  if (++looks_ % kLookEvery == 0 && (*stop_)()) stopped_ = true;
  return stopped_;
}

bool PlanSearch::open(const Frame& frame, int level, double energy) {
  ++counts_.nodes;
  if (stopped()) return false;
  if (target_->open(energy, nest_.cycles(frame, level))) return true;
  ++counts_.bounded;
  return false;
}

void PlanSearch::descend(int level, const Frame& from) {
  Frame frame = from;
  tiles_[at(level)] = from.tiles;
  if (!nest_.spread(level, frame)) return;
  LevelBound bound(nest_, frame, level);
  std::uint64_t id = 0;
  for (int a = 0; a < further_->numbers().num_axes(); ++a) {
    id += further_->numbers().id(a, frame.tiles[at(nest_.dims()[at(a)])]);
  }
  Factors& factor = factor_[at(level)];
  factor.fill(1);
  extents_[at(level)] = frame.extents;
  bound.choose(factor, 0);
  if (open(frame, level, bound.energy() + further_->beyond(level, 0, id))) {
    choose(level, 0, frame, bound, id);
  }
}

// Chooses the temporal loops of a level, dimension by dimension. A tile that is too large only
// grows.
void PlanSearch::choose(int level, std::size_t i, const Frame& frame, LevelBound& bound,
                        std::uint64_t id) {
  if (i == nest_.dims().size()) return close(level, frame, bound, id);
  const int a = static_cast<int>(i);
  const int d = nest_.dims()[i];
  const std::int64_t n = frame.tiles[at(d)];
  const std::int64_t extent = frame.extents[at(d)];
  std::int64_t& factor = factor_[at(level)][at(d)];
  const std::uint64_t others = id - further_->numbers().id(a, n);
  steps_.each(frame, level, d, [&](std::int64_t steps) {
    factor = steps;
    extents_[at(level)][at(d)] = extent * factor;
    if (!nest_.fits(level, extents_[at(level)])) return false;
    const std::uint64_t own = others + further_->numbers().id(a, ceil_div(n, factor));
    bound.choose(factor_[at(level)], a + 1);
    if (open(frame, level, bound.energy() + further_->beyond(level, a + 1, own))) {
      choose(level, i + 1, frame, bound, own);
    }
    return !stopped_;
  });
  factor = 1;
  extents_[at(level)][at(d)] = extent;
}

// All loops of a level are chosen, and the bound knows them; now their order.
void PlanSearch::close(int level, const Frame& frame, const LevelBound& bound, std::uint64_t id) {
  const Factors& factor = factor_[at(level)];
  if (!nest_.fills(level, extents_[at(level)])) return;
  Terms::DimMask mask = 0;
  for (const int d : nest_.dims()) mask |= factor[at(d)] > 1 ? bit(d) : 0;
  const double beyond = further_->beyond(level, further_->numbers().num_axes(), id);
  if (mask == 0) return take(level, frame, optimal::LoopClass::none(), true);
  if (!bound.any_open()) return take(level, frame, classes_.at(level, mask).front(), true);
  Terms::DimMask firsts = 0;
  for (const int d : nest_.dims()) {
    if ((mask & bit(d)) != 0 && open(frame, level, bound.energy(d) + beyond)) firsts |= bit(d);
  }
  for (const optimal::LoopClass& loops : classes_.at(level, mask)) {
    if (stopped_) return;
    if ((firsts & bit(loops.first)) != 0) take(level, frame, loops, false);
  }
}

void PlanSearch::take(int level, const Frame& frame, const optimal::LoopClass& loops,
                      bool any_order) {
  Frame next = frame;
  nest_.run(level, factor_[at(level)], loops, next);
  loops_[at(level)] = any_order ? nullptr : &loops;
  const bool last = level + 1 == nest_.terms().num_levels();
  if (!last) return descend(level + 1, next);
  if (open(next, level, next.settled)) finish();
}

bool PlanSearch::conforms(int level) const {
  const optimal::LoopClass* const wanted = loops_[at(level)];
  if (wanted == nullptr) return true;
  const auto loops = temporal_loops(mapping_.levels[at(level)], mapping_.num_dims);
  return optimal::classify(nest_.terms(), loops).alike(*wanted);
}

// Scores a nest. Only wires can tell its layouts and the orders of a class apart.
void PlanSearch::finish() {
  ++counts_.finished;
  Placement places({nest_.plan().choice.data(), factor_.size()});
  for (bool more = true; more && !stopped(); more = places.next()) {
    if (!places.has_work(tiles_)) continue;
    write_loops(space_.blank(), evaluator_.problem(), factor_, places, mapping_);
    LoopOrders::Walk walk = space_.complete_orders().walk(mapping_);
    walk.seek(0, mapping_);
    std::deque<std::vector<OrderClasses::Order>> conforming;
    bool any = walk.narrow(
        mapping_, [this](int s) { return conforms(s); }, conforming);
    for (; any && !stopped(); any = walk.next(mapping_)) {
      score();
      if (nest_.terms().free_networks()) return;
    }
  }
}

void PlanSearch::score() {
  ++counts_.evaluated;
  const Outcome outcome = evaluator_.evaluate(mapping_, *scratch_);
  if (!outcome.valid()) return;
  ++counts_.valid;
  const Objective::Key key = objective_.key(outcome.cost);
  if (target_->best() && key >= target_->best()->key) return;
  const Incumbent found{mapping_, outcome.cost, key, counts_.evaluated - 1};
  target_->take(found);
}

}  // namespace tilewright::short_tiles
