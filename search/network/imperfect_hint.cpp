#include "search/network/imperfect_hint.hpp"

#include <fmt/format.h>

namespace tilewright {
namespace {

std::string gain_of(const Metric& metric) {
  switch (metric.kind) {
    case MetricKind::energy:
      return "less energy";
    case MetricKind::delay:
      return "fewer cycles";
    case MetricKind::accesses:
      return "fewer accesses";
    case MetricKind::utilization:
      return "less time for the same work";  // the inverse is what is bounded
    case MetricKind::edp:
    case MetricKind::ed2p:
    case MetricKind::area:
      break;
  }
  return "less " + metric.name;
}

}  // namespace

std::string imperfect_hint(const SearchResult& result, const SearchPlan& plan) {
  constexpr double kNothing = 0.0005;  // too little to be told
  if (plan.mapspace.imperfect || plan.options.perfect_only) return {};
  const std::optional<double> gap = result.imperfect_gap();
  if (!gap || *gap < kNothing || *gap >= 1) return {};
  return fmt::format("up to {:.2g} % {}: --imperfect", 100 * *gap,
                     gain_of(plan.objective.metrics().front()));
}

}  // namespace tilewright
