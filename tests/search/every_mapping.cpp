#include "search/every_mapping.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "search/mapspace/residuals.hpp"
#include "search/support.hpp"

namespace tilewright::test {
namespace {

using Sequence = std::vector<int>;  // dimensions, innermost first

int rank_in(const std::vector<int>& dims, int dim) {
  return static_cast<int>(std::find(dims.begin(), dims.end(), dim) - dims.begin());
}

// The user's inner dimensions come first, in their order, and the outer ones last.
bool follows(const Sequence& loops, const LoopConstraint& constraint) {
  const auto place = [&](int dim) {
    const int inner = rank_in(constraint.inner, dim);
    if (inner < static_cast<int>(constraint.inner.size())) return inner;
    const int outer = rank_in(constraint.outer, dim);
    const bool free = outer == static_cast<int>(constraint.outer.size());
    return kMaxDims + (free ? 0 : 1 + outer);
  };
  return std::is_sorted(loops.begin(), loops.end(),
                        [&](int a, int b) { return place(a) < place(b); });
}

class Enumeration {
 public:
  Enumeration(const Problem& problem, const Architecture& arch, const Constraints& constraints,
              const MapspaceOptions& options, std::size_t most,
              const std::function<void(const Mapping&)>& visit)
      : problem_(problem),
        arch_(arch),
        constraints_(constraints),
        options_(options),
        most_(most),
        visit_(visit) {
    mapping_ = Mapping::unit(arch.num_levels(), problem.num_dims(), problem.num_spaces());
    for (std::size_t s = 0; s < constraints.levels.size(); ++s) {
      mapping_.levels[s].no_link_transfer = constraints.levels[s].no_link_transfer;
      mapping_.levels[s].no_multicast = constraints.levels[s].no_multicast;
      mapping_.levels[s].no_temporal_reuse = constraints.levels[s].no_temporal_reuse;
    }
  }

  bool run() {
    choose_factors(0, 0, problem_.bounds[0]);
    return visited_ <= most_;
  }

 private:
  static constexpr int kOrders = 2;  // along the axes, and in time

  void choose_factors(int dim, int slot, std::int64_t left) {
    if (visited_ > most_) return;
    const int level = slot / kLoopKinds;
    if (level == arch_.num_levels()) {
      if (left != 1) return;
      if (++dim == problem_.num_dims()) return take_factors();
      return choose_factors(dim, 0, problem_.bounds[static_cast<std::size_t>(dim)]);
    }
    const auto kind = static_cast<LoopKind>(slot % kLoopKinds);
    LevelMapping& at = mapping_.levels[level];
    std::int64_t used = 1;
    for (int other = 0; other < dim; ++other) used *= at.factors(kind)[other];
    for (std::int32_t factor = 1; factor <= left && used * factor <= room(level, kind); ++factor) {
      if (!options_.imperfect && left % factor != 0) continue;
      at.factors(kind)[dim] = at.residuals(kind)[dim] = factor;
      choose_factors(dim, slot + 1, (left + factor - 1) / factor);
    }
    at.factors(kind)[dim] = at.residuals(kind)[dim] = 1;
  }

  std::int64_t room(int level, LoopKind kind) const {
    if (kind == LoopKind::temporal) return std::numeric_limits<std::int64_t>::max();
    const bool x = kind == LoopKind::spatial_x;
    return static_cast<std::int64_t>(x ? arch_.fanout_x(level) : arch_.fanout_y(level));
  }

  void take_factors() {
    if (!legal_loops(mapping_, problem_, arch_, constraints_, options_)) return;
    const Mapping without_residuals = mapping_;
    write_residuals(problem_, mapping_);
    if (mapping_.imperfect == options_.imperfect) choose_order(0);
    mapping_ = without_residuals;
  }

  Sequence loops(int level, LoopKind kind) const {
    Sequence dims;
    for (int dim = 0; dim < problem_.num_dims(); ++dim) {
      if (mapping_.levels[level].factors(kind)[dim] > 1) dims.push_back(dim);
    }
    return dims;
  }

  // All orders of the loops at one level, of the axes or in time, then those of the next.
  void choose_order(int place) {
    const int level = place / kOrders;
    if (level == arch_.num_levels()) return choose_keeps(0);
    const LevelConstraint& at = constraints_.levels[static_cast<std::size_t>(level)];
    if (place % kOrders == 1) {
      Sequence time = loops(level, LoopKind::temporal);
      do {
        if (!follows(time, at.temporal)) continue;
        write(level, LoopKind::temporal, time);
        choose_order(place + 1);
      } while (std::next_permutation(time.begin(), time.end()));
      return;
    }
    Sequence x = loops(level, LoopKind::spatial_x);
    Sequence y = loops(level, LoopKind::spatial_y);
    do {
      do {
        if (!follow(x, y, at.spatial)) continue;
        write(level, LoopKind::spatial_x, x);
        write(level, LoopKind::spatial_y, y);
        choose_order(place + 1);
      } while (std::next_permutation(y.begin(), y.end()));
    } while (std::next_permutation(x.begin(), x.end()));
  }

  // The axes have one order, X before Y, unless a dimension may have loops on both of them.
  bool follow(const Sequence& x, const Sequence& y, const LoopConstraint& constraint) const {
    if (options_.both_axes) return follows(x, constraint) && follows(y, constraint);
    Sequence both = x;
    both.insert(both.end(), y.begin(), y.end());
    return follows(both, constraint);
  }

  void write(int level, LoopKind kind, const Sequence& first) {
    auto& order = mapping_.levels[level].orders(kind);
    std::size_t next = 0;
    for (const int dim : first) order[next++] = static_cast<std::uint8_t>(dim);
    for (int dim = 0; dim < problem_.num_dims(); ++dim) {
      if (std::find(first.begin(), first.end(), dim) == first.end()) {
        order[next++] = static_cast<std::uint8_t>(dim);
      }
    }
  }

  // The outermost level keeps all that it may.
  void choose_keeps(int level) {
    if (visited_ > most_) return;
    if (level == arch_.num_levels()) {
      if (++visited_ <= most_) visit_(mapping_);
      return;
    }
    const LevelConstraint& at = constraints_.levels[static_cast<std::size_t>(level)];
    const bool outermost = level + 1 == arch_.num_levels();
    for (int keep = (1 << problem_.num_spaces()) - 1; keep >= 0; --keep) {
      if ((keep & at.must_bypass) != 0 || (~keep & at.must_keep) != 0) continue;
      mapping_.levels[level].keep = static_cast<SpaceMask>(keep);
      choose_keeps(level + 1);
      if (outermost) break;
    }
  }

  const Problem& problem_;
  const Architecture& arch_;
  const Constraints& constraints_;
  const MapspaceOptions options_;
  const std::size_t most_;
  const std::function<void(const Mapping&)>& visit_;
  Mapping mapping_;
  std::size_t visited_ = 0;
};

}  // namespace

bool for_each_mapping(const Problem& problem, const Architecture& arch,
                      const Constraints& constraints, const MapspaceOptions& options,
                      std::size_t most, const std::function<void(const Mapping&)>& visit) {
  return Enumeration(problem, arch, constraints, options, most, visit).run();
}

}  // namespace tilewright::test
