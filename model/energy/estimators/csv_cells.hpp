#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/energy/value.hpp"
#include "model/error.hpp"

namespace tilewright::energy {

/// A cell of a CSV file and where it stands.
struct CsvCell {
  std::string text;  // without blanks around it
  Mark mark;

  /// The number in it. \throws SpecError naming `what` unless it is one, finite, of at least
  /// `least`.
  double number(std::string_view what, double least = 0) const;
  /// Empty or `*`: matches anything.
  bool is_any() const { return text.empty() || text == "*"; }
  /// Whether one of the alternatives `a|b` is the value: as a number or as a text.
  bool matches(const Value& value) const;
};

using CsvRow = std::vector<CsvCell>;

/// The rows of a CSV file without empty lines and comments (`#` to the end of the line). Cells may
/// be in double quotes. \throws SpecError for a quote that does not end.
std::vector<CsvRow> parse_csv(const std::string& file, std::string_view text);

/// The content of a file. \throws SpecError when it cannot be read.
std::string read_whole_file(const std::string& path);

}  // namespace tilewright::energy
