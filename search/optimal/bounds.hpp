#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "model/stop_token.hpp"
#include "search/indices.hpp"
#include "search/mapspace/memory.hpp"
#include "search/optimal/flow_table.hpp"
#include "search/optimal/kinds.hpp"
#include "search/optimal/labelling.hpp"

namespace tilewright::optimal {

/// What a label costs in all at least: a `FlowTable` for its own boundaries, with the kinds of the
/// spatial loops that come next; and for those of the levels further out the same, minimised over
/// the tiles that fit them. Thread-safe once it is prepared.
class Bounds {
 public:
  static constexpr std::uint64_t kMostTiles = 400'000;  // tables for more take too long

  /// All that makes tables ends early when `stop` says so. Without room for those of one keeping
  /// there are none; those of many are forgotten in turn. \throws Stopped
  Bounds(const Labelling& labelling, const std::vector<std::vector<SpatialChoice>>& choices,
         const StopToken& stop = {}, std::uint64_t most_bytes = kUnlimited);

  /// Prepares for the keeping of the labelling: enough for `energy` of a label. \throws Stopped
  void prepare();
  /// The same for tiles that are chosen in part. \throws Stopped
  void prepare_partial();
  /// What the boundaries around the tiles of `level` cost at least, whatever these are. Needs no
  /// `prepare`. \throws Stopped
  double floor(int level) {
    if (!tabulate_) return 0;
    forget_some();
    return tables(level).least[lattice_.id({})];
  }

  /// pJ of a label in all, at least. `level` is the next one whose temporal loops are to come;
  /// `spread` says whether the instances inside it have been passed.
  double energy(const Label& label, int level, bool spread) const;
  /// The same without the boundaries of levels from `level` on, if the temporal loops of that level
  /// lead to the tile `upto` along the first `fixed` axes.
  double without_tables(const Label& label, int level, bool spread, const Tile* upto = nullptr,
                        int fixed = 0) const;
  double least(const FlowTable& flows, const Tile& tile) const;
  /// Is the answer to `ask` yes for any kind of the spatial loops that come next, outside of
  /// `tile`? It is asked for the energy without the boundaries of levels further out (pJ) and for
  /// the instances that loops from there on add at most.
  template <class Ask>
  bool any(const FlowTable& flows, const Tile& tile, const Ask& ask) const {
    return each_size(flows, tile, true, [&](const auto& row, double more) {
      return ask(*std::min_element(row.begin(), row.begin() + flows.num_firsts()), more);
    });
  }
  /// For which dimensions of the first loop is it yes? All if that makes no difference.
  template <class Ask>
  Terms::DimMask open_firsts(const FlowTable& flows, const Tile& tile, const Ask& ask) const {
    Terms::DimMask open = 0;
    each_size(flows, tile, true, [&](const auto& row, double more) {
      bool all = true;
      for (int i = 0; i < flows.num_firsts(); ++i) {
        const int a = flows.first(i);
        const Terms::DimMask dims = a < 0 ? ~Terms::DimMask{0} : bit(lattice_.axis(a).dim);
        if ((open & dims) == 0 && ask(row[at(i)], more)) open |= dims;
        all &= (open & dims) != 0;
      }
      return all;
    });
    return open;
  }
  /// What the boundaries of levels from `level` on cost at least outside of a tile.
  double further(const Tile& tile, int level) const;
  FlowTable table(const Label& label, int level, bool spread) const {
    return {labelling_, label, level, spread, kinds_.next(spread ? level + 1 : level)};
  }
  const Kinds& kinds() const { return kinds_; }
  /// What the boundaries around the tile of `level` and all further ones cost at least if the first
  /// `fixed` axes of that tile are those of `tile`, and the others may yet be longer.
  double beyond(std::uint64_t tile, int level, int fixed) const {
    if (!tabulate_ || level + 1 == labelling_.terms().num_levels()) return 0;
    return partial_[static_cast<std::size_t>(level)][static_cast<std::size_t>(fixed)][tile];
  }
  /// Most instances that levels from `level` on can add.
  double more(const Tile& tile, int level) const;

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

  // Least energies by first loop of the kinds with as many instances, until `visit` returns true.
  // Without `time`, kinds that are only faster than others are left out.
  template <class Visit>
  bool each_size(const FlowTable& flows, const Tile& tile, bool time, const Visit& visit) const {
    const double more = flows.next() < 0 ? 1 : this->more(tile, flows.next() + 1);
    const std::span<const Kind> kinds = kinds_.best(flows.next(), tile, flows.next_serves(), time);
    for (std::size_t i = 0; i < kinds.size();) {
      const double instances = kinds[i].instances;
      FlowTable::Row least = flows.energies(kinds[i]);
      while (++i < kinds.size() && kinds[i].instances == instances) {
        const FlowTable::Row other = flows.energies(kinds[i]);
        for (std::size_t j = 0; j < at(flows.num_firsts()); ++j) {
          least[j] = std::min(least[j], other[j]);
        }
      }
      if (visit(least, instances * more)) return true;
    }
    return false;
  }
  /// Bytes of the tables of a keeping, whichever it is.
  std::uint64_t bytes_of_keeping() const;
  void forget_some();
  const Tables& tables(int level);
  double around(const Tile& tile, int level) const;
  void minimise(int axis, Table& table) const;

  const Labelling& labelling_;
  const TileLattice& lattice_;
  const std::vector<std::vector<SpatialChoice>>& choices_;
  StopToken stop_;
  Kinds kinds_;
  std::uint64_t most_bytes_;
  bool tabulate_ = false;
  std::map<Key, std::unique_ptr<Tables>> known_;
  std::array<const Tables*, kMaxLevels> now_{};  // [level]
  std::vector<std::vector<Table>> partial_;      // [level][axes that are fixed]
  // [level][tile]; 0 = not known yet. Whoever finds one first, it is the same.
  mutable std::vector<std::vector<std::atomic<float>>> more_;
};

}  // namespace tilewright::optimal
