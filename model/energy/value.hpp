#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Header only, like estimator.hpp: a plug-in is compiled against these two and links nothing.
namespace tilewright::energy {

class Value;
using ValueList = std::vector<Value>;
using ValueMap = std::vector<std::pair<std::string, Value>>;  // in the order of the file

/// What an attribute or an argument can be: nothing, a truth value, a number, a text, a list or a
/// map. Whole numbers are exact up to 2^53.
class Value {
 public:
  Value() = default;
  Value(bool flag) : kind_(Kind::flag), flag_(flag) {}
  Value(double number) : kind_(Kind::number), number_(number) {}
  Value(int number) : Value(static_cast<double>(number)) {}
  Value(std::string text) : kind_(Kind::text), text_(std::move(text)) {}
  Value(std::string_view text) : Value(std::string(text)) {}
  Value(const char* text) : Value(std::string(text)) {}
  Value(ValueList list)
      : kind_(Kind::list), list_(std::make_shared<const ValueList>(std::move(list))) {}
  Value(ValueMap map) : kind_(Kind::map), map_(std::make_shared<const ValueMap>(std::move(map))) {}

  // The content, or nullptr where the value is of another kind.
  bool is_none() const { return kind_ == Kind::none; }
  const bool* flag() const { return kind_ == Kind::flag ? &flag_ : nullptr; }
  const double* number() const { return kind_ == Kind::number ? &number_ : nullptr; }
  const std::string* text() const { return kind_ == Kind::text ? &text_ : nullptr; }
  const ValueList* list() const { return list_.get(); }
  const ValueMap* map() const { return map_.get(); }

  /// The number it is, or that its text starts with: 45 for `45`, `"45"` and `"45nm"`.
  std::optional<double> leading_number() const;
  /// As YAML prints it: `64`, `0.5`, `True`, `LPDDR4`, `[1, 2]`.
  std::string to_string() const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  enum class Kind : std::uint8_t { none, flag, number, text, list, map };

  // Plain members: GCC 12 sees uninitialised ones in a variant of vectors that are not there.
  Kind kind_ = Kind::none;
  bool flag_ = false;
  double number_ = 0;
  std::string text_;
  std::shared_ptr<const ValueList> list_;
  std::shared_ptr<const ValueMap> map_;
};

inline bool operator==(const Value& a, const Value& b) {
  if (a.kind_ != b.kind_ || a.flag_ != b.flag_ || a.number_ != b.number_ || a.text_ != b.text_) {
    return false;
  }
  if (a.list_ != nullptr) return *a.list_ == *b.list_;
  return a.map_ == nullptr || *a.map_ == *b.map_;
}

/// A number in the fewest digits that read back as the same double; whole ones without a point.
inline std::string number_text(double number) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const bool whole = std::floor(number) == number && std::abs(number) <= kExact;
  std::array<char, 40> text{};
  char* const end = text.data() + text.size();
  const auto result = whole ? std::to_chars(text.data(), end, static_cast<std::int64_t>(number))
                            : std::to_chars(text.data(), end, number);
  return {text.data(), result.ptr};
}

/// As attributes of components have a process node: "28nm".
inline std::string node_text(double nanometres) { return number_text(nanometres) + "nm"; }

inline std::optional<double> Value::leading_number() const {
  if (const double* number = this->number()) return *number;
  const std::string* text = this->text();
  if (text == nullptr) return std::nullopt;
  double result = 0;
  const char* end = text->data() + text->size();
  if (std::from_chars(text->data(), end, result).ec != std::errc{}) return std::nullopt;
  return result;
}

inline std::string Value::to_string() const {
  if (const bool* flag = this->flag()) return *flag ? "True" : "False";
  if (const double* number = this->number()) return number_text(*number);
  if (const std::string* text = this->text()) return *text;
  std::string result;
  if (const ValueList* list = this->list()) {
    for (const Value& item : *list) result += (result.empty() ? "" : ", ") + item.to_string();
    return "[" + result + "]";
  }
  if (const ValueMap* map = this->map()) {
    for (const auto& [key, item] : *map) {
      result += (result.empty() ? "" : ", ") + key + ": " + item.to_string();
    }
    return "{" + result + "}";
  }
  return "None";
}

/// Named values in the order of the file: the attributes of a component, the arguments of an
/// action.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<std::string, Value>> values) : values_(values) {}

  const Value* find(std::string_view name) const {
    for (const auto& [key, value] : values_) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  Value* find(std::string_view name) {
    for (auto& [key, value] : values_) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  /// The number of an attribute, also where it is written `45nm`; nothing if it is absent or none.
  std::optional<double> number(std::string_view name) const {
    const Value* value = find(name);
    return value == nullptr ? std::nullopt : value->leading_number();
  }
  double number_or(std::string_view name, double otherwise) const {
    return number(name).value_or(otherwise);
  }
  /// The text of an attribute, or "".
  std::string text(std::string_view name) const {
    const Value* value = find(name);
    return value == nullptr || value->is_none() ? std::string() : value->to_string();
  }
  /// Replaces the value of a name in its place, or appends it.
  void set(std::string_view name, Value value) {
    if (Value* known = find(name)) {
      *known = std::move(value);
    } else {
      values_.emplace_back(name, std::move(value));
    }
  }
  void erase(std::string_view name) {
    std::erase_if(values_, [&](const auto& entry) { return entry.first == name; });
  }

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

  friend bool operator==(const Attributes& a, const Attributes& b) {
    return a.values_ == b.values_;
  }

 private:
  ValueMap values_;
};

}  // namespace tilewright::energy
