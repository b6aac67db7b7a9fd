#include "model/energy/compound/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "model/energy/compound/component_class.hpp"
#include "model/energy/expression/functions.hpp"

namespace tilewright::energy {
namespace {

using spec::Node;

std::optional<double> whole_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

Value plain_value(const Node& node) {
  if (node.is_null()) return {};
  if (node.is_list()) {
    ValueList list;
    for (const Node* item : node.items()) list.push_back(plain_value(*item));
    return list;
  }
  if (node.is_map()) {
    ValueMap map;
    for (const auto& entry : node.entries()) map.emplace_back(entry.key, plain_value(*entry.value));
    return map;
  }
  const std::string& text = node.raw_text();
  if (node.is_quoted()) return text;
  if (const auto number = whole_number(text)) return *number;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return text;
}

}  // namespace

const Setting* find_setting(const Settings& settings, std::string_view name) {
  for (const Setting& setting : settings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

void put_setting(Settings& settings, Setting setting) {
  for (Setting& known : settings) {
    if (known.name != setting.name) continue;
    known = std::move(setting);
    return;
  }
  settings.push_back(std::move(setting));
}

Attributes to_attributes(const Settings& settings) {
  Attributes attributes;
  for (const Setting& setting : settings) attributes.set(setting.name, setting.value);
  return attributes;
}

Setting read_setting(const std::string& name, const Node& node, Dialect dialect) {
  Setting setting{name, plain_value(node), false, node.mark()};
  const bool is_text = setting.value.text() != nullptr;
  setting.is_open = is_text && (dialect == Dialect::v03 || !node.is_quoted());
  return setting;
}

Settings read_settings(const Node* map, std::string_view what, Dialect dialect) {
  Settings settings;
  if (map == nullptr || map->is_null()) return settings;
  const std::size_t count = map->map(what).size();
  if (count > kMostSettings) {
    map->fail(fmt::format("{}: {} of them; at most {} are supported", what, count, kMostSettings));
  }
  for (const auto& entry : map->entries()) {
    put_setting(settings, read_setting(entry.key, *entry.value, dialect));
  }
  return settings;
}

std::size_t weight_of(const Settings& settings) {
  std::size_t weight = settings.size();
  for (const Setting& setting : settings) weight += weight_of(setting.value, Allowance::kUsual);
  return weight;
}

std::optional<Value> SettingScope::find(std::string_view name) const {
  for (const Settings* layer : layers_) {
    if (const Setting* setting = find_setting(*layer, name)) return setting->value;
    if (named_ == nullptr || layer != layers_.front()) continue;
    if (const auto it = named_->find(std::string(name)); it != named_->end()) return it->second;
  }
  return std::nullopt;
}

std::vector<std::string> SettingScope::names() const {
  std::vector<std::string> result;
  for (const Settings* layer : layers_) {
    for (const Setting& setting : *layer) result.push_back(setting.name);
  }
  return result;
}

Value Resolver::evaluate(const std::string& text, const Scope& scope, const Mark& mark,
                         std::string_view what) {
  try {
    return expressions_.parse(text).evaluate(scope, allowance_);
  } catch (const ExpressionError& error) {
    throw SpecError(
        mark, fmt::format(
                  "{}: the expression '{}' has no value: {}{}", what, text, error.what(),
                  dialect_ == Dialect::v04 ? "; a text needs quotes in files of version 0.4" : ""));
  }
}

// Version 0.3: a name, a number, or an expression whose value is a number; else the text itself.
Value Resolver::resolve_text(const std::string& text, const Scope& scope) {
  if (auto value = scope.find(text)) return std::move(*value);
  if (const auto number = whole_number(text)) return *number;
  try {
    Value value = expressions_.parse(text).evaluate(scope, allowance_, false);
    if (value.number() != nullptr) return value;
    if (value.flag() != nullptr) return *value.flag() ? 1.0 : 0.0;
  } catch (const ExpressionError&) {
    return text;  // `45nm`, `5ns` and `LPDDR4` rely on it
  }
  return text;
}

Value Resolver::resolve(const Setting& setting, const Scope& scope) {
  const std::string* text = setting.value.text();
  if (text == nullptr) return setting.value;
  if (dialect_ == Dialect::v03) return resolve_text(*text, scope);
  if (!setting.is_open) return setting.value;
  return evaluate(*text, scope, setting.mark, setting.name);
}

double Resolver::number(const Setting& setting, const Scope& scope) {
  if (const double* number = setting.value.number()) return *number;
  if (const std::string* text = setting.value.text()) {
    return number(*text, scope, setting.mark, setting.name);
  }
  throw SpecError(setting.mark, fmt::format("{}: expected a number, found '{}'", setting.name,
                                            setting.value.to_string()));
}

double Resolver::number(const std::string& text, const Scope& scope, const Mark& mark,
                        std::string_view what) {
  const Value value = evaluate(text, scope, mark, what);
  if (value.flag() != nullptr) return *value.flag() ? 1 : 0;
  const double* number = value.number();
  if (number == nullptr || !std::isfinite(*number)) {
    throw SpecError(
        mark, fmt::format("{}: '{}' is '{}', expected a number", what, text, value.to_string()));
  }
  return *number;
}

void Resolver::resolve_all(Settings& settings, const std::vector<const Settings*>& outer,
                           const NamedValues* named) {
  std::vector<const Settings*> layers = outer;
  if (dialect_ == Dialect::v03) {
    layers.push_back(&settings);
    const SettingScope scope(std::move(layers), named);
    for (Setting& setting : settings) setting.value = resolve(setting, scope);
    return;
  }
  Settings done;
  done.reserve(settings.size());
  layers.insert(layers.begin(), &done);
  const SettingScope scope(std::move(layers), named);
  for (Setting& setting : settings) {
    setting.value = resolve(setting, scope);
    setting.is_open = false;
    done.push_back(std::move(setting));
  }
  settings = std::move(done);
}

void Resolver::check_resolved(const Settings& settings, const std::string& where) {
  if (dialect_ != Dialect::v03) return;
  const SettingScope scope({&settings});
  for (const Setting& setting : settings) {
    const std::string* text = setting.value.text();
    if (text == nullptr || !setting.is_open) continue;
    const Expression* parsed = nullptr;
    try {
      parsed = &expressions_.parse(*text);
      if (parsed->is_arithmetic()) (void)parsed->evaluate(scope, allowance_);
    } catch (const ExpressionError& error) {
      if (parsed == nullptr) continue;  // a name that is no expression at all
      throw SpecError(setting.mark, fmt::format("{}: {}: the expression '{}' has no value: {}",
                                                where, setting.name, *text, error.what()));
    }
  }
}

std::string Resolver::resolve_name(const std::string& name, const Scope& scope, const Mark& mark) {
  const auto open = name.find('[');
  const auto dots = name.find("..", open == std::string::npos ? 0 : open);
  if (open == std::string::npos || dots == std::string::npos) return name;
  const auto close = name.find(']', dots);
  if (close == std::string::npos) {
    throw SpecError(mark, fmt::format("'{}': the range lacks its ']'", name));
  }
  const auto bound = [&](std::size_t begin, std::size_t end) {
    return std::trunc(number(name.substr(begin, end - begin), scope, mark, name));
  };
  const double first = bound(open + 1, dots);
  const double last = bound(dots + 2, close);
  if (last < first) {
    throw SpecError(mark, fmt::format("'{}': the range ends at {}, before its start at {}", name,
                                      number_text(last), number_text(first)));
  }
  return fmt::format("{}[{}..{}]{}", name.substr(0, open), number_text(first), number_text(last),
                     name.substr(close + 1));
}

Settings evaluate_variables(const std::vector<const Node*>& sections, Allowance& allowance,
                            Dialect otherwise) {
  Settings variables;
  for (const Node* section : sections) {
    const Dialect dialect = dialect_of(*section, otherwise);
    const auto maps = section->is_list() ? section->items() : std::vector<const Node*>{section};
    Resolver resolver(dialect, allowance);
    for (const Node* map : maps) {
      for (Setting& setting : read_settings(map, "variables", dialect)) {
        if (setting.name == "version" && dialect == Dialect::v03) continue;
        const SettingScope scope({&variables});
        setting.value = resolver.resolve(setting, scope);
        setting.is_open = false;
        put_setting(variables, std::move(setting));
      }
    }
  }
  return variables;
}

std::string without_ranges(std::string_view name) {
  std::string result;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') inside = true;
    if (!inside) result += c;
    if (c == ']') inside = false;
  }
  return result;
}

std::vector<IndexRange> ranges_in_name(std::string_view name) {
  std::vector<IndexRange> result;
  for (auto open = name.find('['); open != name.npos; open = name.find('[', open + 1)) {
    const auto close = std::min(name.find(']', open), name.size());
    const auto inside = name.substr(open + 1, close - open - 1);
    const auto dots = inside.find("..");
    const auto first = whole_number(inside.substr(0, dots));
    const auto last = dots == inside.npos ? first : whole_number(inside.substr(dots + 2));
    if (!first || !last) {
      throw SpecError({}, fmt::format("'{}': expected an index such as [3] or [0..3]", name));
    }
    result.push_back({*first, *last});
  }
  return result;
}

double count_in_name(std::string_view name) {
  double count = 1;
  for (const auto& range : ranges_in_name(name)) count *= range.last - range.first + 1;
  return count;
}

}  // namespace tilewright::energy
