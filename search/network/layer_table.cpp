#include "search/network/layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "model/printable.hpp"
#include "search/network/limits.hpp"
#include "search/network/network_total.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

enum Column : std::size_t { kLayer, kTimes, kCycles, kUse, kPerMac, kEdp, kSlowest, kEnergy };
constexpr std::size_t kColumns = 8;
constexpr std::array<const char*, kColumns> kHeads{"layer",  "times",   "cycles",  "use",
                                                   "pJ/MAC", "J*cycle", "slowest", "energy"};
constexpr std::array kTexts{kLayer, kSlowest, kEnergy};  // to the left, and cut where they must be
constexpr std::size_t kGap = 2;                          // between columns

/// A cell is a text that may be cut, and an end that may not.
struct Cell {
  std::string text;
  std::string end;
};

struct Row {
  std::array<Cell, kColumns> cells;
  std::string outcome;  // in place of all numbers
};

// Of text in UTF-8, in characters: all of them are taken to be one column wide.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}
std::size_t width_of(const Cell& cell) { return width_of(cell.text) + width_of(cell.end); }

std::string count_text(double value) {
  constexpr double kMost = 1e9;  // cycles in 11 columns
  return value < kMost ? with_commas(static_cast<std::uint64_t>(value))
                       : fmt::format("{:.5g}", value);
}

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

/// What the rows say of several layers together.
class Totals {
 public:
  Totals(const std::vector<LayerResult>& results, const Architecture& arch) {
    for (const LayerResult& result : results) {
      if (!result.search.best) continue;
      const auto repeats = static_cast<double>(result.layer->repeats);
      cycles_[limits_of(*result.stats, arch).slowest] +=
          repeats * static_cast<double>(result.search.best->cost.cycles);
      for (const auto& [name, energy] : energy_by_component(*result.stats, arch)) {
        energy_[name] += repeats * energy;
      }
    }
  }
  std::string slowest() const { return greatest(cycles_)->first; }
  std::string dearest() const { return greatest(energy_)->first; }
  double energy_of_dearest() const { return greatest(energy_)->second; }

 private:
  using Sums = std::map<std::string, double>;
  static Sums::const_iterator greatest(const Sums& sums) {
    return std::max_element(sums.begin(), sums.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
  }
  Sums cycles_;
  Sums energy_;
};

Cell energy_cell(const std::string& name, double share) {
  return {printable(name), fmt::format(" {:.0f}%", 100 * share)};
}

Row row_of(const LayerResult& result, std::uint64_t repeats, std::size_t others,
           const Architecture& arch) {
  Row row;
  row.cells[kLayer] = {printable(result.layer->name),
                       others > 0 ? fmt::format(" +{}", others) : ""};
  row.cells[kTimes].end = fmt::format("{}", repeats);
  if (!result.search.best) {
    row.outcome = outcome_name(result);
    return row;
  }
  const Cost& cost = result.search.best->cost;
  const Limits limits = limits_of(*result.stats, arch);
  row.cells[kCycles].end = count_text(static_cast<double>(cost.cycles));
  row.cells[kUse].end = percent(cost.utilization);
  row.cells[kPerMac].end = fmt::format("{:.4g}", energy_per_mac(result));
  row.cells[kEdp].end = fmt::format("{:.4g}", cost.edp() * 1e-12);
  row.cells[kSlowest].text = printable(limits.slowest);
  row.cells[kEnergy] = energy_cell(limits.dearest, limits.dearest_share);
  return row;
}

Row total_row(const std::vector<LayerResult>& results, const Architecture& arch) {
  const NetworkTotal total = total_of(results);
  const Totals totals(results, arch);
  Row row;
  row.cells[kLayer].text = "total";
  row.cells[kCycles].end = count_text(static_cast<double>(total.cycles));
  row.cells[kUse].end = percent(total.utilization);
  row.cells[kPerMac].end =
      fmt::format("{:.4g}", total.energy / static_cast<double>(total.computes));
  row.cells[kEdp].end = fmt::format("{:.4g}", total.edp() * 1e-12);
  row.cells[kSlowest].text = printable(totals.slowest());
  row.cells[kEnergy] = energy_cell(totals.dearest(), totals.energy_of_dearest() / total.energy);
  return row;
}

// Layers of equal work have equal results.
std::vector<Row> rows_of(const std::vector<LayerResult>& results, const Architecture& arch) {
  std::vector<std::uint64_t> repeats(results.size(), 0);
  std::vector<std::size_t> layers(results.size(), 0);
  for (const LayerResult& result : results) {
    repeats[result.same_as] += result.layer->repeats;
    ++layers[result.same_as];
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (layers[i] > 0) rows.push_back(row_of(results[i], repeats[i], layers[i] - 1, arch));
  }
  return rows;
}

using Widths = std::array<std::size_t, kColumns>;

// Texts give way, the widest first.
Widths choose_widths(const std::vector<Row>& rows) {
  Widths widths{};
  std::size_t sum = kGap * (kColumns - 1);
  for (std::size_t c = 0; c < kColumns; ++c) {
    widths[c] = std::string_view(kHeads[c]).size();
    for (const Row& row : rows) widths[c] = std::max(widths[c], width_of(row.cells[c]));
    sum += widths[c];
  }
  constexpr std::size_t kLeast = 6;
  for (; sum > kTableWidth; --sum) {
    Column widest = kTexts.front();
    for (const Column c : kTexts) widest = widths[c] > widths[widest] ? c : widest;
    if (widths[widest] <= kLeast) break;
    --widths[widest];
  }
  return widths;
}

std::string line_of(const Row& row, const Widths& widths) {
  std::string line;
  for (std::size_t c = 0; c < kColumns; ++c) {
    const bool is_text = std::find(kTexts.begin(), kTexts.end(), c) != kTexts.end();
    const auto& [text, end] = row.cells[c];
    const std::size_t room = widths[c] - std::min(widths[c], width_of(end));
    const std::string cell = shortened(text, room) + end;
    const std::string blanks(widths[c] - std::min(widths[c], width_of(cell)), ' ');
    line += is_text ? cell + blanks : blanks + cell;
    line += std::string(kGap, ' ');
    if (c == kTimes && !row.outcome.empty()) {
      line += row.outcome;
      break;
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

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

std::string layer_table(const std::vector<LayerResult>& results, const Architecture& arch) {
  std::vector<Row> rows = rows_of(results, arch);
  const bool any_like = std::any_of(rows.begin(), rows.end(),
                                    [](const Row& row) { return !row.cells[kLayer].end.empty(); });
  const bool any = std::any_of(results.begin(), results.end(),
                               [](const LayerResult& result) { return !!result.search.best; });
  if (any) rows.push_back(total_row(results, arch));
  Row heads;
  for (std::size_t c = 0; c < kColumns; ++c) heads.cells[c].end = kHeads[c];
  const Widths widths = choose_widths(rows);
  std::string text = line_of(heads, widths);
  for (const Row& row : rows) text += line_of(row, widths);
  if (any_like) text += "+N: so many other layers are the same work; 'times' counts them\n";
  return text;
}

}  // namespace tilewright
