#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "search/optimal/labelling.hpp"

namespace tilewright::optimal {

/// What a label costs further at least. What can be said without knowing the loops further out: the
/// first of them moves some dataspaces, and those are fetched anew by each of its steps; the others
/// stay at best for all loops that do not move them. The same, minimised over the tiles that fit a
/// level, bounds what the levels further out will cost.
class Bounds {
 public:
  static constexpr std::uint64_t kMostTiles = 400'000;  // tables for more take too long

  Bounds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices);

  /// Prepares for the keeping of the labelling: enough for `energy` of a label.
  void prepare();
  /// The same for tiles that are chosen in part.
  void prepare_partial();

  /// pJ of a label in all, at least. `level` is the next one whose temporal loops are to come;
  /// `spread` says whether the instances inside it have been passed.
  double energy(const Label& label, int level, bool spread) const;
  /// The same without the boundaries of levels from `level` on, if the temporal loops of that level
  /// lead to the tile `upto` along the first `fixed` axes.
  double without_tables(const Label& label, int level, bool spread, const Tile* upto = nullptr,
                        int fixed = 0) const;
  /// What the boundaries around the tile of `level` and all further ones cost at least if the first
  /// `fixed` axes of that tile are those of `tile`, and the others may yet be longer.
  double beyond(std::uint64_t tile, int level, int fixed) const {
    if (!tabulate_ || level + 1 == labelling_.terms().num_levels()) return 0;
    return partial_[static_cast<std::size_t>(level)][static_cast<std::size_t>(fixed)][tile];
  }
  /// Most instances that levels from `level` on can add.
  double more(const Tile& tile, int level);

 private:
  using Table = std::vector<double>;  // [tile]
  struct Key {
    int level;
    SpaceMask keep;
    std::array<std::int8_t, kMaxSpaces> server;
    auto operator<=>(const Key&) const = default;
  };
  struct Tables {
    Table own;    // boundaries around this tile at this level
    Table least;  // the same, least over all tiles above this one
  };

  /// The loops of the next level as far as they are chosen.
  struct Loops {
    const Tile* upto = nullptr;
    int fixed = 0;
    bool any = false;  // one of them has more than one step

    bool chosen(int a) const { return a < fixed; }
    bool moves(const Tile& from, int a) const {
      return a < fixed && (*upto)[static_cast<std::size_t>(a)] != from[static_cast<std::size_t>(a)];
    }
  };
  double flows(const Label& label, int level, bool spread, const Loops& loops) const;
  double longest_run(const Label& label, int space, const Loops& loops) const;
  double credit_to_come(const Flow& flow, int level) const;
  const Tables& tables(int level);
  void minimise(int axis, Table& table) const;

  const Labelling& labelling_;
  const TileLattice& lattice_;
  const std::vector<std::vector<SpatialChoice>>& choices_;
  bool tabulate_ = false;
  std::map<Key, std::unique_ptr<Tables>> known_;
  std::array<const Tables*, kMaxLevels> now_{};  // [level]
  std::vector<std::vector<Table>> partial_;      // [level][axes that are fixed]
  std::vector<std::vector<float>> more_;         // [level][tile]; 0 = not known yet
};

}  // namespace tilewright::optimal
