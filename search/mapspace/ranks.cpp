// Which number a mapping has in its mapspace: `at`, backwards.

#include <algorithm>

#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/mapspace/permutation.hpp"

namespace tilewright {

BigInt BypassSpace::rank(const Mapping& mapping) const {
  BigInt rank = 0;
  unsigned place = 0;
  for (std::size_t level = 0; level < num_levels_; ++level) {
    for (unsigned space = 0; space < static_cast<unsigned>(kMaxSpaces); ++space) {
      const auto bit = static_cast<SpaceMask>(1U << space);
      if ((free_[level] & bit) == 0) continue;
      if ((mapping.levels[level].keep & bit) != 0) rank += BigInt(1) << place;
      ++place;
    }
  }
  return rank;
}

std::vector<std::uint8_t> PermutationSpace::free_order(const Part& part, const Mapping& mapping) {
  const LevelMapping& level = mapping.levels[static_cast<std::size_t>(part.level)];
  const LevelMapping::Order& order = level.orders(part.kind);
  const LevelMapping::Order& other = level.orders(LoopKind::spatial_y);
  const auto num_dims = static_cast<std::size_t>(mapping.num_dims);
  const bool separate =
      part.mirrored && !std::equal(order.begin(), order.begin() + mapping.num_dims, other.begin());
  std::vector<std::uint8_t> dims;
  const auto add = [&](std::uint8_t dim) {
    if (std::find(part.free.begin(), part.free.end(), dim) != part.free.end()) dims.push_back(dim);
  };
  // Loops on X stand in the order of X and those on Y in that of Y; dimensions without a loop may
  // stand anywhere.
  const auto on_y = [&](std::uint8_t dim) {
    return separate && level.factors(LoopKind::spatial_y)[dim] > 1;
  };
  for (std::size_t place = 0; place < num_dims; ++place) {
    if (!on_y(order[place])) add(order[place]);
  }
  for (std::size_t place = 0; place < num_dims; ++place) {
    if (on_y(other[place])) add(other[place]);
  }
  return dims;
}

BigInt PermutationSpace::rank(const Mapping& mapping) const {
  BigInt rank = 0;
  BigInt weight = 1;
  for (const std::size_t i : open_) {
    const Part& part = parts_[i];
    std::vector<std::uint8_t> left = part.free;
    std::uint64_t digit = 0;
    std::uint64_t step = 1;
    for (const std::uint8_t dim : free_order(part, mapping)) {
      const auto at = std::find(left.begin(), left.end(), dim);
      digit += static_cast<std::uint64_t>(at - left.begin()) * step;
      step *= left.size();
      left.erase(at);
    }
    rank += weight * digit;
    weight *= part.orders;
  }
  return rank;
}

void PermutationSpace::project(const Mapping& orders, Mapping& mapping) const {
  for (const std::size_t i : open_) {
    const Part& part = parts_[i];
    const std::vector<std::uint8_t> dims = free_order(part, orders);
    std::copy(dims.begin(), dims.end(), free_places(part, mapping));
    mirror(part, mapping);
  }
}

std::optional<std::uint64_t> TemporalSplits::rank(int quotient, const Mapping& mapping) const {
  std::uint64_t rank = 0;
  for (std::size_t level = 0; level < ranges_.size(); ++level) {
    const std::int32_t wanted = mapping.levels[level].factors(LoopKind::temporal)[dim_];
    bool found = false;
    for (const auto& division : divisors_.divisions(quotient)) {
      if (!ranges_[level].holds(division.factor)) continue;
      if (division.factor == wanted) {
        quotient = division.quotient;
        found = true;
        break;
      }
      rank += ways(static_cast<int>(level) + 1, division.quotient);
    }
    if (!found) return std::nullopt;
  }
  if (ways(static_cast<int>(ranges_.size()), quotient) == 0) return std::nullopt;
  return rank;
}

std::optional<BigInt> FactorizationSpace::rank(const Mapping& mapping) const {
  BigInt rank = 0;
  std::uint32_t node = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const std::vector<BigInt>& behind = l + 1 < layers_.size() ? layers_[l + 1].paths : end_;
    bool found = false;
    for (std::size_t i = layer.first[node]; i < layer.first[node + 1] && !found; ++i) {
      const Edge edge = layer.edges[i];
      const Choice& choice = layer.choices[edge.choice];
      if (!has_factors(layer, choice, mapping)) {
        rank += choice.splits * behind[edge.next];
        continue;
      }
      const auto split = layer.splits.rank(choice.quotient, mapping);
      if (!split) return std::nullopt;
      rank += *split * behind[edge.next];
      node = edge.next;
      found = true;
    }
    if (!found) return std::nullopt;
  }
  return rank;
}

bool FactorizationSpace::has_factors(const Layer& layer, const Choice& choice,
                                     const Mapping& mapping) const {
  const std::int32_t* factor = layer.factors.data() + choice.factors;
  return std::all_of(rules_.slots().begin(), rules_.slots().end(), [&](const SpatialSlot& slot) {
    const LevelMapping& level = mapping.levels[static_cast<std::size_t>(slot.level)];
    return level.factors(slot.kind)[static_cast<std::size_t>(layer.dim)] == *factor++;
  });
}

}  // namespace tilewright
