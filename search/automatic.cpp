#include <algorithm>

#include "model/error.hpp"
#include "search/optimal/optimal.hpp"
#include "search/searchers.hpp"
#include "search/short_tiles/imperfect.hpp"

namespace tilewright {
namespace {

constexpr std::uint64_t kMostLabels = 20'000'000;  // of a search without a deadline: some seconds

constexpr std::size_t kMostKept = 700'000;  // labels at once: half a GiB

bool better(const std::optional<Incumbent>& a, const std::optional<Incumbent>& b) {
  return a && (!b || a->key < b->key);
}

/// Passes on only what is better than all that was found before.
class Improvements final : public Sink {
 public:
  Improvements(Sink& to, const std::optional<Incumbent>& best) : to_(to), best_(best) {}
  void improved(const Incumbent& incumbent) override {
    if (best_ && !(incumbent.key < best_->key)) return;
    best_ = incumbent;
    to_.improved(incumbent);
  }
  void progress(const SearchResult& result) override {
    if (!better(best_, result.best)) return to_.progress(result);
    SearchResult shown = result;
    shown.best = best_;
    to_.progress(shown);
  }

 private:
  Sink& to_;
  std::optional<Incumbent> best_;
};

/// Tries to prove the optimum, and then whether factors that need not divide are better. Where the
/// proof takes too long the portfolio goes on, and the bound tells how far from the optimum its
/// best can be.
class AutomaticSearcher final : public Searcher {
 public:
  explicit AutomaticSearcher(const SearchOptions& options) : options_(options) {}
  std::string_view name() const override { return "auto"; }
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override;

 private:
  SearchResult search(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                      const StopRules& stop, Sink& sink) const;
  std::optional<SearchResult> attempt(const Mapspace& space, const Evaluator& evaluator,
                                      const Objective& objective, const StopRules& stop,
                                      Sink& sink) const;

  SearchOptions options_;
};

// Whoever counts mappings wants the heuristics to look at so many; a bound costs next to nothing.
std::optional<SearchResult> AutomaticSearcher::attempt(const Mapspace& space,
                                                       const Evaluator& evaluator,
                                                       const Objective& objective,
                                                       const StopRules& stop, Sink& sink) const {
  if (!optimal::promising(space, evaluator)) return std::nullopt;
  optimal::Settings settings{.most_kept = kMostKept};
  const StopRules rules = StopRules::only(stop.part_of_time(2));
  if (!stop.deadline) settings.most_labels = kMostLabels;
  if (stop.max_evaluated != 0 || stop.max_valid != 0) settings.warm_up = settings.most_labels = 0;
  try {
    return optimal::make_searcher(options_, settings)
        ->run(space, evaluator, objective, rules, sink);
  } catch (const UsageError&) {  // not covered by the proof
    return std::nullopt;
  }
}

SearchResult AutomaticSearcher::run(const Mapspace& space, const Evaluator& evaluator,
                                    const Objective& objective, const StopRules& stop, Sink& sink) {
  const auto perfect = [&](const StopRules& rules) {
    return search(space, evaluator, objective, rules, sink);
  };
  const short_tiles::QuickSearch quick_search = optimal::quick_search(options_, objective);
  if (space.imperfect()) {
    return short_tiles::search_imperfect(perfect, quick_search, space, evaluator, objective, stop,
                                         sink, options_);
  }
  SearchResult result = perfect(stop);
  const bool ended = result.proof && result.stopped_by == StopCause::exhausted;
  if (options_.perfect_only || !ended) return result;
  return short_tiles::try_imperfect(result, quick_search, space, evaluator, objective, stop, sink,
                                    options_);
}

SearchResult AutomaticSearcher::search(const Mapspace& space, const Evaluator& evaluator,
                                       const Objective& objective, const StopRules& stop,
                                       Sink& sink) const {
  std::optional<SearchResult> proof = attempt(space, evaluator, objective, stop, sink);
  const bool done = proof && (proof->proven || proof->stopped_by == StopCause::exhausted);
  if (done || (proof && proof->stopped_by == StopCause::cancelled)) {
    return std::move(*proof);
  }
  Improvements improvements(sink, proof ? proof->best : std::nullopt);
  SearchResult found =
      make_portfolio(options_)->run(space, evaluator, objective, stop, improvements);
  if (!proof) return found;
  found.evaluated += proof->evaluated;
  found.valid += proof->valid;
  found.over_budget += proof->over_budget;
  found.seconds += proof->seconds;
  found.out_of_memory |= proof->out_of_memory;
  if (better(proof->best, found.best)) found.best = proof->best;
  if (better(proof->nearest, found.nearest)) found.nearest = proof->nearest;
  if (found.best) found.nearest.reset();
  ParetoFront front;
  for (const ParetoPoint& point : found.front) front.insert(point);
  for (const ParetoPoint& point : proof->front) front.insert(point);
  found.front_thinned |= proof->front_thinned || front.thinned();
  found.front = front.take();
  found.proof = proof->proof;
  if (found.proof && found.best) {
    found.proof->best = objective.first_metric(found.best->key);
    found.proof->lower_bound = std::min(found.proof->lower_bound, found.proof->best);
  }
  return found;
}

}  // namespace

std::unique_ptr<Searcher> make_automatic(const SearchOptions& options) {
  return std::make_unique<AutomaticSearcher>(options);
}

}  // namespace tilewright
