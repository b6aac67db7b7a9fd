#include "search/optimal/target.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright::optimal {

Target::Target(const Objective& objective, const Terms& terms, double gap)
    : objective_(objective), terms_(terms), gap_(gap) {
  const auto looks = [](const Metric& m) { return m.kind == MetricKind::utilization; };
  looks_at_instances_ =
      objective.budgets().any() ||
      std::any_of(objective.metrics().begin(), objective.metrics().end(), looks) ||
      std::any_of(objective.axes().begin(), objective.axes().end(), looks);
}

Cost Target::least(double energy, double cycles) const {
  Cost cost;
  cost.cycles = std::ceil(std::max(1.0, cycles * (1 - kRounding)));
  cost.energy = std::max(energy, 0.0) + terms_.idle().least(cost.cycles);
  if (looks_at_instances_) {
    cost.utilization = terms_.operations() / terms_.compute_instances() / cost.cycles;
  }
  cost.area = terms_.area();
  return cost;
}

bool Target::better(const Objective::Key& least, const Objective::Key& known) {
  for (std::size_t i = 0; i < least.size(); ++i) {
    if (least[i] < known[i] - kRounding * std::abs(known[i])) return true;
    if (least[i] > known[i] + kRounding * std::abs(known[i])) return false;
  }
  return false;
}

bool Target::open(const Objective::Key& least) const {
  const std::optional<Incumbent>& known = best();
  if (!known) return true;
  if (!better(least, known->key)) return false;
  if (gap_ <= 0 || !objective_.within_budgets(known->cost)) return true;
  const double could_be = objective_.first_metric(least);
  if (could_be < objective_.first_metric(known->key) * (1 - gap_)) return true;
  least_closed_ = std::min(least_closed_, could_be);
  return false;
}

// What ties by the first metric may yet be better by a later one.
bool Target::settled() const {
  if (!best_) return true;
  const double known = objective_.first_metric(best_->key);
  return objective_.metrics().size() == 1 ? least_closed_ >= known
                                          : least_closed_ > known * (1 + kRounding);
}

bool Target::open(double energy, double cycles) const {
  const Cost cost = least(energy, cycles);
  if (open(objective_.key(cost))) return true;
  if (!objective_.wants_front() || !objective_.within_budgets(cost)) return false;
  Objective::Point point = objective_.point(cost);
  for (double& value : point) value *= 1 + kRounding;
  return !covered(point);
}

bool Target::covered(const Objective::Point& point) const {
  const auto covers_it = [&](const ParetoPoint& known) { return covers(known.at, point); };
  return std::any_of(front.points().begin(), front.points().end(), covers_it) ||
         (whole_ != nullptr && whole_->covered(point));
}

bool Target::merge(const Target& part, std::uint64_t before) {
  least_closed_ = std::min(least_closed_, part.least_closed_);
  for (ParetoPoint point : part.front.points()) {
    point.proposal += before;
    front.insert(point);
  }
  if (!part.best_ || (best_ && !(part.best_->key < best_->key))) return false;
  best_ = part.best_;
  best_->proposal += before;
  return true;
}

}  // namespace tilewright::optimal
