#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/value.hpp"
#include "model/error.hpp"

namespace tilewright::energy {

/// A cell of a CSV file and where it stands.
struct CsvCell {
  std::string text;  // without blanks around it
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  Mark mark() const { return {*file, line, column}; }
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
/// be in double quotes. \throws SpecError for a quote that does not end, and for more rows or cells
/// than a file of its size has unless it is made to fill the memory.
std::vector<CsvRow> parse_csv(const std::string& file, std::string_view text);

/// How many rows the questions to a table may look at, in all: every question looks at every row.
class LookQuota {
 public:
  explicit LookQuota(std::uint64_t most) : left_(most) {}
  /// \throws SpecError when they are used up.
  void spend(std::uint64_t rows, const std::string& file);

 private:
  std::uint64_t left_;
};

/// The content of a file. \throws SpecError when it cannot be read or is too large for a table.
std::string read_whole_file(const std::string& path);

}  // namespace tilewright::energy
