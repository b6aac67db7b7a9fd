// The names of the metrics, and what they stand for on an architecture.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "model/error.hpp"
#include "model/names.hpp"
#include "search/objective.hpp"

namespace tilewright {
namespace {

constexpr std::string_view kLastLevel = "last-level-accesses";
constexpr std::string_view kAccesses = "accesses:";          // then the name of a level
constexpr std::string_view kTimeloopAccesses = "accesses-";  // then its number, 0 = innermost

struct Plain {
  std::string_view name;
  MetricKind kind;
};
constexpr std::array kPlain{Plain{"edp", MetricKind::edp},
                            Plain{"energy", MetricKind::energy},
                            Plain{"delay", MetricKind::delay},
                            Plain{"ed2p", MetricKind::ed2p},
                            Plain{kLastLevel, MetricKind::accesses},
                            Plain{"area", MetricKind::area},
                            Plain{"utilization", MetricKind::utilization}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

int level_by_name(std::string_view name, const Architecture& arch) {
  std::vector<std::string_view> names;
  for (const StorageLevel& level : arch.storage) names.emplace_back(level.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw UsageError(unknown_name_message("level", name, names));
  return static_cast<int>(found - names.begin());
}

std::optional<int> level_by_number(std::string_view text, const Architecture& arch) {
  int level = -1;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, level);
  if (error != std::errc() || rest != end || level < 0 || level >= arch.num_levels()) {
    return std::nullopt;
  }
  return level;
}

std::optional<int> level_of(std::string_view text, const Architecture& arch) {
  if (text == kLastLevel) return arch.num_levels() - 1;
  if (text.starts_with(kAccesses)) return level_by_name(text.substr(kAccesses.size()), arch);
  if (text.starts_with(kTimeloopAccesses)) {
    return level_by_number(text.substr(kTimeloopAccesses.size()), arch);
  }
  return std::nullopt;
}

Metric parse_metric(std::string_view text, const Architecture* arch) {
  for (const Plain& plain : kPlain) {
    if (plain.name == text && plain.kind != MetricKind::accesses) {
      return {plain.kind, -1, std::string(text)};
    }
  }
  if (arch != nullptr) {
    if (const auto level = level_of(text, *arch)) {
      return {MetricKind::accesses, *level, std::string(text)};
    }
  } else if (text == kLastLevel || text.starts_with(kAccesses)) {
    throw UsageError(fmt::format("metric '{}' needs an architecture", text));
  }
  std::vector<std::string> names;
  for (const Plain& plain : kPlain) names.emplace_back(plain.name);
  if (arch != nullptr) {
    for (const StorageLevel& level : arch->storage) {
      names.push_back(std::string(kAccesses) + level.name);
    }
  }
  throw UsageError(fmt::format("unknown metric '{}'{}", text, hint(text, names)));
}

}  // namespace

std::vector<Metric> parse_metrics(std::string_view text, const Architecture* arch) {
  std::vector<Metric> metrics;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    Metric metric = parse_metric(trimmed(text.substr(begin, end - begin)), arch);
    if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end()) {
      throw UsageError(fmt::format("metric '{}' appears twice in '{}'", metric.name, text));
    }
    metrics.push_back(std::move(metric));
    begin = end + 1;
  }
  return metrics;
}

std::vector<std::string_view> metric_names() {
  std::vector<std::string_view> names;
  for (const Plain& plain : kPlain) names.push_back(plain.name);
  return names;
}

}  // namespace tilewright
