#pragma once

#include <optional>
#include <vector>

#include "model/nest/terms.hpp"
#include "search/objective.hpp"
#include "search/pareto_front.hpp"
#include "search/searcher.hpp"

namespace tilewright::optimal {

/// What is known of the best so far, and whether a lower bound could still beat it. A bound that
/// ties with the incumbent but for rounding does not.
class Target {
 public:
  static constexpr double kRounding = 1e-12;

  Target(const Objective& objective, const Terms& terms) : objective_(objective), terms_(terms) {}

  /// A mapping of at least this energy and time, as a cost. The energy is that of what it does;
  /// what is lost over its time is added here.
  Cost least(double energy, double cycles) const;
  Objective::Key key(double energy, double cycles) const {
    return objective_.key(least(energy, cycles));
  }
  /// Could a mapping of at least this energy (pJ) and these cycles be an improvement?
  bool open(double energy, double cycles) const;
  bool open(const Objective::Key& least) const;

  void take(const Incumbent& incumbent) { best_ = incumbent; }
  const std::optional<Incumbent>& best() const { return best_; }
  /// The front found so far, if the objective wants one.
  ParetoFront front;

 private:
  const Objective& objective_;
  const Terms& terms_;
  std::optional<Incumbent> best_;
};

}  // namespace tilewright::optimal
