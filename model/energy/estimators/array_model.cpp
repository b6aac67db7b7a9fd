#include "model/energy/estimators/array_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tilewright::energy {
namespace {

constexpr double kNode = 45;            // nm, where the coefficients hold
constexpr double kSmallestFitted = 22;  // nm

// pJ in a bank: scale * width^width_power * bits^bits_power.
struct Coefficients {
  double scale;
  double width_power;
  double bits_power;
};
constexpr Coefficients kRead{9.17e-4, 0.494, 0.607};
constexpr Coefficients kWrite{1.816e-3, 0.764, 0.471};
constexpr double kCross = 6.25e-4;  // pJ per bit of the word and square root of a bit of capacity
constexpr double kPort = 0.72;      // of an access, per further port

double access(const ArrayShape& shape, const Coefficients& fit) {
  const double bank = shape.bits / shape.banks;
  const double inside =
      fit.scale * std::pow(shape.width, fit.width_power) * std::pow(bank, fit.bits_power);
  const double across = kCross * shape.width * (std::sqrt(shape.bits) - std::sqrt(bank));
  return (inside + across) * (1 + kPort * (shape.ports - 1)) * array_node_factor(shape.node);
}

struct NodeLeakage {
  double node;
  double relative;  // to 45 nm
};
// CACTI's cells of low standby power, as it has them: not monotone.
constexpr std::array kLeakage{NodeLeakage{22, 5.4}, NodeLeakage{32, 1.6}, NodeLeakage{45, 1},
                              NodeLeakage{65, 6.2}, NodeLeakage{90, 3.3}};

double leakage_factor(double node) {
  if (node <= kLeakage.front().node) return kLeakage.front().relative;
  for (std::size_t i = 1; i < kLeakage.size(); ++i) {
    if (node > kLeakage[i].node) continue;
    const double share = (node - kLeakage[i - 1].node) / (kLeakage[i].node - kLeakage[i - 1].node);
    return std::lerp(kLeakage[i - 1].relative, kLeakage[i].relative, share);
  }
  return kLeakage.back().relative;
}

}  // namespace

double array_node_factor(double node) {
  constexpr double kPower = 1.87;
  // The voltage hardly falls any more: with the square root, as Accelergy continues CACTI.
  const double beyond = std::sqrt(std::min(node, kSmallestFitted) / kSmallestFitted);
  return std::pow(std::max(node, kSmallestFitted) / kNode, kPower) * beyond;
}

double array_read_energy(const ArrayShape& shape) { return access(shape, kRead); }
double array_write_energy(const ArrayShape& shape) { return access(shape, kWrite); }

double array_area(const ArrayShape& shape) {
  constexpr double kCell = 0.379;   // um2 of a bit with one port
  constexpr double kSide = 0.477;   // of a cell's side, per further port
  constexpr double kStrip = 0.2;    // um2 per bit of the port and square root of a bank's bits
  constexpr double kPerBit = 7.8;   // um2 per bit of the port and bank
  constexpr double kPower = 1.918;  // of the node
  const double side = 1 + kSide * (shape.ports - 1);
  const double ports_of_banks = shape.width * shape.banks;
  return (kCell * shape.bits * side * side +
          kStrip * ports_of_banks * std::sqrt(shape.bits / shape.banks) +
          kPerBit * ports_of_banks) *
         std::pow(shape.node / kNode, kPower);
}

double array_leakage(const ArrayShape& shape) {
  constexpr double kPerBit = 3.9e-6;  // uW
  constexpr double kPort = 0.1;       // per further port
  return kPerBit * shape.bits * (1 + kPort * (shape.ports - 1)) * leakage_factor(shape.node);
}

}  // namespace tilewright::energy
