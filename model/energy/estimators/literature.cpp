// Published figures of literature.csv, each at its own node and size; nothing is scaled but
// figures per bit and per bit and mm.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "model/energy/estimators/csv_cells.hpp"
#include "model/energy/estimators/literature_csv.hpp"
#include "model/energy/estimators/query_reader.hpp"

namespace tilewright::energy {
namespace {

constexpr double kAccuracy = 65;

enum class Per : std::uint8_t { operation, bit, bit_mm };

struct Figure {
  CsvCell component_class, node, bits, format, kibibytes, type;
  std::optional<double> energy;  // pJ
  std::optional<double> area;    // um2
  Per per = Per::operation;
  std::string source;

  std::optional<double> value(Quantity quantity) const {
    if (quantity == Quantity::energy) return energy;
    if (quantity == Quantity::area) return area;
    // DRAM stands elsewhere, and its refresh with it.
    return component_class.text == "DRAM" ? std::optional(0.0) : std::nullopt;
  }
};

std::optional<double> optional_number(const CsvCell& cell, const char* what) {
  return cell.is_any() ? std::nullopt : std::optional(cell.number(what));
}

std::vector<Figure> read_figures() {
  const auto rows = parse_csv("literature.csv", kLiterature);
  std::vector<Figure> figures;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const CsvRow& row = rows[i];
    const std::string& per = row.at(8).text;
    figures.push_back({row.at(0), row.at(1), row.at(2), row.at(3), row.at(4), row.at(5),
                       optional_number(row.at(6), "energy"), optional_number(row.at(7), "area"),
                       per == "bit"      ? Per::bit
                       : per == "bit_mm" ? Per::bit_mm
                                         : Per::operation,
                       row.at(9).text});
  }
  return figures;
}

bool is_full_action(const Query& query) {
  const std::string& kind = query.component_class;
  if (kind == "wire") return is_action(query, {"transfer", "transfer_random"});
  if (kind == "SRAM" || kind == "regfile" || kind == "DRAM") {
    return is_action(query, {"read", "write", "update"}) || (kind == "DRAM" && is_idle(query));
  }
  return is_action(
      query, {"add", "mult", "multiply", "mult_random", "mac", "mac_random", "compute", "read"});
}

// The query in the terms of the table.
struct Terms {
  Value component_class, node, bits, format, kibibytes, type;
};

Terms terms_of(const Query& query) {
  const std::string& kind = query.component_class;
  Terms terms{
      kind, query.attributes.number_or("technology", 0), {}, {}, {}, query.attributes.text("type")};
  if (kind.starts_with("fp")) {
    terms.format = float_format(query).name();
    return terms;
  }
  if (kind == "DRAM" || kind == "wire") return terms;
  const double bits = bits_of(query);
  terms.bits = bits;
  if (kind == "SRAM" || kind == "regfile") {
    terms.bits = need(query, {"width"});
    terms.kibibytes = need(query, {"width"}) * need(query, {"depth"}) / 8192;
  }
  return terms;
}

class Literature : public EnergyEstimator {
 public:
  std::string name() const override { return "Literature"; }

  Support support(const Query& query) const override {
    if (query.quantity == Quantity::energy && !is_full_action(query)) {
      return Support::no(fmt::format("no figure for the action '{}'", query.action));
    }
    const Figure* figure = find(query);
    if (figure == nullptr) return Support::no("no published figure of this class, node and size");
    if (query.arguments.number_or("data_delta", 1) == 0 ||
        query.arguments.number_or("address_delta", 1) == 0) {
      return Support::no("figures of whole accesses only");
    }
    return {kAccuracy, figure->source};
  }

  double estimate(const Query& query) const override {
    const Figure& figure = *find(query);
    const double value = figure.value(query.quantity).value();
    if (is_idle(query)) return 0;
    if (figure.per == Per::operation || query.quantity != Quantity::energy) return value;
    const double bits = bits_of(query);
    return figure.per == Per::bit ? value * bits : value * bits * length_of(query) / 1e3;
  }

 private:
  const Figure* find(const Query& query) const {
    const auto is_known = [&](const Figure& figure) {
      return figure.component_class.matches(query.component_class);
    };
    if (std::none_of(figures_.begin(), figures_.end(), is_known)) return nullptr;
    const Terms terms = terms_of(query);
    const auto it = std::find_if(figures_.begin(), figures_.end(), [&](const Figure& figure) {
      return figure.value(query.quantity) &&
             figure.component_class.matches(terms.component_class) &&
             figure.node.matches(terms.node) && figure.bits.matches(terms.bits) &&
             figure.format.matches(terms.format) && figure.kibibytes.matches(terms.kibibytes) &&
             figure.type.matches(terms.type);
    });
    return it == figures_.end() ? nullptr : &*it;
  }

  std::vector<Figure> figures_ = read_figures();
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_literature() { return std::make_unique<Literature>(); }

}  // namespace tilewright::energy
