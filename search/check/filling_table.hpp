#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "search/mapspace/factors.hpp"

namespace tilewright::check {

/// What it costs at least to fill the memories of a level, if their tile holds a given one: the
/// least over all tiles around it. Of tiles that need not divide the bounds only the shortest of
/// each number are in it: longer ones need more room for as many words.
class FillingTable {
 public:
  /// `dims`: those with more than one iteration; `bounds`: [dim].
  FillingTable(std::vector<int> dims, const Factors& bounds, bool whole);

  /// How many tiles it has; too many are not worth it.
  double size() const { return size_; }
  /// Computes the table: `energy` in pJ, infinite for a tile that does not fit. False if `stop`
  /// ended it.
  bool fill(const std::function<double(const Factors& tile)>& energy,
            const std::function<bool()>& stop);
  /// pJ; infinite if no tile around this one fits.
  double least(const Factors& tile) const;

 private:
  std::vector<int> dims_;
  Factors bounds_;
  bool whole_;
  std::vector<std::vector<std::int64_t>> extents_;  // [dim of dims_]: rising
  std::vector<std::size_t> stride_;
  double size_ = 1;
  std::vector<double> least_;
};

}  // namespace tilewright::check
