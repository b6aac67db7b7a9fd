#include "model/nest/detail/imperfect.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>
#include <vector>

#include "model/nest/detail/accounting.hpp"
#include "model/nest/detail/geometry.hpp"
#include "model/nest/detail/sharing.hpp"
#include "model/nest/passes.hpp"

namespace tilewright::detail {
namespace {

// A loop of one dimension.
struct DimLoop {
  std::int64_t bound;
  int level;
  bool temporal;
};

// The loops that are always in their last pass run to their residual only.
Mapping without_idle_passes(const Compiled& c, const Mapping& mapping) {
  Mapping result = mapping;
  for (int i = 0; i < c.num_active; ++i) {
    const int d = c.active_dims[i];
    bool outermost = true;
    for (int s = c.num_levels - 1; s >= 0; --s) {
      for (const auto kind : {LoopKind::temporal, LoopKind::spatial_y, LoopKind::spatial_x}) {
        auto& factor = result.levels[s].factors(kind)[d];
        if (outermost) factor = result.levels[s].residuals(kind)[d];
        if (factor > 1) outermost = false;
      }
    }
  }
  return result;
}

class ComponentSum;

class ImperfectNest {
 public:
  ImperfectNest(const Compiled& c, const Mapping& mapping, const Scratch& scratch)
      : c_(c), mapping_(mapping), scratch_(scratch) {
    for (int i = 0; i < c.num_active; ++i) add_loops(c.active_dims[i]);
  }

  // Steps that the busiest MAC takes: the one that every spatial loop reaches first.
  std::uint64_t compute_cycles() const {
    std::uint64_t cycles = 1;
    for (int i = 0; i < c_.num_active; ++i) {
      const int d = c_.active_dims[i];
      cycles *= static_cast<std::uint64_t>(
          count(d, -1, [](const DimLoop& loop) { return !loop.temporal; }));
    }
    return cycles;
  }

  // Words of dataspace p that all instances of level u together send towards the tiles of level t
  // (t = -1: the operations; u = t: the words that arrive there).
  double served(int p, int t, int u) const {
    const Query query = make_query(p, t, u);
    const bool apart = c_.tile_words.knows(p) && !overlap_shared(query);
    double words = apart ? words_apart(query) : words_by_component(query);
    for (int i = 0; i < c_.num_active; ++i) {
      const int d = c_.active_dims[i];
      if (((c_.spaces[p].relevant >> d) & 1) != 0) continue;
      words *= count(d, t, [&](const DimLoop& loop) { return query.still(loop, d); });
    }
    return words;
  }

  // Distinct words that each instance of level s ever holds, summed over the instances.
  double first_visits(int p, int s) const {
    double words = static_cast<double>(c_.problem.tensor_words(p));
    for (int i = 0; i < c_.num_active; ++i) {
      const int d = c_.active_dims[i];
      if (((c_.spaces[p].relevant >> d) & 1) != 0) continue;
      words *= count(d, s, [](const DimLoop& loop) { return loop.temporal; });
    }
    return words;
  }

 private:
  friend class ComponentSum;

  struct Query {
    int p, t, u;
    int first;    // index of the first temporal loop outside t, in scratch.loops
    int run_end;  // the loops before it leave the tile in place
    bool slides;  // the first loop keeps a halo
    const ImperfectNest* nest;

    // Loops that bring no words of their own: children that share, iterations that reuse.
    bool still(const DimLoop& loop, int d) const {
      if (loop.temporal) return nest->in_run(loop.level, d, first, run_end);
      return loop.level > t && loop.level <= u && nest->shares(loop.level, p);
    }
  };

  void add_loops(int d) {
    for (int s = 0; s < c_.num_levels; ++s) {
      for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
        const auto& level = mapping_.levels[s];
        if (level.factors(kind)[d] == 1) continue;
        loops_[d].push_back({level.factors(kind)[d], s, kind == LoopKind::temporal});
      }
    }
  }

  bool shares(int level, int p) const {
    return ((mapping_.levels[level].no_multicast >> p) & 1) == 0;
  }

  bool in_run(int level, int d, int first, int run_end) const {
    for (int j = first; j < run_end; ++j) {
      if (scratch_.loops[j].dim == d && j >= scratch_.first_loop[level] &&
          j < scratch_.first_loop[level + 1]) {
        return true;
      }
    }
    return false;
  }

