#include "search/short_tiles/short_search.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "model/error.hpp"
#include "search/indices.hpp"

namespace tilewright::short_tiles {
namespace {

constexpr std::uint64_t kMostKeepings = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLookEvery = 64;  // choices of loops between two looks at the clock
constexpr std::size_t kMostCandidates = 1'000'000;  // plans that are ranked at once
constexpr std::size_t kBatch = 64;  // plans that are searched without hearing of each other

}  // namespace

ShortSearch::ShortSearch(const Mapspace& space, const Evaluator& evaluator,
                         const Objective& objective, optimal::Target& target,
                         const StopToken& token, const Limits& limits, bool all_steps)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      target_(target),
      token_(token),
      limits_(limits),
      all_steps_(all_steps),
      nest_(evaluator, space.blank()),
      further_(
          nest_, evaluator.problem(), token,
          std::min(limits.table_entries, static_cast<double>(limits.bytes / 4 / sizeof(float)))) {}

// Whatever the plan: as many instances as there are, and all that can be shared is.
Objective::Key ShortSearch::least_of_keeping(double boundaries) const {
  double instances = 1;
  for (int s = 0; s < nest_.terms().num_levels(); ++s) instances *= nest_.terms().fanout(s);
  return target_.key(nest_.terms().compute_energy() + further_.macs() + boundaries,
                     nest_.terms().operations() / instances);
}

bool ShortSearch::rank(const std::function<bool()>& stop) {
  stop_ = &stop;
  if (space_.size().bypasses > kMostKeepings) {
    throw UsageError("the levels may keep dataspaces in too many ways; constrain them");
  }
  if (space_.size().bypasses * sizeof(Ranked) > limits_.bytes / 8) {
    throw MemoryLimit("the ways to keep dataspaces take more memory than is allowed");
  }
  std::vector<Ranked> all;
  try {
    optimal::each_keeping(space_, nest_.terms().num_spaces(), [&](const optimal::Keeping& keeping) {
      nest_.use(keeping);
      all.push_back({least_of_keeping(further_.rough()), keeping});
      if ((*stop_)()) stopped_ = true;
      return !stopped_;
    });
  } catch (const Stopped&) {  // while it made tables
    stopped_ = true;
  }
  if (stopped_) return false;
  std::stable_sort(all.begin(), all.end(),
                   [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
  ranked_ = std::move(all);
  return true;
}

std::optional<double> ShortSearch::open_bound() const {
  if (open_bound_ || !ranked_) return open_bound_;
  double least = std::numeric_limits<double>::infinity();
  for (const Ranked& entry : *ranked_) least = std::min(least, objective_.first_metric(entry.key));
  return least;
}

bool ShortSearch::any_open() const {
  return std::any_of(ranked_->begin(), ranked_->end(),
                     [&](const Ranked& entry) { return target_.open(entry.key); });
}

bool ShortSearch::run(const std::function<bool()>& stop, const Better& better,
                      const std::function<void()>& between) {
  stop_ = &stop;
  better_ = &better;
  between_ = &between;
  if (!ranked_ && !rank(stop)) return false;
  try {
    plans_.emplace(space_, evaluator_.problem(), evaluator_.terms(), token_, limits_.bytes / 4);
  } catch (const Stopped&) {  // while there were only lists to make
    stopped_ = true;
  }
  for (const Ranked& entry : *ranked_) {
    keeping_bound_ = objective_.first_metric(entry.key);
    if (!stopped_) {
      ++counts_.keepings;
      if (target_.open(entry.key)) {
        try_keeping(entry.keeping);
      } else {
        ++counts_.keepings_bounded;
      }
    }
    if (stopped_) leave_open(keeping_bound_);
  }
  return !open_bound_;
}

void ShortSearch::leave_open(double bound) {
  open_bound_ = std::min(open_bound_.value_or(bound), bound);
}

// What was found before the tables of a keeping were stopped stays.
void ShortSearch::try_keeping(const optimal::Keeping& keeping) {
  try {
    search_keeping(keeping);
  } catch (const Stopped&) {
    stopped_ = true;
  }
}

void ShortSearch::search_keeping(const optimal::Keeping& keeping) {
  nest_.use(keeping);
  further_.prepare();
  const Objective::Key least = least_of_keeping(further_.beyond(0, 0, 0));
  if (!target_.open(least)) {
    ++counts_.keepings_bounded;
    return;
  }
  keeping_bound_ = objective_.first_metric(least);
  keeping_ = keeping;
  for (const auto& worker : workers_) worker->use(keeping, further_);
  candidates_.clear();
  Plans::Selection selection{};
  Factors rest;
  rest.fill(1);
  for (const int d : nest_.dims()) rest[at(d)] = nest_.bound(d);
  if (!list_plans(0, selection, rest, 1)) return;
  listed_ = true;
  search_plans();
  listed_ = false;
}

std::size_t ShortSearch::most_candidates() const {
  constexpr std::uint64_t kFewest = 1'000;
  return std::clamp<std::uint64_t>(limits_.bytes / 8 / sizeof(Candidate), kFewest, kMostCandidates);
}

// Lists the plans that could lead to an improvement; false after a stop.
bool ShortSearch::list_plans(std::size_t i, Plans::Selection& selection, Factors& rest,
                             double instances) {
  if (i == plans_->levels().size()) {
    if (instances < space_.least_instances()) return true;
    ++counts_.plans;
    const Plan plan = plans_->make(selection);
    nest_.use(plan);
    const Frame frame = nest_.start();
    const LevelBound bound(nest_, frame, -1);
    const Objective::Key key =
        target_.key(bound.energy() + further_.beyond(0, 0, 0), nest_.cycles(frame, -1));
    if (!target_.open(key)) {
      ++counts_.plans_bounded;
      return true;
    }
    candidates_.push_back({key, selection});
    if (candidates_.size() >= most_candidates()) search_plans();
    return !stopped_;
  }
  const auto& choices = plans_->choices(plans_->levels()[i]);
  for (std::size_t j = 0; j < choices.size(); ++j) {
    if (++looks_ % kLookEvery == 0 && stopped()) return false;
    if (!has_work(choices[j], rest)) continue;
    Factors left = rest;
    for (const int d : nest_.dims()) left[at(d)] = ceil_div(rest[at(d)], choices[j].factor[at(d)]);
    selection[i] = static_cast<std::uint32_t>(j);
    if (steps() >= limits_.steps) stopped_ = true;
    if (!list_plans(i + 1, selection, left,
                    instances * static_cast<double>(choices[j].instances))) {
      return false;
    }
  }
  return true;
}

// The first plans are the most likely to make a difference to the others, so they come in small
// batches. Nothing depends on the number of threads: who counts is asked between them.
void ShortSearch::search_plans() {
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  std::size_t from = 0;
  for (std::size_t size = 2; from < candidates_.size() && !stopped();
       size = std::min(2 * size, kBatch)) {
    const std::size_t to = std::min(from + size, candidates_.size());
    search_batch(from, to);
    if (stopped_) break;
    from = to;
    (*between_)();
  }
  if (stopped_ && listed_ && from < candidates_.size()) {
    keeping_bound_ = std::max(keeping_bound_, objective_.first_metric(candidates_[from].key));
  }
  candidates_.clear();
}

void ShortSearch::search_batch(std::size_t from, std::size_t to) {
  std::vector<const Candidate*> open;
  for (std::size_t i = from; i < to; ++i) {
    if (target_.open(candidates_[i].key)) {
      open.push_back(&candidates_[i]);
    } else {
      ++counts_.plans_bounded;
    }
  }
  if (open.empty()) return;
  const std::uint64_t share = (limits_.steps - std::min(limits_.steps, steps())) / open.size();
  std::vector<Outcome> outcomes(open.size(), Outcome{target_.part(), {}});
  tbb::parallel_for(
      std::size_t{0}, open.size(),
      [&](std::size_t i) { search_plan(*open[i], share, outcomes[i]); }, tbb::simple_partitioner());
  for (std::size_t i = 0; i < open.size(); ++i) merge(*open[i], outcomes[i]);
  if (steps() >= limits_.steps) stopped_ = true;
}

void ShortSearch::search_plan(const Candidate& candidate, std::uint64_t most_steps,
                              Outcome& outcome) {
  outcome.complete = false;
  if (stopped_) return;
  std::unique_ptr<PlanSearch>& worker = workers_.local();
  if (!worker) {
    worker = std::make_unique<PlanSearch>(space_, evaluator_, objective_, all_steps_);
    worker->use(keeping_, further_);
  }
  outcome.counts = worker->run(
      plans_->make(candidate.selection), outcome.found, [this] { return stopped(); }, most_steps);
  outcome.complete = worker->complete();
}

void ShortSearch::merge(const Candidate& candidate, const Outcome& outcome) {
  if (!outcome.complete) leave_open(objective_.first_metric(candidate.key));
  const bool better = target_.merge(outcome.found, counts_.evaluated);
  counts_.add(outcome.counts);
  if (better) (*better_)(*target_.best());
}

bool ShortSearch::stopped() {
  if (stopped_) return true;
  const std::unique_lock<std::mutex> alone(asking_, std::try_to_lock);
  if (alone.owns_lock() && (*stop_)()) stopped_ = true;
  return stopped_;
}

}  // namespace tilewright::short_tiles
