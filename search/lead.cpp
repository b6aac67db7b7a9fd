#include "search/lead.hpp"

#include <algorithm>

namespace tilewright {

Lead Lead::to_end(const Objective& objective, int axis) {
  Lead lead(objective);
  lead.axis_ = axis;
  return lead;
}

Lead Lead::below(const Objective& objective, const Objective::Point& from) {
  Lead lead(objective);
  for (std::size_t i = 0; i < from.size(); ++i) {
    // What is 0 already cannot be lower, nor can a ratio to it be had.
    lead.weights_[i] = from[i] > 0 ? 1 / from[i] : 0;
  }
  return lead;
}

Objective::Key Lead::key(const Cost& cost) const {
  Objective::Key key{};
  std::size_t place = 0;
  if (objective_->budgets().any()) key[place++] = objective_->budgets().violation(cost);
  const Objective::Point at = objective_->point(cost);
  if (axis_ < 0) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      key[place] = std::max(key[place], weights_[i] * at[i]);
      key[place + 1] += weights_[i] * at[i];
    }
    return key;
  }
  const std::size_t axes = objective_->axes().size();
  for (std::size_t i = 0; i < axes; ++i) {
    key[place++] = at[(static_cast<std::size_t>(axis_) + i) % axes];
  }
  return key;
}

Lead choose_lead(const Objective& objective, const ParetoFront& front, std::size_t place,
                 std::size_t count, std::uint64_t round, Stream random) {
  const std::size_t axes = objective.axes().size();
  const std::size_t turn = (place + round) % count;
  if (turn < 2 * axes) return Lead::to_end(objective, static_cast<int>(turn % axes));
  return Lead::below(objective, front.points()[random.below(front.points().size())].at);
}

}  // namespace tilewright
