#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "search/mapspace/divisors.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright {

/// The ways to split what the spatial loops leave of one dimension over the temporal loops of all
/// levels: ordered factorizations of a divisor of the bound, each factor within its range.
/// A count over (level, quotient) makes ranks exact; the splits themselves are listed in a flat
/// table unless there are too many, in which case a rank is resolved by walking the counts.
class TemporalSplits {
 public:
  TemporalSplits(int dim, const Divisors& divisors, std::vector<FactorRange> ranges);

  /// Number of splits of the divisor at place `quotient`.
  std::uint64_t count(int quotient) const { return ways(0, quotient); }

  /// The number of the split of `quotient` that a mapping has, if it is one.
  std::optional<std::uint64_t> rank(int quotient, const Mapping& mapping) const;

  /// Of each quotient the squared distance, by logarithms, of its nearest split to the wished
  /// factors [level].
  std::vector<double> distances(std::span<const double> wished) const;
  /// Writes the nearest split of `quotient`.
  void write_nearest(int quotient, std::span<const double> wished, Mapping& mapping) const;

  /// Lists the splits of these quotients for fast access, if they are not too many.
  void tabulate(std::span<const int> quotients);

  /// Writes split number `rank` of `quotient`, 0 <= rank < count(quotient).
  void write(int quotient, std::uint64_t rank, Mapping& mapping) const {
    const std::int64_t row = first_row_[static_cast<std::size_t>(quotient)];
    if (row < 0) return walk(quotient, rank, mapping);
    const std::size_t levels = ranges_.size();
    const std::int32_t* const factors =
        rows_.data() + (static_cast<std::size_t>(row) + rank) * levels;
    for (std::size_t level = 0; level < levels; ++level) put(mapping, level, factors[level]);
  }

 private:
  std::uint64_t ways(int level, int quotient) const {
    const auto width = static_cast<std::size_t>(divisors_.size());
    return ways_[static_cast<std::size_t>(level) * width + static_cast<std::size_t>(quotient)];
  }
  void put(Mapping& mapping, std::size_t level, std::int32_t factor) const {
    LevelMapping& target = mapping.levels[level];
    target.factors(LoopKind::temporal)[dim_] = factor;
    target.residuals(LoopKind::temporal)[dim_] = factor;
  }
  void count_ways();
  std::vector<double> nearest_costs(std::span<const double> wished) const;
  void walk(int quotient, std::uint64_t rank, Mapping& mapping) const;
  void list(int level, int quotient, std::vector<std::int32_t>& prefix);

  std::size_t dim_;
  Divisors divisors_;
  std::vector<FactorRange> ranges_;      // [level]
  std::vector<std::uint64_t> ways_;      // [level * divisors + quotient], for levels >= level
  std::vector<std::int64_t> first_row_;  // [quotient]; -1 = not listed
  std::vector<std::int32_t> rows_;       // [row * levels + level]
};

}  // namespace tilewright
