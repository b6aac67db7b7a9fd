#include "model/energy/estimators/cacti.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "model/energy/estimators/csv_cells.hpp"

namespace tilewright::energy {
namespace {

// What one memory costs, all scaling done.
struct Memory {
  double read = 0;     // pJ
  double write = 0;    // pJ
  double idle = 0;     // pJ per idle access, version 0.3
  double leakage = 0;  // mW, version 0.4
  double area = 0;     // um2
};

double power_of_two(double number) { return std::exp2(std::ceil(std::log2(number))); }

class Cacti : public EnergyEstimator {
 public:
  explicit Cacti(CactiOptions options) : options_(std::move(options)) {
    for (const std::string& file : {options_.answers, options_.cache}) {
      if (file.empty() || (file == options_.cache && !std::filesystem::exists(file))) continue;
      for (auto& [question, answer] : parse_cacti_answers(file, read_whole_file(file))) {
        answers_.emplace(question, answer);
      }
    }
  }

  std::string name() const override { return "CactiSRAM"; }

  Support support(const Query& query) const override {
    const std::string& kind = query.component_class;
    const bool is_sram = kind == "SRAM" || (kind == "sram" && query.dialect == Dialect::v04);
    if (!is_sram && kind != "cache") return Support::no("SRAM and cache only");
    if (answers_.empty() && options_.program.empty()) {
      return Support::no("no table of CACTI's answers and no CACTI given (--cacti)");
    }
    if (query.quantity == Quantity::energy && !knows_action(query)) {
      return Support::no(fmt::format("no action '{}'", query.action));
    }
    try {
      // Answers of a table must be there; the program is only asked for the price.
      if (options_.program.empty()) (void)memory(query);
    } catch (const Declined& reason) {
      return Support::no(reason.what());
    }
    return {query.dialect == Dialect::v03 ? 70.0 : 80.0, "CACTI 7"};
  }

  double estimate(const Query& query) const override {
    const Memory found = memory(query);
    if (query.quantity == Quantity::area) return found.area;
    if (query.quantity == Quantity::leakage) return found.leakage * 1000;  // mW to uW
    return query.dialect == Dialect::v03 ? energy_v03(query, found) : energy_v04(query, found);
  }

 private:
  static bool knows_action(const Query& query) {
    constexpr std::array<std::string_view, 3> kOld{"read", "write", "idle"};
    constexpr std::array<std::string_view, 4> kNew{"read", "write", "update", "leak"};
    const auto has = [&](const auto& names) {
      return std::find(names.begin(), names.end(), query.action) != names.end();
    };
    return query.dialect == Dialect::v03 ? has(kOld) : has(kNew);
  }

  // Decoding the address takes 30 % of an access, the cells 70 %.
  static double energy_v03(const Query& query, const Memory& memory) {
    if (query.action == "idle") return memory.idle;
    const double access = (query.action == "read" ? memory.read : memory.write) - memory.idle;
    const double address = query.arguments.number_or("address_delta", 1);
    const double data = query.arguments.number_or("data_delta", 1);
    return memory.idle +
           access * (0.3 * address / query.attributes.number_or("n_banks", 1) + 0.7 * data);
  }

  static double energy_v04(const Query& query, const Memory& memory) {
    if (query.action == "leak") {
      return memory.leakage * query.attributes.number_or("global_cycle_seconds", 0) * 1e9;
    }
    const auto changes = [&](const char* name) {
      return query.arguments.number_or(name, 1) != 0 ? 1.0 : 0.0;
    };
    const double access = query.action == "read" ? memory.read : memory.write;
    return access * (0.7 * changes("data_delta") + 0.3 * changes("address_delta"));
  }

  static double need(const Query& query, const char* attribute) {
    const auto number = query.attributes.number(attribute);
    if (!number) throw Declined(fmt::format("the attribute '{}' is missing", attribute));
    return *number;
  }

  Memory memory(const Query& query) const {
    return query.dialect == Dialect::v03 ? memory_v03(query) : memory_v04(query);
  }

  Memory memory_v03(const Query& query) const {
    const double node = need(query, "technology");
    const double width = need(query, "width");
    const double size = std::floor(width * need(query, "depth") / 8);
    if (size == 0) return {};
    if (size < 64) throw Declined("memories of at least 64 bytes only");
    if (node < 22 || node > 180) throw Declined("22 to 180 nm only");
    const double banks = power_of_two(query.attributes.number_or("n_banks", 1));
    double ports = 0;
    for (const char* kind : {"n_rdwr_ports", "n_rd_ports", "n_wr_ports"}) {
      ports += query.attributes.number_or(kind, 0);
    }
    const double word = std::floor(width / 8);
    const double block = std::max(word, 4.0);
    const CactiAnswer answer = ask({"ram", node, std::max(size, block * 64), block, word * 8,
                                    std::max(ports, 1.0), banks, 0, 1});
    return {answer.read, answer.write, answer.leakage * answer.cycle * banks, 0, answer.area};
  }

