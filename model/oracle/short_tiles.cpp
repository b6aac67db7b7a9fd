#include "model/oracle/short_tiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tilewright::oracle {
namespace {

constexpr std::int64_t kMostTiles = 4'000'000;  // of dimensions that share coordinates: a second

struct Loop {
  int level = 0;
  bool temporal = false;
  std::int64_t bound = 1;
};

/// A tile of one dimension: its number, and the iteration of each loop outside of it.
struct Place {
  std::int64_t index = 0;
  std::vector<std::int64_t> digits;
};

bool has(const Coordinate& coordinate, int dim) {
  std::int64_t coefficient = 0;  // a dimension may stand there twice
  for (const Term& term : coordinate) coefficient += term.dim == dim ? term.coefficient : 0;
  return coefficient != 0;
}

class TileWalk {
 public:
  TileWalk(const Problem& problem, const Mapping& mapping, const StopToken& stop)
      : problem_(problem), mapping_(mapping), loops_(problem.bounds.size()), stop_(stop) {
    for (int d = 0; d < problem.num_dims(); ++d) list_loops(d);
  }

  std::optional<ShortCounts> count() {
    ShortCounts counts;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      counts.compute_cycles *= static_cast<std::uint64_t>(
          passes(d, -1, [](const Loop& loop) { return !loop.temporal; }));
    }
    counts.levels.assign(mapping_.num_levels, std::vector<ShortSpace>(problem_.spaces.size()));
    for (int p = 0; p < problem_.num_spaces(); ++p) count_space(p, counts);
    if (too_many_) return std::nullopt;
    return counts;
  }

