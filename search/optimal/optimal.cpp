#include "search/optimal/optimal.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "model/error.hpp"
#include "search/arena.hpp"
#include "search/indices.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/optimal/finish.hpp"
#include "search/optimal/lattice_search.hpp"
#include "search/optimal/spatial_choices.hpp"
#include "search/searchers.hpp"
#include "search/short_tiles/imperfect.hpp"

namespace tilewright {
namespace {

using namespace optimal;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostKeepings = std::uint64_t{1} << 22U;
constexpr std::size_t kBeam = 48;              // labels per step of a dive
constexpr std::size_t kDives = 6;              // keepings that are tried so before the proof
constexpr std::uint64_t kDiveLabels = 60'000;  // of all dives
constexpr std::uint64_t kPatience = 20'000;    // labels before the heuristics have another turn
constexpr std::uint64_t kTurn = 20'000;        // mappings of that turn: they cost about the same

bool depends_on_time(const Objective& objective, const Mapspace& space, const Terms& terms) {
  if (terms.idle().any() || objective.wants_front() || space.least_instances() > 0) return true;
  if (objective.budgets().any()) return true;
  return std::any_of(objective.metrics().begin(), objective.metrics().end(), [](const Metric& m) {
    return m.kind != MetricKind::energy && m.kind != MetricKind::area;
  });
}

// Between mappings with the same tiles, whose orders and places may differ.
MappingChange loops_changed(const Mapping& a, const Mapping& b) {
  MappingChange change;
  for (int s = 0; s < a.num_levels; ++s) {
    const LevelMapping& of_a = a.levels[at(s)];
    const LevelMapping& of_b = b.levels[at(s)];
    for (const LoopKind kind : {LoopKind::temporal, LoopKind::spatial_x, LoopKind::spatial_y}) {
      bool moved = of_a.orders(kind) != of_b.orders(kind);
      for (int d = 0; d < a.num_dims; ++d) {
        if (of_a.factors(kind)[at(d)] == of_b.factors(kind)[at(d)]) continue;
        change.dims |= bit(d);
        moved = true;
      }
      if (moved) change.touch(s, kind);
    }
  }
  return change;
}

bool counts_accesses(const Objective& objective) {
  const auto counts = [](const Metric& m) { return m.kind == MetricKind::accesses; };
  return std::any_of(objective.metrics().begin(), objective.metrics().end(), counts) ||
         std::any_of(objective.axes().begin(), objective.axes().end(), counts);
}

/// Turns of the other searchers, each with other mappings than the last.
class Heuristics {
 public:
  Heuristics(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
             const StopToken& stop, const SearchOptions& options)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        options_(options) {}

  Clock::time_point begun() const { return begun_; }
  SearchResult turn(std::uint64_t mappings) {
    if (mappings == 0) return {};
    StopRules rules = StopRules::only(stop_);
    rules.max_evaluated = mappings;
    SilentSink quiet;
    SearchResult found = tilewright::make_searcher("portfolio", options_)
                             ->run(space_, evaluator_, objective_, rules, quiet);
    ++options_.seed;
    return found;
  }

 private:
  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  StopToken stop_;
  SearchOptions options_;
  const Clock::time_point begun_ = Clock::now();
};

class OptimalRun {
 public:
  OptimalRun(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
             const StopRules& stop, Sink& sink, const SearchOptions& options,
             const Settings& settings, Heuristics& heuristics)
      : start_(heuristics.begun()),
        space_(space),
        evaluator_(evaluator),
        objective_(objective),
        stop_(stop),
        sink_(sink),
        options_(options),
        settings_(settings),
        merging_(evaluator.problem(), evaluator.terms(), space),
        merged_(merging_.problem(), evaluator.architecture(), evaluator.prices()),
        terms_(merged_.terms()),
        lattice_(merging_.problem()),
        choices_(list_spatial_choices(space, evaluator.problem(), merging_, lattice_, stop,
                                      options.max_memory / 4)),
        labelling_(space.blank(), merged_, lattice_),
        classes_(terms_, space.complete_orders(), space.blank()),
        target_(objective, terms_, options.gap),
        ground_(space, lattice_, choices_, labelling_, classes_, stop, options.max_memory / 4),
        search_(ground_, target_,
                {.allowed = !counts_accesses(objective),
                 .time = depends_on_time(objective, space, terms_)},
                stop),
        scorers_([this] { return Scorer(*this); }),
        heuristics_(heuristics),
        last_report_(start_) {}

