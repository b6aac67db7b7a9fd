#include "search/check/contest.hpp"

#include <cmath>

namespace tilewright::check {

// Every metric falls, or stays, when energy or cycles fall.
Objective::Key Contest::least_key(double energy, double cycles) const {
  const double time = std::ceil(std::max(cycles, 1.0) * (1 - kRounding));
  Cost cost;
  cost.cycles = time;
  cost.energy = std::max(0.0, energy) + terms_.idle().least(time);
  cost.utilization = terms_.operations() / (terms_.compute_instances() * time);
  cost.area = terms_.area();
  return objective_.key(cost);
}

bool Contest::refutes(const Objective::Key& key) const {
  for (std::size_t metric = 0; metric < key.size(); ++metric) {
    const double difference = claimed_[metric] - key[metric];
    const double rounding = kRounding * std::abs(claimed_[metric]);
    if (std::abs(difference) > rounding) return difference > 0;
  }
  return false;
}

}  // namespace tilewright::check
