#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/nest/outcome.hpp"

namespace tilewright {

enum class MetricKind : std::uint8_t { energy, delay, edp, ed2p, accesses, area, utilization };

/// One measure of a mapping; utilization is to be maximised, all others to be minimised.
struct Metric {
  MetricKind kind = MetricKind::edp;
  int level = -1;  // accesses: storage level, 0 = innermost
  std::string name;
  friend bool operator==(const Metric& a, const Metric& b) {
    return a.kind == b.kind && a.level == b.level;
  }
};

/// "edp", "energy,accesses:Buffer", ... Without an architecture, no metric may name a level.
/// \throws UsageError naming the nearest valid metric or level, or a metric that appears twice.
std::vector<Metric> parse_metrics(std::string_view text, const Architecture* arch = nullptr);

/// The names of all metrics but `accesses:LEVEL`.
std::vector<std::string_view> metric_names();

/// What a mapping may cost at most to be accepted.
struct Budgets {
  double max_delay = std::numeric_limits<double>::infinity();   // cycles
  double max_energy = std::numeric_limits<double>::infinity();  // pJ
  double min_utilization = 0;

  bool any() const;
  /// How far a cost is beyond the budgets, as a sum of logarithms; 0 = it meets them all.
  double violation(const Cost& cost) const;
  /// "12 cycles where 10 are allowed, ..."; empty when all are met.
  std::string describe_violation(const Cost& cost) const;
};

/// What a search looks for: the least mapping by a lexicographic list of metrics under optional
/// budgets and, besides, the front over other metrics. Values are compared exactly.
class Objective {
 public:
  static constexpr int kMaxMetrics = 4;
  static constexpr int kMaxAxes = 3;
  using Key = std::array<double, kMaxMetrics + 1>;  // unused places are 0
  using Point = std::array<double, kMaxAxes>;       // unused places are 0

  Objective() : Objective({{MetricKind::edp, -1, "edp"}}) {}
  /// \throws UsageError if there are no metrics or too many.
  explicit Objective(std::vector<Metric> metrics, const Budgets& budgets = {},
                     std::vector<Metric> axes = {});

  static Objective parse(std::string_view text, const Architecture* arch = nullptr) {
    return Objective(parse_metrics(text, arch));
  }

  /// Lower is better. With budgets, the violation comes first: what meets them beats what does not,
  /// and a walk through what does not is led towards them.
  Key key(const Cost& cost) const;
  /// The first metric of a key.
  double first_metric(const Key& key) const { return key[has_budgets_ ? 1 : 0]; }
  /// Beyond this, the first metric of a key is above `limit`; infinite if that cannot be told from
  /// parts of a cost, or if more than the key is wanted.
  CostCeiling ceiling(double limit) const;
  /// Where a cost lies in the space of the axes; lower is better.
  Point point(const Cost& cost) const;
  bool within_budgets(const Cost& cost) const {
    return !has_budgets_ || budgets_.violation(cost) <= 0;
  }

  const std::vector<Metric>& metrics() const { return metrics_; }
  const Budgets& budgets() const { return budgets_; }
  const std::vector<Metric>& axes() const { return axes_; }  // empty = no front is wanted
  bool wants_front() const { return num_axes_ > 0; }
  std::string name() const;

  /// What the evaluator must be asked for.
  const std::vector<int>& access_levels() const { return access_levels_; }
  /// The value of a metric or an axis as people read it: utilization is 0..1.
  double value(const Metric& metric, const Cost& cost) const;

 private:
  struct Term {
    MetricKind kind = MetricKind::edp;
    std::uint8_t slot = 0;  // accesses: index into Cost::accesses
  };
  Term compile(const Metric& metric);
  static double lower_is_better(Term term, const Cost& cost);

  std::vector<Metric> metrics_;
  std::vector<Metric> axes_;
  std::vector<int> access_levels_;
  Budgets budgets_;
  bool has_budgets_ = false;
  std::array<Term, kMaxMetrics> terms_{};
  std::array<Term, kMaxAxes> axis_terms_{};
  int num_terms_ = 0;
  int num_axes_ = 0;
};

/// "edp", "energy,delay": the names joined.
std::string join_names(const std::vector<Metric>& metrics);

}  // namespace tilewright