  /// `known` is what the heuristics found before.
  SearchResult run(const SearchResult& known);

 private:
  /// A keeping and what its mappings cost at least.
  struct Ranked {
    Keeping keeping;
    Ground::Root least;
    Objective::Key key{};
    bool open = true;  // it could be an improvement when it was ranked
  };
  /// What a thread needs to turn paths into mappings and to score these.
  struct Scorer {
    explicit Scorer(const OptimalRun& run)
        : scratch(run.evaluator_.scratch()),
          finish(run.space_, run.evaluator_.problem(), run.merging_, run.lattice_, run.terms_,
                 run.choices_) {}
    ScratchPtr scratch;
    Finish finish;
  };

  void take(const SearchResult& found);
  void have_patience();
  void prove(const std::vector<Ranked>& ranked);
  void report();
  void take_best();
  std::vector<Ranked> rank();
  Ranked rank(const Keeping& keeping, bool quick);
  bool search(const Ranked& ranked, std::size_t beam);
  void finished(Part& part, const std::vector<const Step*>& path, const Label& label, bool every);
  void take(const Mapping& mapping, const Outcome& outcome, Part& part) const;
  void merge(const Part& part);
  bool stopped();

  const Clock::time_point start_;
  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  const StopRules& stop_;
  Sink& sink_;
  SearchOptions options_;
  Settings settings_;
  Merging merging_;
  Evaluator merged_;  // of the merged problem
  const Terms terms_;
  TileLattice lattice_;
  std::vector<std::vector<SpatialChoice>> choices_;
  Labelling labelling_;
  LoopClasses classes_;
  Target target_;
  Ground ground_;
  LatticeSearch search_;
  tbb::enumerable_thread_specific<Scorer> scorers_;
  Heuristics& heuristics_;
  Clock::time_point last_report_;
  bool diving_ = false;
  std::uint64_t patience_ = kPatience;
  std::uint64_t turn_ = kTurn;
  std::uint64_t label_limit_ = kDiveLabels;
  double open_bound_ = 0;  // the least first metric of what is still to be gone through
  SearchResult result_;
  std::optional<StopCause> cause_;
};

// Asked between batches, so counts give the same answer for any number of threads.
bool OptimalRun::stopped() {
  if (!cause_) {
    cause_ = stop_.interruption();
    report();
  }
  if (!cause_ && search_.counters.labels > settings_.most_labels) {
    cause_ = StopCause::effort;
  }
  if (cause_) return true;
  if (search_.counters.labels <= label_limit_) return false;
  if (!diving_) have_patience();
  return diving_;
}

// When the proof takes long, the heuristics have another turn. What they find bounds all that is
// still to come. The more they have looked for in vain, the less there is to be found.
void OptimalRun::have_patience() {
  const Objective::Key before = target_.best() ? target_.best()->key : Objective::Key{};
  take(heuristics_.turn(turn_));
  const bool better = target_.best() && target_.best()->key < before;
  patience_ = better ? kPatience : patience_ * 4;
  turn_ = better ? kTurn : turn_ * 2;
  label_limit_ = search_.counters.labels + patience_;
}

void OptimalRun::report() {
  constexpr std::chrono::milliseconds kPause{100};
  const Clock::time_point now = Clock::now();
  if (now - last_report_ < kPause) return;
  last_report_ = now;
  take_best();
  result_.seconds = std::chrono::duration<double>(now - start_).count();
  result_.proof = search_.counters;
  if (target_.best()) {
    result_.proof->best = objective_.first_metric(target_.best()->key);
    result_.proof->lower_bound = std::min(open_bound_, result_.proof->best);
  }
  sink_.progress(result_);
}

// A good mapping is worth much work on the proof: what is dearer needs none of its own.
void OptimalRun::take(const SearchResult& found) {
  result_.evaluated += found.evaluated;
  result_.valid += found.valid;
  result_.over_budget += found.over_budget;
  if (found.best && (!target_.best() || found.best->key < target_.best()->key)) {
    target_.take(*found.best);
    sink_.improved(*found.best);
  }
  for (const ParetoPoint& point : found.front) target_.front.insert(point);
}

// Most keepings are too dear whatever their mappings are, and the first bound tells.
std::vector<OptimalRun::Ranked> OptimalRun::rank() {
  const BigInt& count = space_.size().bypasses;
  if (count * sizeof(Ranked) > options_.max_memory / 4) {
    throw MemoryLimit("the ways to keep dataspaces take more memory than is allowed");
  }
  if (count > kMostKeepings) {
    throw UsageError("the levels may keep dataspaces in too many ways for a proof; constrain them");
  }
  // Worth its tables only where keepings have them in common.
  const bool quick = target_.best() && count > terms_.num_levels() * terms_.num_spaces();
  std::vector<Ranked> ranked;
  try {
    each_keeping(space_, terms_.num_spaces(), [&](const Keeping& keeping) {
      stop_.check();
      ranked.push_back(rank(keeping, quick));
      return true;
    });
  } catch (const Stopped& stopped) {
    cause_ = cause_of(stopped.why());
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.open != b.open ? a.open : a.key < b.key;
  });
  return ranked;
}

OptimalRun::Ranked OptimalRun::rank(const Keeping& keeping, bool quick) {
  Ranked entry{.keeping = keeping, .least = {}};
  if (quick) {
    entry.least = ground_.quick_root(keeping);
    entry.open = target_.open(entry.least.energy, entry.least.cycles);
  }
  if (entry.open) entry.least = ground_.root(keeping);
  entry.key = target_.key(entry.least.energy, entry.least.cycles);
  ++search_.counters.keepings;
  return entry;
}

void OptimalRun::take(const Mapping& mapping, const Outcome& outcome, Part& part) const {
  const std::uint64_t proposal = part.counters.evaluated++;
  if (!outcome.valid()) return;
  ++part.valid;
  if (outcome.abandoned) return;  // dearer than the best
  const bool within = objective_.within_budgets(outcome.cost);
  if (!within) ++part.over_budget;
  const Objective::Key key = objective_.key(outcome.cost);
  Target& target = part.target;
  if (objective_.wants_front() && within) {
    target.front.insert({objective_.point(outcome.cost), outcome.cost, mapping, proposal});
  }
  if (!target.best() || key < target.best()->key) {
    target.take({mapping, outcome.cost, key, proposal});
  }
}

// A path stands for all orders and places that the bounds do not tell apart. If the first of them
// costs what the bound says, none of the others can be better.
void OptimalRun::finished(Part& part, const std::vector<const Step*>& path, const Label& label,
                          bool every) {
  Scorer& scorer = scorers_.local();
  const Keeping& keeping = labelling_.keeping();
  Scratch& scratch = *scorer.scratch;
  const Mapping first = scorer.finish.first(path, keeping);
  const Outcome outcome = evaluator_.evaluate(first, scratch);
  take(first, outcome, part);
  if (!label.varied || !every) return;
  // The others have the same factors and keep the same, so little is to be counted again.
  if (outcome.valid()) evaluator_.take_as_base(scratch);
  const double energy = labelling_.energy(label);
  const double cycles = labelling_.cycles(label);
  scorer.finish.each(path, keeping, [&](const Mapping& mapping) {
    if (part.interrupted(stop_) || !part.target.open(energy, cycles)) return false;
    if (!outcome.valid()) {
      take(mapping, evaluator_.evaluate(mapping, scratch), part);
      return true;
    }
    const std::optional<Incumbent>& best = part.target.best();
    const CostCeiling ceiling =
        best ? objective_.ceiling(objective_.first_metric(best->key)) : CostCeiling{};
    take(mapping,
         evaluator_.evaluate_neighbour(mapping, loops_changed(first, mapping), scratch, ceiling),
         part);
    return true;
  });
}

void OptimalRun::merge(const Part& part) {
  if (target_.merge(part.target, result_.evaluated) &&
      objective_.within_budgets(target_.best()->cost)) {
    sink_.improved(*target_.best());
  }
  result_.evaluated += part.counters.evaluated;
  result_.valid += part.valid;
  result_.over_budget += part.over_budget;
  result_.front_thinned |= part.target.front.thinned();
  if (!cause_ && part.cause) cause_ = cause_of(*part.cause);
}

bool OptimalRun::search(const Ranked& ranked, std::size_t beam) {
  if (!target_.open(ranked.least.energy, ranked.least.cycles)) {
    ++search_.counters.keepings_bounded;
    return true;
  }
  try {
    (void)ground_.root(ranked.keeping);
    return search_.run(beam, {.stopped = [this] { return stopped(); },
                              .finish =
                                  [this, beam](Part& part, const auto& path, const Label& label) {
                                    finished(part, path, label, beam == 0);
                                  },
                              .merge = [this](const Part& part) { merge(part); }});
  } catch (const Stopped& stopped) {  // while it made tables or compared labels
    if (!cause_) cause_ = cause_of(stopped.why());
    return false;
  }
}

void OptimalRun::prove(const std::vector<Ranked>& ranked) {
  if (!ranked.empty()) open_bound_ = objective_.first_metric(ranked.front().key);
  diving_ = true;
  for (std::size_t i = 0; i < std::min(kDives, ranked.size()); ++i) (void)search(ranked[i], kBeam);
  diving_ = false;
  target_.forget_closed();
  search_.counters.keepings_bounded = 0;  // dives do not count
  const bool cut = search_.counters.labels > label_limit_;
  label_limit_ = search_.counters.labels + patience_;
  if (cut && !stopped()) have_patience();  // all the more reason to know a good mapping
  std::size_t settled = 0;
  const auto settles = [&](const Ranked& next) {
    open_bound_ = std::min(objective_.first_metric(next.key), target_.least_closed());
    return search(next, 0);
  };
  while (settled < ranked.size() && settles(ranked[settled])) ++settled;
  result_.proven = settled == ranked.size();
  result_.out_of_memory = search_.out_of_memory;
  if (!result_.proven && !cause_) {  // too many labels
    cause_ = search_.out_of_memory ? StopCause::memory : StopCause::effort;
  }
  Proof& proof = search_.counters;
  // What was left out ties with the best or is dearer.
  if (target_.best()) {
    proof.best = proof.lower_bound = objective_.first_metric(target_.best()->key);
  }
  if (result_.proven && options_.gap > 0 && target_.best()) {
    proof.lower_bound = std::min(proof.best, target_.least_closed());
    result_.proven = target_.settled();
  }
  if (settled < ranked.size()) {
    double open = std::numeric_limits<double>::infinity();
    for (; settled < ranked.size(); ++settled) {
      open = std::min(open, objective_.first_metric(ranked[settled].key));
    }
    proof.lower_bound = target_.best() ? std::min(proof.lower_bound, open) : open;
  }
}

// What meets no budget is no result, but tells how far away they are.
void OptimalRun::take_best() {
  result_.best = target_.best();
  if (!result_.best || objective_.within_budgets(result_.best->cost)) return;
  result_.nearest.swap(result_.best);
  result_.best.reset();
}

SearchResult OptimalRun::run(const SearchResult& known) {
  take(known);
  search_.most_kept = settings_.most_kept;
  search_.most_bytes = options_.max_memory / 4;
  const std::vector<Ranked> ranked = rank();
  const bool all_ranked = !cause_;
  if (all_ranked) prove(ranked);
  take_best();
  result_.front_thinned |= target_.front.thinned();
  result_.front = target_.front.take();
  result_.proof.reset();
  if (all_ranked) result_.proof = search_.counters;
  result_.stopped_by = cause_.value_or(StopCause::exhausted);
  result_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  return std::move(result_);
}

// Heuristics come first: even if the tables of the proof take too long, there is a mapping then.
SearchResult prove_optimum(const Mapspace& space, const Evaluator& evaluator,
                           const Objective& objective, const StopRules& stop, Sink& sink,
                           const SearchOptions& options, const Settings& settings) {
  if (evaluator.terms().any_distribution()) {
    throw UsageError(
        "the optimal search does not cover networks whose children pass words on to each other "
        "(network-type M:N); choose another searcher");
  }
  Heuristics heuristics(space, evaluator, objective, stop, options);
  SearchResult known;
  if (options.known) {
    known.best = options.known;
  } else {
    known = heuristics.turn(settings.warm_up);
  }
  try {
    return OptimalRun(space, evaluator, objective, stop, sink, options, settings, heuristics)
        .run(known);
  } catch (const Stopped& stopped) {  // before there was anything to search
    known.stopped_by = cause_of(stopped.why());
  } catch (const MemoryLimit&) {
    known.stopped_by = StopCause::memory;
    known.out_of_memory = true;
  }
  if (known.best) sink.improved(*known.best);
  return known;
}

class OptimalSearcher final : public Searcher {
 public:
  OptimalSearcher(const SearchOptions& options, const Settings& settings)
      : options_(options), settings_(settings) {}
  std::string_view name() const override { return "optimal"; }
  SearchResult run(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                   const StopRules& stop, Sink& sink) override {
    const auto perfect = [&](const StopRules& rules) {
      return in_arena(options_.threads, [&](int) {
        return prove_optimum(space, evaluator, objective, rules, sink, options_, settings_);
      });
    };
    if (!space.imperfect()) return perfect(stop);
    return short_tiles::search_imperfect(perfect, optimal::quick_search(options_, objective), space,
                                         evaluator, objective, stop, sink, options_);
  }

