#include "model/nest/stats.hpp"

namespace tilewright {

double Stats::movement_energy() const {
  double energy = 0;
  for (const LevelStats& level : levels) energy += level.energy_total;
  for (const NetworkStats& network : networks) energy += network.energy_total;
  return energy;
}

double Stats::idle_energy() const {
  double energy = compute.idle_energy;
  for (const LevelStats& level : levels) energy += level.idle_energy;
  return energy;
}

}  // namespace tilewright
