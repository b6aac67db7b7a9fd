#pragma once

#include <cstdint>
#include <vector>

#include "model/mapping/mapping.hpp"

namespace tilewright::oracle {

/// One loop of the nest of a mapping.
struct NestLoop {
  LoopKind kind = LoopKind::temporal;
  int level = 0;  // the storage level to which it belongs
  int dim = 0;
  std::int64_t bound = 1;
  std::int64_t stride = 1;  // iterations of `dim` that one iteration of this loop spans

  bool spatial() const { return kind != LoopKind::temporal; }
};

/// A mapping as one loop nest, innermost loop first. Loops of bound 1 are left out, but each level
/// has at least one temporal loop: a dummy of bound 1 where the mapping has none. So the outermost
/// loop of a level's block, its boundary, is always temporal.
struct Nest {
  std::vector<NestLoop> loops;
  std::vector<int> first;     // [level] index of the innermost loop of the level's block
  std::vector<int> boundary;  // [level] index of the outermost loop of the level's block

  /// Copies of `level` in use: the product of all spatial loops outside its block.
  std::uint64_t instances(int level) const;
};

Nest build_nest(const Mapping& mapping);

}  // namespace tilewright::oracle
