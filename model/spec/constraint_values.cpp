#include "model/spec/constraint_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "model/names.hpp"

namespace tilewright::spec {
namespace {

using energy::Setting;
using energy::Settings;
using energy::SettingScope;
using energy::Value;

constexpr std::array<std::string_view, 7> kNumbers{"split",
                                                   "min",
                                                   "proportion",
                                                   "remainders",
                                                   "maximize_dims_capacity",
                                                   "default_max_factor",
                                                   "default_min_factor"};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ',' || c == ' ';
  });
}

bool calls(std::string_view text) { return text.find('(') != text.npos; }

}  // namespace

const Node* ConstraintValues::evaluate(std::string_view key, const Node& node,
                                       const Settings& attributes) {
  if (node.is_text()) return evaluate_text(key, node, attributes);
  if (node.is_list()) {
    std::vector<const Node*> items;
    for (const Node* item : node.items()) items.push_back(evaluate(key, *item, attributes));
    return make_list(document_, std::move(items), node);
  }
  if (!node.is_map()) return &node;
  std::vector<Entry> entries = node.entries();
  for (Entry& entry : entries) {
    const bool is_number = same_key(key, "factors") || same_key(key, "factors_only");
    entry.value = evaluate(is_number ? "split" : entry.key, *entry.value, attributes);
  }
  return make_map(document_, std::move(entries), node);
}

const Node* ConstraintValues::evaluate_text(std::string_view key, const Node& node,
                                            const Settings& attributes) {
  const std::string& text = node.raw_text();
  const bool is_factor = same_key(key, "factors") || same_key(key, "factors_only");
  if (is_factor && !text.starts_with('(')) return evaluate_factor(node, attributes);
  if (node.is_quoted()) return &node;
  const auto is_key = [&](std::string_view known) { return same_key(key, known); };
  const bool must_be_number = std::any_of(kNumbers.begin(), kNumbers.end(), is_key);
  if (is_number(text) || (!must_be_number && !calls(text))) return &node;
  const Setting setting = read_setting(std::string(key), node, energy::Dialect::v04);
  const SettingScope scope({&attributes, &scope_.variables}, &scope_.named);
  return to_node(document_, resolver_.resolve(setting, scope), node);
}

// `M=4`, `M<=columns`, and texts with several such terms, whose values are numbers.
const Node* ConstraintValues::evaluate_factor(const Node& node, const Settings& attributes) {
  const std::string& text = node.raw_text();
  const auto relation = text.find('=');
  if (relation == text.npos || text.find('=', relation + 1) != text.npos) return &node;
  const std::string value = text.substr(relation + 1);
  if (value.find_first_not_of(' ') == value.npos || is_number(value)) return &node;
  const SettingScope scope({&attributes, &scope_.variables}, &scope_.named);
  const double number = resolver_.number(value, scope, node.mark(), "factors");
  return make_text(document_, text.substr(0, relation + 1) + energy::number_text(number), true,
                   node);
}

const Node* to_node(Document& document, const Value& value, const Node& place) {
  if (const auto* list = value.list()) {
    std::vector<const Node*> items;
    for (const Value& item : *list) items.push_back(to_node(document, item, place));
    return make_list(document, std::move(items), place);
  }
  if (const auto* map = value.map()) {
    std::vector<Entry> entries;
    for (const auto& [key, item] : *map)
      entries.push_back(make_entry(key, to_node(document, item, place)));
    return make_map(document, std::move(entries), place);
  }
  if (value.is_none()) return make_null(document, place);
  if (const bool* flag = value.flag()) {
    return make_text(document, *flag ? "true" : "false", false, place);
  }
  return make_text(document, value.to_string(), value.text() != nullptr, place);
}

}  // namespace tilewright::spec
