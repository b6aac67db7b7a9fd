#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/nest/terms.hpp"
#include "search/check/chain.hpp"
#include "search/check/step_sums.hpp"
#include "search/check/unrolling.hpp"
#include "search/mapspace/factors.hpp"

// Which moves of a tile can lead to where a neighbour in the array was.
namespace tilewright::check {

/// How far apart two neighbours of an array may be, in tiles along each dimension, and how many
/// pairs of them at most.
struct PeerSteps {
  struct Step {
    Factors apart;
    std::int64_t pairs;
  };
  std::vector<Step> steps;
  bool any = true;  // too many to be listed
};

/// All of them, whatever the order of the loops along an axis. `row` = children in a physical row.
PeerSteps list_peer_steps(const Unrolling& unrolling, std::int64_t row);

/// When a temporal loop steps, all loops inside it fall back from iteration 1 to 0, from the first
/// one outside the tile on (docs/differences.md: no other iterations are looked at). Here it is
/// asked of all loops but that first one, whatever they may be, whether their moves can lead a
/// child to where a neighbour was. Factors are whole.
class PeerMoves {
 public:
  PeerMoves(const StepTables& tables, const Terms& terms) : tables_(tables), terms_(terms) {}

  /// How many children may be led to where a neighbour was, where the first loop is one of `firsts`
  /// (bit = dimension). The children hold `tile` of the dataspace and lie beside each other
  /// along `spread`; `left` = iterations outside, in units of all these tiles together.
  PeersFound find(int space, Terms::DimMask firsts, const Factors& tile, const Factors& spread,
                  const Factors& left, const PeerSteps& peers) const;

 private:
  using Distances = std::array<std::int64_t, kMaxRank>;  // along the shared coordinates
  using Sums = std::vector<std::int64_t>;                // rising
  struct Peer {
    Distances apart{};
    std::int64_t pairs = 0;
  };
  /// What is asked of all loops outside a tile.
  struct Query {
    int space;
    const Factors& tile;
    const Factors& spread;
    const Factors& left;
    int first;     // dimension of the first loop
    int stepping;  // and of the one that steps; kItself: the first one; kAnother: one that does
                   // not move the tile
  };

  bool known(int space, const Factors& left) const;
  std::vector<Peer> peers_apart(int space, const Factors& tile, const PeerSteps& peers) const;
  Sums moves_of(const Query& query, int dim) const;
  Sums moves(const Query& query, int x) const;
  float helped(const Query& query, const std::vector<Peer>& peers) const;

  const StepTables& tables_;
  Terms terms_;
};

}  // namespace tilewright::check
