#include "model/spec/write_document.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "model/printable.hpp"

namespace tilewright::spec {
namespace {

constexpr std::size_t kWidest = 96;  // of a line that holds a whole list or map

// A text as a scalar: plain where that cannot be misread.
std::string scalar(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_.-+/<=>*").find(c) != std::string_view::npos;
  };
  const bool safe_start =
      !text.empty() &&
      (std::isalnum(static_cast<unsigned char>(text[0])) != 0 || text[0] == '_' || text[0] == '+');
  if (safe_start && std::all_of(text.begin(), text.end(), is_plain)) return text;
  return double_quoted(text);
}

// Whether a text that stood without quotes, and may be an expression, can do so within brackets.
// On a line of its own it always can.
bool is_plain_in_flow(const std::string& text) {
  return text.find_first_of(",[]{}#\"'") == std::string::npos &&
         text.find(':') == std::string::npos;
}

const std::string& too_long() {
  static const std::string text(kWidest + 1, ' ');
  return text;
}

// Everything on one line; longer than kWidest: cut off, to be thrown away.
std::string flow(const Node& node) {
  if (node.is_null()) return "~";
  if (node.is_text()) {
    if (node.is_quoted()) return double_quoted(node.raw_text());
    return is_plain_in_flow(node.raw_text()) ? node.raw_text() : too_long();
  }
  std::string text = node.tag().empty() ? "" : node.tag() + " ";
  text += node.is_list() ? '[' : '{';
  const std::size_t start = text.size();
  const auto add = [&](const std::string& item) {
    if (text.size() > start) text += ", ";
    text += item;
  };
  if (node.is_list()) {
    for (const Node* item : node.list("a list")) {
      if (text.size() <= kWidest) add(flow(*item));
    }
    return text + ']';
  }
  for (const Entry& entry : node.map("a map")) {
    if (text.size() <= kWidest) add(scalar(entry.key) + ": " + flow(*entry.value));
  }
  return text + '}';
}

bool fits(const Node& node, const std::string& line, std::size_t indent) {
  return node.is_text() || node.is_null() || line.size() + indent <= kWidest;
}

std::string block(const Node& node, std::size_t indent, bool after_dash);

// The items of a list or map, each on lines of its own.
std::string block_items(const Node& node, std::size_t indent, bool after_dash) {
  const std::string margin(indent, ' ');
  std::string text = after_dash && !node.is_list() ? "" : "\n";
  if (node.is_list()) {
    for (const Node* item : node.list("a list")) {
      text += margin + "-" + block(*item, indent + 2, true);
    }
    return text;
  }
  bool first = after_dash;
  for (const Entry& entry : node.map("a map")) {
    text += (first ? " " : margin) + scalar(entry.key) + ":" +
            block(*entry.value, indent + (entry.value->is_list() ? 0 : 2), false);
    first = false;
  }
  return text;
}

// What follows a key or a dash, with the end of its last line. A list stands as far in as its key.
std::string block(const Node& node, std::size_t indent, bool after_dash) {
  if (node.is_text() && !node.is_quoted()) return " " + node.raw_text() + "\n";
  const std::string line = flow(node);
  if (fits(node, line, indent)) return " " + line + "\n";
  if (!node.tag().empty()) return " " + node.tag() + block_items(node, indent, false);
  return block_items(node, indent, after_dash);
}

}  // namespace

std::string write_section(const Entry& entry) {
  return scalar(entry.key) + ":" + block(*entry.value, entry.value->is_list() ? 0 : 2, false);
}

std::string write_document(const Document& document) {
  if (!document.root->is_map()) return flow(*document.root) + "\n";
  std::string text;
  for (const Entry& entry : document.root->entries()) text += write_section(entry);
  return text;
}

}  // namespace tilewright::spec
