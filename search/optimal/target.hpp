#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
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

  /// With a gap, only what could be better by more than this share of the best one is open.
  Target(const Objective& objective, const Terms& terms, double gap = 0);

  /// Knows what this one knows now, which must not change meanwhile, and collects what one thread
  /// finds.
  Target part() const {
    Target part(objective_, terms_, gap_);
    part.whole_ = this;
    return part;
  }
  /// Takes over what a part has found whose proposals were counted from 0, after `before` others.
  /// \returns whether it has a better best.
  bool merge(const Target& part, std::uint64_t before);

  /// A mapping of at least this energy and time, as a cost. The energy is that of what it does;
  /// what is lost over its time is added here.
  Cost least(double energy, double cycles) const;
  Objective::Key key(double energy, double cycles) const {
    return objective_.key(least(energy, cycles));
  }
  /// Could a mapping of at least this energy (pJ) and these cycles be an improvement?
  bool open(double energy, double cycles) const;
  bool open(const Objective::Key& least) const;

  /// The least first metric of what was closed because of the gap although it could be better.
  double least_closed() const { return least_closed_; }
  /// Is nothing that was closed because of the gap better than the best?
  bool settled() const;
  void forget_closed() { least_closed_ = std::numeric_limits<double>::infinity(); }

  void take(const Incumbent& incumbent) { best_ = incumbent; }
  const std::optional<Incumbent>& best() const {
    return best_ || whole_ == nullptr ? best_ : whole_->best_;
  }
  /// The front found so far, if the objective wants one; of a part, what it adds.
  ParetoFront front;

 private:
  static bool better(const Objective::Key& least, const Objective::Key& known);
  bool covered(const Objective::Point& point) const;

  const Objective& objective_;
  const Terms terms_;
  double gap_;
  bool looks_at_instances_ = false;  // some metric or budget is that of the utilization
  mutable double least_closed_ = std::numeric_limits<double>::infinity();
  std::optional<Incumbent> best_;
  const Target* whole_ = nullptr;  // of a part
};

}  // namespace tilewright::optimal
