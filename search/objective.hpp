#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/nest/outcome.hpp"

namespace tilewright {

enum class Metric : std::uint8_t { energy, delay, edp };

/// A lexicographic list of metrics, all to be minimised. Values are compared exactly.
class Objective {
 public:
  static constexpr int kMaxMetrics = 4;
  using Key = std::array<double, kMaxMetrics>;  // unused places are 0

  Objective() : Objective({Metric::edp}) {}
  /// \throws UsageError if a metric appears twice or there is none.
  explicit Objective(std::vector<Metric> metrics);

  /// "edp", "energy,delay", ... \throws UsageError naming the nearest valid metric.
  static Objective parse(std::string_view text);

  Key key(const Cost& cost) const;
  const std::vector<Metric>& metrics() const { return metrics_; }
  std::string name() const;

 private:
  std::vector<Metric> metrics_;
};

/// The names that Objective::parse knows.
std::vector<std::string_view> metric_names();

}  // namespace tilewright
