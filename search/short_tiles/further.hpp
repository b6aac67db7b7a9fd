#pragma once

#include <compare>
#include <map>
#include <memory>
#include <vector>

#include "model/stop_token.hpp"
#include "search/short_tiles/nest.hpp"
#include "search/short_tiles/tile_numbers.hpp"

namespace tilewright::short_tiles {

/// What the boundaries of levels that are still to come cost at least, whatever the plan: tables
/// over all numbers of tiles.
class Further {
 public:
  static constexpr double kMostEntries = 2e8;  // of all tables: 0.8 GB; with more there are none

  /// Without room for the tables of one keeping there are none; those of many are forgotten in
  /// turn.
  Further(const Nest& nest, const Problem& problem, const StopToken& stop = {},
          double most_entries = kMostEntries);

  /// Prepares for the keeping of the nest. \throws Stopped.
  void prepare();
  /// pJ of all boundaries with that keeping at least; without `prepare`. \throws Stopped.
  double rough();
  /// pJ of what the MACs are served with that keeping, at least; without `prepare`.
  double macs() const;
  /// pJ of the boundaries around the tile of `level` and all further ones, if it has the numbers of
  /// `id` along the first `fixed` axes, and no more than these along the others.
  double beyond(int level, int fixed, std::uint64_t id) const {
    if (level + 1 == levels_) return 0;
    return tabulate_
               ? partial_[static_cast<std::size_t>(level)][static_cast<std::size_t>(fixed)][id]
               : compulsory_[static_cast<std::size_t>(level)];
  }
  const TileNumbers& numbers() const { return numbers_; }

 private:
  struct Table {
    std::vector<float> energy;  // pJ, [id of tiles]; rounded down
    float least = 0;            // of all
  };
  struct Key {
    int level = 0;
    SpaceMask keep = 0;
    std::array<int, kMaxSpaces> server{};
    auto operator<=>(const Key&) const = default;
  };

  /// Until the next one is asked for.
  const Table& own(int level);
  double compulsory(int level) const;
  double around(int level, const Factors& tiles) const;
  double costs(int level, int p, double idle, double words, double times) const;
  double fanout(int from, int to) const;
  void minimise(int axis, std::vector<float>& table) const;

  const Nest& nest_;
  TileNumbers numbers_;
  StopToken stop_;
  int levels_;
  double most_entries_;
  bool tabulate_;
  std::map<Key, std::unique_ptr<Table>> known_;
  std::vector<std::vector<std::vector<float>>> partial_;  // [level][axes that are fixed]
  std::array<double, kMaxLevels> compulsory_{};
};

}  // namespace tilewright::short_tiles
