#pragma once

#include <algorithm>
#include <array>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/limits.hpp"

namespace tilewright {

/// What leaks while a layer runs, where leakage counts.
struct IdlePower {
  double always = 0;                      // pJ per cycle, of all instances
  std::array<double, kMaxLevels> used{};  // pJ per cycle and instance in use, of each level
  std::array<double, kMaxLevels> work{};  // of each level: instances in use times cycles, at least
  int num_used = 0;                       // levels whose instances leak in use only

  bool any() const { return always > 0 || num_used > 0; }
  /// pJ in so many cycles, whatever instances are in use; at least.
  double least(double cycles) const {
    double energy = always * cycles;
    for (int s = 0; s < num_used; ++s) energy += used[s] * std::max(cycles, work[s]);
    return energy;
  }
};

/// `operations`: of the layer. Each instance of a level does at most as many in a cycle as there
/// are MACs in it.
IdlePower idle_power(const Architecture& arch, const Prices& prices, double operations);

}  // namespace tilewright
