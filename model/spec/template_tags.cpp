#include "model/spec/template_tags.hpp"

#include <algorithm>

namespace tilewright::spec {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::size_t next_opening(std::string_view text, std::size_t at) {
  for (auto open = text.find('{', at); open != text.npos; open = text.find('{', open + 1)) {
    const char kind = open + 1 < text.size() ? text[open + 1] : '\0';
    if (kind == '{' || kind == '%' || kind == '#') return open;
  }
  return text.size();
}

}  // namespace

bool is_blank(char c) { return kBlank.find(c) != kBlank.npos; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(kBlank));
}

TemplateTag find_tag(std::string_view text, std::size_t at) {
  TemplateTag tag;
  tag.begin = next_opening(text, at);
  if (tag.begin == text.size()) return tag;
  tag.kind = text[tag.begin + 1];
  const auto close =
      text.find(tag.kind == '{' ? "}}" : (tag.kind == '%' ? "%}" : "#}"), tag.begin + 2);
  tag.end = close == text.npos ? close : close + 2;
  if (close == text.npos) return tag;
  tag.inside = text.substr(tag.begin + 2, close - tag.begin - 2);
  tag.strips_before = tag.inside.starts_with('-');
  if (tag.strips_before) tag.inside.remove_prefix(1);
  tag.strips_after = tag.inside.ends_with('-');
  if (tag.strips_after) tag.inside.remove_suffix(1);
  return tag;
}

TemplateTag find_endfor(std::string_view text, std::size_t at) {
  int depth = 1;
  TemplateTag tag = find_tag(text, at);
  for (; tag.kind != '\0' && tag.end != text.npos; tag = find_tag(text, tag.end)) {
    if (tag.kind != '%') continue;
    const std::string_view word = first_word(trimmed(tag.inside));
    if (word == "for") ++depth;
    if (word == "endfor" && --depth == 0) return tag;
  }
  return {};
}

}  // namespace tilewright::spec
