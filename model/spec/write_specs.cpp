// What was read, as it was; and its sections as one file, with all changes applied.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "model/error.hpp"
#include "model/names.hpp"
#include "model/printable.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/spec_files.hpp"
#include "model/spec/texts.hpp"

namespace tilewright {
namespace {

using spec::Entry;
using spec::Node;

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

// Everything on one line; longer than kWidest: cut off, to be thrown away.
std::string flow(const Node& node) {
  if (node.is_null()) return "~";
  if (node.is_text()) return scalar(node.raw_text());
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
  const std::string line = flow(node);
  if (fits(node, line, indent)) return " " + line + "\n";
  if (!node.tag().empty()) return " " + node.tag() + block_items(node, indent, false);
  return block_items(node, indent, after_dash);
}

std::string section(const Entry& entry) {
  return scalar(entry.key) + ":" + block(*entry.value, entry.value->is_list() ? 0 : 2, false);
}

}  // namespace

std::vector<StoredText> texts_of(const SpecSet& specs) { return specs.source->texts; }

std::string compare_text(const SpecSet& specs) {
  std::multimap<std::string, std::string> sections;  // those of one key in their order
  const std::vector<StoredText>& texts = specs.source->texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].only_named) continue;
    for (const Entry& entry : specs.source->documents[i]->root->map("a spec file")) {
      if (same_key(entry.key, "architecture_changes")) continue;
      sections.emplace(entry.key, section(entry));
    }
  }
  std::string text = fmt::format("{}\n{}\n", specs.architecture_name, specs.network_name);
  for (const Layer& layer : specs.layers) text += layer.name + '\n';
  for (const auto& [key, each] : sections) text += each;
  for (const StoredText& each : texts) {
    if (each.only_named) text += each.text;
  }
  return text;
}

std::string write_specs(const SpecSet& specs) {
  std::map<std::string, std::string> seen;  // section and file
  std::string text;
  for (const auto& document : specs.source->documents) {
    for (const Entry& entry : document->root->map("a spec file")) {
      if (same_key(entry.key, "architecture_changes")) continue;
      const auto [it, is_new] = seen.try_emplace(entry.key, document->source.file);
      if (!is_new) {
        throw UsageError(fmt::format("cannot write one file: both {} and {} have a section '{}'",
                                     it->second, document->source.file, entry.key));
      }
      text += section(entry);
    }
  }
  return text;
}

}  // namespace tilewright
