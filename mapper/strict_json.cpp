#include "mapper/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

// What a message shows of a value that is not as expected.
std::string describe(const StrictJson::Json& value) {
  constexpr std::size_t kLongest = 40;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  const std::string text = value.dump(-1, ' ', true);
  return text.size() > kLongest ? text.substr(0, kLongest) + " ..." : text;
}

}  // namespace

StrictJson::Json StrictJson::parse(const std::string& file, std::string_view text) {
  // Far beyond what the program writes; more would only take time and memory.
  constexpr int kDeepest = 64;
  constexpr std::size_t kMostKeys = 1000;
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  // Of two equal keys every reader takes another one.
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDeepest) throw UsageError(fmt::format("{}: too deeply nested", file));
    if (!keys.empty() && keys.back().size() > kMostKeys) {
      throw UsageError(fmt::format("{}: an object of more than {} keys", file, kMostKeys));
    }
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key && !keys.back().insert(parsed).second) {
      throw UsageError(fmt::format("{}: the key {} is given twice", file, describe(parsed)));
    }
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::exception& error) {
    const std::string_view message = error.what();
    throw UsageError(fmt::format("{}: this is no JSON: {}", file,
                                 message.substr(std::min(message.find("] ") + 2, message.size()))));
  }
}

void StrictJson::expect_format(std::string_view format) const {
  expect_object();
  if (!has("format")) fail(fmt::format("'format' is missing; expected \"{}\"", format));
  const StrictJson found = at("format");
  if (*found.value_ != format) {
    found.fail(
        fmt::format("expected \"{}\", found {}; another version of tilewright may have "
                    "written it",
                    format, describe(*found.value_)));
  }
}

void StrictJson::expect_keys(Keys required, Keys optional) const {
  expect_object();
  std::vector<std::string> known(required.begin(), required.end());
  known.insert(known.end(), optional.begin(), optional.end());
  for (const auto& [key, unused] : value_->items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    fail(fmt::format("unknown key {}{}", describe(Json(key)), hint(key, known)));
  }
  for (const std::string_view key : required) {
    if (!has(key)) fail(fmt::format("'{}' is missing", key));
  }
}

StrictJson StrictJson::at(std::string_view key) const {
  expect_object();
  const auto found = value_->find(key);
  if (found == value_->end()) fail(fmt::format("'{}' is missing", key));
  return {*found, file_, place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key)};
}

std::vector<StrictJson> StrictJson::items() const {
  if (!value_->is_array()) fail_kind("a list");
  std::vector<StrictJson> items;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    items.emplace_back((*value_)[i], file_, fmt::format("{}[{}]", place_, i));
  }
  return items;
}

std::string StrictJson::text() const {
  if (!value_->is_string()) fail_kind("a text");
  return *value_;
}

double StrictJson::number() const {
  if (!value_->is_number()) fail_kind("a number");
  return *value_;
}

std::uint64_t StrictJson::count() const {
  if (!value_->is_number_unsigned()) fail_kind("a whole number");
  return *value_;
}

bool StrictJson::flag() const {
  if (!value_->is_boolean()) fail_kind("true or false");
  return *value_;
}

void StrictJson::fail(std::string_view message) const {
  throw UsageError(place_.empty() ? fmt::format("{}: {}", file_, message)
                                  : fmt::format("{}: {}: {}", file_, place_, message));
}

void StrictJson::fail_kind(std::string_view expected) const {
  fail(fmt::format("expected {}, found {}", expected, describe(*value_)));
}

void StrictJson::expect_object() const {
  if (!value_->is_object()) fail_kind("an object");
}

}  // namespace tilewright
