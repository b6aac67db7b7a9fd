#include "model/nest/detail/moves.hpp"

#include <algorithm>

namespace tilewright::detail {

double overlap(const CompiledSpace& space, const Extents& inside, const Move& move,
               std::int64_t tile) {
  std::int64_t whole = 1;
  std::int64_t common = 1;
  for (int x = 0; x < space.num_shared; ++x) {
    const std::int64_t width = space.coordinates[x].width(inside);
    const std::int64_t left = width - (move[x] < 0 ? -move[x] : move[x]);
    if (left <= 0) return 0;
    whole *= width;
    common *= left;
  }
  return static_cast<double>(tile / whole * common);
}

TileMoves tile_moves(const CompiledSpace& space, const Extents& inside, std::int64_t tile,
                     const Scratch& scratch, int first, bool reuse) {
  TileMoves moves;
  moves.whole = moves.delta = static_cast<double>(tile);
  if (first == scratch.num_loops) return moves;
  moves.first_bound = static_cast<double>(scratch.loops[first].bound);
  moves.restarts = scratch.steps[first + 1];
  if (!reuse) return moves;
  MoveWalk walk(space, scratch, first);
  if (!walk.step()) return moves;
  moves.first_step = walk.move();
  const double kept = overlap(space, inside, moves.first_step, tile);
  if (kept == 0) return moves;
  moves.delta = moves.whole - kept;
  // A loop outside the first one may make the same move, so that the direction does not change:
  // e.g. two factors of 2 of one sliding dimension, one after the other.
  while (walk.step()) {
    if (std::equal(walk.move().begin(), walk.move().begin() + space.num_shared,
                   moves.first_step.begin())) {
      moves.continued += walk.weight();
    }
  }
  moves.restarts -= moves.continued;
  return moves;
}

}  // namespace tilewright::detail
