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
  /// Goes through the numbers of steps of a loop over `dim` at `level`, rising, until `visit` says
  /// false. They may be as many as the bound, so nobody lists them.
  template <class Visit>
  void each(const Frame& frame, int level, int dim, const Visit& visit) const;

 private:
  struct Range {
    std::int64_t least = 1, most = 1;
  };
  /// Which numbers of steps there are.
  struct Choice {
    std::int64_t least = 1, most = 0;
    std::int64_t tiles = 1;    // to go through
    std::int64_t outside = 0;  // above 0: only 1 and those that do not go with so many instances
    bool all = false;          // else only such as make different numbers of tiles,
    bool longest = false;      // and the longest tiles of a number
  };
  Choice choose(const Frame& frame, int level, int dim) const;
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

template <class Visit>
void Steps::each(const Frame& frame, int level, int dim, const Visit& visit) const {
  const Choice choice = choose(frame, level, dim);
  const std::int64_t n = choice.tiles;
  for (std::int64_t k = choice.least; k <= choice.most; ++k) {
    if (choice.outside > 0 && k > 1 && n % (k * choice.outside) == 0) continue;
    if (!visit(k)) return;
    if (choice.all) continue;
    const std::int64_t after = ceil_div(n, k);
    if (after == 1) return;
    const std::int64_t longest = (n - 1) / (after - 1);  // with as many tiles
    if (choice.longest && longest > k && longest <= choice.most && (n - 1) % (after - 1) == 0 &&
        !visit(longest)) {
      return;
    }
    k = longest;
  }
}

}  // namespace tilewright::short_tiles
