#include "search/check/turns.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "search/indices.hpp"

namespace tilewright::check {
namespace {

constexpr std::size_t kMostSums = 4096;

// A dimension on a shared coordinate, and what its loops can do.
struct Axis {
  int dim;
  std::int64_t unit;  // of one step, along the coordinate
  const StepSums* sums;
};

class Coordinate {
 public:
  Coordinate(const StepTables& tables, const detail::CompiledCoordinate& coordinate,
             const Factors& tile, const Factors& spread, const Factors& left) {
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const auto [dim, coefficient] = coordinate.terms[i];
      if (left[at(dim)] == 1) continue;
      const StepSums* const sums = tables.of(left[at(dim)]);
      known_ &= sums != nullptr;
      axes_.push_back({dim, coefficient * tile[at(dim)] * spread[at(dim)], sums});
    }
  }

  bool known() const { return known_; }

  // Can the loops of some dimension step as far as others fall back?
  bool takes_back() const {
    return std::any_of(axes_.begin(), axes_.end(), [&](const Axis& axis) {
      return meets(axis.sums->on, axis.unit, others(&axis, nullptr));
    });
  }

  // First loops after which a step of another, less what falls back, is one of the first loop.
  Terms::DimMask continued() const {
    Terms::DimMask result = 0;
    for (const Axis& first : axes_) {
      bool found = meets(first.sums->on_twice, first.unit, others(&first, nullptr));
      for (const Axis& axis : axes_) {
        if (found || axis.dim == first.dim) continue;
        std::vector<std::int64_t> back;
        for (const std::int64_t sum : others(&first, &axis)) {
          for (const std::int64_t twice : first.sums->twice)
            back.push_back(sum + twice * first.unit);
        }
        std::sort(back.begin(), back.end());
        found = meets(axis.sums->on, axis.unit, back);
      }
      if (found) result |= bit(first.dim);
    }
    return result;
  }

 private:
  // What the loops of all dimensions but two may fall back together; empty if too many.
  std::vector<std::int64_t> others(const Axis* a, const Axis* b) const {
    std::vector<std::int64_t> sums{0};
    for (const Axis& axis : axes_) {
      if (&axis == a || &axis == b) continue;
      std::vector<std::int64_t> longer;
      for (const std::int64_t before : sums) {
        for (const std::int64_t sum : axis.sums->back) longer.push_back(before + sum * axis.unit);
      }
      std::sort(longer.begin(), longer.end());
      longer.erase(std::unique(longer.begin(), longer.end()), longer.end());
      if (longer.size() > kMostSums) return {};
      sums = std::move(longer);
    }
    return sums;
  }

  static bool meets(const std::vector<std::int64_t>& steps, std::int64_t unit,
                    const std::vector<std::int64_t>& back) {
    if (back.empty()) return true;
    return std::any_of(steps.begin(), steps.end(), [&](std::int64_t step) {
      return std::binary_search(back.begin(), back.end(), step * unit);
    });
  }

  std::vector<Axis> axes_;
  bool known_ = true;
};

}  // namespace

TurnsFound find_turns(const StepTables& tables, const Terms& terms, int space, const Factors& tile,
                      const Factors& spread, const Factors& left) {
  if (!terms.regular(space)) return {};
  TurnsFound found{0, false};
  for (int x = 0; x < terms.num_shared(space); ++x) {
    const Coordinate coordinate(tables, terms.shared(space, x), tile, spread, left);
    if (!coordinate.known()) return {};
    found.continued |= coordinate.continued();
    found.takes_back |= coordinate.takes_back();
  }
  return found;
}

}  // namespace tilewright::check
