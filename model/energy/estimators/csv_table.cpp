#include "model/energy/estimators/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "model/energy/estimators/csv_cells.hpp"

namespace tilewright::energy {
namespace {

constexpr std::string_view kArgument = "arg:";
constexpr double kDefaultAccuracy = 90;

// A column whose cells say something about the question.
struct Column {
  std::string name;  // of an attribute or an argument
  bool is_argument = false;
};

struct Condition {
  std::size_t column = 0;
  CsvCell cell;
};

struct TableRow {
  CsvCell component_class;
  std::optional<CsvCell> action;
  std::vector<Condition> conditions;
  std::optional<double> energy;   // pJ
  std::optional<double> area;     // um2
  std::optional<double> leakage;  // uW
  double accuracy = kDefaultAccuracy;
  std::string source;

  std::optional<double> value(Quantity quantity) const {
    if (quantity == Quantity::energy) return energy;
    return quantity == Quantity::area ? area : leakage;
  }
};

// `energy(pJ)` is the column `energy`.
std::string column_name(const CsvCell& cell) {
  std::string name = cell.text.substr(0, cell.text.find('('));
  name.erase(name.find_last_not_of(' ') + 1);
  if (name.empty()) throw SpecError(cell.mark(), "a column without a name");
  return name;
}

bool set_price(TableRow& row, const std::string& column, const CsvCell& cell) {
  const auto number = [&]() -> std::optional<double> {
    return cell.is_any() ? std::nullopt : std::optional(cell.number(column));
  };
  if (column == "energy") {
    row.energy = number();
  } else if (column == "area") {
    row.area = number();
  } else if (column == "leakage") {
    row.leakage = number();
  } else if (column == "accuracy") {
    row.accuracy = number().value_or(kDefaultAccuracy);
    if (row.accuracy > 100) throw SpecError(cell.mark(), "accuracy: expected 0 to 100 percent");
  } else if (column == "source") {
    row.source = cell.text;
  } else {
    return false;
  }
  return true;
}

TableRow read_row(const std::vector<std::string>& columns, CsvRow cells) {
  TableRow row;
  if (cells.size() > columns.size()) {
    throw SpecError(
        cells[columns.size()].mark(),
        fmt::format("{} cells, but only {} columns are named", cells.size(), columns.size()));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string& column = columns[i];
    if (column == "class") {
      row.component_class = std::move(cells[i]);
    } else if (column == "action") {
      row.action = std::move(cells[i]);
    } else if (!set_price(row, column, cells[i]) && !cells[i].is_any()) {
      row.conditions.push_back({i, std::move(cells[i])});
    }
  }
  return row;
}

// How many cells say that the row is meant for this query, or -1 if one says that it is not.
int match(const TableRow& row, const std::vector<Column>& columns, const Query& query) {
  if (!row.component_class.matches(query.component_class)) return -1;
  int exact = row.component_class.is_any() ? 0 : 1;
  if (query.quantity == Quantity::energy && row.action && !row.action->is_any()) {
    if (!row.action->matches(query.action)) return -1;
    ++exact;
  }
  for (const Condition& condition : row.conditions) {
    // An area does not depend on how an action is done.
    const Column& column = columns[condition.column];
    if (column.is_argument && query.quantity != Quantity::energy) continue;
    const Attributes& values = column.is_argument ? query.arguments : query.attributes;
    const Value* value = values.find(column.name);
    if (value == nullptr || !condition.cell.matches(*value)) return -1;
    ++exact;
  }
  return exact;
}

class CsvTable : public EnergyEstimator {
 public:
  CsvTable(std::string file, std::vector<Column> columns, std::vector<TableRow> rows)
      : file_(std::move(file)), columns_(std::move(columns)), rows_(std::move(rows)) {}

  std::string name() const override { return std::filesystem::path(file_).stem().string(); }

  Support support(const Query& query) const override {
    const TableRow* row = find(query);
    if (row == nullptr) return Support::no("no row matches");
    return {row->accuracy, row->source.empty()
                               ? fmt::format("{}:{}", file_, row->component_class.line)
                               : row->source};
  }

  double estimate(const Query& query) const override {
    return find(query)->value(query.quantity).value();
  }

 private:
  const TableRow* find(const Query& query) const {
    looks_.spend(rows_.size(), file_);
    const TableRow* best = nullptr;
    int most = -1;
    for (const TableRow& row : rows_) {
      if (!row.value(query.quantity)) continue;
      const int exact = match(row, columns_, query);
      if (exact > most) {
        most = exact;
        best = &row;
      }
    }
    return best;
  }

  static constexpr std::uint64_t kMostLooks = 5'000'000;

  std::string file_;
  std::vector<Column> columns_;
  std::vector<TableRow> rows_;
  mutable LookQuota looks_{kMostLooks};
};

Column to_column(const std::string& name) {
  const bool is_argument = name.starts_with(kArgument);
  return {is_argument ? name.substr(kArgument.size()) : name, is_argument};
}

std::vector<std::string> read_columns(const CsvRow& header) {
  constexpr std::size_t kMostColumns = 1000;
  std::vector<std::string> columns;
  for (const CsvCell& cell : header) {
    columns.push_back(column_name(cell));
    if (columns.size() > kMostColumns) {
      throw SpecError(cell.mark(),
                      fmt::format("a column too many; at most {} are supported", kMostColumns));
    }
    if (std::count(columns.begin(), columns.end(), columns.back()) > 1) {
      throw SpecError(cell.mark(), fmt::format("a second column '{}'", columns.back()));
    }
  }
  const auto has = [&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  if (!has("class")) {
    throw SpecError(header.front().mark(), "a table of prices needs a column 'class'");
  }
  if (!has("energy") && !has("area") && !has("leakage")) {
    throw SpecError(header.front().mark(),
                    "a table of prices needs a column 'energy', 'area' or 'leakage'");
  }
  return columns;
}

}  // namespace

std::unique_ptr<EnergyEstimator> parse_csv_table(const std::string& file, std::string_view text) {
  auto lines = parse_csv(file, text);
  if (lines.empty()) throw SpecError({file, 1, 1}, "the table is empty");
  const auto names = read_columns(lines.front());
  std::vector<Column> columns;
  for (const std::string& name : names) columns.push_back(to_column(name));
  std::vector<TableRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    rows.push_back(read_row(names, std::exchange(lines[i], {})));
  }
  return std::make_unique<CsvTable>(file, std::move(columns), std::move(rows));
}

std::unique_ptr<EnergyEstimator> read_csv_table(const std::string& path) {
  return parse_csv_table(path, read_whole_file(path));
}

}  // namespace tilewright::energy
