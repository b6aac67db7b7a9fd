#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "search/mapspace/memory.hpp"
#include "search/short_tiles/plan_search.hpp"

namespace tilewright::short_tiles {

/// Goes through all mappings whose factors need not divide: one way of keeping dataspaces after the
/// other, the spatial loops of all levels, the most promising first, then the temporal loops. What
/// has a bound that is no better than the best so far is left out.
///
/// Mappings whose factors do divide are priced as if their tiles might be short, which may be too
/// high for them: they are for the other search.
class ShortSearch {
 public:
  struct Counts : PlanSearch::Counts {
    std::uint64_t keepings = 0;
    std::uint64_t keepings_bounded = 0;
    std::uint64_t plans = 0;  // spatial loops of all levels
    std::uint64_t plans_bounded = 0;
  };
  using Better = std::function<void(const Incumbent&)>;
  /// What may be done at most, before the search gives up.
  struct Limits {
    std::uint64_t bytes = kUnlimited;              // of tables and lists, by their counted sizes
    double table_entries = Further::kMostEntries;  // with more, bounds are lower
    std::uint64_t steps = std::numeric_limits<std::uint64_t>::max();  // see steps()
  };

  /// What `target` knows is what must be beaten. Uses the threads of the caller's arena.
  /// `all_steps`: of temporal loops, also such as make no difference; for tests.
  ShortSearch(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
              optimal::Target& target, const StopToken& token, const Limits& limits,
              bool all_steps = false);

  /// Bounds all ways of keeping dataspaces; false if `stop` said so before the end.
  /// \throws UsageError if they are too many.
  bool rank(const std::function<bool()>& stop);
  /// After that: could any mapping be better than what the target knows?
  bool any_open() const;

  /// False if the token, `stop` or the limits said so before the end; `stop` is asked by one thread
  /// at a time, and where it takes its time to ask, the token is. `better` and `between` are called
  /// while no thread searches: for each improvement, and now and then, so that others may look for
  /// one. \throws UsageError if there are too many spatial loops; MemoryLimit.
  bool run(const std::function<bool()>& stop, const Better& better,
           const std::function<void()>& between);
  const Counts& counts() const { return counts_; }
  /// Choices of spatial loops looked at, loops chosen and mappings scored, and what others did.
  std::uint64_t steps() const { return looks_ + counts_.steps() + charged_; }
  /// Others did so many steps for it: they count as its own.
  void charge(std::uint64_t steps) { charged_ += steps; }
  /// The least first metric of what was not gone through, at least, unless a run came to its end;
  /// nothing if that is not known, as the ways of keeping dataspaces were not all bounded.
  std::optional<double> open_bound() const;

 private:
  struct Ranked {
    Objective::Key key;
    optimal::Keeping keeping;
  };
  struct Candidate {
    Objective::Key key;
    Plans::Selection selection;
  };
  /// What a plan came to.
  struct Outcome {
    optimal::Target found;
    PlanSearch::Counts counts;
    bool complete = true;
  };

  Objective::Key least_of_keeping(double boundaries) const;
  void try_keeping(const optimal::Keeping& keeping);
  void search_keeping(const optimal::Keeping& keeping);
  bool list_plans(std::size_t i, Plans::Selection& selection, Factors& rest, double instances);
  std::size_t most_candidates() const;
  void search_plans();
  void search_batch(std::size_t from, std::size_t to);
  void search_plan(const Candidate& candidate, std::uint64_t most_steps, Outcome& outcome);
  void merge(const Candidate& candidate, const Outcome& outcome);
  void leave_open(double bound);
  bool stopped();

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  optimal::Target& target_;
  StopToken token_;
  const Limits limits_;
  bool all_steps_;
  Nest nest_;
  Further further_;
  std::optional<Plans> plans_;
  std::optional<std::vector<Ranked>> ranked_;  // the most promising first
  std::vector<Candidate> candidates_;
  optimal::Keeping keeping_;
  bool listed_ = false;  // all plans of the keeping are
  tbb::enumerable_thread_specific<std::unique_ptr<PlanSearch>> workers_;
  Counts counts_;
  std::optional<double> open_bound_;
  double keeping_bound_ = 0;  // of the keeping under way
  std::uint64_t looks_ = 0;
  std::uint64_t charged_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex asking_;
  const std::function<bool()>* stop_ = nullptr;
  const Better* better_ = nullptr;
  const std::function<void()>* between_ = nullptr;
};

}  // namespace tilewright::short_tiles
