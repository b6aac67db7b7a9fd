#pragma once

#include <map>
#include <string>

#include "model/arch/architecture.hpp"
#include "model/nest/stats.hpp"

namespace tilewright {

/// What keeps a mapping from being faster or cheaper.
struct Limits {
  std::string slowest;       // the memory whose bandwidth sets the time, or the arithmetic
  std::string dearest;       // the component that takes the most energy
  double dearest_share = 0;  // of the energy of the layer, 0..1
};
Limits limits_of(const Stats& stats, const Architecture& arch);

/// pJ of the arithmetic, the memories, the networks and, where it counts, of leakage.
std::map<std::string, double> energy_by_component(const Stats& stats, const Architecture& arch);

}  // namespace tilewright
