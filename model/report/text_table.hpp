#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tilewright {

inline constexpr std::size_t kTableWidth = 80;  // columns of a terminal

/// A table for people, with a line of heads. Columns are as wide as what they hold; where that is
/// more than a terminal has, texts give way, the widest first, then the gaps between columns, then
/// texts again. Numbers are never cut.
class TextTable {
 public:
  /// What happens to a cell that is too wide: it loses its middle, goes on in the next line, or
  /// nothing, as it is a number. Numbers stand to the right.
  enum class Kind : std::uint8_t { text, wrapped, number };
  struct Column {
    std::string head;
    Kind kind = Kind::number;
  };
  /// Text that may be cut, and an end that may not.
  struct Cell {
    Cell() = default;
    Cell(const char* text) : text(text) {}
    Cell(std::string text, std::string end = {}) : text(std::move(text)), end(std::move(end)) {}
    std::string text;
    std::string end;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Missing cells are blank. `rest` stands in their place, of any width.
  void add(std::vector<Cell> cells, std::string rest = {});
  /// No line is longer than `width` if the numbers leave room.
  std::string str(std::size_t width = kTableWidth) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string rest;
  };
  using Lines = std::vector<std::string>;

  void narrow(std::vector<std::size_t>& widths, std::size_t room, std::size_t least) const;
  std::vector<std::size_t> choose_widths(std::size_t width, std::size_t& gap) const;
  Lines lines_of(const Cell& cell, std::size_t column, std::size_t width) const;
  std::string text_of(const Row& row, const std::vector<std::size_t>& widths,
                      std::size_t gap) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

/// `text` in so many columns at most: what is too long loses its middle.
std::string shortened(const std::string& text, std::size_t columns);
/// `text` in lines of so many columns at most, broken at blanks; longer words stay whole. Lines but
/// the first begin with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t columns, std::size_t indent = 0);

/// A count in 10 columns at most: digits, or from 10^10 on five of them and an exponent.
std::string count_cell(double count);
/// The same in 11 columns with commas, which leave room for 9 digits.
std::string count_cell_with_commas(double count);

}  // namespace tilewright