  Memory memory_v04(const Query& query) const {
    constexpr std::array<double, 5> kNodes{22, 32, 45, 65, 90};
    const double node = need(query, "technology");
    if (node <= 0) throw Declined("the technology must be positive");
    if (node < kNodes.front()) {
      const double ratio = node / kNodes.front();
      const double root = std::sqrt(ratio);
      const Memory least = sized(query, kNodes.front());
      // Fins leak a fifth less.
      return {least.read * root, least.write * root, 0, least.leakage * root * 0.79,
              least.area * ratio};
    }
    if (node > kNodes.back()) {
      const double square = (node / kNodes.back()) * (node / kNodes.back());
      const Memory most = sized(query, kNodes.back());
      return {most.read * square, most.write * square, 0, most.leakage * square,
              most.area * square};
    }
    const auto* above = std::lower_bound(kNodes.begin(), kNodes.end(), node);
    if (*above == node) return sized(query, node);
    const double share = (node - above[-1]) / (*above - above[-1]);
    const Memory a = sized(query, above[-1]);
    const Memory b = sized(query, *above);
    const auto mix = [&](double x, double y) { return (1 - share) * x + share * y; };
    return {mix(a.read, b.read), mix(a.write, b.write), 0, mix(a.leakage, b.leakage),
            mix(a.area, b.area)};
  }

  // CACTI needs at least 32 bits and 64 entries per bank; smaller memories are scaled down.
  Memory sized(const Query& query, double node) const {
    const bool is_cache = query.component_class == "cache";
    const double ways = is_cache ? query.attributes.number_or("associativity", 1) : 1;
    const double width = need(query, "width");
    const double depth = need(query, "depth");
    const double banks = query.attributes.number_or("n_banks", 1);
    if (width < 1 || depth < 1 || banks < 1) throw Declined("width, depth and banks must be whole");
    const double asked_width = std::max(std::ceil(width / 8) * 8, 32 * ways);
    const double asked_depth = std::max(depth, 64 * banks);
    const double by_width = width / asked_width;
    const double by_depth = depth / asked_depth;
    const double block = std::floor(asked_width / 8);
    const CactiAnswer answer =
        ask({is_cache ? "cache" : "ram", node, std::floor(asked_width * asked_depth / 8), block,
             block * 8, query.attributes.number_or("n_rw_ports", 1), power_of_two(banks),
             ways > 1 ? need(query, "tag_size") : 0, ways});
    const double access = (by_width * 0.7 + 0.3) * std::pow(by_depth, 1.56 / 2);
    return {answer.read * access, answer.write * access, 0,
            answer.leakage * banks * by_width * by_depth, answer.area * by_width * by_depth};
  }

  CactiAnswer ask(const CactiQuestion& question) const {
    const auto known = answers_.find(question);
    if (known != answers_.end()) return known->second;
    if (options_.program.empty()) throw Declined("the table of CACTI's answers lacks this memory");
    const CactiAnswer answer =
        run_cacti(options_.program, question, options_.answer_time, options_.stop);
    answers_.emplace(question, answer);
    if (!options_.cache.empty()) save();
    return answer;
  }

  // Readers see the old file or the new one.
  void save() const {
    const std::string part = options_.cache + ".part";
    std::ofstream stream(part, std::ios::binary | std::ios::trunc);
    stream << write_cacti_answers(answers_);
    stream.close();
    std::error_code error;
    if (stream) std::filesystem::rename(part, options_.cache, error);
    if (!stream || error) {
      throw Declined(fmt::format("cannot keep CACTI's answers in '{}'", options_.cache));
    }
  }

  CactiOptions options_;
  mutable CactiAnswers answers_;
};

constexpr std::array<const char*, 14> kColumns{
    "kind",     "technology_nm", "size_bytes",    "block_bytes", "bus_bits", "ports",
    "banks",    "tag_bits",      "associativity", "read_pJ",     "write_pJ", "leakage_mW_per_bank",
    "area_um2", "cycle_ns"};

}  // namespace

CactiAnswers parse_cacti_answers(const std::string& file, std::string_view text) {
  CactiAnswers answers;
  const auto rows = parse_csv(file, text);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const CsvRow& row = rows[r];
    if (row.size() != kColumns.size()) {
      throw SpecError(row.front().mark(),
                      fmt::format("{} cells, a table of CACTI's answers has {}: {} ... {}",
                                  row.size(), kColumns.size(), kColumns.front(), kColumns.back()));
    }
    if (r == 0) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].text != kColumns[i]) {
          throw SpecError(row[i].mark(), fmt::format("expected the column '{}', found '{}'",
                                                     kColumns[i], row[i].text));
        }
      }
      continue;
    }
    const auto at = [&](std::size_t i) { return row[i].number(kColumns[i]); };
    answers.insert_or_assign(
        CactiQuestion{row[0].text, at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8)},
        CactiAnswer{at(9), at(10), at(11), at(12), at(13)});
  }
  return answers;
}

std::string write_cacti_answers(const CactiAnswers& answers) {
  std::string text = fmt::format("{}\n", fmt::join(kColumns, ","));
  for (const auto& [q, a] : answers) {
    text += q.kind;
    for (const double number : {q.technology, q.size, q.block, q.bus, q.ports, q.banks, q.tag_bits,
                                q.associativity, a.read, a.write, a.leakage, a.area, a.cycle}) {
      text += ',' + number_text(number);
    }
    text += '\n';
  }
  return text;
}

std::unique_ptr<EnergyEstimator> make_cacti(const CactiOptions& options) {
  return std::make_unique<Cacti>(options);
}

}  // namespace tilewright::energy