 private:
  // From the inside out. The outermost loop runs to its residual, as it has no full pass.
  void list_loops(int d) {
    std::vector<Loop>& loops = loops_[d];
    for (int s = 0; s < mapping_.num_levels; ++s) {
      for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
        loops.push_back({s, kind == LoopKind::temporal, mapping_.levels[s].factors(kind)[d]});
      }
    }
    std::int64_t inside = 1;
    for (Loop& loop : loops) {
      const std::int64_t left = (problem_.bounds[d] + inside - 1) / inside;
      loop.bound = std::min(loop.bound, left);
      inside *= loop.bound;
    }
    std::erase_if(loops, [](const Loop& loop) { return loop.bound == 1; });
  }

  std::int64_t extent(int d, int t) const {
    std::int64_t extent = 1;
    for (const Loop& loop : loops_[d]) extent *= loop.level <= t ? loop.bound : 1;
    return extent;
  }

  std::int64_t num_tiles(int d, int t) const {
    std::int64_t tiles = 0;
    for (std::int64_t start = 0; start < problem_.bounds[d]; start += extent(d, t)) ++tiles;
    return tiles;
  }

  // The loops of d outside level t, and where they are at a tile.
  std::vector<Loop> outside(int d, int t) const {
    std::vector<Loop> loops;
    std::copy_if(loops_[d].begin(), loops_[d].end(), std::back_inserter(loops),
                 [&](const Loop& loop) { return loop.level > t; });
    return loops;
  }
  static Place place(const std::vector<Loop>& loops, std::int64_t index) {
    Place place{index, {}};
    for (const Loop& loop : loops) {
      place.digits.push_back(index % loop.bound);
      index /= loop.bound;
    }
    return place;
  }

  // Tiles of d for which all loops that `still` picks are at their first iteration.
  template <class Still>
  double passes(int d, int t, const Still& still) const {
    const std::vector<Loop> loops = outside(d, t);
    double count = 0;
    for (std::int64_t i = 0; i < num_tiles(d, t); ++i) {
      const Place at = place(loops, i);
      bool first = true;
      for (std::size_t j = 0; j < loops.size(); ++j) first &= at.digits[j] == 0 || !still(loops[j]);
      count += first ? 1 : 0;
    }
    return count;
  }

  bool relevant(int p, int d) const {
    const auto& projection = problem_.spaces[p].projection;
    return std::any_of(projection.begin(), projection.end(),
                       [&](const Coordinate& coordinate) { return has(coordinate, d); });
  }
  bool multicasts(int level, int p) const {
    return ((mapping_.levels[level].no_multicast >> p) & 1) == 0;
  }

  // The temporal loops outside t, innermost first: (level, dimension).
  std::vector<std::pair<int, int>> temporal_loops(int t) const {
    std::vector<std::pair<int, int>> nest;
    for (int s = t + 1; s < mapping_.num_levels; ++s) {
      for (int i = 0; i < mapping_.num_dims; ++i) {
        const int d = mapping_.levels[s].orders(LoopKind::temporal)[i];
        const auto& loops = loops_[d];
        if (std::any_of(loops.begin(), loops.end(),
                        [&](const Loop& loop) { return loop.temporal && loop.level == s; })) {
          nest.emplace_back(s, d);
        }
      }
    }
    return nest;
  }

  struct Boundary {
    int p = 0, t = 0, u = 0;
    std::vector<std::pair<int, int>> run;  // innermost temporal loops that leave the tile alone
    int slides = -1;                       // dimension of the first loop, if it moves the tile
  };

  Boundary boundary(int p, int t, int u) const {
    Boundary result{p, t, u, {}, -1};
    if (t < 0 || ((mapping_.levels[t].no_temporal_reuse >> p) & 1) != 0) return result;
    for (const auto& loop : temporal_loops(t)) {
      if (relevant(p, loop.second)) {
        if (result.run.empty()) result.slides = loop.second;
        break;
      }
      result.run.push_back(loop);
    }
    return result;
  }

  // Words that all instances of level u send towards the tiles of level t; u = t: that arrive.
  double words(const Boundary& at) {
    double words = 1;
    std::vector<bool> done(problem_.bounds.size(), false);
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (done[d]) continue;
      if (relevant(at.p, d)) {
        const std::vector<int> dims = beside(at.p, d);
        for (const int other : dims) done[other] = true;
        words *= words_of(at, dims);
        continue;
      }
      words *= passes(d, at.t, [&](const Loop& loop) {
        if (loop.temporal) {
          return std::find(at.run.begin(), at.run.end(), std::pair(loop.level, d)) != at.run.end();
        }
        return loop.level <= at.u && multicasts(loop.level, at.p);
      });
    }
    return words;
  }

  // Dimensions that share coordinates with d, directly or through others.
  std::vector<int> beside(int p, int d) const {
    std::vector<int> dims{d};
    for (std::size_t i = 0; i < dims.size(); ++i) {
      for (const Coordinate& coordinate : problem_.spaces[p].projection) {
        if (!has(coordinate, dims[i])) continue;
        for (const Term& term : coordinate) {
          const bool known = std::find(dims.begin(), dims.end(), term.dim) != dims.end();
          if (!known && has(coordinate, term.dim)) dims.push_back(term.dim);
        }
      }
    }
    return dims;
  }

  // Looks at all tiles of these dimensions. Children that get the same box share the largest part.
  double words_of(const Boundary& at, const std::vector<int>& dims) {
    std::int64_t tiles = 1;
    for (const int d : dims) tiles *= num_tiles(d, at.t);
    if (tiles > kMostTiles) too_many_ = true;
    if (too_many_) return 0;
    std::map<std::vector<std::int64_t>, double> portions;
    std::vector<std::int64_t> index(dims.size(), 0);
    double sum = 0;
    const bool share = at.u > at.t;
    for (std::int64_t i = 0; i < tiles; ++i) {
      stop_.step();
      std::int64_t rest = i;
      for (std::size_t k = 0; k < dims.size(); ++k) {
        index[k] = rest % num_tiles(dims[k], at.t);
        rest /= num_tiles(dims[k], at.t);
      }
      const double words = new_words(at, dims, index);
      if (!share) {
        sum += words;
      } else {
        double& portion = portions[key(at, dims, index)];
        sum += std::max(0.0, words - portion);
        portion = std::max(portion, words);
      }
    }
    return sum;
  }

  using Box = std::vector<std::pair<std::int64_t, std::int64_t>>;  // [coordinate]: low, high
  Box box(const Boundary& at, const std::vector<int>& dims,
          const std::vector<std::int64_t>& index) const {
    Box box;
    for (const Coordinate& coordinate : problem_.spaces[at.p].projection) {
      const bool ours =
          std::any_of(dims.begin(), dims.end(), [&](int d) { return has(coordinate, d); });
      if (!ours) continue;
      std::int64_t low = 0;
      std::int64_t high = 0;
      for (const Term& term : coordinate) {
        const auto found = std::find(dims.begin(), dims.end(), term.dim);
        if (found == dims.end()) continue;  // its terms cancel out
        const auto k = found - dims.begin();
        const std::int64_t size = extent(term.dim, at.t);
        const std::int64_t start = index[k] * size;
        const std::int64_t end = std::min(start + size, problem_.bounds[term.dim]) - 1;
        low += term.coefficient * (term.coefficient < 0 ? end : start);
        high += term.coefficient * (term.coefficient < 0 ? start : end);
      }
      box.emplace_back(low, high);
    }
    return box;
  }

  static double volume(const Box& box) {
    double volume = 1;
    for (const auto& [low, high] : box)
      volume *= static_cast<double>(std::max<std::int64_t>(0, high - low + 1));
    return volume;
  }

  // Without those of the tile that the first loop held just before.
  double new_words(const Boundary& at, const std::vector<int>& dims,
                   std::vector<std::int64_t> index) const {
    const Box now = box(at, dims, index);
    const auto moved = std::find(dims.begin(), dims.end(), at.slides);
    if (at.slides < 0 || moved == dims.end()) return volume(now);
    const std::vector<Loop> loops = outside(at.slides, at.t);
    std::int64_t apart = 1;  // instances in between take several tiles at once
    std::size_t first = 0;
    for (; !loops[first].temporal; ++first) apart *= loops[first].bound;
    std::int64_t& own = index[moved - dims.begin()];
    if (place(loops, own).digits[first] == 0) return volume(now);
    own -= apart;
    Box common = box(at, dims, index);
    for (std::size_t x = 0; x < common.size(); ++x) {
      common[x] = {std::max(common[x].first, now[x].first),
                   std::min(common[x].second, now[x].second)};
    }
    return volume(now) - volume(common);
  }

  // Equal for children that the server can serve with one word: at the same time, by the same
  // instance, and as far along every coordinate within each group.
  std::vector<std::int64_t> key(const Boundary& at, const std::vector<int>& dims,
                                const std::vector<std::int64_t>& index) const {
    std::vector<std::int64_t> apart;
    std::map<std::pair<int, int>, std::int64_t> shifts;  // [level, coordinate]
    const auto& projection = problem_.spaces[at.p].projection;
    for (std::size_t k = 0; k < dims.size(); ++k) {
      const std::vector<Loop> loops = outside(dims[k], at.t);
      const Place here = place(loops, index[k]);
      std::int64_t step = extent(dims[k], at.t);
      for (std::size_t j = 0; j < loops.size(); ++j) {
        const Loop& loop = loops[j];
        if (loop.temporal || loop.level > at.u || !multicasts(loop.level, at.p)) {
          apart.push_back(here.digits[j]);
        } else {
          for (std::size_t x = 0; x < projection.size(); ++x) {
            for (const Term& term : projection[x]) {
              if (term.dim != dims[k]) continue;
              shifts[{loop.level, static_cast<int>(x)}] += term.coefficient * here.digits[j] * step;
            }
          }
        }
        step *= loop.bound;
      }
    }
    for (const auto& [where, shift] : shifts) apart.push_back(shift);
    return apart;
  }

  void count_space(int p, ShortCounts& counts) {
    int outermost = mapping_.num_levels - 1;
    const auto keeps = [&](int s) { return ((mapping_.levels[s].keep >> p) & 1) != 0; };
    while (outermost >= 0 && !keeps(outermost)) --outermost;
    int child = -1;
    for (int s = 0; s <= outermost; ++s) {
      if (!keeps(s)) continue;
      ShortSpace& at = counts.levels[s][p];
      at.keep = true;
      at.tile = tile_words(p, s);
      const double sent = words(boundary(p, child, s));
      const double arriving = s == outermost ? 0 : words(boundary(p, s, s));
      double visits = 0;
      if (problem_.spaces[p].read_write) {
        visits = static_cast<double>(problem_.tensor_words(p));
        for (int d = 0; d < problem_.num_dims(); ++d) {
          if (relevant(p, d)) continue;
          visits *= passes(d, s, [](const Loop& loop) { return loop.temporal; });
        }
        at.updates = sent;
      }
      at.reads = std::max(0.0, sent - visits);
      at.fills = std::max(0.0, arriving - visits);
      child = s;
    }
  }

  std::uint64_t tile_words(int p, int s) const {
    std::int64_t words = 1;
    for (const Coordinate& coordinate : problem_.spaces[p].projection) {
      std::int64_t width = 1;
      for (const Term& term : coordinate) {
        width += std::abs(term.coefficient) *
                 (std::min(extent(term.dim, s), problem_.bounds[term.dim]) - 1);
      }
      words *= width;
    }
    return static_cast<std::uint64_t>(words);
  }

  const Problem& problem_;
  const Mapping& mapping_;
  std::vector<std::vector<Loop>> loops_;  // [dimension]
  bool too_many_ = false;
  StopCheck stop_;
};

}  // namespace

