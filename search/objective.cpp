#include "search/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/error.hpp"

namespace tilewright {

double Objective::lower_is_better(Term term, const Cost& cost) {
  const double cycles = cost.cycles;
  switch (term.kind) {
    case MetricKind::energy:
      return cost.energy;
    case MetricKind::delay:
      return cycles;
    case MetricKind::edp:
      return cost.edp();
    case MetricKind::ed2p:
      return cost.edp() * cycles;
    case MetricKind::accesses:
      return cost.accesses[term.slot];
    case MetricKind::area:
      return cost.area;
    case MetricKind::utilization:
      // The inverse: positive like the others, so that walkers can judge it by ratios.
      return 1 / cost.utilization;
  }
  throw InternalError("metric without a value");
}

Objective::Objective(std::vector<Metric> metrics, const Budgets& budgets, std::vector<Metric> axes)
    : metrics_(std::move(metrics)),
      axes_(std::move(axes)),
      budgets_(budgets),
      has_budgets_(budgets.any()) {
  if (metrics_.empty()) throw UsageError("an objective needs at least one metric");
  if (metrics_.size() > kMaxMetrics) {
    throw UsageError(fmt::format("an objective has at most {} metrics", kMaxMetrics));
  }
  if (axes_.size() == 1 || axes_.size() > kMaxAxes) {
    throw UsageError(fmt::format("a Pareto front needs 2 to {} metrics", kMaxAxes));
  }
  for (const Metric& metric : metrics_) terms_[num_terms_++] = compile(metric);
  for (const Metric& metric : axes_) axis_terms_[num_axes_++] = compile(metric);
}

Objective::Term Objective::compile(const Metric& metric) {
  Term term{metric.kind, 0};
  if (metric.kind != MetricKind::accesses) return term;
  const auto known = std::find(access_levels_.begin(), access_levels_.end(), metric.level);
  term.slot = static_cast<std::uint8_t>(known - access_levels_.begin());
  if (known != access_levels_.end()) return term;
  if (term.slot == kMaxAccessLevels) {
    throw UsageError(fmt::format("accesses of more than {} levels", kMaxAccessLevels));
  }
  access_levels_.push_back(metric.level);
  return term;
}

Objective::Key Objective::key(const Cost& cost) const {
  Key key{};
  int place = 0;
  if (has_budgets_) key[place++] = budgets_.violation(cost);
  for (int i = 0; i < num_terms_; ++i) key[place++] = lower_is_better(terms_[i], cost);
  return key;
}

CostCeiling Objective::ceiling(double limit) const {
  if (has_budgets_ || wants_front()) return {};
  switch (terms_[0].kind) {
    case MetricKind::energy:
      return {.product = limit, .energy_power = 1, .delay_power = 0};
    case MetricKind::delay:
      return {.product = limit, .energy_power = 0, .delay_power = 1};
    case MetricKind::edp:
      return {.product = limit, .energy_power = 1, .delay_power = 1};
    case MetricKind::ed2p:
      return {.product = limit, .energy_power = 1, .delay_power = 2};
    case MetricKind::accesses:
    case MetricKind::area:
    case MetricKind::utilization:
      break;
  }
  return {};
}

Objective::Point Objective::point(const Cost& cost) const {
  Point point{};
  for (int i = 0; i < num_axes_; ++i) point[i] = lower_is_better(axis_terms_[i], cost);
  return point;
}

double Objective::value(const Metric& metric, const Cost& cost) const {
  if (metric.kind == MetricKind::utilization) return cost.utilization;
  const auto known = std::find(access_levels_.begin(), access_levels_.end(), metric.level);
  return lower_is_better({metric.kind, static_cast<std::uint8_t>(known - access_levels_.begin())},
                         cost);
}

std::string Objective::name() const { return join_names(metrics_); }

std::string join_names(const std::vector<Metric>& metrics) {
  std::string text;
  for (const Metric& metric : metrics) {
    if (!text.empty()) text += ',';
    text += metric.name;
  }
  return text;
}

bool Budgets::any() const {
  return std::isfinite(max_delay) || std::isfinite(max_energy) || min_utilization > 0;
}

double Budgets::violation(const Cost& cost) const {
  double sum = 0;
  if (cost.cycles > max_delay) sum += std::log(cost.cycles / max_delay);
  if (cost.energy > max_energy) sum += std::log(cost.energy / max_energy);
  if (cost.utilization < min_utilization) sum += std::log(min_utilization / cost.utilization);
  return sum;
}

std::string Budgets::describe_violation(const Cost& cost) const {
  constexpr double kMicro = 1e-6;
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (cost.cycles > max_delay) {
    add(fmt::format("{} cycles where {} are allowed", cost.cycles, max_delay));
  }
  if (cost.energy > max_energy) {
    add(fmt::format("{:.6g} uJ where {:.6g} are allowed", cost.energy * kMicro,
                    max_energy * kMicro));
  }
  if (cost.utilization < min_utilization) {
    add(fmt::format("a utilization of {:.4g} where {:.4g} is asked for", cost.utilization,
                    min_utilization));
  }
  return text;
}

}  // namespace tilewright
