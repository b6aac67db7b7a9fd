#include "search/chains/imperfect.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "model/error.hpp"
#include "search/chains/descent.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/short_tiles/short_search.hpp"

namespace tilewright::chains {
namespace {

using Clock = std::chrono::steady_clock;

// What the proof comes to: what was left out ties with the best or is dearer, but for a gap. Of
// mappings whose factors divide only the search among those knows.
void conclude(const short_tiles::ShortSearch& search, const SearchResult& perfect,
              const optimal::Target& target, const Objective& objective, bool complete,
              SearchResult& result) {
  const auto& counts = search.counts();
  Proof proof = perfect.proof.value_or(Proof{.lower_bound = 0});
  if (perfect.proven) proof.lower_bound = std::numeric_limits<double>::infinity();
  proof.keepings += counts.keepings;
  proof.keepings_bounded += counts.keepings_bounded;
  proof.labels += counts.plans + counts.nodes;
  proof.bounded += counts.bounded;
  proof.finished += counts.finished;
  proof.evaluated += counts.evaluated;
  proof.lower_bound =
      std::min(proof.lower_bound, complete ? target.least_closed() : search.open_bound());
  if (target.best()) {
    proof.best = objective.first_metric(target.best()->key);
    proof.lower_bound = std::min({proof.lower_bound, target.least_closed(), proof.best});
  }
  result.proven = complete && perfect.proven && target.settled();
  result.proof = proof;
  result.best = target.best();
  result.nearest.reset();
  if (result.best && !objective.within_budgets(result.best->cost)) {
    result.nearest.swap(result.best);
  }
}

SearchResult find_perfect(const PerfectSearch& search, const Mapspace& space,
                          const StopRules& stop) {
  SearchResult none;
  none.proven = true;
  if (space.size().total == 0) return none;
  StopRules rules = stop;
  if (stop.deadline) {
    const Clock::time_point now = Clock::now();
    rules.deadline = now + std::max(*stop.deadline - now, Clock::duration::zero()) / 2;
  }
  return search(rules);
}

/// Adds up what the parts of the search do, and says when to stop.
class Progress {
 public:
  Progress(const StopRules& stop, Sink& sink, const SearchResult& before)
      : stop_(stop),
        sink_(sink),
        start_(Clock::now()),
        last_report_(start_),
        result_(before),
        evaluated_(before.evaluated),
        valid_(before.valid) {}

  /// `evaluated` and `valid` of the part under way.
  bool stopped(std::uint64_t evaluated, std::uint64_t valid) {
    result_.evaluated = evaluated_ + evaluated;
    result_.valid = valid_ + valid;
    if (!cause_) cause_ = stop_.interruption();
    if (!cause_ && stop_.max_evaluated != 0 && result_.evaluated >= stop_.max_evaluated) {
      cause_ = StopCause::max_evaluated;
    }
    constexpr std::chrono::milliseconds kPause{100};
    if (const auto now = Clock::now(); now - last_report_ > kPause) {
      last_report_ = now;
      sink_.progress(result_);
    }
    return cause_.has_value();
  }
  void found(const Incumbent& incumbent) {
    result_.best = incumbent;
    sink_.improved(incumbent);
  }
  void end_part(std::uint64_t evaluated, std::uint64_t valid) {
    evaluated_ += evaluated;
    valid_ += valid;
  }
  /// The result so far, with why it ended and how long that took since `before`.
  SearchResult end(bool complete) {
    result_.stopped_by = complete ? StopCause::exhausted : cause_.value_or(StopCause::deadline);
    result_.seconds += std::chrono::duration<double>(Clock::now() - start_).count();
    return std::move(result_);
  }

 private:
  const StopRules& stop_;
  Sink& sink_;
  Clock::time_point start_;
  Clock::time_point last_report_;
  SearchResult result_;
  std::optional<StopCause> cause_;
  std::uint64_t evaluated_;
  std::uint64_t valid_;
};

// Steepest descent from the best perfect mapping, from those of larger problems, then again and
// again from anywhere and from near the best so far: for half of the time that is left, or a fixed
// number of times.
Incumbent improve(const Incumbent& perfect, const QuickSearch& quick_search, const Mapspace& space,
                  const Evaluator& evaluator, const Objective& objective, const StopRules& stop,
                  const SearchOptions& options, Progress& progress) {
  constexpr int kRounds = 12;
  const Clock::time_point start = Clock::now();
  const auto half = stop.deadline ? (*stop.deadline - start) / 2 : Clock::duration::max();
  Descent descent(space, evaluator, objective, options.seed);
  const auto stopped = [&] {
    return progress.stopped(descent.evaluated(), descent.valid()) || Clock::now() - start > half;
  };
  Incumbent best = perfect;
  const auto descend = [&](const Incumbent& from) {
    const Incumbent found = descent.from(from, stopped);
    if (!(found.key < best.key)) return;
    best = found;
    progress.found(best);
  };
  descend(perfect);
  StopRules rules;
  rules.cancelled = stop.cancelled;
  if (stop.deadline) rules.deadline = start + half;
  const auto padded = pad(quick_search, space, evaluator, objective, rules, best, descent);
  if (padded) descend(*padded);
  for (int round = 0; (stop.deadline || round < kRounds) && !stopped(); ++round) {
    if (const auto away = round % 2 == 0 ? descent.anywhere() : descent.stray(best)) descend(*away);
  }
  progress.end_part(descent.evaluated(), descent.valid());
  return best;
}

}  // namespace

SearchResult search_imperfect(const PerfectSearch& perfect_search, const QuickSearch& quick_search,
                              const Mapspace& space, const Evaluator& evaluator,
                              const Objective& objective, const StopRules& stop, Sink& sink,
                              const SearchOptions& options) {
  if (evaluator.terms().any_distribution()) {
    throw UsageError(
        "imperfect factors are not covered on networks whose children pass words on to each other "
        "(network-type M:N)");
  }
  const SearchResult perfect = find_perfect(perfect_search, space, stop);
  Progress progress(stop, sink, perfect);
  optimal::Target target(objective, evaluator.terms(), options.gap);
  if (perfect.nearest) target.take(*perfect.nearest);
  if (perfect.best) {
    target.take(
        improve(*perfect.best, quick_search, space, evaluator, objective, stop, options, progress));
  }
  short_tiles::ShortSearch search(space, evaluator, objective, target);
  const bool complete =
      search.run([&] { return progress.stopped(search.counts().evaluated, search.counts().valid); },
                 [&](const Incumbent& found) {
                   if (objective.within_budgets(found.cost)) progress.found(found);
                 });
  (void)progress.stopped(search.counts().evaluated, search.counts().valid);
  SearchResult result = progress.end(complete);
  conclude(search, perfect, target, objective, complete, result);
  return result;
}

}  // namespace tilewright::chains
