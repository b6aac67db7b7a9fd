#include "model/energy/estimators/csv_cells.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

namespace tilewright::energy {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<double> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

bool same(std::string_view cell, const Value& value) {
  const auto wanted = to_number(cell);
  const std::string text = value.to_string();
  const auto given = value.number() != nullptr ? *value.number() : to_number(text);
  if (!wanted || !given) return cell == text;
  constexpr double kRelative = 1e-9;  // 1e-9 s written as 0.000000001
  return std::abs(*wanted - *given) <= kRelative * std::abs(*wanted);
}

// Reads the cells of one line.
class LineReader {
 public:
  using File = std::shared_ptr<const std::string>;

  LineReader(const File& file, int line, std::string_view text)
      : file_(file), line_(line), text_(text) {}

  // Stops behind `most` cells.
  CsvRow read(std::size_t most) {
    CsvRow row;
    while (row.size() <= most) {
      row.push_back(next());
      if (at_ >= text_.size() || text_[at_] != ',') break;
      ++at_;
    }
    const bool is_empty = row.size() == 1 && row[0].text.empty();
    return is_empty ? CsvRow{} : row;
  }

 private:
  CsvCell next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    CsvCell cell{"", file_, line_, static_cast<int>(at_) + 1};
    if (at_ < text_.size() && text_[at_] == '"') {
      cell.text = quoted(cell.mark());
      while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '#') ++at_;
    } else {
      const std::size_t end = std::min(text_.find_first_of(",#", at_), text_.size());
      cell.text = trimmed(text_.substr(at_, end - at_));
      at_ = end;
    }
    return cell;
  }

  std::string quoted(const Mark& mark) {
    std::string result;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        result += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        result += text_[at_++];
      } else {
        ++at_;
        return result;
      }
    }
    throw SpecError(mark, "this quote does not end in its line");
  }

  const File& file_;
  int line_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

double CsvCell::number(std::string_view what, double least) const {
  const auto value = to_number(text);
  if (!value || !std::isfinite(*value) || *value < least) {
    throw SpecError(
        mark(), fmt::format("{}: expected a number of at least {}, found '{}'", what, least, text));
  }
  return *value;
}

bool CsvCell::matches(const Value& value) const {
  if (is_any()) return true;
  std::string_view rest = text;
  while (true) {
    const auto bar = rest.find('|');
    if (same(trimmed(rest.substr(0, bar)), value)) return true;
    if (bar == std::string_view::npos) return false;
    rest.remove_prefix(bar + 1);
  }
}

std::vector<CsvRow> parse_csv(const std::string& file, std::string_view text) {
  const std::size_t most_rows = 50'000 + text.size() / 16;
  const std::size_t most_cells = 250'000 + text.size() / 4;
  const auto name = std::make_shared<const std::string>(file);
  std::vector<CsvRow> rows;
  std::size_t cells = 0;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark of spreadsheets
  for (int line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    CsvRow row = LineReader(name, line, text.substr(0, end)).read(most_cells - cells);
    cells += row.size();
    if (!row.empty()) rows.push_back(std::move(row));
    if (rows.size() > most_rows || cells >= most_cells) {
      throw SpecError({file, line, 1},
                      fmt::format("the table has more than {} rows or {} cells, the most for its "
                                  "size",
                                  most_rows, most_cells));
    }
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return rows;
}

void LookQuota::spend(std::uint64_t rows, const std::string& file) {
  if (rows > left_) {
    throw SpecError({file, 0, 0},
                    "so many rows are too many for so many components: every question about a "
                    "price looks at each of them");
  }
  left_ -= rows;
}

std::string read_whole_file(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) {
    throw SpecError({path, 0, 0}, "this is a folder; expected a file of comma-separated values");
  }
  constexpr std::size_t kMost = std::size_t{16} << 20;
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::ifstream stream(path, std::ios::binary);
  std::string content;
  std::string piece(kPiece, '\0');
  while (stream && content.size() <= kMost) {
    stream.read(piece.data(), static_cast<std::streamsize>(kPiece));
    content.append(piece, 0, static_cast<std::size_t>(stream.gcount()));
  }
  if (content.size() > kMost) {
    throw SpecError({path, 0, 0},
                    fmt::format("the file is larger than {} bytes, the limit for a table", kMost));
  }
  if (stream.bad() || !stream.eof()) {
    throw SpecError({path, 0, 0}, "cannot read the file; does it exist?");
  }
  return content;
}

}  // namespace tilewright::energy
