#include "search/short_tiles/imperfect.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
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

constexpr double kWorthIt = 0.05;  // share that other factors must be able to gain
// Of a search that nobody asked for: tables and lists cost some tenths of a second at most.
constexpr ShortSearch::Limits kFew{.bytes = std::uint64_t{512} << 20U, .table_entries = 4e6};
constexpr std::uint64_t kFewKeepings = 4'096;

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
               const SearchResult& perfect, const QuickSearch& quick_search,
               const ShortSearch::Limits& limits)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        sink_(sink),
        perfect_(perfect),
        quick_search_(quick_search),
        result_(perfect),
        target_(objective, evaluator.terms(), options.gap),
        limits_(limits),
        descent_(space, evaluator, objective, options.seed),
        search_(space, evaluator, objective, target_, stop, limits),
        start_(Clock::now()),
        last_report_(start_) {
    if (perfect.nearest) target_.take(*perfect.nearest);
    if (perfect.best) target_.take(*perfect.best);
  }

  SearchResult run();
  /// Goes on only as long as that is worth it.
  SearchResult attempt();

 private:
  bool stopped();
  bool go_on();
  bool worth_it() const;
  SearchResult leave_perfect();
  void found(const Incumbent& incumbent);
  bool descend(const Incumbent& from);
  bool descend_somewhere();
  bool descend_from_larger();
  void have_patience();
  void conclude(bool complete);
  Proof proof_of(double open) const;

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  Sink& sink_;
  const SearchResult& perfect_;
  const QuickSearch& quick_search_;
  SearchResult result_;
  optimal::Target target_;
  const ShortSearch::Limits limits_;
  Descent descent_;
  ShortSearch search_;
  Clock::time_point start_;
  Clock::time_point last_report_;
  std::optional<StopCause> cause_;
  std::uint64_t patience_ = kPatience;
  std::uint64_t node_limit_ = kPatience;
  std::uint64_t charged_ = 0;  // mappings of descents, to the search
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
  search_.charge(descent_.evaluated() - charged_);
  charged_ = descent_.evaluated();
  if (!cause_ && search_.steps() >= limits_.steps) cause_ = StopCause::effort;
  constexpr std::chrono::milliseconds kPause{100};
  const Clock::time_point now = Clock::now();
  if (now - last_report_ > kPause) {
    last_report_ = now;
    result_.proof.reset();
    if (const auto open = search_.open_bound()) result_.proof = proof_of(*open);
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

// From the best mappings of problems that are a little larger. What that takes is effort, too.
bool ImperfectRun::descend_from_larger() {
  const QuickSearch search = [this](const auto&... arguments) {
    if (stopped()) return SearchResult{};
    SearchResult found = quick_search_(arguments...);
    if (found.proof) search_.charge(found.proof->labels);
    return found;
  };
  const StopRules rules = StopRules::only(stop_.part_of_time(4));
  const auto padded = pad(search, space_, evaluator_, objective_, rules, *target_.best(), descent_);
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
Proof ImperfectRun::proof_of(double open) const {
  const ShortSearch::Counts& counts = search_.counts();
  Proof proof = perfect_.proof.value_or(Proof{});
  if (perfect_.proven && !perfect_.best) {  // there is none
    proof.lower_bound = std::numeric_limits<double>::infinity();
  }
  proof.scope = Scope::imperfect;
  proof.keepings += counts.keepings;
  proof.keepings_bounded += counts.keepings_bounded;
  proof.labels += counts.plans + counts.nodes;
  proof.bounded += counts.plans_bounded + counts.bounded;
  proof.finished += counts.finished;
  proof.evaluated += counts.evaluated;
  proof.lower_bound = std::min({proof.lower_bound, open, target_.least_closed()});
  if (target_.best()) {
    proof.best = objective_.first_metric(target_.best()->key);
    proof.lower_bound = std::min(proof.lower_bound, proof.best);
  }
  if (std::isinf(proof.lower_bound)) proof.lower_bound = 0;  // there is none, and nothing to bound
  return proof;
}

void ImperfectRun::conclude(bool complete) {
  result_.stopped_by = complete ? perfect_.stopped_by : cause_.value_or(StopCause::effort);
  result_.seconds += std::chrono::duration<double>(Clock::now() - start_).count();
  result_.proven = complete && perfect_.proven && target_.settled();
  const std::optional<double> open =
      complete ? std::numeric_limits<double>::infinity() : search_.open_bound();
  result_.proof.reset();  // if nothing is known of what was not gone through
  if (open) result_.proof = proof_of(*open);
  result_.best = target_.best();
  result_.nearest.reset();
  if (result_.best && !objective_.within_budgets(result_.best->cost)) {
    result_.nearest.swap(result_.best);
  }
}

bool ImperfectRun::go_on() {
  if (target_.best()) (void)descend(*target_.best());
  return !stopped() && search_.run([this] { return stopped(); },
                                   [this](const Incumbent& incumbent) { found(incumbent); },
                                   [this] { have_patience(); });
}

// A mapping of which nobody knows that it is needed: where there is none so far, any is welcome.
bool ImperfectRun::worth_it() const {
  if (!perfect_.best) return true;
  return *search_.open_bound() < objective_.first_metric(perfect_.best->key) * (1 - kWorthIt);
}

// What is known of other factors is no more than a bound.
SearchResult ImperfectRun::leave_perfect() {
  SearchResult result = perfect_;
  (void)stopped();
  result.evaluated = result_.evaluated;
  result.valid = result_.valid;
  result.seconds += std::chrono::duration<double>(Clock::now() - start_).count();
  if (cause_ && *cause_ != StopCause::effort) result.stopped_by = *cause_;
  const std::optional<double> open = search_.open_bound();
  if (result.proof && open) {
    result.proof->imperfect_bound =
        std::min({result.proof->lower_bound, *open, target_.least_closed()});
  }
  return result;
}

SearchResult ImperfectRun::attempt() {
  bool complete = false;
  try {
    if (!search_.rank([this] { return stopped(); })) return leave_perfect();
    complete = !search_.any_open();
    if (!complete && worth_it()) complete = go_on();
  } catch (const UsageError&) {  // too much of something for the few steps that are left
    complete = false;
  }
  const bool better =
      target_.best() && (!perfect_.best || target_.best()->key < perfect_.best->key);
  if (!better && !(complete && perfect_.proven && target_.settled())) return leave_perfect();
  conclude(complete);
  return std::move(result_);
}

SearchResult ImperfectRun::run() {
  // Whoever counts mappings has had enough of them.
  if (perfect_.stopped_by == StopCause::victory || perfect_.stopped_by == StopCause::invalid_run) {
    cause_ = perfect_.stopped_by;
  }
  bool complete = false;
  try {
    complete = go_on();
  } catch (const MemoryLimit&) {
    cause_ = StopCause::memory;
    result_.out_of_memory = true;
  }
  (void)stopped();
  conclude(complete);
  return std::move(result_);
}

// The bounds and the searches are for costs that hang on the mapping, and on no M:N network;
// whoever counts mappings has had as many as wanted.
bool worth_a_try(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                 const StopRules& stop) {
  return stop.max_evaluated == 0 && stop.max_valid == 0 && !objective.wants_front() &&
         objective.metrics().front().kind != MetricKind::area &&
         !evaluator.terms().any_distribution() && space.size().bypasses <= kFewKeepings;
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
    return ImperfectRun(space, evaluator, objective, stop, sink, options, perfect, quick_search,
                        {.bytes = options.max_memory})
        .run();
  });
}

SearchResult try_imperfect(const SearchResult& perfect, const QuickSearch& quick_search,
                           const Mapspace& space, const Evaluator& evaluator,
                           const Objective& objective, const StopRules& stop, Sink& sink,
                           const SearchOptions& options, std::uint64_t least_steps) {
  if (!worth_a_try(space, evaluator, objective, stop)) return perfect;
  ShortSearch::Limits limits = kFew;
  limits.bytes = std::min(limits.bytes, options.max_memory);
  limits.steps = std::max(least_steps, perfect.proof ? perfect.proof->labels : 0);
  return in_arena(options.threads, [&](int) {
    return ImperfectRun(space, evaluator, objective, stop, sink, options, perfect, quick_search,
                        limits)
        .attempt();
  });
}

}  // namespace tilewright::short_tiles
