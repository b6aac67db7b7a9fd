#include "model/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace tilewright {
namespace {

// A letter of a text in UTF-8; bytes that are none are letters of their own.
struct Letter {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

Letter letter_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const std::uint32_t first = byte(0);
  if ((first & 0xe0U) == 0xc0U && follows(1)) return {(first & 0x1fU) << 6 | (byte(1) & 0x3fU), 2};
  if ((first & 0xf0U) == 0xe0U && follows(1) && follows(2)) {
    return {(first & 0x0fU) << 12 | (byte(1) & 0x3fU) << 6 | (byte(2) & 0x3fU), 3};
  }
  return {first, 1};
}

bool is_control(std::uint32_t code) {
  const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  const bool ends_line = code == 0x2028 || code == 0x2029;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || turns || ends_line;
}

// A lone byte above 0x7f begins no letter: terminals of other encodings may act on it.
bool is_control(const Letter& letter) {
  return is_control(letter.code) ||
         (letter.bytes == 1 && letter.code >= 0x80 && letter.code < 0xa0);
}

std::string escape_of(std::uint32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  return fmt::format("\\u{:04x}", code);
}

template <class Keep>
std::string escaped(std::string_view text, const Keep& keeps) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    if (is_control(letter) && !keeps(letter.code)) {
      result += escape_of(letter.code);
    } else {
      result += text.substr(at, letter.bytes);
    }
    at += letter.bytes;
  }
  return result;
}

}  // namespace

std::string printable(std::string_view text) {
  return escaped(text, [](std::uint32_t) { return false; });
}

std::string printable_lines(std::string_view text) {
  return escaped(text, [](std::uint32_t code) { return code == '\n' || code == '\t'; });
}

bool has_control_characters(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    if (is_control(letter)) return true;
    at += letter.bytes;
  }
  return false;
}

bool is_plain_word(std::string_view text) {
  constexpr std::array<std::string_view, 21> kWords{
      "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes",
      "YES",  "no",   "No",   "NO",   "on",   "On",   "ON",    "off",   "Off",   "OFF"};
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), is_plain) &&
         std::find(kWords.begin(), kWords.end(), text) == kWords.end();
}

std::string double_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return printable(quoted) + '"';
}

std::string csv_cell(std::string_view text) {
  std::string cell = printable(text);
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos) {
    cell.insert(0, "'");
  }
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace tilewright
