// Logic and small memories from 40 nm synthesis results (aladdin_tables.hpp), by the rules of
// Accelergy's Aladdin plug-in: adders grow linearly with the bits, multipliers with the square; a
// register file is its registers and one comparator per entry. No scaling between nodes: 40 and 45
// nm only. Files up to version 0.3 give `datawidth` (arithmetic) and `latency` (`5ns`), those of
// 0.4 `width` and `global_cycle_seconds`; where the tools of the two versions differ, so does this.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>

#include "model/energy/estimator.hpp"
#include "model/energy/estimators/aladdin_tables.hpp"

namespace tilewright::energy {
namespace {

using aladdin::Row;
using Table = std::span<const Row>;

constexpr double kAccuracy = 70;
constexpr double kTableBits = 32;
constexpr double kNanosecond = 1e-9;
// What is left of a multiplication whose operands repeat.
constexpr double kReused = 0.85;

enum class Kind : std::uint8_t { dynamic, idle, area };

// The query, with the differences between the versions taken out.
class Request {
 public:
  explicit Request(const Query& query) : query_(query) {}

  bool is_v03() const { return query_.dialect == Dialect::v03; }
  bool is_area() const { return query_.quantity == Quantity::area; }
  const std::string& action() const { return query_.action; }
  bool is_idle() const { return action() == (is_v03() ? "idle" : "leak"); }
  Kind kind() const {
    if (is_area()) return Kind::area;
    return is_idle() ? Kind::idle : Kind::dynamic;
  }

  double need(const char* attribute) const {
    const auto number = query_.attributes.number(attribute);
    if (!number) throw Declined(fmt::format("the attribute '{}' is missing", attribute));
    return *number;
  }
  double bits() const { return need(is_v03() ? "datawidth" : "width"); }
  double argument(const char* name) const { return query_.arguments.number_or(name, 1); }
  const Attributes& attributes() const { return query_.attributes; }

  /// The entry of a table for the query's clock.
  double look_up(Table table, Kind kind) const { return at_period(table, kind, period()); }
  /// The same at the default clock of version 0.3; in 0.4 parts have the clock of the whole.
  double look_up_part(Table table, Kind kind) const {
    return at_period(table, kind, is_v03() ? kDefaultPeriod : period());
  }

 private:
  static constexpr double kDefaultPeriod = 5;

  // ns; whole ones are rounded up, as the tables have them.
  double period() const {
    double period = kDefaultPeriod;
    if (is_v03()) {
      if (const Value* latency = attributes().find("latency")) {
        period = latency->leading_number().value_or(kDefaultPeriod);
        if (latency->to_string().find("ps") != std::string::npos) period /= 1000;
      }
      period = std::ceil(period);
    } else {
      const double cycles = is_area() ? 1 : query_.arguments.number_or("action_latency_cycles", 1);
      period = attributes().number_or("global_cycle_seconds", kDefaultPeriod * kNanosecond) *
               cycles / kNanosecond;
      period = period > 0.75 ? std::ceil(period - 1e-9) : 0.5;
    }
    return period > 10 ? 10 : (period > 6 ? 6 : period);
  }

  double at_period(Table table, Kind kind, double period) const {
    const auto it = std::find_if(table.begin(), table.end(),
                                 [&](const Row& row) { return row.period == period; });
    const Row& row = it == table.end() ? table.front() : *it;
    if (kind == Kind::area) return row.area;
    if (kind == Kind::dynamic) return row.dynamic;
    // Version 0.4 asks for the leakage per cycle, not per operation.
    const double cycle =
        attributes().number_or("global_cycle_seconds", kDefaultPeriod * kNanosecond) / kNanosecond;
    return is_v03() ? row.idle : row.idle * cycle / row.period;
  }

