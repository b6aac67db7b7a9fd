#include "model/nest/detail/moves.hpp"

namespace tilewright::detail {
namespace {

// Words that a tile and the same tile after `move` have in common.
double overlap(const CompiledSpace& space, const Extents& inside, const Move& move) {
  double words = 1;
  for (int x = 0; x < space.rank; ++x) {
    const std::int64_t common =
        space.coordinates[x].width(inside) - (move[x] < 0 ? -move[x] : move[x]);
    if (common <= 0) return 0;
    words *= static_cast<double>(common);
  }
  return words;
}

bool same(const Move& a, const Move& b, int rank) {
  for (int x = 0; x < rank; ++x) {
    if (a[x] != b[x]) return false;
  }
  return true;
}

// How often a loop outside the first one makes a move equal to the first loop's, so that the
// direction does not change: e.g. two factors of 2 of one sliding dimension, one after the other.
double continuations(const CompiledSpace& space, const Scratch& scratch, int first,
                     const Move& first_step) {
  double count = 0;
  Move fall_back = first_step;  // how far all loops inside j have come when j steps
  for (int j = first + 1; j < scratch.num_loops; ++j) {
    const Move step = loop_step(space, scratch.loops[j]);
    Move move{};
    for (int x = 0; x < space.rank; ++x) {
      move[x] = step[x] - fall_back[x];
      fall_back[x] += step[x];
    }
    if (same(move, first_step, space.rank)) count += scratch.steps[j] - scratch.steps[j + 1];
  }
  return count;
}

}  // namespace

Move loop_step(const CompiledSpace& space, const TemporalLoop& loop) {
  Move step{};
  for (int x = 0; x < space.rank; ++x)
    step[x] = space.coordinates[x].coefficient(loop.dim) * loop.step;
  return step;
}

TileMoves tile_moves(const CompiledSpace& space, const Extents& inside, std::int64_t tile,
                     const Scratch& scratch, int first, bool reuse) {
  TileMoves moves;
  moves.whole = moves.delta = static_cast<double>(tile);
  if (first == scratch.num_loops) return moves;
  moves.first_bound = static_cast<double>(scratch.loops[first].bound);
  moves.restarts = scratch.steps[first + 1];
  moves.first_step = loop_step(space, scratch.loops[first]);
  if (!reuse) return moves;
  const double kept = overlap(space, inside, moves.first_step);
  if (kept == 0) return moves;
  moves.delta = moves.whole - kept;
  moves.continued = continuations(space, scratch, first, moves.first_step);
  moves.restarts -= moves.continued;
  return moves;
}

double boundary_words(const CompiledSpace& space, const Extents& inside, std::int64_t tile,
                      const Scratch& scratch, int first, bool reuse) {
  if (!space.simple) return tile_moves(space, inside, tile, scratch, first, reuse).words();
  // Tiles of a simple dataspace are disjoint or equal: the innermost loops that do not move it
  // keep it, every step of the others fetches it anew.
  int loop = first;
  if (reuse) {
    while (loop < scratch.num_loops && ((space.relevant >> scratch.loops[loop].dim) & 1) == 0)
      ++loop;
  }
  return static_cast<double>(tile) * scratch.steps[loop];
}

}  // namespace tilewright::detail
