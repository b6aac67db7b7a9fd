#pragma once

#include <memory>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/outcome.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// The working memory of one thread: made by Evaluator::scratch, reused for every mapping.
class Scratch;
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

  /// Cost of `mapping`, or why it cannot run. The factors must reach the bounds.
  Outcome evaluate(const Mapping& mapping, Scratch& scratch) const;

  /// The same with every count, for reports. Slow; allocates.
  Stats explain(const Mapping& mapping, Scratch& scratch) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tilewright
