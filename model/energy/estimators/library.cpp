#include "model/energy/estimators/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

#include "model/energy/estimators/csv_cells.hpp"

namespace tilewright::energy {
namespace {

constexpr double kAccuracy = 90;
constexpr std::size_t kMostFiles = 10'000;  // in a folder of tables, whatever they are
constexpr double kDepthPower = 1.56 / 2;    // of the energy over the depth of a memory

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto bar = text.find('|');
    parts.push_back(lower(text.substr(0, bar)));
    if (bar == std::string_view::npos) return parts;
    text.remove_prefix(bar + 1);
  }
}

// The number in a text such as `65nm`, without what stands around it.
std::optional<double> bare_number(std::string_view text) {
  constexpr std::string_view kInNumbers = "0123456789eE-+.";
  const auto first = text.find_first_of(kInNumbers);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_of(kInNumbers) - first + 1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

enum class Target : std::uint8_t { energy, leak, area };

bool contains(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Factor for an attribute that is `from` in the library and `to` in the query; nothing if unknown.
std::optional<double> scale(const std::string& attribute, double from, double to, Target target,
                            NodeInterpolation interpolation) {
  if (attribute == "technology") {
    return target == Target::area ? node_area_ratio(from, to, interpolation)
                                  : node_energy_ratio(from, to, interpolation);
  }
  if (attribute == "resolution") return std::exp2(to - from);
  if (contains({"n_instances", "area_scale", "energy_scale", "no_scale_area", "no_scale_energy"},
               attribute)) {
    return 1;
  }
  if (attribute == "global_cycle_seconds") return target == Target::leak ? to / from : 1;
  if (contains({"width", "datawidth", "width_a", "width_b", "datawidth_a", "datawidth_b"},
               attribute)) {
    return to / from;
  }
  const bool is_average =
      contains({"average_input_value", "average_weight_value", "average_output_value"}, attribute);
  const bool is_count = contains({"rows", "cols", "columns"}, attribute);
  if (target == Target::area) {
    if (is_average || attribute == "voltage") return 1;
    return is_count || attribute == "depth" ? std::optional(to / from) : std::nullopt;
  }
  if (is_count) return 1;
  if (is_average || attribute == "n_steps") return to / from;
  if (attribute == "depth") return std::pow(to / from, kDepthPower);
  if (attribute == "voltage") return target == Target::leak ? 1 : (to / from) * (to / from);
  return std::nullopt;
}

struct Column {
  std::vector<std::string> names;
};

struct Row {
  std::shared_ptr<const std::vector<Column>> columns;
  CsvRow cells;  // of the attributes; by column, in small letters
  std::vector<std::string> actions;
  std::optional<double> energy;
  std::optional<double> area;
};

class Tables {
 public:
  void read(const std::string& file, std::string_view text) {
    std::string name = lower(std::filesystem::path(file).stem().string());
    Header header;
    for (CsvRow& row : parse_csv(file, text)) {
      const std::string& first = row.front().text;
      if (first.starts_with("COMPONENT")) {
        name = lower(after(first, ':', row.front().mark()));
        header = {};
      } else if (first.starts_with("POINTER")) {
        add_pointer(row.front());
      } else if (header.columns == nullptr) {
        header = read_header(row);
      } else {
        rows_[name].push_back(read_row(header, std::move(row)));
      }
    }
  }

  const std::vector<Row>* find(const std::string& component_class) const {
    std::string name = lower(component_class);
    const auto pointer = pointers_.find(name);
    if (pointer != pointers_.end() && !rows_.contains(name)) name = pointer->second;
    const auto it = rows_.find(name);
    return it == rows_.end() ? nullptr : &it->second;
  }

 private:
  struct Header {
    std::shared_ptr<std::vector<Column>> columns;
    int energy = -1;
    int area = -1;
    int action = -1;
  };

  static std::string after(const std::string& text, char sign, const Mark& mark) {
    const auto at = text.find(sign);
    if (at == std::string::npos) throw SpecError(mark, fmt::format("expected '{}'", sign));
    const auto begin = text.find_first_not_of(' ', at + 1);
    return begin == std::string::npos ? "" : text.substr(begin);
  }

  void add_pointer(const CsvCell& cell) {
    const std::string names = after(cell.text, ':', cell.mark());
    std::string name = lower(names.substr(0, names.find('=')));
    name.erase(name.find_last_not_of(' ') + 1);
    pointers_[name] = lower(after(names, '=', cell.mark()));
  }

  static Header read_header(const CsvRow& row) {
    Header header;
    header.columns = std::make_shared<std::vector<Column>>();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string name = lower(row[i].text);
      const int index = static_cast<int>(i);
      header.columns->push_back({split(name)});
      if (header.energy < 0 && name.find("energy") != std::string::npos) header.energy = index;
      if (header.area < 0 && name.find("area") != std::string::npos) header.area = index;
      if (name == "action") header.action = index;
    }
    if (header.action < 0) throw SpecError(row.front().mark(), "the table lacks a column 'action'");
    for (const int index : {header.energy, header.area, header.action}) {
      if (index >= 0) (*header.columns)[static_cast<std::size_t>(index)].names.clear();
    }
    return header;
  }

  static Row read_row(const Header& header, CsvRow cells) {
    Row row;
    row.columns = header.columns;
    const auto cell = [&](int index) -> const CsvCell* {
      const auto at = static_cast<std::size_t>(index);
      return index >= 0 && at < cells.size() && !cells[at].text.empty() ? &cells[at] : nullptr;
    };
    if (cell(header.action) == nullptr) {
      throw SpecError(cells.front().mark(), "the row lacks an action");
    }
    row.actions = split(cell(header.action)->text);
    if (const CsvCell* energy = cell(header.energy)) row.energy = energy->number("energy");
    if (const CsvCell* area = cell(header.area)) row.area = area->number("area");
    for (CsvCell& each : cells) each.text = lower(each.text);
    row.cells = std::move(cells);
    return row;
  }

  std::map<std::string, std::vector<Row>> rows_;
  std::map<std::string, std::string> pointers_;
};

class Library : public EnergyEstimator {
 public:
  Library(const std::vector<LibraryFile>& files, NodeInterpolation interpolation)
      : interpolation_(interpolation) {
    tables_.read("library", builtin_library());
    for (const LibraryFile& file : files) tables_.read(file.name, file.text);
  }

  std::string name() const override { return "Library"; }

  Support support(const Query& query) const override {
    if (query.quantity == Quantity::leakage) return Support::no("gives leakage as an action only");
    if (tables_.find(query.component_class) == nullptr) return Support::no("no such component");
    if (!price(query))
      return Support::no("no row for the action, or an attribute nobody can scale");
    return {kAccuracy, "published figure, scaled"};
  }

  double estimate(const Query& query) const override { return price(query).value(); }

 private:
  // The factor of a row and how many attributes are equal; no factor if one cannot be scaled.
  struct Match {
    std::optional<double> factor;
    int equal = 0;
  };

  std::optional<double> price(const Query& query) const {
    const bool is_area = query.quantity == Quantity::area;
    const std::string action = lower(query.action);
    std::optional<double> best;
    int most = -1;
    const auto attributes = given_attributes(query);
    const std::vector<Row>& rows = *tables_.find(query.component_class);
    if (rows.size() > kFewRows) looks_.spend(rows.size(), query.component_class);
    for (const Row& row : rows) {
      const bool fits =
          is_area || std::find(row.actions.begin(), row.actions.end(), action) != row.actions.end();
      const auto& value = is_area ? row.area : row.energy;
      if (!fits || !value) continue;
      const Match match = match_row(row, query, attributes,
                                    is_area            ? Target::area
                                    : action == "leak" ? Target::leak
                                                       : Target::energy);
      if (!match.factor || match.equal <= most) continue;
      most = match.equal;
      best = *value * *match.factor;
    }
    return best;
  }

  // An attribute of the query in small letters.
  struct Given {
    std::string name;
    std::string text;
  };

  static std::vector<Given> given_attributes(const Query& query) {
    std::vector<Given> list;
    for (const auto& [name, value] : query.attributes) {
      if (!value.is_none()) list.push_back({lower(name), lower(value.to_string())});
    }
    return list;
  }

  Match match_row(const Row& row, const Query& query, const std::vector<Given>& attributes,
                  Target target) const {
    Match match{1.0, 0};
    const char* const keys[] = {"no_scale_energy", "no_scale_leak", "no_scale_area"};
    const Value* fixed = query.attributes.find(keys[static_cast<int>(target)]);
    const bool may_scale = fixed == nullptr || fixed->to_string() == "False" || *fixed == Value(0);
    std::vector<bool> taken(row.columns->size());
    for (const Given& given : attributes) {
      const CsvCell* cell = find_cell(row, given.name, taken);
      if (cell == nullptr) continue;
      if (cell->is_any() || cell->text == given.text) {
        ++match.equal;
        continue;
      }
      if (!may_scale) continue;
      const auto from = bare_number(cell->text);
      const auto to = bare_number(given.text);
      const auto factor =
          from && to && *from != 0 ? factor_of(given.name, *from, *to, target) : std::nullopt;
      if (!factor) return {std::nullopt, 0};
      if (*factor == 1) ++match.equal;
      *match.factor *= *factor;
    }
    return match;
  }

  std::optional<double> factor_of(const std::string& attribute, double from, double to,
                                  Target target) const {
    try {
      return scale(attribute, from, to, target, interpolation_);
    } catch (const Declined&) {
      return std::nullopt;
    }
  }

  // The first attribute of the query that a column names has it.
  static const CsvCell* find_cell(const Row& row, const std::string& attribute,
                                  std::vector<bool>& taken) {
    for (std::size_t i = 0; i < row.columns->size(); ++i) {
      const auto& names = (*row.columns)[i].names;
      if (std::find(names.begin(), names.end(), attribute) == names.end()) continue;
      if (taken[i] || i >= row.cells.size()) return nullptr;
      taken[i] = true;
      return &row.cells[i];
    }
    return nullptr;
  }

  static constexpr std::uint64_t kMostLooks = 500'000;
  static constexpr std::size_t kFewRows = 100;  // no built-in component has more

  Tables tables_;
  NodeInterpolation interpolation_;
  mutable LookQuota looks_{kMostLooks};
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_library(const std::vector<LibraryFile>& user_files,
                                              NodeInterpolation interpolation) {
  return std::make_unique<Library>(user_files, interpolation);
}

std::vector<LibraryFile> read_library_folder(const std::string& folder) {
  std::error_code error;
  std::vector<LibraryFile> files;
  if (std::filesystem::is_regular_file(folder, error)) {
    throw SpecError({folder, 0, 0}, "this is a file; expected a folder of tables (CSV)");
  }
  std::filesystem::recursive_directory_iterator it(folder, error);
  std::size_t looks = 0;
  for (const auto end = std::filesystem::end(it); !error && it != end; it.increment(error)) {
    if (++looks > kMostFiles) {
      throw SpecError({folder, 0, 0},
                      fmt::format("the folder holds more than {} files and folders", kMostFiles));
    }
    if (it->path().extension() == ".csv") files.push_back({it->path().string(), ""});
  }
  if (error) throw SpecError({folder, 0, 0}, "cannot read the folder: " + error.message());
  if (files.empty()) throw SpecError({folder, 0, 0}, "the folder holds no CSV file");
  std::sort(files.begin(), files.end(),
            [](const LibraryFile& a, const LibraryFile& b) { return a.name < b.name; });
  for (LibraryFile& file : files) file.text = read_whole_file(file.name);
  return files;
}

}  // namespace tilewright::energy