  Query make_query(int p, int t, int u) const {
    const auto& space = c_.spaces[p];
    const int first = scratch_.first_loop[t + 1];
    Query query{
        .p = p, .t = t, .u = u, .first = first, .run_end = first, .slides = false, .nest = this};
    if (t < 0 || ((mapping_.levels[t].no_temporal_reuse >> p) & 1) != 0) return query;
    while (query.run_end < scratch_.num_loops &&
           ((space.relevant >> scratch_.loops[query.run_end].dim) & 1) == 0) {
      ++query.run_end;
    }
    query.slides = query.run_end == first && first < scratch_.num_loops && !space.simple;
    return query;
  }

  // Dimensions that share coordinates, directly or through others, with coordinate x.
  DimMask component(int p, int x) const {
    const auto& space = c_.spaces[p];
    DimMask dims = coordinate_dims(space, x);
    for (bool grown = true; grown;) {
      grown = false;
      for (int y = 0; y < space.rank; ++y) {
        const DimMask other = coordinate_dims(space, y);
        if ((other & dims) == 0 || (other & ~dims) == 0) continue;
        dims |= other;
        grown = true;
      }
    }
    return dims;
  }

  static DimMask coordinate_dims(const CompiledSpace& space, int x) {
    DimMask dims = 0;
    for (int i = 0; i < space.coordinates[x].num_terms; ++i)
      dims |= DimMask{1} << space.coordinates[x].terms[i].dim;
    return dims;
  }

  // Passes of the loops of d outside level t in which the problem has points, with the loops for
  // which `fixed` holds at their first iteration.
  template <class Fixed>
  double count(int d, int t, const Fixed& fixed) const {
    std::int64_t tiles = c_.problem.bounds[d];
    Passes passes;
    for (const DimLoop& loop : loops_[d]) {
      if (loop.level > t) {
        passes =
            fixed(loop) ? passes.shared(tiles, loop.bound) : passes.repeated(tiles, loop.bound);
      }
      tiles = ceil_div(tiles, loop.bound);
    }
    return passes.total(tiles);
  }

  std::int64_t tiles(int d, int t) const {
    std::int64_t tiles = c_.problem.bounds[d];
    for (const DimLoop& loop : loops_[d]) {
      if (loop.level <= t) tiles = ceil_div(tiles, loop.bound);
    }
    return tiles;
  }

  bool overlap_shared(const Query& query) const;
  double words_apart(const Query& query) const;
  double words_by_component(const Query& query) const;
  double component_words(const Query& query, DimMask dims) const;
  std::int64_t first_digit(const Query& query, int d, std::int64_t tile) const;

  const Compiled& c_;
  const Mapping& mapping_;
  const Scratch& scratch_;
  std::array<std::vector<DimLoop>, kMaxDims> loops_;  // innermost first
};

// Sums the words of all tiles of dimensions that meet on coordinates, tile by tile: clipped tiles
// that overlap have no simple sum. Children whose tiles start at the same place share; the largest
// of their tiles is what travels.
class ComponentSum {
 public:
  ComponentSum(const ImperfectNest& nest, const ImperfectNest::Query& query, DimMask dims)
      : nest_(nest),
        query_(query),
        space_(nest.c_.spaces[query.p]),
        extents_(nest.scratch_.inside[query.t + 1]) {
    for (int d = 0; d < nest.c_.num_dims; ++d) {
      if (((dims >> d) & 1) != 0) dims_.push_back(d);
    }
    for (int x = 0; x < space_.rank; ++x) {
      if ((ImperfectNest::coordinate_dims(space_, x) & dims) != 0) coordinates_.push_back(x);
    }
    if (query.slides) {
      const auto& loop = nest.scratch_.loops[query.first];
      if (((dims >> loop.dim) & 1) != 0) moved_ = loop.dim;
      step_ = loop.step / extents_[loop.dim];  // in tiles: its spatial loops take several at once
    }
  }

  double words() {
    do {
      portions_.push_back({key(), new_words()});
    } while (next_tile());
    // Without a group below there is nobody to share with, and keys are empty.
    const bool merge = query_.u > query_.t;
    if (merge) {
      std::sort(portions_.begin(), portions_.end(), [](const auto& a, const auto& b) {
        return a.key != b.key ? a.key < b.key : a.words > b.words;
      });
    }
    double sum = 0;
    for (std::size_t i = 0; i < portions_.size(); ++i) {
      if (!merge || i == 0 || portions_[i].key != portions_[i - 1].key) sum += portions_[i].words;
    }
    return sum;
  }

 private:
  struct Portion {
    std::vector<std::int64_t> key;
    double words;
  };
  struct Box {
    Move low{}, high{};
  };

  bool next_tile() {
    for (const int d : dims_) {
      if (++tile_[d] < nest_.tiles(d, query_.t)) return true;
      tile_[d] = 0;
    }
    return false;
  }

