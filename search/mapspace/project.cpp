// The nearest mapping of a mapspace to loop bounds that somebody wishes for.

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/mapspace/factorization.hpp"

namespace tilewright {
namespace {

double distance(std::int32_t factor, double wished) {
  const double off = std::log(static_cast<double>(factor)) - std::log(std::max(wished, 1.0));
  return off * off;
}

}  // namespace

// [level * divisors + quotient]: of the nearest split over this level and those further out.
std::vector<double> TemporalSplits::nearest_costs(std::span<const double> wished) const {
  const std::size_t width = first_row_.size();
  std::vector<double> costs((ranges_.size() + 1) * width, std::numeric_limits<double>::infinity());
  costs[ranges_.size() * width] = 0;  // nothing left to split: the quotient 1
  for (std::size_t level = ranges_.size(); level-- > 0;) {
    for (std::size_t quotient = 0; quotient < width; ++quotient) {
      double& least = costs[level * width + quotient];
      for (const auto& division : divisors_.divisions(static_cast<int>(quotient))) {
        if (!ranges_[level].holds(division.factor)) continue;
        const double rest =
            costs[(level + 1) * width + static_cast<std::size_t>(division.quotient)];
        least = std::min(least, distance(division.factor, wished[level]) + rest);
      }
    }
  }
  return costs;
}

std::vector<double> TemporalSplits::distances(std::span<const double> wished) const {
  std::vector<double> costs = nearest_costs(wished);
  costs.resize(first_row_.size());
  return costs;
}

void TemporalSplits::write_nearest(int quotient, std::span<const double> wished,
                                   Mapping& mapping) const {
  const std::size_t width = first_row_.size();
  const std::vector<double> costs = nearest_costs(wished);
  for (std::size_t level = 0; level < ranges_.size(); ++level) {
    double least = std::numeric_limits<double>::infinity();
    std::int32_t factor = 1;
    int rest = quotient;
    for (const auto& division : divisors_.divisions(quotient)) {
      if (!ranges_[level].holds(division.factor)) continue;
      const double cost = distance(division.factor, wished[level]) +
                          costs[(level + 1) * width + static_cast<std::size_t>(division.quotient)];
      if (!(cost < least)) continue;
      least = cost;
      factor = division.factor;
      rest = division.quotient;
    }
    put(mapping, level, factor);
    quotient = rest;
  }
}

void FactorizationSpace::project(const LoopWishes& wishes, Mapping& mapping) const {
  std::uint32_t node = 0;
  std::vector<double> wished(static_cast<std::size_t>(rules_.num_levels()));
  for (const Layer& layer : layers_) {
    const auto dim = static_cast<std::size_t>(layer.dim);
    for (std::size_t level = 0; level < wished.size(); ++level) {
      wished[level] = wishes[level][static_cast<std::size_t>(LoopKind::temporal)][dim];
    }
    const std::vector<double> temporal = layer.splits.distances(wished);
    double least = std::numeric_limits<double>::infinity();
    Edge best = layer.edges[layer.first[node]];
    for (std::size_t i = layer.first[node]; i < layer.first[node + 1]; ++i) {
      const Choice& choice = layer.choices[layer.edges[i].choice];
      double cost = temporal[static_cast<std::size_t>(choice.quotient)];
      const std::int32_t* factor = layer.factors.data() + choice.factors;
      for (const SpatialSlot& slot : rules_.slots()) {
        cost += distance(
            *factor++,
            wishes[static_cast<std::size_t>(slot.level)][static_cast<std::size_t>(slot.kind)][dim]);
      }
      if (!(cost < least)) continue;
      least = cost;
      best = layer.edges[i];
    }
    const Choice& choice = layer.choices[best.choice];
    write_spatial(layer, choice, mapping);
    layer.splits.write_nearest(choice.quotient, wished, mapping);
    node = best.next;
  }
}

}  // namespace tilewright
