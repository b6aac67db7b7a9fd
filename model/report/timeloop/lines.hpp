#pragma once

#include <fmt/format.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright::timeloop {

/// Lines `name : value` with the colons below each other. Numbers with a fraction have two digits.
class Lines {
 public:
  Lines(std::string& out, int indent, int width) : out_(out), indent_(indent), width_(width) {}

  void add(std::string_view name, std::string_view value) {
    out_ += fmt::format("{:{}}{:<{}}: {}\n", "", indent_, name, width_, value);
  }
  template <std::integral T>
  void add(std::string_view name, T count) {
    add(name, fmt::format("{}", count));
  }
  void add(std::string_view name, double number, std::string_view unit = {}) {
    add(name, fmt::format("{:.2f}{}{}", number, unit.empty() ? "" : " ", unit));
  }
  template <typename T>
  void add(std::string_view name, const std::optional<T>& value) {
    if (value) {
      add(name, *value);
    } else {
      add(name, "-");
    }
  }

 private:
  std::string& out_;
  int indent_;
  int width_;
};

}  // namespace tilewright::timeloop