  // The present tile, or the one `back` tiles before it along the moved dimension.
  Box box(std::int64_t back) const {
    Box result;
    for (std::size_t k = 0; k < coordinates_.size(); ++k) {
      const auto& coordinate = space_.coordinates[coordinates_[k]];
      for (int i = 0; i < coordinate.num_terms; ++i) {
        const auto [d, coefficient] = coordinate.terms[i];
        const std::int64_t start = (tile_[d] - (d == moved_ ? back : 0)) * extents_[d];
        const std::int64_t end = std::min(start + extents_[d], nest_.c_.problem.bounds[d]) - 1;
        result.low[k] += coefficient * (coefficient < 0 ? end : start);
        result.high[k] += coefficient * (coefficient < 0 ? start : end);
      }
    }
    return result;
  }

  double volume(const Box& box) const {
    double product = 1;
    for (std::size_t k = 0; k < coordinates_.size(); ++k) {
      product *= static_cast<double>(std::max<std::int64_t>(0, box.high[k] - box.low[k] + 1));
    }
    return product;
  }

  // Words of the present tile that the iteration of the first loop before it did not have.
  double new_words() const {
    const Box now = box(0);
    if (moved_ < 0 || nest_.first_digit(query_, moved_, tile_[moved_]) == 0) return volume(now);
    Box common = box(step_);
    for (std::size_t k = 0; k < coordinates_.size(); ++k) {
      common.low[k] = std::max(common.low[k], now.low[k]);
      common.high[k] = std::min(common.high[k], now.high[k]);
    }
    return volume(now) - volume(common);
  }

  // Equal for tiles that one word serves: the same passes of all loops, but within each group
  // between the levels any children whose shifts along every coordinate agree.
  std::vector<std::int64_t> key() const {
    std::vector<std::int64_t> passes;
    if (query_.u == query_.t) return passes;
    const std::size_t width = coordinates_.size();
    std::vector<std::int64_t> shifts(static_cast<std::size_t>(query_.u - query_.t) * width, 0);
    for (const int d : dims_) {
      std::int64_t rest = tile_[d];
      std::int64_t step = extents_[d];
      for (const auto& loop : nest_.loops_[d]) {
        if (loop.level <= query_.t) continue;
        const std::int64_t digit = rest % loop.bound;
        const bool apart =
            loop.temporal || loop.level > query_.u || !nest_.shares(loop.level, query_.p);
        if (apart) {
          passes.push_back(digit);
        } else {
          auto* const shift = &shifts[static_cast<std::size_t>(loop.level - query_.t - 1) * width];
          for (std::size_t k = 0; k < width; ++k)
            shift[k] += space_.coordinates[coordinates_[k]].coefficient(d) * digit * step;
        }
        rest /= loop.bound;
        step *= loop.bound;
      }
    }
    passes.insert(passes.end(), shifts.begin(), shifts.end());
    return passes;
  }

