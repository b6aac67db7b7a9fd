// Wires and routers of a network on the chip. A wire takes energy with its length, fitted to the
// published figures of literature.csv; a router buffers a flit, switches it from one of its ports
// to another one, and arbitrates.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "model/energy/estimators/node_scaling.hpp"
#include "model/energy/estimators/query_reader.hpp"

namespace tilewright::energy {
namespace {

constexpr double kNode = 40;  // nm, where the coefficients hold

// pJ per bit and mm, half of the bits change.
double wire_energy(double node) {
  constexpr double kPerBitMm = 0.121;
  constexpr double kPower = 0.317;
  return kPerBitMm * std::pow(node / kNode, kPower);
}

double wire_area(double bits, double length, double node) {
  constexpr double kPitch = 4e-3;  // um per nm of the node
  return bits * length * kPitch * node;
}

// From 40 nm synthesis (Shao et al., ISCA 2014): 0.009 pJ to write or read a bit of a buffer,
// 5.98 um2; a switch of 1 x 4 ports takes 0.68 pJ and 570 um2 for 32 bits.
struct Router {
  double bits;   // of a flit
  double ports;  // in, and as many out
  double depth;  // flits of a buffer
  double node;

  double energy() const {
    constexpr double kBuffer = 2 * 0.009;
    constexpr double kSwitch = 0.68 / 32 / 4;  // pJ per bit and output
    return bits * (kBuffer + kSwitch * ports) * node_energy_ratio(kNode, node);
  }
  double area() const {
    constexpr double kBuffer = 5.98;
    constexpr double kSwitch = 570.0 / 32 / 4;
    return bits * ports * (kBuffer * depth + kSwitch * ports) * node_area_ratio(kNode, node);
  }
};

Router router_of(const Query& query) {
  const Router router{bits_of(query), query.attributes.number_or("n_ports", 5),
                      query.attributes.number_or("fifo_depth", 4), node_of(query)};
  if (!(router.ports >= 1) || !(router.depth >= 0)) throw Declined("a router needs ports");
  return router;
}

class AnalyticNetwork : public EnergyEstimator {
 public:
  std::string name() const override { return "AnalyticNetwork"; }

  Support support(const Query& query) const override {
    const bool is_wire = query.component_class == "wire";
    if (!is_wire && query.component_class != "router") {
      return Support::no("wires and routers only");
    }
    if (query.quantity == Quantity::energy && !is_idle(query) && !moves(query) &&
        query.action != "transfer_repeated") {
      return Support::no(fmt::format("no action '{}'", query.action));
    }
    const double node = node_of(query);
    (void)bits_of(query);
    if (!is_wire) {
      (void)router_of(query);
      return {40, "buffers and a switch of 40 nm synthesis; a guess"};
    }
    if (!(length_of(query) >= 0)) return Support::no("the length must not be negative");
    const bool is_fitted = node >= 10 && node <= 40;
    return {is_fitted && query.quantity == Quantity::energy ? 55.0 : 40.0,
            "fitted to 40 and 10 nm (Keckler et al., IEEE Micro 2011)"};
  }

  double estimate(const Query& query) const override {
    if (query.component_class == "router") {
      const Router router = router_of(query);
      if (query.quantity == Quantity::area) return router.area();
      return moves(query) ? router.energy() : leakage(query, router.area());
    }
    const double bits = bits_of(query);
    const double length = length_of(query);
    const double node = node_of(query);
    if (query.quantity == Quantity::area) return wire_area(bits, length, node);
    return moves(query) ? bits * length / 1e3 * wire_energy(node) : 0;
  }

 private:
  static bool moves(const Query& query) {
    return query.quantity == Quantity::energy &&
           is_action(query, {"transfer", "transfer_random", "read", "route"});
  }
  static double leakage(const Query& query, double area) {
    constexpr double kLeakage = 0.01;  // uW per um2
    return area * kLeakage * (is_idle(query) ? cycle_of(query) * 1e6 : 1);
  }
};

}  // namespace

std::unique_ptr<EnergyEstimator> make_analytic_network() {
  return std::make_unique<AnalyticNetwork>();
}

}  // namespace tilewright::energy
