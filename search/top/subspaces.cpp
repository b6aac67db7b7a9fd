#include "search/top/subspaces.hpp"

#include <algorithm>
#include <array>

#include "model/error.hpp"
#include "model/names.hpp"
#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/permutation.hpp"
#include "search/mapspace/spatial_rules.hpp"

namespace tilewright::top {
namespace {

using Dims = std::vector<int>;  // innermost first

std::int32_t factor_of(const LevelMapping& level, bool spatial, int dim) {
  if (!spatial) return level.factors(LoopKind::temporal)[at(dim)];
  return level.factors(LoopKind::spatial_x)[at(dim)] * level.factors(LoopKind::spatial_y)[at(dim)];
}

Dims loops_of(const LevelMapping& level, LoopKind kind, int num_dims) {
  Dims dims;
  for (int place = 0; place < num_dims; ++place) {
    const int dim = level.orders(kind)[at(place)];
    if (level.factors(kind)[at(dim)] > 1) dims.push_back(dim);
  }
  return dims;
}

bool holds(const Dims& dims, int dim) {
  return std::find(dims.begin(), dims.end(), dim) != dims.end();
}

/// Fixes the decisions of a mapping one after the other.
class Splitter {
 public:
  Splitter(const Constraints& constraints, const Mapping& mapping, const Problem& problem,
           const Architecture& arch)
      : rest_(constraints), mapping_(mapping), problem_(problem), arch_(arch) {
    rest_.levels.resize(at(arch.num_levels()));
  }

  void keeping() {
    for (int s = 0; s + 1 < arch_.num_levels(); ++s) {  // the outermost level keeps all it may
      for (int p = 0; p < problem_.num_spaces(); ++p) {
        LevelConstraint& level = rest_.levels[at(s)];
        const auto space = static_cast<SpaceMask>(1U << at(p));
        if (((level.must_keep | level.must_bypass) & space) != 0) continue;
        const bool kept = (mapping_.levels[at(s)].keep & space) != 0;
        SpaceMask& other = kept ? level.must_bypass : level.must_keep;
        other |= space;
        spaces_.push_back(rest_);
        other &= static_cast<SpaceMask>(~space);
        (kept ? level.must_keep : level.must_bypass) |= space;
      }
    }
  }

  void factors() {
    for (const bool spatial : {true, false}) {
      for (int s = 0; s < arch_.num_levels(); ++s) {
        if (spatial && arch_.fanout(s) == 1) continue;
        for (int d = 0; d < problem_.num_dims(); ++d) factor(s, spatial, d);
      }
    }
  }

  void layouts(const MapspaceOptions& options) {
    for (int s = 0; s < arch_.num_levels(); ++s) {
      const Layout own{loops_of(mapping_.levels[at(s)], LoopKind::spatial_x, problem_.num_dims()),
                       loops_of(mapping_.levels[at(s)], LoopKind::spatial_y, problem_.num_dims())};
      if (own.x.empty() && own.y.empty()) continue;
      const Constraints before = rest_;
      for (const Layout& other : layouts_like(own, s, options)) {
        rest_ = before;
        fix(other, s);
        if (other == own) continue;
        spaces_.push_back(rest_);
      }
      rest_ = before;
      fix(own, s);
    }
  }

  void orders() {
    for (int s = 0; s < arch_.num_levels(); ++s) order(s);
  }

  std::vector<Constraints> take() { return std::move(spaces_); }

 private:
  struct Layout {
    Dims x, y;
    friend bool operator==(const Layout&, const Layout&) = default;
  };

  void factor(int s, bool spatial, int dim) {
    const std::int64_t bound = problem_.bounds[at(dim)];
    if (bound == 1) return;
    LevelConstraint& level = rest_.levels[at(s)];
    LoopConstraint& loops = spatial ? level.spatial : level.temporal;
    if (loops.fixed[at(dim)] != 0) return;
    const std::int32_t own = factor_of(mapping_.levels[at(s)], spatial, dim);
    const FactorRange range = factor_range(loops, dim);
    const LoopConstraint before = loops;
    if (range.least < own) {
      loops.at_most[at(dim)] = own - 1;
      spaces_.push_back(rest_);
      loops = before;
    }
    if (std::min<std::int64_t>(range.most, bound) > own) {
      loops.at_least[at(dim)] = own + 1;
      spaces_.push_back(rest_);
      loops = before;
    }
    loops.fixed[at(dim)] = own;
  }

