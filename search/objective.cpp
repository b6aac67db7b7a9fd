#include "search/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

constexpr std::array<std::string_view, 3> kNames{"energy", "delay", "edp"};  // [Metric]

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Metric parse_metric(std::string_view text) {
  const auto found = std::find(kNames.begin(), kNames.end(), text);
  if (found == kNames.end()) throw UsageError(unknown_name_message("metric", text, kNames));
  return static_cast<Metric>(found - kNames.begin());
}

double value(Metric metric, const Cost& cost) {
  switch (metric) {
    case Metric::energy:
      return cost.energy;
    case Metric::delay:
      return static_cast<double>(cost.cycles);
    case Metric::edp:
      return cost.edp();
  }
  throw InternalError("metric without a value");
}

}  // namespace

Objective::Objective(std::vector<Metric> metrics) : metrics_(std::move(metrics)) {
  if (metrics_.empty()) throw UsageError("an objective needs at least one metric");
  for (auto metric = metrics_.begin(); metric != metrics_.end(); ++metric) {
    if (std::find(metrics_.begin(), metric, *metric) != metric) {
      throw UsageError(fmt::format("metric '{}' appears twice in the objective",
                                   kNames[static_cast<std::size_t>(*metric)]));
    }
  }
}

Objective Objective::parse(std::string_view text) {
  std::vector<Metric> metrics;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    metrics.push_back(parse_metric(trimmed(text.substr(begin, end - begin))));
    begin = end + 1;
  }
  return Objective(std::move(metrics));
}

Objective::Key Objective::key(const Cost& cost) const {
  Key key{};
  for (std::size_t i = 0; i < metrics_.size(); ++i) key[i] = value(metrics_[i], cost);
  return key;
}

std::string Objective::name() const {
  std::string text;
  for (const Metric metric : metrics_) {
    if (!text.empty()) text += ',';
    text += kNames[static_cast<std::size_t>(metric)];
  }
  return text;
}

std::vector<std::string_view> metric_names() { return {kNames.begin(), kNames.end()}; }

}  // namespace tilewright
