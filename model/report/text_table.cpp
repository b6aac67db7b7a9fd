#include "model/report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <sstream>
#include <utility>

#include "model/report/numbers.hpp"

namespace tilewright {
namespace {

using Kind = TextTable::Kind;

constexpr std::size_t kGap = 2;         // between columns
constexpr std::size_t kGoodText = 14;   // columns of a text that gives way before the gaps do
constexpr std::size_t kLeastText = 6;   // and after them
constexpr std::size_t kLeastWrap = 16;  // of one that goes on in the next line

// Of text in UTF-8, in characters: all of them are taken to be one column wide.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}
std::size_t width_of(const TextTable::Cell& cell) {
  return width_of(cell.text) + width_of(cell.end);
}

}  // namespace

void TextTable::add(std::vector<Cell> cells, std::string rest) {
  rows_.push_back({std::move(cells), std::move(rest)});
}

// Takes from texts, the widest first, until the sum of the columns is `room` or none is wider than
// `least`.
void TextTable::narrow(std::vector<std::size_t>& widths, std::size_t room,
                       std::size_t least) const {
  std::size_t sum = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
  for (; sum > room; --sum) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const Kind kind = columns_[c].kind;
      if (kind == Kind::number || widths[c] <= (kind == Kind::text ? least : kLeastWrap)) continue;
      if (widest == columns_.size() || widths[c] > widths[widest]) widest = c;
    }
    if (widest == columns_.size()) return;
    --widths[widest];
  }
}

std::vector<std::size_t> TextTable::choose_widths(std::size_t width, std::size_t& gap) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    widths.push_back(width_of(columns_[c].head));
    for (const Row& row : rows_) {
      if (c < row.cells.size()) widths[c] = std::max(widths[c], width_of(row.cells[c]));
    }
  }
  const std::size_t gaps = columns_.size() - 1;
  const auto room = [&] { return width - std::min(width, gap * gaps); };
  gap = kGap;
  narrow(widths, room(), kGoodText);
  if (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) <= room()) return widths;
  gap = 1;
  narrow(widths, room(), kLeastText);
  return widths;
}

TextTable::Lines TextTable::lines_of(const Cell& cell, std::size_t column,
                                     std::size_t width) const {
  if (columns_[column].kind == Kind::wrapped) {
    Lines lines;
    std::istringstream text(wrapped(cell.text + cell.end, width));
    for (std::string line; std::getline(text, line);) lines.push_back(shortened(line, width));
    return lines;
  }
  const std::size_t room = width - std::min(width, width_of(cell.end));
  return {shortened(cell.text, room) + cell.end};
}

std::string TextTable::text_of(const Row& row, const std::vector<std::size_t>& widths,
                               std::size_t gap) const {
  std::vector<Lines> cells;
  std::size_t height = 1;
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    cells.push_back(lines_of(row.cells[c], c, widths[c]));
    height = std::max(height, cells.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string cell = i < cells[c].size() ? cells[c][i] : "";
      const std::string blanks(widths[c] - std::min(widths[c], width_of(cell)), ' ');
      line += columns_[c].kind == Kind::number ? blanks + cell : cell + blanks;
      line += std::string(gap, ' ');
    }
    if (i == 0) line += row.rest;
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string TextTable::str(std::size_t width) const {
  std::size_t gap = kGap;
  const std::vector<std::size_t> widths = choose_widths(width, gap);
  Row heads;
  for (const Column& column : columns_) heads.cells.emplace_back(column.head);
  const bool has_heads = std::any_of(columns_.begin(), columns_.end(),
                                     [](const Column& column) { return !column.head.empty(); });
  std::string text = has_heads ? text_of(heads, widths, gap) : "";
  for (const Row& row : rows_) text += text_of(row, widths, gap);
  return text;
}

std::string shortened(const std::string& text, std::size_t columns) {
  const std::size_t width = width_of(text);
  if (width <= columns) return text;
  if (columns == 0) return {};
  const std::size_t head = columns / 2;
  const std::size_t tail = columns - 1 - head;
  std::string cut;
  std::size_t at = 0;
  for (const char c : text) {
    at += begins_character(c) ? 1 : 0;
    if (at == head + 1 && begins_character(c)) cut += "~";
    if (at <= head || at > width - tail) cut += c;
  }
  return cut;
}

std::string wrapped(const std::string& text, std::size_t columns, std::size_t indent) {
  std::istringstream words(text);
  std::string lines;
  std::size_t used = 0;
  for (std::string word; words >> word;) {
    const std::size_t width = width_of(word);
    if (used > 0 && used + 1 + width > columns) {
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (used > 0) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += width;
  }
  return lines;
}

std::string count_cell(double count) {
  constexpr double kMost = 1e10;
  return count < kMost ? plain(count) : fmt::format("{:.5g}", count);
}

std::string count_cell_with_commas(double count) {
  constexpr double kMost = 1e9;
  return count < kMost ? with_commas(count) : fmt::format("{:.5g}", count);
}

}  // namespace tilewright
