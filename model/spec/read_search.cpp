// The section `mapper`: what it asks of the search, and what we leave aside.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "model/names.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

// Settings of Timeloop's mapper that have no meaning here.
constexpr std::array<std::string_view, 21> kTimeloopKeys{"sync-interval",
                                                         "log-interval",
                                                         "log-stats",
                                                         "log-suboptimal",
                                                         "log-all",
                                                         "log-oaves",
                                                         "log-oaves-mappings",
                                                         "log-oave-mappings",
                                                         "log-orojenesis-mappings",
                                                         "log-mappings-yaml",
                                                         "log-mappings-verbose",
                                                         "log-all-mappings",
                                                         "live-status",
                                                         "diagnostics",
                                                         "penalize-consecutive-bypass-fails",
                                                         "emit-whoop-nest",
                                                         "max-temporal-loops-in-a-mapping",
                                                         "max-permutations-per-if-visit",
                                                         "filter-revisits",
                                                         "revisit-filter",
                                                         "out-prefix"};

bool is_of_timeloop(const std::string& key) {
  return std::any_of(kTimeloopKeys.begin(), kTimeloopKeys.end(),
                     [&](std::string_view known) { return same_key(key, known); });
}

}  // namespace

SearchSettings read_search(const Node& node, const Findings& findings) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::uint64_t kMostThreads = 4096;
  SearchSettings settings;
  settings.mark = node.mark();
  Fields fields(node, "mapper");
  const auto count = [&](std::initializer_list<std::string_view> keys, auto& target,
                         std::uint64_t least, std::uint64_t most) {
    if (const Node* value = fields.take(keys)) {
      target = static_cast<typename std::decay_t<decltype(target)>::value_type>(
          value->count(*keys.begin(), least, most));
    }
  };
  for (const std::string_view key : {"optimization-metric", "optimization-metrics"}) {
    const Node* metrics = fields.take(key);
    if (metrics == nullptr || !settings.metrics.empty()) continue;
    for (const Node* metric : metrics->texts(key)) settings.metrics.push_back(metric->text(key));
  }
  if (const Node* algorithm = fields.take("algorithm")) {
    settings.algorithm = algorithm->text("algorithm");
  }
  count({"search-size"}, settings.search_size, 0, kMost);
  count({"victory-condition"}, settings.victory_condition, 0, kMost);
  count({"timeout", "heartbeat"}, settings.timeout, 0, kMost);
  count({"num-threads"}, settings.threads, 1, kMostThreads);
  fields.know({"version"});
  std::vector<const Entry*> unread;
  for (const Entry* entry : fields.rest()) {
    const bool is_off = entry->value->is_text() && (entry->value->raw_text() == "False" ||
                                                    entry->value->raw_text() == "false");
    if (is_of_timeloop(entry->key)) {
      if (is_off) continue;  // asks for nothing
      findings.ignore(node.mark(*entry), fmt::format("mapper: {}", entry->key), Effect::none);
    } else {
      unread.push_back(entry);
    }
  }
  warn_unread(fields, unread, "mapper", findings);
  return settings;
}

}  // namespace tilewright::spec