  const Query& query_;
};

double linear(const Request& request, Table table, double bits) {
  return request.look_up(table, request.kind()) * bits / kTableBits;
}

double adder(const Request& request) { return linear(request, aladdin::kAdder, request.bits()); }

// What a multiplier does while its component does `action`.
double multiply(const Request& request, Table table, double ratio, bool is_gated, bool is_reused) {
  const Kind kind = request.is_area()               ? Kind::area
                    : is_gated || request.is_idle() ? Kind::idle
                                                    : Kind::dynamic;
  return request.look_up(table, kind) * ratio * ratio * (is_reused ? kReused : 1);
}

double multiplier(const Request& request) {
  const double ratio = request.bits() / kTableBits;
  return multiply(request, aladdin::kMultiplier, ratio, request.action().ends_with("_gated"),
                  request.action().ends_with("_reused"));
}

struct FloatTables {
  Table adder;
  Table multiplier;
  double ratio;  // of the bits to those of the table
};

FloatTables float_tables(const Request& request) {
  const double bits = request.need("exponent") + request.need("mantissa");
  if (bits <= 32) return {aladdin::kSingleAdder, aladdin::kSingleMultiplier, bits / 32};
  return {aladdin::kDoubleAdder, aladdin::kDoubleMultiplier, bits / 64};
}

double float_adder(const Request& request) {
  const auto tables = float_tables(request);
  return request.look_up(tables.adder, request.kind()) * tables.ratio;
}

double float_multiplier(const Request& request) {
  const auto tables = float_tables(request);
  return multiply(request, tables.multiplier, tables.ratio, request.action() == "mult_gated",
                  request.action() == "mult_reused");
}

// Registers in a row, and a comparator of the address per entry.
double register_file(const Request& request) {
  const double depth = request.need("depth");
  const double width = request.need("width");
  if (depth == 0) return 0;
  const double address_bits = std::ceil(std::log2(depth));
  // Where nothing changes, version 0.3 pays for an idle cycle and 0.4 nothing.
  const auto part = [&](Table table, const char* delta, bool is_comparator) {
    Kind kind = request.kind();
    if (kind == Kind::dynamic && request.argument(delta) == 0) {
      if (!request.is_v03()) return 0.0;
      kind = Kind::idle;
    }
    return is_comparator ? request.look_up_part(table, kind) : request.look_up(table, kind);
  };
  return part(aladdin::kRegister, "data_delta", false) * width +
         part(aladdin::kComparator, "address_delta", true) * address_bits / kTableBits * depth;
}

double fifo(const Request& request) {
  const double depth = request.need("depth");
  if (depth == 0) return 0;
  return request.look_up(aladdin::kRegister, request.kind()) * request.bits() +
         request.look_up_part(aladdin::kComparator, request.kind()) * std::log2(depth) / kTableBits;
}

// In version 0.3 one bit, whatever the width.
double plain_register(const Request& request) {
  return request.look_up(aladdin::kRegister, request.kind()) *
         (request.is_v03() ? 1 : request.need("width"));
}
double bitwise(const Request& request) {
  return request.look_up(aladdin::kBitwise, request.kind()) *
         (request.is_v03() ? 1 : request.need("width"));
}

double crossbar(const Request& request) {
  return linear(request, aladdin::kCrossbar, request.bits()) * request.need("n_inputs") *
         request.need("n_outputs") / 4;
}

double counter(const Request& request) {
  return linear(request, aladdin::kCounter, request.need("width"));
}
double comparator(const Request& request) {
  return linear(request, aladdin::kComparator, request.bits());
}

// um; without a unit it is um already.
double wire_length(const Attributes& attributes) {
  const Value* length = attributes.find("length");
  const auto number = length == nullptr ? std::nullopt : length->leading_number();
  if (!number) throw Declined("the attribute 'length' is missing");
  const std::string text = length->to_string();
  if (text.find("mm") != std::string::npos) return *number * 1e3;
  return text.find("nm") != std::string::npos ? *number * 1e-3 : *number;
}

double wire(const Request& request) {
  constexpr double kFaradPerUm = 1.627e-15;
  constexpr double kActivity = 0.2;  // of the bits change, at 1 V
  const bool moves = request.action() == "transfer" || request.action() == "transfer_random";
  if (request.is_area() || !moves) return 0;
  return request.bits() * kActivity * kFaradPerUm * wire_length(request.attributes()) * 1e12;
}

double integer_mac(const Request& request) { return adder(request) + multiplier(request); }

double float_mac(const Request& request) {
  return float_adder(request) + float_multiplier(request);
}

struct Model {
  std::string_view component_class;
  double (*estimate)(const Request&);
};
constexpr std::array kModels{
    Model{"intadder", &adder},
    Model{"intmultiplier", &multiplier},
    Model{"intmac", &integer_mac},
    Model{"fpadder", &float_adder},
    Model{"fpmultiplier", &float_multiplier},
    Model{"fpmac", &float_mac},
    Model{"regfile", &register_file},
    Model{"SRAM", &register_file},
    Model{"FIFO", &fifo},
    Model{"reg", &plain_register},
    Model{"bitwise", &bitwise},
    Model{"crossbar", &crossbar},
    Model{"counter", &counter},
    Model{"comparator", &comparator},
    Model{"wire", &wire},
};

const Model* find_model(const std::string& component_class) {
  const auto* it = std::find_if(kModels.begin(), kModels.end(), [&](const Model& model) {
    return model.component_class == component_class;
  });
  return it == kModels.end() ? nullptr : it;
}

class Aladdin : public EnergyEstimator {
 public:
  std::string name() const override { return "Aladdin_table"; }

  Support support(const Query& query) const override {
    if (query.quantity == Quantity::leakage) return Support::no("gives leakage as an action only");
    if (find_model(query.component_class) == nullptr) return Support::no("no such component");
    const double node = query.attributes.number_or("technology", 0);
    if (node != 40 && node != 45) return Support::no("40 and 45 nm only");
    if (query.component_class == "SRAM" && !is_small(query)) {
      return Support::no("SRAM of up to 128 rows of 32 bits only (16 bits for the area)");
    }
    return {kAccuracy, "40 nm synthesis (Shao et al., ISCA 2014)"};
  }

  double estimate(const Query& query) const override {
    return find_model(query.component_class)->estimate(Request(query));
  }

 private:
  static bool is_small(const Query& query) {
    const double most_bits = query.quantity == Quantity::area ? 16 : 32;
    return query.attributes.number_or("depth", 129) <= 128 &&
           query.attributes.number_or("width", 33) <= most_bits;
  }
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_aladdin() { return std::make_unique<Aladdin>(); }

}  // namespace tilewright::energy
