#include "model/energy/estimators/node_scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/energy/estimator.hpp"

namespace tilewright::energy {
namespace {

constexpr std::size_t kCount = 10;
constexpr std::array<double, kCount> kNodes{130, 90, 65, 45, 32, 20, 16, 14, 10, 7};

// [from][to]
constexpr std::array<std::array<double, kCount>, kCount> kArea{{
    {1, 0.44, 0.23, 0.16, 0.072, 0.033, 0.03, 0.027, 0.016, 0.0092},
    {2.3, 1, 0.53, 0.35, 0.16, 0.075, 0.067, 0.061, 0.036, 0.021},
    {4.3, 1.9, 1, 0.66, 0.31, 0.14, 0.13, 0.12, 0.068, 0.039},
    {6.4, 2.8, 1.5, 1, 0.46, 0.21, 0.19, 0.17, 0.1, 0.059},
    {14, 6.1, 3.3, 2.2, 1, 0.46, 0.41, 0.38, 0.22, 0.13},
    {30, 13, 7.1, 4.7, 2.2, 1, 0.89, 0.82, 0.48, 0.28},
    {34, 15, 7.9, 5.3, 2.4, 1.1, 1, 0.91, 0.54, 0.31},
    {37, 16, 8.7, 5.8, 2.7, 1.2, 1.1, 1, 0.59, 0.34},
    {63, 28, 15, 9.8, 4.5, 2.1, 1.9, 1.7, 1, 0.58},
    {110, 48, 25, 17, 7.8, 3.6, 3.2, 2.9, 1.7, 1},
}};

// Energy of a switch: a * V^2 + b * V + c.
constexpr std::array<std::array<double, 3>, kCount> kEnergy{{
    {7.171, -6.709, 2.904},
    {4.762, -4.781, 2.092},
    {3.755, -4.398, 1.975},
    {1.103, -0.362, 0.2767},
    {0.9559, -0.7823, 0.471},
    {0.373, -0.1582, 0.04104},
    {0.2958, -0.1241, 0.03024},
    {0.2363, -0.09675, 0.02239},
    {0.2068, -0.09311, 0.02375},
    {0.1776, -0.09097, 0.02447},
}};
constexpr double kVolts = 0.8;

// A place between two neighbouring nodes of the table.
struct Place {
  std::size_t larger = 0;   // index of the larger node
  std::size_t smaller = 0;  // index of the smaller node
  double weight = 0;        // of the smaller node
};

Place place_of(double node, NodeInterpolation interpolation) {
  std::size_t smaller = 0;
  while (smaller + 1 < kCount && kNodes[smaller] > node) ++smaller;
  if (kNodes[smaller] == node || smaller == 0) return {smaller, smaller, 0};
  const std::size_t larger = smaller - 1;
  const double share = (node - kNodes[smaller]) / (kNodes[larger] - kNodes[smaller]);
  return {larger, smaller, interpolation == NodeInterpolation::upstream ? share : 1 - share};
}

double switch_energy(std::size_t node) {
  const auto& [a, b, c] = kEnergy[node];
  return a * kVolts * kVolts + b * kVolts + c;
}

double switch_energy(const Place& place) {
  return switch_energy(place.larger) * (1 - place.weight) +
         switch_energy(place.smaller) * place.weight;
}

double clamped(double node) { return std::clamp(node, kNodes.back(), kNodes.front()); }

void check(double from, double to) {
  if (!(from > 0 && to > 0)) throw Declined("a technology node must be positive");
}

}  // namespace

double node_energy_ratio(double from, double to, NodeInterpolation interpolation) {
  check(from, to);
  from = std::max(from, 1.0);
  to = std::max(to, 1.0);
  const double beyond = std::sqrt((to / clamped(to)) / (from / clamped(from)));
  return beyond * switch_energy(place_of(clamped(to), interpolation)) /
         switch_energy(place_of(clamped(from), interpolation));
}

double node_area_ratio(double from, double to, NodeInterpolation interpolation) {
  check(from, to);
  const double beyond = (to / clamped(to)) / (from / clamped(from));
  const Place x = place_of(clamped(from), interpolation);
  const Place y = place_of(clamped(to), interpolation);
  return beyond * (kArea[x.larger][y.larger] * (1 - x.weight) * (1 - y.weight) +
                   kArea[x.larger][y.smaller] * (1 - x.weight) * y.weight +
                   kArea[x.smaller][y.larger] * x.weight * (1 - y.weight) +
                   kArea[x.smaller][y.smaller] * x.weight * y.weight);
}

}  // namespace tilewright::energy
