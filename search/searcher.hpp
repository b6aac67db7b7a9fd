#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/big_int.hpp"
#include "model/nest/evaluator.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/objective.hpp"
#include "search/pareto_front.hpp"

namespace tilewright {

enum class StopCause : std::uint8_t {
  exhausted,
  max_evaluated,
  max_valid,
  victory,
  invalid_run,
  deadline,
  cancelled,
  memory,  // the tables or labels of a proof would have been more than it may have
  effort   // as much was done for a proof as it may take
};
std::string_view name(StopCause cause);
constexpr StopCause cause_of(Interruption why) {
  return why == Interruption::cancelled ? StopCause::cancelled : StopCause::deadline;
}

/// When a search ends: when the token says so, or by a count. The counts are taken on the merged
/// order of proposals, so they give the same end for any number of threads; time does not.
struct StopRules : StopToken {
  std::uint64_t max_evaluated = 0;      // mappings considered; 0 = no limit
  std::uint64_t max_valid = 0;          // valid mappings; 0 = no limit
  std::uint64_t victory_condition = 0;  // valid mappings since the last improvement; 0 = off
  std::uint64_t max_invalid_run = 0;    // consecutive invalid mappings; 0 = off

  /// No counts: only what the token says.
  static StopRules only(const StopToken& token) {
    StopRules rules;
    static_cast<StopToken&>(rules) = token;
    return rules;
  }
  /// Whether the user or the clock ends the search now. Looks at the clock: not for every mapping.
  std::optional<StopCause> interruption() const {
    const auto why = requested();
    return why ? std::optional(cause_of(*why)) : std::nullopt;
  }
};

/// The best mapping found so far. `proposal` is its place in the merged order.
struct Incumbent {
  Mapping mapping;
  Cost cost;
  Objective::Key key{};
  std::uint64_t proposal = 0;
};

struct SearchOptions {
  std::uint64_t seed = 1;
  int threads = 0;  // 0 = all cores
  /// Bytes that tables and labels may take, by their counted sizes: the same on every machine.
  std::uint64_t max_memory = std::uint64_t{8} << 30U;
  /// Optimal search: ends once no mapping can be better by more than this share of the best one.
  double gap = 0;
  /// Automatic search: never tries factors that need not divide.
  bool perfect_only = false;
  /// Exhaustive search: the slice [from, to) of the factorizations, by number; each with all its
  /// distinct orders and bypasses. Slices that meet cover the mapspace without overlap.
  BigInt from = 0;
  std::optional<BigInt> to = std::nullopt;  // absent = all
  /// Optimal search: a mapping, of the space or not, that is to be beaten. If none does, it comes
  /// back as the best.
  std::optional<Incumbent> known = std::nullopt;
};

/// The mappings that a proof is about: those whose factors divide, or also those whose factors need
/// not, so that the last tiles are short.
enum class Scope : std::uint8_t { perfect, imperfect };
std::string_view name(Scope scope);

/// What a proof rests on. A label is the inside of many mappings, up to some tile.
struct Proof {
  Scope scope = Scope::perfect;
  double lower_bound = 0;  // of the first metric, over all mappings of the scope
  double best = 0;         // the first metric of the best mapping
  /// The same bound over mappings whose factors need not divide, where these are not the scope.
  std::optional<double> imperfect_bound;
  std::uint64_t keepings = 0;          // ways to keep dataspaces
  std::uint64_t keepings_bounded = 0;  // of them left out as a whole by their bound
  std::uint64_t labels = 0;
  std::uint64_t dominated = 0;  // labels that another one stands for
  std::uint64_t bounded = 0;    // labels that cannot lead to an improvement
  std::uint64_t finished = 0;   // labels that reached the whole problem
  std::uint64_t evaluated = 0;  // mappings scored exactly
  friend bool operator==(const Proof&, const Proof&) = default;
};

/// What a search did; the best mapping is absent when no proposal was valid and within the
/// budgets.
struct SearchResult {
  std::optional<Incumbent> best;
  std::optional<Incumbent> nearest;  // the least beyond the budgets when none meets them
  std::vector<ParetoPoint> front;    // by rising first axis; empty unless the objective wants it
  std::vector<Incumbent> top;        // the best mappings, the best first, where several are wanted
  bool top_proven = false;           // no other one is better than the last of them
  bool front_thinned = false;        // it had more points than can be kept
  std::uint64_t evaluated = 0;       // considered: valid + rejected
  std::uint64_t valid = 0;
  std::uint64_t over_budget = 0;  // of the valid ones
  std::uint64_t rejected_fanout = 0;
  std::uint64_t rejected_capacity = 0;  // too much or, with min-utilization, too little
  std::array<std::uint64_t, kMaxLevels + 1> rejected_at{};  // [level + 1]; 0 = compute
  StopCause stopped_by = StopCause::exhausted;
  bool proven = false;          // the best of the scope of the proof
  std::optional<Proof> proof;   // optimal search: also of one that was stopped
  bool out_of_memory = false;   // a proof gave up for the limit; what came after it may go on
  std::uint64_t announced = 0;  // exhaustive search: mappings to evaluate, known beforehand
  double seconds = 0;
  /// How far above the best of the whole mapspace the best one can be by the first metric, as a
  /// share of it; nothing is known without a proof.
  std::optional<double> gap() const {
    if (!proof || !best || proof->best <= 0) return std::nullopt;
    return (proof->best - proof->lower_bound) / proof->best;
  }
  /// The same for all mappings whose factors need not divide.
  std::optional<double> imperfect_gap() const {
    if (proof && proof->scope == Scope::imperfect) return gap();
    if (!gap() || !proof->imperfect_bound) return std::nullopt;
    return (proof->best - *proof->imperfect_bound) / proof->best;
  }
  /// The end depends on the clock or on a user, not only on seed and counts.
  bool reproducible() const {
    return stopped_by != StopCause::deadline && stopped_by != StopCause::cancelled;
  }
};

/// Where a searcher reports. Called from one thread at a time.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void improved(const Incumbent& incumbent) = 0;
  /// Called now and then; `result.best` may be absent.
  virtual void progress(const SearchResult& result) = 0;
  /// Exactly so many mappings will be evaluated unless something ends the search.
  virtual void announced(std::uint64_t /*mappings*/) {}
};

/// Listens to nothing.
class SilentSink final : public Sink {
 public:
  void improved(const Incumbent& /*incumbent*/) override {}
  void progress(const SearchResult& /*result*/) override {}
};

/// Proposes mappings until a stop rule says so. Never prints, never touches files.
class Searcher {
 public:
  virtual ~Searcher() = default;
  virtual std::string_view name() const = 0;
  virtual SearchResult run(const Mapspace& space, const Evaluator& evaluator,
                           const Objective& objective, const StopRules& stop, Sink& sink) = 0;
};

/// A searcher by name, such as "auto", "random" or "none" (proposes nothing; for tests).
/// \throws UsageError naming the nearest valid name.
std::unique_ptr<Searcher> make_searcher(std::string_view name, const SearchOptions& options);
std::vector<std::string_view> searcher_names();

}  // namespace tilewright
