// Arithmetic over width and node: closed forms fitted to the published figures of literature.csv.
// An adder grows linearly with the bits, a multiplier with their square, in energy and in area; a
// floating-point multiplier is one of the significands and what aligns and rounds; small logic
// grows linearly from 40 nm synthesis results.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "model/energy/estimators/aladdin_tables.hpp"
#include "model/energy/estimators/node_scaling.hpp"
#include "model/energy/estimators/query_reader.hpp"

namespace tilewright::energy {
namespace {

constexpr double kNode = 45;  // nm, where the coefficients hold

// Energy in pJ and area in um2 of one unit.
struct Cost {
  double energy = 0;
  double area = 0;
  friend Cost operator+(Cost a, Cost b) { return {a.energy + b.energy, a.area + b.area}; }
  friend Cost operator*(Cost cost, double factor) {
    return {cost.energy * factor, cost.area * factor};
  }
};

constexpr Cost kAdderBit{0.0032, 4.3};
constexpr Cost kMultiplierSquareBit{0.00307, 3.88};
constexpr Cost kFloatAdderBit{0.0265, 105};
constexpr double kFloatAreaSquareBit = 13.46;  // um2, all of a floating-point multiplier
constexpr double kFloatBit = 0.0524;           // pJ of aligning and rounding a product, per bit
// Of a multiplication whose operands repeat, as with Accelergy.
constexpr double kReused = 0.85;

Cost adder(const Query& query) { return kAdderBit * bits_of(query); }

Cost multiplier(const Query& query) {
  const double bits = bits_of(query);
  return kMultiplierSquareBit * (bits * bits);
}

Cost integer_mac(const Query& query) { return multiplier(query) + adder(query); }

Cost float_adder(const Query& query) { return kFloatAdderBit * float_format(query).bits(); }

Cost float_multiplier(const Query& query) {
  const FloatFormat format = float_format(query);
  const double square = format.significand() * format.significand();
  return {kMultiplierSquareBit.energy * square + kFloatBit * format.bits(),
          kFloatAreaSquareBit * square};
}

Cost float_mac(const Query& query) { return float_multiplier(query) + float_adder(query); }

// A 40 nm synthesis result of 32 bits at 5 ns, scaled to 45 nm, per bit.
template <std::size_t kRows>
Cost logic_bit(const std::array<aladdin::Row, kRows>& table, double bits = 32) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [](const aladdin::Row& entry) { return entry.period == 5; });
  return {row->dynamic / bits * node_energy_ratio(40, kNode),
          row->area / bits * node_area_ratio(40, kNode)};
}

Cost comparator(const Query& query) { return logic_bit(aladdin::kComparator) * bits_of(query); }
Cost counter(const Query& query) { return logic_bit(aladdin::kCounter) * bits_of(query); }
Cost bitwise(const Query& query) { return logic_bit(aladdin::kBitwise) * bits_of(query); }
Cost plain_register(const Query& query) {
  return logic_bit(aladdin::kRegister, 1) * bits_of(query);
}

enum class Basis : std::uint8_t { integer, floating, logic };

struct Unit {
  std::string_view component_class;
  Cost (*cost)(const Query&);
  Basis basis;
};
constexpr std::array kUnits{
    Unit{"intadder", &adder, Basis::integer},
    Unit{"intmultiplier", &multiplier, Basis::integer},
    Unit{"intmac", &integer_mac, Basis::integer},
    Unit{"fpadder", &float_adder, Basis::floating},
    Unit{"fpmultiplier", &float_multiplier, Basis::floating},
    Unit{"fpmac", &float_mac, Basis::floating},
    Unit{"comparator", &comparator, Basis::logic},
    Unit{"counter", &counter, Basis::logic},
    Unit{"bitwise", &bitwise, Basis::logic},
    Unit{"reg", &plain_register, Basis::logic},
};

const Unit* find_unit(const std::string& component_class) {
  const auto* it = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& unit) {
    return unit.component_class == component_class;
  });
  return it == kUnits.end() ? nullptr : it;
}

// Over the published pairs of 45 and 7 nm.
double node_factor(double node) {
  constexpr double kPower = 0.567;
  return std::pow(node / kNode, kPower);
}

double largest_operand(const Query& query, Basis basis) {
  return basis == Basis::floating ? float_format(query).bits() : bits_of(query);
}

class ScaledArithmetic : public EnergyEstimator {
 public:
  std::string name() const override { return "ScaledArithmetic"; }

  Support support(const Query& query) const override {
    const Unit* unit = find_unit(query.component_class);
    if (unit == nullptr) return Support::no("arithmetic and small logic only");
    const double node = node_of(query);
    const double bits = largest_operand(query, unit->basis);
    if (query.quantity == Quantity::energy && !is_known_action(query)) {
      return Support::no(fmt::format("no action '{}'", query.action));
    }
    if (query.quantity == Quantity::leakage || is_idle(query)) {
      return {40, "0.01 uW per um2, of 40 nm synthesis"};
    }
    if (node < 7 || node > 45) return {40, "a guess: fitted from 7 to 45 nm"};
    if (unit->basis == Basis::logic) return {50, "40 nm synthesis, scaled in node"};
    if (unit->basis == Basis::floating) {
      return bits > 32 ? Support{40, "a guess: fitted to fp16 and fp32"}
                       : Support{55, "fitted to fp16 and fp32 at 45 and 7 nm"};
    }
    return bits > 64 ? Support{40, "a guess: fitted from 8 to 32 bits"}
                     : Support{60, "fitted to 8 to 32 bits at 45 and 7 nm"};
  }

  double estimate(const Query& query) const override {
    const Cost cost = find_unit(query.component_class)->cost(query);
    const double node = node_of(query);
    const double area = cost.area * node_area_ratio(kNode, node);
    if (query.quantity == Quantity::area) return area;
    constexpr double kLeakage = 0.01;  // uW per um2
    if (query.quantity == Quantity::leakage) return area * kLeakage;
    if (is_idle(query) || query.action.ends_with("_gated")) {
      return area * kLeakage * cycle_of(query) * 1e6;  // uW * s = 1e6 pJ
    }
    return cost.energy * node_factor(node) * (query.action.ends_with("_reused") ? kReused : 1);
  }

 private:
  static bool is_known_action(const Query& query) {
    return is_idle(query) ||
           is_action(query, {"add", "mult", "multiply", "mac", "compute", "read", "compare",
                             "count", "process", "access", "mult_random", "mult_reused",
                             "mult_gated", "mac_random", "mac_reused", "mac_gated"});
  }
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_scaled_arithmetic() {
  return std::make_unique<ScaledArithmetic>();
}

}  // namespace tilewright::energy
