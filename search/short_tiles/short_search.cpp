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
                         const StopToken& token, std::uint64_t most_bytes, bool all_steps)
    : space_(space),
      evaluator_(evaluator),
      objective_(objective),
      target_(target),
      token_(token),
      most_bytes_(most_bytes),
      all_steps_(all_steps),
      nest_(evaluator, space.blank()),
      further_(
          nest_, evaluator.problem(), token,
          std::min(Further::kMostEntries, static_cast<double>(most_bytes / 4 / sizeof(float)))) {}

// Whatever the plan: as many instances as there are, and all that can be shared is.
Objective::Key ShortSearch::least_of_keeping(double boundaries) const {
  double instances = 1;
  for (int s = 0; s < nest_.terms().num_levels(); ++s) instances *= nest_.terms().fanout(s);
  return target_.key(nest_.terms().compute_energy() + boundaries,
                     nest_.terms().operations() / instances);
}

// The most promising first.
std::vector<ShortSearch::Ranked> ShortSearch::keepings() {
  if (space_.size().bypasses > kMostKeepings) {
    throw UsageError("the levels may keep dataspaces in too many ways; constrain them");
  }
  if (space_.size().bypasses * sizeof(Ranked) > most_bytes_ / 8) {
    throw MemoryLimit("the ways to keep dataspaces take more memory than is allowed");
  }
  std::vector<Ranked> all;
  optimal::each_keeping(space_, nest_.terms().num_spaces(), [&](const optimal::Keeping& keeping) {
    nest_.use(keeping);
    all.push_back({least_of_keeping(further_.rough()), keeping});
    if ((*stop_)()) stopped_ = true;
    return !stopped_;
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
  return all;
}

bool ShortSearch::run(const std::function<bool()>& stop, const Better& better,
                      const std::function<void()>& between) {
  stop_ = &stop;
  better_ = &better;
  between_ = &between;
  try {
    plans_.emplace(space_, evaluator_.problem(), evaluator_.terms(), token_, most_bytes_ / 4);
    return run_listed();
  } catch (const Stopped&) {  // while there were only tables to make
    stopped_ = true;
    return false;
  }
}

bool ShortSearch::run_listed() {
  const std::vector<Ranked> ranked = keepings();
  if (stopped_) return false;
  for (const Ranked& entry : ranked) {
    keeping_bound_ = objective_.first_metric(entry.key);
    if (!stopped_) {
      ++counts_.keepings;
      if (target_.open(entry.key)) {
        try_keeping(entry.keeping);
      } else {
        ++counts_.keepings_bounded;
      }
    }
    if (stopped_) open_bound_ = std::min(open_bound_.value_or(keeping_bound_), keeping_bound_);
  }
  return !stopped_;
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
  return std::clamp<std::uint64_t>(most_bytes_ / 8 / sizeof(Candidate), kFewest, kMostCandidates);
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
    if (!list_plans(i + 1, selection, left,
                    instances * static_cast<double>(choices[j].instances))) {
      return false;
    }
  }
  return true;
}

// The first plans are the most likely to make a difference to the others, so they come in small
// batches. Nothing depends on the number of threads.
void ShortSearch::search_plans() {
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  std::size_t from = 0;
  for (std::size_t size = 2; from < candidates_.size() && !stopped_;
       size = std::min(2 * size, kBatch)) {
    const std::size_t to = std::min(from + size, candidates_.size());
    search_batch(from, to);
    if (stopped_ && listed_) {
      keeping_bound_ = std::max(keeping_bound_, objective_.first_metric(candidates_[from].key));
    }
    from = to;
    (*between_)();
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
  std::vector<Outcome> outcomes(open.size(), Outcome{target_.part(), {}});
  tbb::parallel_for(
      std::size_t{0}, open.size(), [&](std::size_t i) { search_plan(*open[i], outcomes[i]); },
      tbb::simple_partitioner());
  for (const Outcome& outcome : outcomes) merge(outcome);
}

void ShortSearch::search_plan(const Candidate& candidate, Outcome& outcome) {
  if (stopped_) return;
  std::unique_ptr<PlanSearch>& worker = workers_.local();
  if (!worker) {
    worker = std::make_unique<PlanSearch>(space_, evaluator_, objective_, all_steps_);
    worker->use(keeping_, further_);
  }
  outcome.counts =
      worker->run(plans_->make(candidate.selection), outcome.found, [this] { return stopped(); });
}

void ShortSearch::merge(const Outcome& outcome) {
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
