#pragma once

#include <limits>
#include <optional>

#include "search/block.hpp"
#include "search/objective.hpp"
#include "search/pareto_front.hpp"

namespace tilewright {

/// Writes into a block what became of its proposals, one after the other. It leaves out what cannot
/// be an improvement for the merge, judging by earlier proposals only.
class BlockRecorder {
 public:
  /// `known` is the key of an incumbent from an earlier block, if any; `front` the points of
  /// earlier blocks, if any. Which ones must not depend on the threads, unless no front is wanted.
  BlockRecorder(const Objective& objective, Block& block, std::optional<Objective::Key> known,
                const ParetoFront* front = nullptr)
      : objective_(objective), block_(block), best_(known) {
    if (front != nullptr && objective.wants_front()) filter_ = CoverFilter(*front);
  }

  /// Takes the next proposal; its key, or nothing if it was rejected. What was abandoned has an
  /// infinite key: it must be beyond the best that is known.
  std::optional<Objective::Key> take(const Outcome& outcome, const Mapping& mapping) {
    const std::uint32_t place = block_.made++;
    block_.verdicts[place] = Verdict(outcome.rejection);
    if (!outcome.valid()) return std::nullopt;
    if (outcome.abandoned) {
      Objective::Key beyond;
      beyond.fill(std::numeric_limits<double>::infinity());
      return beyond;
    }
    const Objective::Key key = objective_.key(outcome.cost);
    const bool within = objective_.within_budgets(outcome.cost);
    if (!within) block_.verdicts[place] = Verdict::over_budget();
    if (!best_ || key < *best_) {
      best_ = key;
      block_.records.push_back({place, key, outcome.cost, mapping});
    }
    if (within && objective_.wants_front()) take_point(place, outcome.cost, mapping);
    return key;
  }

 private:
  void take_point(std::uint32_t place, const Cost& cost, const Mapping& mapping) {
    const Objective::Point at = objective_.point(cost);
    if (!filter_.covered(at)) block_.points.push_back({place, at, cost, mapping});
  }

  const Objective& objective_;
  Block& block_;
  std::optional<Objective::Key> best_;  // of the block and what was known before
  CoverFilter filter_;
};

}  // namespace tilewright
