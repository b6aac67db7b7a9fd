// Memories by closed forms: on the chip array_model.hpp over capacity, width, banks, ports and
// node; DRAM as the activation of a row, the way across the chip, and the interface.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "model/energy/estimators/array_model.hpp"
#include "model/energy/estimators/query_reader.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

double ports_of(const Query& query) {
  double ports = 0;
  for (const char* kind : {"n_rdwr_ports", "n_rw_ports", "n_rd_ports", "n_wr_ports"}) {
    ports += query.attributes.number_or(kind, 0);
  }
  return std::max(ports, 1.0);
}

ArrayShape shape_of(const Query& query) {
  const double width = need(query, {"width"});
  const double depth = need(query, {"depth"});
  const double banks = std::max(query.attributes.number_or("n_banks", 1), 1.0);
  if (!(width >= 1) || !(depth >= 0)) throw Declined("width and depth must be whole");
  return {width * depth, width, banks, ports_of(query), node_of(query)};
}

bool is_within_fit(const ArrayShape& shape) {
  return shape.bits >= 2048 && shape.bits <= 8 * 2097152.0 && shape.width >= 16 &&
         shape.width <= 256 && shape.ports <= 4 && shape.banks <= 32 && shape.node >= 22 &&
         shape.node <= 90;
}

constexpr const char* kFitted = "fitted to CACTI 7, 22 to 90 nm, 256 B to 2 MiB, 16 to 256 bits";

class AnalyticMemory : public EnergyEstimator {
 public:
  std::string name() const override { return "AnalyticMemory"; }

  Support support(const Query& query) const override {
    const bool is_regfile = query.component_class == "regfile";
    if (!is_regfile && query.component_class != "SRAM" && query.component_class != "sram") {
      return Support::no("SRAM and register files only");
    }
    if (query.quantity == Quantity::energy && !is_idle(query) &&
        !is_action(query, {"read", "write", "update"})) {
      return Support::no(fmt::format("no action '{}'", query.action));
    }
    const ArrayShape shape = shape_of(query);
    if (query.quantity == Quantity::leakage || is_idle(query)) return {45, "leakage of CACTI 7"};
    if (is_regfile) return {shape.node >= 22 && shape.node <= 90 ? 55.0 : 40.0, kFitted};
    if (!is_within_fit(shape)) return {40, fmt::format("a guess: {}", kFitted)};
    return {60, kFitted};
  }

  double estimate(const Query& query) const override {
    const ArrayShape shape = shape_of(query);
    if (shape.bits == 0) return 0;
    if (query.quantity == Quantity::area) return array_area(shape);
    if (query.quantity == Quantity::leakage) return array_leakage(shape);
    if (is_idle(query)) return array_leakage(shape) * cycle_of(query) * 1e6;  // uW * s = 1e6 pJ
    const bool reads = query.action == "read";
    double energy = reads ? array_read_energy(shape) : array_write_energy(shape);
    // The smallest are rows of flip-flops.
    if (query.component_class == "regfile") energy = std::max(energy, flip_flops(shape));
    return energy * access_share(query);
  }

 private:
  static double flip_flops(const ArrayShape& shape) {
    constexpr double kBit = 0.009;  // pJ at 40 nm (Shao et al., ISCA 2014)
    return kBit * shape.width * array_node_factor(shape.node) / array_node_factor(40);
  }
};

// A row of `page` bits is opened for `hits` accesses of `burst` bits each.
struct DramKind {
  std::string_view name;
  double page;
  double burst;
  double hits;
  double interface;  // pJ per bit
  double side;       // mm that a bit crosses on the chip
};
// Rows, bursts and ways from data sheets and O'Connor et al., MICRO 2017; the interface is what
// the published sum leaves (literature.csv).
constexpr std::array kDramKinds{
    DramKind{"DDR4", 65536, 512, 1, 11.4, 7.5},
    DramKind{"LPDDR4", 16384, 256, 1, 3.3, 5},
    DramKind{"GDDR6", 16384, 256, 2, 3.4, 6},
    DramKind{"HBM2", 8192, 256, 1.5, 1.2, 7.5},
};

class AnalyticDram : public EnergyEstimator {
 public:
  std::string name() const override { return "AnalyticDRAM"; }

  Support support(const Query& query) const override {
    if (query.component_class != "DRAM") return Support::no("DRAM only");
    if (query.quantity == Quantity::energy && !is_idle(query) &&
        !is_action(query, {"read", "write", "update"})) {
      return Support::no(fmt::format("no action '{}'", query.action));
    }
    if (find(query) == nullptr && !has_own_shape(query)) {
      return Support::no(
          "no model of this type; give page_bits, burst_bits and interface_pj_per_bit");
    }
    (void)bits_of(query);
    return {45, "activation, wires and interface; a guess"};
  }

  double estimate(const Query& query) const override {
    if (query.quantity != Quantity::energy || is_idle(query)) return 0;
    DramKind kind{"", 16384, 256, 1, 5, 6};
    if (const DramKind* known = find(query)) kind = *known;
    kind.page = query.attributes.number_or("page_bits", kind.page);
    kind.burst = query.attributes.number_or("burst_bits", kind.burst);
    kind.hits = query.attributes.number_or("row_hits", kind.hits);
    kind.interface = query.attributes.number_or("interface_pj_per_bit", kind.interface);
    constexpr double kActivate = 0.058;  // pJ per bit of a row: 80 fF at 1.2 V, half of them change
    constexpr double kWire = 0.2;        // pJ per bit and mm in a DRAM process
    const double accessed = std::max(kind.burst * kind.hits, 1.0);
    return bits_of(query) * (kActivate * kind.page / accessed + kWire * kind.side + kind.interface);
  }

 private:
  static const DramKind* find(const Query& query) {
    const std::string type = query.attributes.text("type");
    const auto* it = std::find_if(kDramKinds.begin(), kDramKinds.end(), [&](const DramKind& kind) {
      return same_but_for_case(kind.name, type);
    });
    return it == kDramKinds.end() ? nullptr : it;
  }
  static bool has_own_shape(const Query& query) {
    return query.attributes.number("page_bits") && query.attributes.number("burst_bits") &&
           query.attributes.number("interface_pj_per_bit");
  }
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_analytic_memory() {
  return std::make_unique<AnalyticMemory>();
}
std::unique_ptr<EnergyEstimator> make_analytic_dram() { return std::make_unique<AnalyticDram>(); }

}  // namespace tilewright::energy