 private:
  SearchOptions options_;
  Settings settings_;
};

}  // namespace

bool optimal::promising(const Mapspace& space, const Evaluator& evaluator) {
  constexpr double kMostEntries = 1e9;  // of all tables: some seconds
  if (evaluator.terms().any_distribution()) return false;
  const Merging merging(evaluator.problem(), evaluator.terms(), space);
  const std::uint64_t tiles = TileLattice(merging.problem()).size();
  const auto keepings = space.size().bypasses.convert_to<double>();
  const double entries = static_cast<double>(tiles) * keepings * evaluator.terms().num_levels();
  return tiles <= Bounds::kMostTiles && entries <= kMostEntries;
}

short_tiles::QuickSearch optimal::quick_search(const SearchOptions& options,
                                               const Objective& objective) {
  constexpr std::uint64_t kFewLabels = 300'000;
  return [options, &objective](const Mapspace& space, const Evaluator& evaluator,
                               const StopRules& stop) {
    SilentSink quiet;
    const Settings settings{.most_labels = kFewLabels};
    return in_arena(options.threads, [&](int) {
      return prove_optimum(space, evaluator, objective, stop, quiet, options, settings);
    });
  };
}

std::unique_ptr<Searcher> optimal::make_searcher(const SearchOptions& options,
                                                 const Settings& settings) {
  return std::make_unique<OptimalSearcher>(options, settings);
}

std::unique_ptr<Searcher> make_optimal(const SearchOptions& options) {
  return optimal::make_searcher(options, {});
}

}  // namespace tilewright
