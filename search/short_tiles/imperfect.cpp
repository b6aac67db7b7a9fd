#include "search/short_tiles/imperfect.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "model/error.hpp"
#include "search/arena.hpp"
#include "search/short_tiles/descent.hpp"
#include "search/short_tiles/short_search.hpp"

namespace tilewright::short_tiles {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 4;                      // descents of a turn
constexpr std::uint64_t kPatience = 4'000'000;  // nodes of the proof before there is one

// Nobody knows how long the proof among short tiles will take.
SearchResult find_perfect(const PerfectSearch& search, const Mapspace& space,
                          const StopRules& stop) {
  SearchResult none;
  none.proven = true;
  none.stopped_by = StopCause::exhausted;
  if (space.size().total == 0) return none;
  StopRules rules = stop;
  rules.deadline = stop.part_of_time(2).deadline;
  return search(rules);
}

class ImperfectRun {
 public:
  ImperfectRun(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
               const StopRules& stop, Sink& sink, const SearchOptions& options,
               const SearchResult& perfect, const QuickSearch& quick_search)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        sink_(sink),
        perfect_(perfect),
        quick_search_(quick_search),
        result_(perfect),
        target_(objective, evaluator.terms(), options.gap),
        descent_(space, evaluator, objective, options.seed),
        search_(space, evaluator, objective, target_, stop, options.max_memory),
        start_(Clock::now()),
        last_report_(start_) {
    if (perfect.nearest) target_.take(*perfect.nearest);
    if (perfect.best) target_.take(*perfect.best);
  }

  SearchResult run();

 private:
  bool stopped();
  void found(const Incumbent& incumbent);
  bool descend(const Incumbent& from);
  bool descend_somewhere();
  bool descend_from_larger();
  void have_patience();
  bool prove();
  void conclude(bool complete);

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  Sink& sink_;
  const SearchResult& perfect_;
  const QuickSearch& quick_search_;
  SearchResult result_;
  optimal::Target target_;
  Descent descent_;
  ShortSearch search_;
  Clock::time_point start_;
  Clock::time_point last_report_;
  std::optional<StopCause> cause_;
  std::uint64_t patience_ = kPatience;
  std::uint64_t node_limit_ = kPatience;
  int rounds_ = 0;
};

bool ImperfectRun::stopped() {
  result_.evaluated = perfect_.evaluated + descent_.evaluated() + search_.counts().evaluated;
  result_.valid = perfect_.valid + descent_.valid() + search_.counts().valid;
  if (!cause_) cause_ = stop_.interruption();
  if (!cause_ && stop_.max_evaluated != 0 && result_.evaluated >= stop_.max_evaluated) {
    cause_ = StopCause::max_evaluated;
  }
  if (!cause_ && stop_.max_valid != 0 && result_.valid >= stop_.max_valid) {
    cause_ = StopCause::max_valid;
  }
  constexpr std::chrono::milliseconds kPause{100};
  const Clock::time_point now = Clock::now();
  if (now - last_report_ > kPause) {
    last_report_ = now;
    sink_.progress(result_);
  }
  return cause_.has_value();
}

void ImperfectRun::found(const Incumbent& incumbent) {
  target_.take(incumbent);
  if (!objective_.within_budgets(incumbent.cost)) return;
  result_.best = incumbent;
  sink_.improved(incumbent);
}

bool ImperfectRun::descend(const Incumbent& from) {
  const Incumbent end = descent_.from(from, [this] { return stopped(); });
  if (!(end.key < target_.best()->key)) return false;
  found(end);
  return true;
}

// From anywhere and from near the best so far in turns.
bool ImperfectRun::descend_somewhere() {
  const auto away = rounds_++ % 2 == 0 ? descent_.anywhere() : descent_.stray(*target_.best());
  return away && descend(*away);
}

// From the best mappings of problems that are a little larger.
bool ImperfectRun::descend_from_larger() {
  const StopRules rules = StopRules::only(stop_.part_of_time(4));
  const auto padded =
      pad(quick_search_, space_, evaluator_, objective_, rules, *target_.best(), descent_);
  return padded && descend(*padded);
}

// When the proof takes long, there are more descents, each a steepest one: what they find bounds
// all that is still to come.
void ImperfectRun::have_patience() {
  if (!target_.best() || search_.counts().nodes < node_limit_ || stopped()) return;
  bool better = rounds_ == 0 && descend_from_larger();
  for (int i = 0; i < kRounds && !stopped(); ++i) better |= descend_somewhere();
  patience_ = better ? kPatience : patience_ * 2;
  node_limit_ = search_.counts().nodes + patience_;
}

// What the proof comes to: what was left out ties with the best or is dearer, but for a gap. Of
// mappings whose factors divide only the search among those knows.
void ImperfectRun::conclude(bool complete) {
  const ShortSearch::Counts& counts = search_.counts();
  Proof proof = perfect_.proof.value_or(Proof{});
  if (perfect_.proven && !perfect_.best) {  // there is none
    proof.lower_bound = std::numeric_limits<double>::infinity();
  }
  proof.keepings += counts.keepings;
  proof.keepings_bounded += counts.keepings_bounded;
  proof.labels += counts.plans + counts.nodes;
  proof.bounded += counts.plans_bounded + counts.bounded;
  proof.finished += counts.finished;
  proof.evaluated += counts.evaluated;
  const std::optional<double> open = search_.open_bound();
  const bool bounded = complete || open;  // else nothing is known of what was not gone through
  proof.lower_bound = std::min(proof.lower_bound, open.value_or(target_.least_closed()));
  if (target_.best()) {
    proof.best = objective_.first_metric(target_.best()->key);
    proof.lower_bound = std::min({proof.lower_bound, target_.least_closed(), proof.best});
  }
  result_.proven = complete && perfect_.proven && target_.settled();
  if (bounded) {
    result_.proof = proof;
  } else {
    result_.proof.reset();
  }
  result_.best = target_.best();
  result_.nearest.reset();
  if (result_.best && !objective_.within_budgets(result_.best->cost)) {
    result_.nearest.swap(result_.best);
  }
}

bool ImperfectRun::prove() {
  try {
    return search_.run([this] { return stopped(); },
                       [this](const Incumbent& incumbent) { found(incumbent); },
                       [this] { have_patience(); });
  } catch (const MemoryLimit&) {
    cause_ = StopCause::memory;
    result_.out_of_memory = true;
    return false;
  }
}

SearchResult ImperfectRun::run() {
  // Whoever counts mappings has had enough of them.
  if (perfect_.stopped_by == StopCause::victory || perfect_.stopped_by == StopCause::invalid_run) {
    cause_ = perfect_.stopped_by;
  }
  if (target_.best()) (void)descend(*target_.best());
  const bool complete = !stopped() && prove();
  (void)stopped();
  result_.stopped_by = complete ? perfect_.stopped_by : cause_.value_or(StopCause::deadline);
  result_.seconds += std::chrono::duration<double>(Clock::now() - start_).count();
  conclude(complete);
  return std::move(result_);
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
  return in_arena(options.threads, [&](int) {
    return ImperfectRun(space, evaluator, objective, stop, sink, options, perfect, quick_search)
        .run();
  });
}

}  // namespace tilewright::short_tiles
