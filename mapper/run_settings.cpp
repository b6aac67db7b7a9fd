#include "mapper/run_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "mapper/files.hpp"
#include "mapper/strict_json.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
std::string read_text_or_null(const StrictJson& json) { return json.is_null() ? "" : json.text(); }

// What was given for each option, repeated ones in their order. Files are as good as their content.
std::map<std::string, std::string> values_of(const std::vector<GivenOption>& options) {
  std::map<std::string, std::string> values;
  for (const GivenOption& option : options) {
    const std::string& value = option.value.empty() ? std::string("given") : option.value;
    std::string& text = values[option.name];
    if (!text.empty()) text += ", ";
    text += option.sha256.empty() ? value : fmt::format("{} (SHA-256 {})", value, option.sha256);
  }
  return values;
}

std::string describe_change(const InputHash& then, const InputHash& now) {
  if (then.file != now.file) {
    return fmt::format("'{}' was an input where '{}' is one now", then.file, now.file);
  }
  if (then.sha256 != now.sha256) return fmt::format("'{}' has changed", now.file);
  if (!now.sha256.empty()) return {};
  return fmt::format("'{}' cannot be read twice, so nobody knows whether it is the same", now.file);
}

}  // namespace

std::vector<InputHash> hash_inputs(const SpecSet& specs) {
  std::vector<InputHash> inputs;
  for (const std::string& file : specs.files) inputs.push_back({file, hash_of_file(file)});
  return inputs;
}

Json options_json(const std::vector<GivenOption>& options) {
  Json list = Json::array();
  for (const GivenOption& option : options) {
    list.push_back({{"option", option.name},
                    {"value", option.value},
                    {"sha256", text_or_null(option.sha256)}});
  }
  return list;
}

std::vector<GivenOption> read_options(const StrictJson& json) {
  std::vector<GivenOption> options;
  for (const StrictJson& option : json.items()) {
    option.expect_keys({"option", "value", "sha256"});
    options.push_back({option.at("option").text(), option.at("value").text(),
                       read_text_or_null(option.at("sha256"))});
  }
  return options;
}

Json settings_json(const RunSettings& settings) {
  Json inputs = Json::array();
  for (const InputHash& input : settings.inputs) {
    inputs.push_back({{"file", input.file}, {"sha256", text_or_null(input.sha256)}});
  }
  return Json{{"version", settings.version},
              {"inputs", std::move(inputs)},
              {"options", options_json(settings.options)}};
}

RunSettings read_settings(const StrictJson& json) {
  json.expect_keys({"version", "inputs", "options"});
  RunSettings settings;
  settings.version = json.at("version").text();
  for (const StrictJson& input : json.at("inputs").items()) {
    input.expect_keys({"file", "sha256"});
    settings.inputs.push_back({input.at("file").text(), read_text_or_null(input.at("sha256"))});
  }
  settings.options = read_options(json.at("options"));
  return settings;
}

std::string describe_difference(const std::vector<GivenOption>& then,
                                const std::vector<GivenOption>& now) {
  const auto old_values = values_of(then);
  const auto new_values = values_of(now);
  for (const auto& [name, value] : old_values) {
    const auto it = new_values.find(name);
    if (it == new_values.end()) return fmt::format("--{} was {} and is not given", name, value);
    if (it->second != value) return fmt::format("--{} was {} and is {}", name, value, it->second);
  }
  for (const auto& [name, value] : new_values) {
    if (!old_values.contains(name)) return fmt::format("--{} was not given and is {}", name, value);
  }
  return {};
}

std::string describe_difference(const RunSettings& then, const RunSettings& now) {
  if (then.version != now.version) {
    return fmt::format("it is of version {} and this is {}", then.version, now.version);
  }
  for (std::size_t i = 0; i < std::min(then.inputs.size(), now.inputs.size()); ++i) {
    const std::string change = describe_change(then.inputs[i], now.inputs[i]);
    if (!change.empty()) return change;
  }
  if (then.inputs.size() != now.inputs.size()) {
    return fmt::format("it had {} input files, now there are {}", then.inputs.size(),
                       now.inputs.size());
  }
  return describe_difference(then.options, now.options);
}

}  // namespace tilewright
