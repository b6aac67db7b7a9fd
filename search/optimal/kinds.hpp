#pragma once

#include <tbb/concurrent_unordered_map.h>

#include <array>
#include <boost/dynamic_bitset.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/stop_token.hpp"
#include "search/optimal/labelling.hpp"
#include "search/optimal/spatial_choices.hpp"
#include "search/optimal/tile_lattice.hpp"

namespace tilewright::optimal {

/// What spatial loops can do for the words that pass them, at best; each by dataspace.
struct Kind {
  std::array<double, kMaxSpaces> share{};   // words sent per word that arrives, at least
  std::array<double, kMaxSpaces> help{};    // share that remains if neighbours help, at least
  std::array<double, kMaxSpaces> visits{};  // instances that each have a first visit of a word
  double instances = 1;
  auto operator<=>(const Kind&) const = default;
};

/// The spatial choices of all levels, those that can do the same taken together. No choice is good
/// for all dataspaces at once: a loop that spreads the words of one shares those of another.
/// Thread-safe.
class Kinds {
 public:
  /// Of more choices at one level, what they can do is rounded to powers of two, in their favour:
  /// all kinds of a level are compared with each other.
  static constexpr std::size_t kMostExact = 4'000;

  Kinds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices,
        const StopToken& stop = {}, std::size_t most_exact = kMostExact);

  /// The first level from `level` outwards that has a choice; -1 = none.
  int next(int level) const { return next_[static_cast<std::size_t>(level)]; }
  /// The kinds of a level, the most instances first, and the one of each choice.
  std::span<const Kind> all(int level) const {
    return levels_[static_cast<std::size_t>(level)].kinds;
  }
  std::size_t of(int level, std::size_t choice) const {
    return levels_[static_cast<std::size_t>(level)].kind_of[choice];
  }
  /// Those that are possible outside a tile, without any that another one surpasses in all it can
  /// do for the dataspaces `spaces` and, if `time` matters, in its instances; the most instances
  /// first. One that does nothing if `level` is -1.
  std::span<const Kind> best(int level, const Tile& tile, SpaceMask spaces, bool time) const;

 private:
  using Bits = boost::dynamic_bitset<std::uint64_t>;
  struct Axis {
    std::vector<std::uint32_t> group;  // [place of a tile]: of places that leave the same room
    std::vector<Bits> fits;            // [group]: choices for whose factor there is room
  };
  struct Level {
    std::vector<Kind> kinds;
    std::vector<std::size_t> kind_of;  // [choice]
    std::vector<Bits> surpassed_by;    // [kind]
    std::vector<Axis> axes;            // [axis]
    // Both made when first asked for: [groups of a tile], for all dataspaces and where time matters
    mutable tbb::concurrent_unordered_map<std::uint64_t, std::vector<Kind>> best;
    // [groups of a tile, dataspaces, time]
    mutable tbb::concurrent_unordered_map<std::uint64_t, std::vector<Kind>> best_for;
  };
  static void gather(const Labelling& labelling, const std::vector<SpatialChoice>& choices,
                     bool exact, Level& level, StopCheck& stop);
  void make_room(const std::vector<SpatialChoice>& choices, Level& level, StopCheck& stop) const;
  static std::vector<Kind> best_of(const Level& level, const Bits& possible);
  const std::vector<Kind>& best_of_all(const Level& level, const Tile& tile,
                                       std::uint64_t groups) const;

  const TileLattice& lattice_;
  std::vector<Level> levels_;
  std::vector<int> next_;  // [level]
  std::vector<Kind> none_;
};

}  // namespace tilewright::optimal
