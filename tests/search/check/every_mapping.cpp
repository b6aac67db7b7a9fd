#include "search/check/every_mapping.hpp"

#include <algorithm>
#include <vector>

#include "search/check/verify.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/residuals.hpp"

namespace tilewright::test {
namespace {

class Every {
 public:
  Every(const SmallSpace& small, bool whole, std::uint64_t most,
        const std::function<void(const Mapping&)>& visit)
      : small_(small), whole_(whole), most_(most), visit_(visit), mapping_(small.space.blank()) {
    for (int s = 0; s < mapping_.num_levels; ++s) {
      for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
        places_.push_back({s, kind});
      }
    }
  }
  bool go() {
    choose(0, 0, small_.c.problem.bounds[0]);
    return count_ <= most_;
  }

 private:
  struct Place {
    int level;
    LoopKind kind;
  };

  LevelMapping& at(int level) { return mapping_.levels[static_cast<std::size_t>(level)]; }

  std::int64_t room(const Place& place) const {
    if (place.kind == LoopKind::temporal) return std::int64_t{1} << 30;
    const bool x = place.kind == LoopKind::spatial_x;
    const Architecture& arch = small_.c.arch;
    return static_cast<std::int64_t>(x ? arch.fanout_x(place.level) : arch.fanout_y(place.level));
  }

  void choose(int dim, std::size_t i, std::int64_t rest) {
    if (count_ > most_) return;
    const auto d = static_cast<std::size_t>(dim);
    if (i == places_.size()) {
      if (dim + 1 == small_.c.problem.num_dims()) return choose_keep(0);
      return choose(dim + 1, 0, small_.c.problem.bounds[d + 1]);
    }
    auto& factors = at(places_[i].level).factors(places_[i].kind);
    std::int64_t used = 1;
    for (std::size_t other = 0; other < d; ++other) used *= factors[other];
    const bool last = i + 1 == places_.size();
    for (std::int64_t factor = last ? rest : 1; factor <= rest; ++factor) {
      if (used * factor > room(places_[i])) break;
      if (whole_ && rest % factor != 0) continue;
      factors[d] = static_cast<std::int32_t>(factor);
      choose(dim, i + 1, (rest + factor - 1) / factor);
    }
    factors[d] = 1;
  }

  void choose_keep(int level) {
    if (level == 0) {
      write_residuals(small_.c.problem, mapping_);
      if (!whole_ && !mapping_.imperfect) return;
    }
    if (level == mapping_.num_levels) return order(0);
    const SpaceMask before = at(level).keep;
    for (int keep = 0; keep < 1 << small_.c.problem.num_spaces(); ++keep) {
      at(level).keep = static_cast<SpaceMask>(keep);
      choose_keep(level + 1);
    }
    at(level).keep = before;
  }

  // Permutes the loops that there are; where dimensions without one stand changes nothing.
  void order(std::size_t i) {
    if (count_ > most_) return;
    if (i == places_.size()) return note();
    LevelMapping& level = at(places_[i].level);
    auto& order_here = level.orders(places_[i].kind);
    const auto& factors = level.factors(places_[i].kind);
    const auto before = order_here;
    auto* const begin = order_here.begin();
    std::sort(begin, begin + mapping_.num_dims);
    auto* const end = std::stable_partition(begin, begin + mapping_.num_dims,
                                            [&](std::uint8_t dim) { return factors[dim] > 1; });
    do order(i + 1);
    while (std::next_permutation(begin, end));
    order_here = before;
  }

  void note() {
    if (!why_outside(small_.space, small_.c.problem, small_.c.arch, mapping_).empty()) return;
    if (++count_ <= most_) visit_(mapping_);
  }

  const SmallSpace& small_;
  bool whole_;
  std::uint64_t most_;
  const std::function<void(const Mapping&)>& visit_;
  Mapping mapping_;
  std::vector<Place> places_;
  std::uint64_t count_ = 0;
};

}  // namespace

bool for_each_mapping(const SmallSpace& small, bool whole, std::uint64_t most,
                      const std::function<void(const Mapping&)>& visit) {
  return Every(small, whole, most, visit).go();
}

}  // namespace tilewright::test
