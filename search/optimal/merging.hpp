#pragma once

#include <array>
#include <vector>

#include "model/nest/terms.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::optimal {

/// Dimensions between which nothing makes a difference, such as P and Q of a 1x1 convolution: they
/// move the same dataspaces in the same way, and no constraint tells them apart. Only the product
/// of their factors matters, so the search sees one dimension with the product of their bounds, and
/// its factors are shared out among them at the end.
class Merging {
 public:
  Merging(const Problem& problem, const Terms& terms, const Mapspace& space);

  /// The problem with one dimension for each group; the others have a bound of 1.
  const Problem& problem() const { return merged_; }
  /// The dimension that stands for `dim`.
  int stands_for(int dim) const { return of_[static_cast<std::size_t>(dim)]; }
  /// The dimensions that `dim` stands for, itself first.
  const std::vector<int>& group(int dim) const { return groups_[static_cast<std::size_t>(dim)]; }

 private:
  bool alike(const Problem& problem, const Terms& terms, const Mapspace& space, int a, int b) const;

  Problem merged_;
  std::array<int, kMaxDims> of_{};
  std::array<std::vector<int>, kMaxDims> groups_;
};

}  // namespace tilewright::optimal