std::optional<ShortCounts> count_short_tiles(const Problem& problem, const Mapping& mapping,
                                             const StopToken& stop) {
  return TileWalk(problem, mapping, stop).count();
}

std::string difference(const ShortCounts& expected, const Stats& stats, const Problem& problem) {
  std::string text;
  const auto compare = [&](const std::string& what, double wanted, double got, double most) {
    if (std::abs(wanted - got) <= most + 1e-9 * wanted) return;
    text += fmt::format("{}: expected {}, got {}\n", what, wanted, got);
  };
  compare("compute cycles", static_cast<double>(expected.compute_cycles),
          static_cast<double>(stats.compute_cycles), 0);
  for (std::size_t s = 0; s < expected.levels.size(); ++s) {
    for (std::size_t p = 0; p < problem.spaces.size(); ++p) {
      const ShortSpace& wanted = expected.levels[s][p];
      const SpaceStats& got = stats.levels[s].spaces[p];
      if (!wanted.keep) continue;
      const std::string place = fmt::format("level {}, {}: ", s, problem.spaces[p].name);
      const double used = got.utilized_instances;
      compare(place + "tile", static_cast<double>(wanted.tile),
              static_cast<double>(got.utilized_capacity), 0);
      const double reads = problem.spaces[p].read_write ? 1 : 0.5;  // first visits are rounded, too
      compare(place + "reads", wanted.reads / used, static_cast<double>(got.reads), reads);
      compare(place + "updates", wanted.updates / used, static_cast<double>(got.updates), 0.5);
      compare(place + "fills", wanted.fills / used, static_cast<double>(got.fills), 1);
    }
  }
  return text;
}

}  // namespace tilewright::oracle
