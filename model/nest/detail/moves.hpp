#pragma once

#include <array>
#include <cstdint>

#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"

namespace tilewright::detail {

using Move = std::array<std::int64_t, kMaxRank>;  // per coordinate of the dataspace

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

/// Words that cross the boundary: tile_moves(...).words(), with a short cut for simple dataspaces.
double boundary_words(const CompiledSpace& space, const Extents& inside, std::int64_t tile,
                      const Scratch& scratch, int first, bool reuse);

/// How far `loop` moves the dataspace.
Move loop_step(const CompiledSpace& space, const TemporalLoop& loop);

}  // namespace tilewright::detail