  const ImperfectNest& nest_;
  const ImperfectNest::Query& query_;
  const CompiledSpace& space_;
  const Extents& extents_;
  std::vector<int> dims_, coordinates_;
  int moved_ = -1;  // dimension of the first loop, if it slides this component
  std::int64_t step_ = 0;
  std::array<std::int64_t, kMaxDims> tile_{};
  std::vector<Portion> portions_;
};

// Which iteration the first loop is in when its dimension is at `tile`.
std::int64_t ImperfectNest::first_digit(const Query& query, int d, std::int64_t tile) const {
  for (const auto& loop : loops_[d]) {
    if (loop.level <= query.t) continue;
    // The first loop of all is the innermost temporal one of its dimension.
    if (loop.temporal) return tile % loop.bound;
    tile /= loop.bound;
  }
  return 0;
}

// Could children whose tiles overlap get the same words? Only if they differ in several dimensions
// of a coordinate.
bool ImperfectNest::overlap_shared(const Query& query) const {
  const auto& space = c_.spaces[query.p];
  for (int s = query.t + 1; s <= query.u; ++s) {
    if (!shares(s, query.p)) continue;
    for (int x = 0; x < space.num_shared; ++x) {
      int dims = 0;
      for (int i = 0; i < space.coordinates[x].num_terms; ++i) {
        const int d = space.coordinates[x].terms[i].dim;
        dims += std::any_of(loops_[d].begin(), loops_[d].end(),
                            [&](const DimLoop& loop) { return loop.level == s && !loop.temporal; })
                    ? 1
                    : 0;
      }
      if (dims > 1) return true;
    }
  }
  return false;
}

// Where nobody shares overlaps, the number of tiles tells their words.
double ImperfectNest::words_apart(const Query& query) const {
  TileWords::Numbers numbers;
  numbers.fill(1);
  for (int i = 0; i < c_.num_active; ++i)
    numbers[c_.active_dims[i]] = tiles(c_.active_dims[i], query.t);
  if (!query.slides) return c_.tile_words.all(query.p, numbers);
  const auto& extents = scratch_.inside[query.t + 1];
  const auto& loop = scratch_.loops[query.first];
  if (c_.spaces[query.p].moved_afar_by(loop.dim)) return c_.tile_words.all(query.p, numbers);
  bool first = true;  // the first loop of all is the innermost temporal one of its dimension
  const double starts = count(loop.dim, query.t, [&](const DimLoop& own) {
    return own.temporal && std::exchange(first, false);
  });
  return c_.tile_words.sliding(query.p, numbers, extents, loop.dim,
                               static_cast<double>(numbers[loop.dim]) - starts,
                               loop.step / extents[loop.dim]);
}

double ImperfectNest::words_by_component(const Query& query) const {
  double words = 1;
  DimMask done = 0;
  for (int x = 0; x < c_.spaces[query.p].rank; ++x) {
    const DimMask dims = component(query.p, x);
    if ((dims & done) != 0) continue;
    done |= dims;
    words *= component_words(query, dims);
  }
  return words;
}

double ImperfectNest::component_words(const Query& query, DimMask dims) const {
  const auto& space = c_.spaces[query.p];
  if (std::popcount(dims) > 1 || !space.separable) return ComponentSum(*this, query, dims).words();
  // The tiles of one dimension follow each other without overlap.
  const int d = std::countr_zero(dims);
  std::int64_t coefficient = 1;
  for (int x = 0; x < space.rank; ++x) {
    if (coordinate_dims(space, x) == dims)
      coefficient = std::abs(space.coordinates[x].terms[0].coefficient);
  }
  return static_cast<double>(coefficient * c_.problem.bounds[d] +
                             (1 - coefficient) * tiles(d, query.t));
}

// Lets the traffic of level u be what the padded group would carry, scaled to the words that there
// are: who shares with whom at the ragged edge changes distances only.
void set_traffic(const Compiled& c, const Mapping& mapping, int p, int u, double words,
                 Detail detail, Scratch& scratch) {
  auto& traffic = scratch.of(p).traffic[u];
  scratch.of(p).open(traffic);
  Sharing sharing;
  share(group_query(c, mapping.levels[u], p, u, detail, scratch), scratch, sharing);
  add_shared(sharing, words / static_cast<double>(sharing.portions()), scratch.of(p), traffic);
}

void count_space(const Compiled& c, const Mapping& mapping, const ImperfectNest& nest, int p,
                 Detail detail, Scratch& scratch) {
  scratch.of(p).clear();
  std::array<double, kMaxLevels> visits;  // first ones of a word, by an average instance
  int child = -1;                         // the level whose tiles the next one out serves
  for (int s = 0; s < c.num_levels; ++s) {
    auto& at = scratch.of(p).at[s];
    const auto used = static_cast<double>(scratch.used[s]);
    const bool keeps = ((mapping.levels[s].keep >> p) & 1) != 0;
    at.accesses = nest.served(p, child, s) / used;
    set_traffic(c, mapping, p, s, at.accesses, detail, scratch);
    at.size = keeps ? scratch.tile[p][s] : 0;
    at.peer = 0;
    at.share = keeps ? nest.served(p, s, s) / used : 0;
    visits[static_cast<std::size_t>(s)] = keeps ? nest.first_visits(p, s) / used : 0;
    at.partition = to_count(visits[static_cast<std::size_t>(s)]);
    if (!keeps) at.accesses = 0;
    if (keeps) child = s;
  }
  for (int s = c.num_levels - 1; s > child; --s) scratch.of(p).traffic[s].num_classes = 0;
  scratch.of(p).at[child].share = 0;
  for (int s = 0; s < c.num_levels; ++s) {
    count_average(c.spaces[p], s == child, visits[static_cast<std::size_t>(s)],
                  scratch.of(p).at[s]);
  }
}

}  // namespace

Rejection count_imperfect(const Compiled& c, const Mapping& padded, Detail detail,
                          Scratch& scratch) {
  const Mapping mapping = without_idle_passes(c, padded);
  const Rejection rejection = lay_out(c, mapping, true, scratch);
  if (rejection.reason != RejectReason::none) return rejection;
  const ImperfectNest nest(c, mapping, scratch);
  scratch.compute_cycles = nest.compute_cycles();
  for (int p = 0; p < c.num_spaces; ++p) {
    for (int s = 0; s < c.num_levels; ++s) scratch.of(p).distributed[s].num_classes = 0;
    count_space(c, mapping, nest, p, detail, scratch);
  }
  return rejection;
}

}  // namespace tilewright::detail
