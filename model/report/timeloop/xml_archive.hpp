#pragma once

#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tilewright::timeloop {

/// Writes XML in the form of Boost's archives, which Timeloop's results have. Elements of a type
/// get the attributes of their class the first time that the type occurs.
class XmlArchive {
 public:
  XmlArchive();

  /// An element with parts, of a type.
  void open(std::string_view name, const std::string& type);
  /// An element that a pointer leads to. `derived`: the class of its object, where the type of the
  /// pointer does not tell.
  void open_object(std::string_view name, const std::string& type, bool derived);
  /// An element without a type.
  void open_plain(std::string_view name);
  void close();

  void text(std::string_view name, std::string_view value);
  template <std::integral T>
  void number(std::string_view name, T value) {
    text(name, std::to_string(value));
  }
  void number(std::string_view name, double value);

  /// A setting, whose value is absent where nobody gave it.
  template <typename T>
  void setting(std::string_view name, const std::optional<T>& value);
  template <typename T>
  void setting(std::string_view name, T value) {
    setting(name, std::optional<T>(value));
  }
  /// A list of values by dataspace.
  template <typename T>
  void by_space(std::string_view name, const std::vector<T>& values);
  /// The head of a list: how many elements come.
  void count(std::size_t items);

  std::string finish();

 private:
  std::string class_attributes(const std::string& type);
  void start(std::string_view name, std::string_view attributes);
  void indent() { out_.append(open_.size(), '\t'); }
  void value(std::string_view name, const std::string& of_type) { text(name, of_type); }
  template <std::integral T>
  void value(std::string_view name, T of_type) {
    number(name, of_type);
  }
  void value(std::string_view name, double of_type) { number(name, of_type); }

  template <typename T>
  static std::string type_name() {
    if constexpr (std::is_same_v<T, std::string>) return "text";
    if constexpr (std::is_floating_point_v<T>) return "double";
    return "integer";
  }

  std::string out_;
  std::vector<std::string> open_;         // elements, outermost first
  std::map<std::string, int> class_ids_;  // by type
  int objects_ = 0;
};

template <typename T>
void XmlArchive::setting(std::string_view name, const std::optional<T>& given) {
  open(name, "Attribute of " + type_name<T>());
  if (given) value("t_", *given);
  close();
}

template <typename T>
void XmlArchive::by_space(std::string_view name, const std::vector<T>& values) {
  open(name, "PerDataSpace of " + type_name<T>());
  open_plain("PerDataSpace");
  for (const T& of_space : values) value("item", of_space);
  close();
  close();
}

}  // namespace tilewright::timeloop
