#pragma once

#include "model/nest/terms.hpp"
#include "search/objective.hpp"

namespace tilewright::check {

/// What a claim says is the least, and whether anything could still refute it. Differences of one
/// part in 10^12 are rounding.
class Contest {
 public:
  /// Nothing may be less than `claimed`, whose later metrics decide where the first ones tie.
  Contest(const Objective& objective, const Terms& terms, const Objective::Key& claimed)
      : objective_(objective), terms_(terms), claimed_(claimed) {}

  /// Could a mapping that takes at least so much energy (pJ, without what leaks over time) and at
  /// least so many cycles refute the claim?
  bool open(double energy, double cycles) const { return refutes(least_key(energy, cycles)); }
  /// Is a mapping of this key less than the claim?
  bool refutes(const Objective::Key& key) const;
  Objective::Key least_key(double energy, double cycles) const;

  static constexpr double kRounding = 1e-12;

 private:
  const Objective& objective_;
  Terms terms_;
  Objective::Key claimed_;
};

}  // namespace tilewright::check
