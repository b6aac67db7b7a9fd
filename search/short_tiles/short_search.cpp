#include "search/short_tiles/short_search.hpp"

#include <algorithm>
#include <deque>

#include "model/error.hpp"
#include "search/chains/residuals.hpp"
#include "search/indices.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/loop_orders.hpp"

namespace tilewright::short_tiles {
namespace {

constexpr std::uint64_t kMostKeepings = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLookEvery = 256;           // nodes between two looks at the clock
constexpr std::size_t kMostCandidates = 2'000'000;  // plans that are ranked at once

}  // namespace

ShortSearch::ShortSearch(const Mapspace& space, const Evaluator& evaluator,
                         const Objective& objective, optimal::Target& target)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      target_(target),
      nest_(evaluator.problem(), evaluator.terms(), space.blank()),
      plans_(space, evaluator.problem(), evaluator.terms()),
      further_(nest_, evaluator.problem()),
      steps_(space, nest_),
      classes_(evaluator.terms(), space.complete_orders(), space.blank()),
      scratch_(evaluator.scratch()),
      mapping_(space.blank()) {
  const auto levels = at(nest_.terms().num_levels());
  factor_.resize(levels);
  for (Numbers& factor : factor_) factor.fill(1);
  extents_.resize(levels);
  tiles_.resize(levels);
  loops_.resize(levels);
  listed_.assign(levels, std::vector<std::vector<std::int64_t>>(nest_.dims().size()));
  constexpr double kRounding = 1e-9;  // as the mapspace has it
  least_instances_ = space.min_parallelism() * nest_.terms().compute_instances() * (1 - kRounding);
}

// Whatever the plan: as many instances as there are, and all that can be shared is.
Objective::Key ShortSearch::least_of_keeping() {
  double instances = 1;
  for (int s = 0; s < nest_.terms().num_levels(); ++s) instances *= nest_.terms().fanout(s);
  const double energy = nest_.terms().compute_energy() + further_.beyond(0, 0, 0);
  return target_.key(energy, nest_.terms().operations() / instances);
}

// The most promising first.
std::vector<ShortSearch::Ranked> ShortSearch::keepings() {
  const BigInt& count = space_.size().bypasses;
  if (count > kMostKeepings) {
    throw UsageError("the levels may keep dataspaces in too many ways; constrain them");
  }
  std::vector<Ranked> all;
  const int spaces = nest_.terms().num_spaces();
  for (std::uint64_t i = 0; i < count.convert_to<std::uint64_t>() && !stopped_; ++i) {
    space_.bypasses().at(i, mapping_);
    Ranked entry{{}, optimal::make_keeping(mapping_, spaces)};
    bool kept = true;
    for (int p = 0; p < spaces; ++p) kept &= entry.keeping.server_of(p, -1) >= 0;
    if (!kept) continue;
    nest_.use(entry.keeping);
    further_.prepare();
    entry.key = least_of_keeping();
    all.push_back(entry);
    stopped_ = (*stop_)();
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
  return all;
}

bool ShortSearch::run(const std::function<bool()>& stop, const Better& better) {
  stop_ = &stop;
  better_ = &better;
  const std::vector<Ranked> ranked = keepings();
  for (const Ranked& entry : ranked) {
    ++counts_.keepings;
    if (!target_.open(entry.key)) {
      ++counts_.keepings_bounded;
      continue;
    }
    nest_.use(entry.keeping);
    further_.prepare();
    for (int s = 0; s < mapping_.num_levels; ++s) {
      mapping_.levels[at(s)].keep = entry.keeping.keep[at(s)];
    }
    if (!stopped_) search_keeping();
    if (!stopped_) continue;
    open_bound_ = objective_.first_metric(entry.key);  // the ways to keep come in its order
    return false;
  }
  return true;
}

void ShortSearch::search_keeping() {
  candidates_.clear();
  Plans::Selection selection{};
  Numbers rest;
  rest.fill(1);
  for (const int d : nest_.dims()) rest[at(d)] = nest_.bound(d);
  if (list_plans(0, selection, rest, 1)) search_plans();
}

// Lists the plans that could lead to an improvement; false after a stop.
bool ShortSearch::list_plans(std::size_t i, Plans::Selection& selection, Numbers& rest,
                             double instances) {
  if (i == plans_.levels().size()) {
    if (instances < least_instances_) return true;
    ++counts_.plans;
    const Plan plan = plans_.make(selection);
    nest_.use(plan);
    const Frame frame = nest_.start();
    const LevelBound bound(nest_, frame, -1);
    const Objective::Key key =
        target_.key(bound.energy() + further_.beyond(0, 0, 0), nest_.cycles(frame, -1));
    if (!target_.open(key)) {
      ++counts_.bounded;
      return true;
    }
    candidates_.push_back({key, selection});
    if (candidates_.size() < kMostCandidates) return true;
    search_plans();
    return !stopped_;
  }
  const auto& choices = plans_.choices(plans_.levels()[i]);
  for (std::size_t j = 0; j < choices.size(); ++j) {
    if (!chains::has_work(choices[j], rest)) continue;
    Numbers left = rest;
    for (const int d : nest_.dims()) left[at(d)] = ceil_div(rest[at(d)], choices[j].factor[at(d)]);
    selection[i] = static_cast<std::uint32_t>(j);
    if (stopped() || !list_plans(i + 1, selection, left,
                                 instances * static_cast<double>(choices[j].instances))) {
      return false;
    }
  }
  return true;
}

void ShortSearch::search_plans() {
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  for (const Candidate& candidate : candidates_) {
    if (stopped_) break;
    if (!target_.open(candidate.key)) {
      ++counts_.bounded;
      continue;
    }
    search_plan(plans_.make(candidate.selection));
  }
  candidates_.clear();
}

void ShortSearch::search_plan(const Plan& plan) {
  nest_.use(plan);
  steps_.prepare();
  descend(0, nest_.start());
}

bool ShortSearch::stopped() {
  if (++looks_ % kLookEvery == 0 && (*stop_)()) stopped_ = true;
  return stopped_;
}

bool ShortSearch::open(const Frame& frame, int level, double energy) {
  ++counts_.nodes;
  if (stopped()) return false;
  if (target_.open(energy, nest_.cycles(frame, level))) return true;
  ++counts_.bounded;
  return false;
}

void ShortSearch::descend(int level, const Frame& from) {
  Frame frame = from;
  tiles_[at(level)] = from.tiles;
  if (!nest_.spread(level, frame)) return;
  LevelBound bound(nest_, frame, level);
  std::uint64_t id = 0;
  for (int a = 0; a < further_.numbers().num_axes(); ++a) {
    id += further_.numbers().id(a, frame.tiles[at(nest_.dims()[at(a)])]);
  }
  Numbers& factor = factor_[at(level)];
  factor.fill(1);
  extents_[at(level)] = frame.extents;
  bound.choose(factor, 0);
  if (open(frame, level, bound.energy() + further_.beyond(level, 0, id))) {
    choose(level, 0, frame, bound, id);
  }
}

// Chooses the temporal loops of a level, dimension by dimension. A tile that is too large only
// grows.
void ShortSearch::choose(int level, std::size_t i, Frame& frame, LevelBound& bound,
                         std::uint64_t id) {
  if (i == nest_.dims().size()) return close(level, frame, bound, id);
  const int a = static_cast<int>(i);
  const int d = nest_.dims()[i];
  const std::int64_t n = frame.tiles[at(d)];
  const std::int64_t extent = frame.extents[at(d)];
  std::int64_t& factor = factor_[at(level)][at(d)];
  std::vector<std::int64_t>& steps = listed_[at(level)][i];
  steps_.list(frame, level, d, steps);
  const std::uint64_t others = id - further_.numbers().id(a, n);
  for (std::size_t j = 0; j < steps.size() && !stopped_; ++j) {
    factor = steps[j];
    extents_[at(level)][at(d)] = extent * factor;
    if (!nest_.fits(level, extents_[at(level)])) {
      break;
    }
    const std::uint64_t own = others + further_.numbers().id(a, ceil_div(n, factor));
    bound.choose(factor_[at(level)], a + 1);
    if (open(frame, level, bound.energy() + further_.beyond(level, a + 1, own))) {
      choose(level, i + 1, frame, bound, own);
    }
  }
  factor = 1;
  extents_[at(level)][at(d)] = extent;
}

void ShortSearch::close(int level, const Frame& frame, LevelBound& bound, std::uint64_t id) {
  const Numbers& factor = factor_[at(level)];
  if (!nest_.fills(level, extents_[at(level)])) return;
  Terms::DimMask mask = 0;
  for (const int d : nest_.dims()) mask |= factor[at(d)] > 1 ? bit(d) : 0;
  const double beyond = further_.beyond(level, further_.numbers().num_axes(), id);
  const auto take = [&](const optimal::LoopClass& loops, bool any_order) {
    Frame next = frame;
    nest_.run(level, factor, loops, next);
    loops_[at(level)] = any_order ? nullptr : &loops;
    const bool last = level + 1 == nest_.terms().num_levels();
    if (!last) return descend(level + 1, next);
    if (open(next, level, next.settled)) finish();
  };
  if (mask == 0) return take(optimal::LoopClass::none(), true);
  if (!bound.any_open()) return take(classes_.at(level, mask).front(), true);
  bound.choose(factor, static_cast<int>(nest_.dims().size()));
  Terms::DimMask firsts = 0;
  for (const int d : nest_.dims()) {
    if ((mask & bit(d)) != 0 && open(frame, level, bound.energy(d) + beyond)) firsts |= bit(d);
  }
  for (const optimal::LoopClass& loops : classes_.at(level, mask)) {
    if (stopped_) return;
    if ((firsts & bit(loops.first)) != 0) take(loops, false);
  }
}

bool ShortSearch::conforms(int level) const {
  const optimal::LoopClass* const wanted = loops_[at(level)];
  if (wanted == nullptr) return true;
  const LevelMapping& loops = mapping_.levels[at(level)];
  OrderClasses::Order order;
  for (int i = 0; i < mapping_.num_dims; ++i) {
    const std::uint8_t dim = loops.orders(LoopKind::temporal)[at(i)];
    if (loops.factors(LoopKind::temporal)[dim] > 1) order.push_back(dim);
  }
  const optimal::LoopClass own = optimal::classify(nest_.terms(), order);
  return own.first == wanted->first && own.run == wanted->run;
}

// Scores a nest. Only wires can tell its layouts and the orders of a class apart.
void ShortSearch::finish() {
  ++counts_.finished;
  std::vector<std::size_t> layout(at(mapping_.num_levels), 0);
  for (bool more = true; more && !stopped_; more = next_layout(layout)) {
    if (!has_work(layout)) continue;
    write_loops(layout);
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

bool ShortSearch::has_work(const std::vector<std::size_t>& layout) const {
  for (std::size_t s = 0; s < layout.size(); ++s) {
    const chains::ArrayChoice* const choice = nest_.plan().choice[s];
    if (choice != nullptr && !chains::has_work(choice->layouts[layout[s]], tiles_[s])) return false;
  }
  return true;
}

bool ShortSearch::next_layout(std::vector<std::size_t>& layout) const {
  for (std::size_t s = 0; s < layout.size(); ++s) {
    if (nest_.plan().choice[s] == nullptr) continue;
    if (++layout[s] < nest_.plan().choice[s]->layouts.size()) return true;
    layout[s] = 0;
  }
  return false;
}

void ShortSearch::write_loops(const std::vector<std::size_t>& layout) {
  const Mapping blank = space_.blank();
  for (int s = 0; s < mapping_.num_levels; ++s) {
    LevelMapping& level = mapping_.levels[at(s)];
    for (int kind = 0; kind < kLoopKinds; ++kind)
      level.order[kind] = blank.levels[at(s)].order[kind];
    const chains::ArrayChoice* const choice = nest_.plan().choice[at(s)];
    for (const int d : nest_.dims()) {
      const auto write = [&](LoopKind kind, std::int64_t factor) {
        level.factors(kind)[at(d)] = static_cast<std::int32_t>(factor);
      };
      write(LoopKind::temporal, factor_[at(s)][at(d)]);
      if (choice == nullptr) continue;
      write(LoopKind::spatial_x, choice->layouts[layout[at(s)]].x[at(d)]);
      write(LoopKind::spatial_y, choice->layouts[layout[at(s)]].y[at(d)]);
    }
  }
  chains::write_residuals(evaluator_.problem(), mapping_);
}

void ShortSearch::score() {
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

}  // namespace tilewright::short_tiles
