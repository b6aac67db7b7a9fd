#pragma once

#include <cstddef>
#include <cstdint>

#include "search/objective.hpp"
#include "search/pareto_front.hpp"
#include "search/stream.hpp"

namespace tilewright {

/// What leads a walk along the front in place of the objective: one axis and then the others, to
/// the end of the front where it is least; or the way down from a point, to what is better on all
/// axes at once. Budgets come first in either case.
class Lead {
 public:
  /// The least on `axis`; of these the least on the next one, and so on.
  static Lead to_end(const Objective& objective, int axis);
  /// Whatever is below `from` on all axes, by the ratio on the axis where it is the largest
  /// (Chebyshev's norm, with which a front need not be convex); it is below 1 only there.
  static Lead below(const Objective& objective, const Objective::Point& from);

  /// Lower is better; comparable with keys of the same lead only.
  Objective::Key key(const Cost& cost) const;

 private:
  explicit Lead(const Objective& objective) : objective_(&objective) {}

  const Objective* objective_;
  int axis_ = -1;               // -1 = below
  Objective::Point weights_{};  // below: 1 / from
};

/// The lead of block `place` among the `count` of a round that are led: the ends by turns, the
/// others below points of the front that `random` draws. From round to round the turns move on, as
/// what a block does depends on its place.
Lead choose_lead(const Objective& objective, const ParetoFront& front, std::size_t place,
                 std::size_t count, std::uint64_t round, Stream random);

}  // namespace tilewright
