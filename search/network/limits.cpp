#include "search/network/limits.hpp"

#include <algorithm>

namespace tilewright {

std::map<std::string, double> energy_by_component(const Stats& stats, const Architecture& arch) {
  std::map<std::string, double> energy;
  energy[arch.compute.name] += stats.compute.energy_total;
  for (std::size_t s = 0; s < stats.levels.size(); ++s) {
    energy[arch.storage[s].name] += stats.levels[s].energy_total;
  }
  for (const NetworkStats& network : stats.networks) energy[network.name] += network.energy_total;
  if (stats.counts_idle) energy["leakage"] += stats.idle_energy();
  return energy;
}

Limits limits_of(const Stats& stats, const Architecture& arch) {
  Limits limits{.slowest = arch.compute.name, .dearest = {}};
  auto cycles = static_cast<double>(stats.compute_cycles);
  for (std::size_t s = 0; s < stats.levels.size(); ++s) {
    const auto own = static_cast<double>(stats.levels[s].cycles);
    if (own <= cycles) continue;
    cycles = own;
    limits.slowest = arch.storage[s].name;
  }
  const auto energy = energy_by_component(stats, arch);
  const auto dearest =
      std::max_element(energy.begin(), energy.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  limits.dearest = dearest->first;
  const double whole = stats.outcome.cost.energy;
  limits.dearest_share = whole > 0 ? dearest->second / whole : 0;
  return limits;
}

}  // namespace tilewright
