#include "model/energy/idle_power.hpp"

namespace tilewright {

IdlePower idle_power(const Architecture& arch, const Prices& prices, double operations) {
  IdlePower power;
  if (!prices.count_idle) return power;
  const auto macs = static_cast<double>(arch.compute.instances);
  if (!prices.idle_in_use) power.always = prices.compute.idle * macs;
  for (int s = 0; s < arch.num_levels(); ++s) {
    const double idle = prices.storage[s].idle;
    const auto instances = static_cast<double>(arch.storage[s].instances);
    if (!prices.idle_in_use) {
      power.always += idle * instances;
      continue;
    }
    power.used[s] = idle;
    power.work[s] = operations * instances / macs;
    if (idle > 0) power.num_used = s + 1;
  }
  return power;
}

}  // namespace tilewright