  // All sequences of the same loops along the axes that the constraints allow.
  std::vector<Layout> layouts_like(const Layout& own, int s, const MapspaceOptions& options) const {
    Dims dims = own.x;
    dims.insert(dims.end(), own.y.begin(), own.y.end());
    std::sort(dims.begin(), dims.end());
    const SpatialRules rules(problem_.num_dims(), arch_, rest_, options);
    std::vector<Layout> layouts;
    do {
      for (std::size_t on_x = 0; on_x <= dims.size(); ++on_x) {
        const auto split = dims.begin() + static_cast<std::ptrdiff_t>(on_x);
        Layout layout{{dims.begin(), split}, {split, dims.end()}};
        if (allowed(layout, s, rules)) layouts.push_back(std::move(layout));
      }
    } while (std::next_permutation(dims.begin(), dims.end()));
    return layouts;
  }

  bool allowed(const Layout& layout, int s, const SpatialRules& rules) const {
    Mapping mapping = mapping_;
    LevelMapping& level = mapping.levels[at(s)];
    const LevelMapping& own = mapping_.levels[at(s)];
    level.factors(LoopKind::spatial_x).fill(1);
    level.factors(LoopKind::spatial_y).fill(1);
    for (const int dim : layout.x)
      level.factors(LoopKind::spatial_x)[at(dim)] = factor_of(own, true, dim);
    for (const int dim : layout.y)
      level.factors(LoopKind::spatial_y)[at(dim)] = factor_of(own, true, dim);
    const auto product = [&](LoopKind kind) {
      std::uint64_t all = 1;
      for (int d = 0; d < problem_.num_dims(); ++d) {
        all *= static_cast<std::uint64_t>(level.factors(kind)[at(d)]);
      }
      return all;
    };
    if (product(LoopKind::spatial_x) > arch_.fanout_x(s) ||
        product(LoopKind::spatial_y) > arch_.fanout_y(s)) {
      return false;
    }
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (factor_of(level, true, d) > 1 && !rules.holds_at(mapping, d, s)) return false;
    }
    const LoopConstraint& wanted = rest_.levels[at(s)].spatial;
    Dims order = layout.x;
    order.insert(order.end(), layout.y.begin(), layout.y.end());
    return rules.holds_together(mapping) &&
           std::is_sorted(order.begin(), order.end(), [&](int a, int b) {
             return order_rank(wanted, a) < order_rank(wanted, b);
           });
  }

  // All dimensions get a place, so that the split says which loops lie on X.
  void fix(const Layout& layout, int s) {
    LoopConstraint& loops = rest_.levels[at(s)].spatial;
    loops.outer.clear();
    loops.inner = layout.x;
    loops.inner.insert(loops.inner.end(), layout.y.begin(), layout.y.end());
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (!holds(loops.inner, d)) loops.inner.push_back(d);
    }
    loops.split = static_cast<int>(layout.x.size());
  }

  // Of the loops of a level, one after the other, another one comes next.
  void order(int s) {
    LoopConstraint& wanted = rest_.levels[at(s)].temporal;
    const Dims loops = loops_of(mapping_.levels[at(s)], LoopKind::temporal, problem_.num_dims());
    const auto among = [&](const Dims& dims) {
      Dims some;
      std::copy_if(dims.begin(), dims.end(), std::back_inserter(some),
                   [&](int dim) { return holds(loops, dim); });
      return some;
    };
    const Dims inner = among(wanted.inner);
    const Dims outer = among(wanted.outer);
    wanted.outer = outer;
    const std::size_t last_free = loops.size() - outer.size();
    for (std::size_t place = inner.size(); place + 1 < last_free; ++place) {
      const auto here = loops.begin() + static_cast<std::ptrdiff_t>(place);
      const auto end = loops.begin() + static_cast<std::ptrdiff_t>(last_free);
      for (auto other = here + 1; other != end; ++other) {
        wanted.inner.assign(loops.begin(), here);
        wanted.inner.push_back(*other);
        spaces_.push_back(rest_);
      }
    }
    wanted.inner = loops;
    wanted.outer.clear();
  }

  Constraints rest_;
  const Mapping& mapping_;
  const Problem& problem_;
  const Architecture& arch_;
  std::vector<Constraints> spaces_;
};

}  // namespace

Differ parse_differ(std::string_view text) {
  if (text == "loops") return Differ::loops;
  if (text == "tilings") return Differ::tilings;
  constexpr std::array<std::string_view, 2> kNames{"loops", "tilings"};
  throw UsageError(unknown_name_message("way to differ", text, kNames));
}

std::vector<Constraints> split_off(const Constraints& constraints, const Mapping& mapping,
                                   const Problem& problem, const Architecture& arch,
                                   const MapspaceOptions& options, Differ differ) {
  Splitter splitter(constraints, mapping, problem, arch);
  splitter.keeping();
  splitter.factors();
  if (differ == Differ::loops) {
    splitter.layouts(options);
    splitter.orders();
  }
  return splitter.take();
}

}  // namespace tilewright::top
