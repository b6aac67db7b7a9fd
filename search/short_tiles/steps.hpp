#pragma once

#include <vector>

#include "search/mapspace/mapspace.hpp"
#include "search/short_tiles/nest.hpp"

namespace tilewright::short_tiles {

/// How many steps the temporal loops of a level may have: all that can make a difference, or just
/// all.
class Steps {
 public:
  Steps(const Mapspace& space, const Nest& nest, bool all);

  /// Prepares for the plan of the nest.
  void prepare();
  /// The numbers of steps of a loop over `dim` at `level`, rising.
  void list(const Frame& frame, int level, int dim, std::vector<std::int64_t>& steps) const;

 private:
  struct Range {
    std::int64_t least = 1, most = 1;
  };
  bool idle(const Frame& frame, int level, int dim) const;
  bool free_outside(int level, int dim) const;
  bool lengths_matter(int level, int dim) const;

  const Mapspace& space_;
  const Nest& nest_;
  bool all_;
  std::vector<std::array<Range, kMaxDims>> ranges_;  // [level][dimension]
  std::vector<Factors> room_;                        // [level][dimension]: tiles that can follow
  std::array<Terms::DimMask, kMaxDims> beside_{};    // [dimension]: others on its coordinates
  bool any_least_use_ = false;
};

}  // namespace tilewright::short_tiles
