#include "model/energy/compound/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "model/printable.hpp"

namespace tilewright::energy {
namespace {

bool looks_like_another_type(const std::string& text) {
  static constexpr std::string_view kWords[] = {"null", "true", "false", "yes", "no",
                                                "on",   "off",  "~",     "y",   "n"};
  std::string word = text;
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords)) return true;
  return Value(text).leading_number() && text.find_first_not_of("0123456789+-.eE") == text.npos;
}

// A text that YAML reads back as the same text.
std::string scalar_text(const std::string& text) {
  const bool starts_oddly =
      text.empty() || std::string_view("-?:,[]{}#&*!|>'\"%@` ").find(text.front()) != text.npos;
  const bool is_odd = starts_oddly || text.back() == ' ' || text.back() == ':' ||
                      text.find(": ") != text.npos || text.find(" #") != text.npos ||
                      has_control_characters(text);
  if (is_odd) return double_quoted(text);
  return looks_like_another_type(text) ? "'" + text + "'" : text;
}

class Writer {
 public:
  explicit Writer(const YamlStyle& style) : style_(style) {}

  void map(const ValueMap& map, int indent, bool first_inline) {
    for (const auto& [key, value] : map) {
      if (!first_inline) out_.append(static_cast<std::size_t>(indent), ' ');
      first_inline = false;
      out_ += scalar_text(key) + ":";
      const bool was_quoting = quoting_;
      if (key == "attributes") quoting_ = style_.quote_attributes;
      below(value, indent);
      quoting_ = was_quoting;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void below(const Value& value, int indent) {
    if (const auto* map = value.map(); map != nullptr && !map->empty()) {
      out_ += '\n';
      this->map(*map, indent + style_.map_indent, false);
    } else if (const auto* list = value.list(); list != nullptr && !list->empty()) {
      out_ += '\n';
      this->list(*list, indent + style_.list_indent);
    } else {
      out_ += ' ' + scalar(value) + '\n';
    }
  }

  void list(const ValueList& list, int indent) {
    for (const Value& item : list) {
      out_.append(static_cast<std::size_t>(indent), ' ');
      out_ += '-';
      if (const auto* map = item.map(); map != nullptr && !map->empty()) {
        out_ += ' ';
        this->map(*map, indent + 2, true);
      } else {
        below(item, indent);
      }
    }
  }

  std::string scalar(const Value& value) const {
    if (value.is_none()) return "null";
    if (const bool* flag = value.flag()) return *flag ? "true" : "false";
    if (const std::string* text = value.text()) {
      return quoting_ ? double_quoted(*text) : scalar_text(*text);
    }
    if (value.list() != nullptr) return "[]";
    if (value.map() != nullptr) return "{}";
    return value.to_string();
  }

  YamlStyle style_;
  bool quoting_ = false;
  std::string out_;
};

}  // namespace

std::string yaml_text(const ValueMap& root, const YamlStyle& style) {
  Writer writer(style);
  writer.map(root, 0, false);
  return writer.take();
}

}  // namespace tilewright::energy
