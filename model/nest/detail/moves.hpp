#pragma once

#include <array>
#include <cstdint>

#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"

namespace tilewright::detail {

using Move = std::array<std::int64_t, kMaxRank>;  // per shared coordinate of the dataspace

/// How the tile of one dataspace moves while the temporal loops outside it run, as the reference
/// sees it: every loop runs iterations 0 and 1, so move number c is that of loop j = number of
/// trailing zeros of c: loop j steps and all loops inside it fall back from 1 to 0.
///
/// A tile that moves as it did the time before fetches only what is new (the halo stays); after a
/// change of direction it is fetched whole. Moves of loop 0 alternate with all others, so every
/// odd move fetches `delta` and an even one `delta` only if it happens to equal the odd ones.
struct TileMoves {
  double whole = 1;        // words of the tile
  double delta = 1;        // words that a step of the first loop brings in
  double first_bound = 1;  // iterations of the first loop
  double restarts = 1;     // runs of the first loop that begin with a whole tile
  double continued = 0;    // runs of it that begin with a delta
  Move first_step{};       // move of the first loop

  /// Words that cross the boundary, over the whole layer, to one instance.
  double words() const {
    return whole * restarts + delta * ((first_bound - 1) * restarts + first_bound * continued);
  }
  /// Nothing of a tile survives a move.
  bool always_whole() const { return delta == whole; }
};

/// Moves of a tile of extents `inside` under the loops from `first` outwards. Without `reuse`
/// every tile is fetched whole.
TileMoves tile_moves(const CompiledSpace& space, const Extents& inside, std::int64_t tile,
                     const Scratch& scratch, int first, bool reuse);

/// Words that a tile of extents `inside` and the same tile after `move` have in common.
double overlap(const CompiledSpace& space, const Extents& inside, const Move& move,
               std::int64_t tile);

/// Follows a tile through the first steps of the loops from `first` outwards. When loop j steps,
/// all loops inside it fall back from iteration 1 to 0. It ends at the first loop that carries the
/// tile away along a coordinate of its own: from there on no move repeats an earlier one, nor
/// leads to where a neighbour was.
class MoveWalk {
 public:
  MoveWalk(const CompiledSpace& space, const Scratch& scratch, int first)
      : space_(space), scratch_(scratch), next_(first) {}

  /// Advances to the next loop; false at the end.
  bool step() {
    if (next_ == scratch_.num_loops) return false;
    const auto& loop = scratch_.loops[next_];
    if (space_.moved_afar_by(loop.dim)) return false;
    for (int x = 0; x < space_.num_shared; ++x) {
      const std::int64_t step = space_.coordinates[x].coefficient(loop.dim) * loop.step;
      move_[x] = step - fall_back_[x];
      fall_back_[x] += step;
    }
    weight_ = scratch_.steps[next_] - scratch_.steps[next_ + 1];
    ++next_;
    return true;
  }
  const Move& move() const { return move_; }
  double weight() const { return weight_; }  // how often this loop's move is made
  int next() const { return next_; }         // the loop that the walk has not taken yet

 private:
  const CompiledSpace& space_;
  const Scratch& scratch_;
  int next_;
  double weight_ = 0;
  Move move_{};
  Move fall_back_{};
};

}  // namespace tilewright::detail
