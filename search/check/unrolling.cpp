#include "search/check/unrolling.hpp"

#include <algorithm>
#include <map>

#include "model/error.hpp"
#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"

namespace tilewright::check {
namespace {

constexpr std::size_t kMostLayouts = 2'000'000;

std::int64_t product(const Factors& factors) {
  std::int64_t result = 1;
  for (const std::int64_t factor : factors) result *= factor;
  return result;
}

}  // namespace

ArrayRules::ArrayRules(const Problem& problem, const Architecture& arch,
                       const LevelConstraint& constraint, int level, bool both_axes)
    : problem_(problem),
      loops_(constraint.spatial),
      width_(static_cast<std::int64_t>(arch.fanout_x(level))),
      height_(static_cast<std::int64_t>(arch.fanout_y(level))),
      both_axes_(both_axes && !constraint.spatial.split) {}

ArrayRules::Place ArrayRules::place(int dim) const {
  const auto holds = [&](const std::vector<int>& dims) {
    return std::find(dims.begin(), dims.end(), dim) != dims.end();
  };
  if (holds(loops_.inner)) return Place::inner;
  return holds(loops_.outer) ? Place::outer : Place::free;
}

// Loops of a lower rank lie inside; free dimensions share one.
int ArrayRules::rank(int dim) const {
  const auto index = [&](const std::vector<int>& dims) {
    return static_cast<int>(std::find(dims.begin(), dims.end(), dim) - dims.begin());
  };
  switch (place(dim)) {
    case Place::inner:
      return index(loops_.inner);
    case Place::free:
      return kMaxDims;
    case Place::outer:
      break;
  }
  return kMaxDims + 1 + index(loops_.outer);
}

bool ArrayRules::allow_order(const std::vector<int>& dims) const {
  return std::is_sorted(dims.begin(), dims.end(), [&](int a, int b) { return rank(a) < rank(b); });
}

// The first `split` dimensions of the order lie on X. Those without a loop fill any place, so of
// the free ones only their number on each side counts.
bool ArrayRules::fits_split(const Layout& layout) const {
  const int split = *loops_.split;
  const int inside = static_cast<int>(loops_.inner.size());
  const int frees = problem_.num_dims() - inside - static_cast<int>(loops_.outer.size());
  const int frees_on_x = std::clamp(split - inside, 0, frees);
  int on_x = 0;
  int on_y = 0;
  for (int d = 0; d < problem_.num_dims(); ++d) {
    const bool x = layout.x[at(d)] > 1;
    const bool y = layout.y[at(d)] > 1;
    if (place(d) == Place::free) {
      on_x += x ? 1 : 0;
      on_y += y ? 1 : 0;
      continue;
    }
    const int position =
        place(d) == Place::inner ? rank(d) : inside + frees + rank(d) - kMaxDims - 1;
    if (position < split ? y : x) return false;
  }
  return on_x <= frees_on_x && on_y <= frees - frees_on_x;
}

// Everything on X comes before everything on Y.
bool ArrayRules::keeps_sides(const Layout& layout) const {
  for (int x = 0; x < problem_.num_dims(); ++x) {
    for (int y = 0; y < problem_.num_dims(); ++y) {
      if (layout.x[at(x)] > 1 && layout.y[at(y)] > 1 && rank(x) > rank(y)) return false;
    }
  }
  return true;
}

bool ArrayRules::allow(const Layout& layout) const {
  if (product(layout.x) > width_ || product(layout.y) > height_) return false;
  for (int d = 0; d < problem_.num_dims(); ++d) {
    const std::int64_t x = layout.x[at(d)];
    const std::int64_t y = layout.y[at(d)];
    if (x > 1 && y > 1 && !both_axes_) return false;
    if (!factor_range(loops_, d).holds(x * y)) return false;
  }
  if (loops_.split) return fits_split(layout);
  return width_ == 1 || height_ == 1 || keeps_sides(layout);
}

std::vector<Unrolling> ArrayRules::list(bool whole, const std::function<bool()>& stop) const {
  std::map<Factors, std::vector<Layout>> found;
  std::size_t count = 0;
  bool stopped = false;
  Layout layout;
  layout.x.fill(1);
  layout.y.fill(1);
  const std::function<void(int, std::int64_t, std::int64_t)> choose = [&](int d, std::int64_t width,
                                                                          std::int64_t height) {
    constexpr std::size_t kLookEvery = 1024;
    if (++count % kLookEvery == 0) stopped = stopped || stop();
    if (stopped) return;
    if (count > 8 * kMostLayouts) {
      throw UsageError("a level has too many spatial loops to be gone through; constrain them");
    }
    if (d == problem_.num_dims()) {
      if (!allow(layout)) return;
      Factors factor;
      for (std::size_t i = 0; i < factor.size(); ++i) factor[i] = layout.x[i] * layout.y[i];
      found[factor].push_back(layout);
      return;
    }
    const std::int64_t size = problem_.bounds[at(d)];
    const std::int64_t most = factor_range(loops_, d).most;
    for (std::int64_t x = 1; x <= std::min({width, size, most}); ++x) {
      if (whole && size % x != 0) continue;
      const std::int64_t rest = ceil_div(size, x);
      const bool alone = x > 1 && !both_axes_;
      for (std::int64_t y = 1; y <= (alone ? 1 : std::min({height, rest, most / x})); ++y) {
        if (whole && rest % y != 0) continue;
        layout.x[at(d)] = x;
        layout.y[at(d)] = y;
        choose(d + 1, width / x, height / y);
      }
    }
    layout.x[at(d)] = layout.y[at(d)] = 1;
  };
  choose(0, width_, height_);
  std::vector<Unrolling> list;
  for (auto& [factor, layouts] : found) {
    list.push_back({factor, static_cast<double>(product(factor)), std::move(layouts)});
  }
  std::stable_sort(list.begin(), list.end(), [](const Unrolling& a, const Unrolling& b) {
    return a.instances > b.instances;
  });
  return list;
}

}  // namespace tilewright::check
