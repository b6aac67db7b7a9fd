#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// A value of a JSON file that must hold what is expected and nothing else, and where it stands.
/// Whatever is missing, unknown or of another kind is a UsageError with the place.
class StrictJson {
 public:
  using Json = nlohmann::ordered_json;
  using Keys = std::initializer_list<std::string_view>;

  /// The value of a text. \throws UsageError if it is no JSON, or an object has a key twice.
  static Json parse(const std::string& file, std::string_view text);

  /// `place` is what of the file the value is; empty = all of it.
  StrictJson(const Json& value, std::string file, std::string place = {})
      : value_(&value), file_(std::move(file)), place_(std::move(place)) {}

  /// Makes sure that this is an object with the required keys, perhaps some optional ones, and no
  /// others. The first key of all, `format`, tells the version.
  void expect_format(std::string_view format) const;
  void expect_keys(Keys required, Keys optional = {}) const;

  bool has(std::string_view key) const { return value_->contains(key); }
  StrictJson at(std::string_view key) const;
  std::vector<StrictJson> items() const;

  bool is_null() const { return value_->is_null(); }
  std::string text() const;
  double number() const;
  std::uint64_t count() const;
  bool flag() const;
  const Json& json() const { return *value_; }

  [[noreturn]] void fail(std::string_view message) const;

 private:
  [[noreturn]] void fail_kind(std::string_view expected) const;
  void expect_object() const;

  const Json* value_;
  std::string file_;
  std::string place_;
};

}  // namespace tilewright
