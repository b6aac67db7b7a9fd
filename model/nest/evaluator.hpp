#pragma once

#include <memory>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/mapping/change.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/outcome.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// The working memory of one thread: made by Evaluator::scratch, reused for every mapping.
class Scratch;
class Terms;
struct ScratchDeleter {
  void operator()(Scratch* scratch) const noexcept;
};
using ScratchPtr = std::unique_ptr<Scratch, ScratchDeleter>;

/// Scores mappings of one problem on one architecture at given prices. Compiled once, immutable;
/// any number of threads call it, each with its own Scratch. Scoring allocates nothing.
class Evaluator {
 public:
  /// Costs include the accesses of these storage levels (0 = innermost), at most kMaxAccessLevels.
  Evaluator(Problem problem, Architecture arch, Prices prices,
            const std::vector<int>& access_levels = {});
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  const Problem& problem() const;
  const Architecture& architecture() const;
  const Prices& prices() const;

  ScratchPtr scratch() const;

  /// The terms that a cost is made of; valid as long as the evaluator.
  Terms terms() const;

  /// Cost of `mapping`, or why it cannot run. The factors must reach the bounds.
  Outcome evaluate(const Mapping& mapping, Scratch& scratch) const;

  /// Makes the mapping that was scored last the base of evaluate_neighbour. It must have been valid
  /// and not abandoned.
  void take_as_base(Scratch& scratch) const;

  /// The outcome of evaluate(), to the last bit, for a mapping that differs from the base at most
  /// as `change` says; only what the change touches is counted again. The base stays until
  /// take_as_base or evaluate() is called. May abandon a mapping whose cost is beyond `ceiling`.
  Outcome evaluate_neighbour(const Mapping& mapping, const MappingChange& change, Scratch& scratch,
                             const CostCeiling& ceiling = {}) const;

  /// evaluate() with every count, for reports. Slow; allocates.
  Stats explain(const Mapping& mapping, Scratch& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tilewright
