#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "model/arch/architecture.hpp"
#include "model/limits.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

inline constexpr int kMaxAccessLevels = 4;  // levels whose accesses one evaluator sums

/// What a mapping costs. Energy in pJ, time in cycles, area in um2. Times and accesses are whole
/// numbers, exact up to 2^53: small bandwidths and large layers lead beyond what 64 bits hold.
struct Cost {
  double energy = 0;
  double cycles = 0;
  double utilization = 0;  // operations / (MACs * cycles), 0..1
  double area = 0;         // of the architecture: the same for all its mappings
  /// Words read, filled and updated in all instances of the levels that the evaluator was asked
  /// for, in that order; 0 beyond them.
  std::array<double, kMaxAccessLevels> accesses{};
  double edp() const { return energy * cycles; }
};

/// Why a mapping cannot run. Levels are checked from the MACs outwards.
enum class RejectReason : std::uint8_t {
  none,
  bypassed_everywhere,  // a dataspace is kept by no level
  instances,            // more copies of a level in use than exist
  mesh_x,
  mesh_y,
  capacity,         // the kept tiles do not fit
  min_utilization,  // the kept tiles fill too little
};

/// A rejection is a value, cheap enough to count by the million.
struct Rejection {
  RejectReason reason = RejectReason::none;
  std::int8_t level = 0;     // -1 = compute
  std::uint64_t needed = 0;  // words, bits (see model/arch/precision.hpp) or instances
  std::uint64_t available = 0;
  std::array<std::uint64_t, kMaxSpaces> share{};  // words of each kept tile (capacity only)
};

/// A product `energy^energy_power * cycles^delay_power` beyond which a cost is of no interest.
struct CostCeiling {
  double product = std::numeric_limits<double>::infinity();
  int energy_power = 1;  // 0 or 1
  int delay_power = 1;   // 0 to 2

  /// Whether a cost of at least `energy` pJ and `cycles` is certain to lie beyond: parts are added
  /// in another order than the whole, so a hair more is allowed.
  bool exceeded(double energy, double cycles) const {
    constexpr double kRounding = 1e-9;
    double value = energy_power != 0 ? energy : 1;
    for (int i = 0; i < delay_power; ++i) value *= cycles;
    return value * (1 - kRounding) > product;
  }
};

struct Outcome {
  Cost cost;  // meaningful only when valid() and not abandoned
  Rejection rejection;
  bool abandoned = false;  // valid, but the cost is beyond the ceiling, by how much is not known
  bool valid() const { return rejection.reason == RejectReason::none; }
};

/// One sentence: level, what was needed and available, each dataspace's share.
std::string describe(const Rejection& rejection, const Problem& problem, const Architecture& arch);

}  // namespace tilewright
