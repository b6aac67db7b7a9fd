#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/estimator.hpp"
#include "model/energy/reference_table.hpp"

namespace tilewright {

/// Price of one memory: pJ per vector access of one instance, um2 per instance.
struct StoragePrice {
  double read = 0;
  double fill = 0;
  double update = 0;
  double addr_gen = 0;         // per address generation of a cluster
  std::optional<double> area;  // absent = nobody knows it
  double idle = 0;             // pJ per cycle, whether it works or not
  /// Who priced it: "user", "ERT", "pat", or names of estimators; "ERT; fill, update: pat" where
  /// they did not know all actions.
  std::string source;
  double accuracy = -1;  // percent, as the estimators say; < 0 = not known
};

struct ComputePrice {
  double op = 0;               // pJ per operation
  std::optional<double> area;  // um2; absent = nobody knows it
  std::string source;
  double idle = 0;       // pJ per cycle
  double accuracy = -1;  // as in StoragePrice
};

/// Price of a word on a network (see Network), all resolved.
struct NetworkPrice {
  double per_hop = 0;
  double per_router = 0;
  double per_ingress = 0;
  double per_add = 0;
  /// Simple multicast: pJ by (dataspace, multicast factor); dataspace -1 = any, factor 0 = any.
  struct Multicast {
    std::string space;
    std::uint64_t factor = 0;
    double energy = 0;
  };
  std::vector<Multicast> multicast;
  double tile_width = 0;  // um, given or floor-planned
};

/// Everything the evaluator needs to turn counts into pJ and um2.
struct Prices {
  ComputePrice compute;
  std::vector<StoragePrice> storage;            // [level]
  std::vector<NetworkPrice> networks;           // [index in Architecture::networks]
  std::vector<NetworkPrice> implicit_networks;  // [level]
  /// Leakage counts in the energy of a mapping. Timeloop leaves it out.
  bool count_idle = false;
  /// Only instances of memories that are in use leak, as version 0.4 of Timeloop has it.
  bool idle_in_use = false;
};

/// Who priced a memory that nobody can price: without a size, `pat` cannot. It costs nothing then.
inline constexpr const char* kUnknownSource = "unknown";

/// Prices below this accuracy are called guesses in reports.
inline constexpr double kGuessAccuracy = energy::kGuessBelow;
/// `accuracy` in percent; below 0 = nobody estimated.
inline bool is_guess(double accuracy) { return accuracy >= 0 && accuracy < kGuessAccuracy; }

/// Prices an architecture. In order of preference: what the user wrote into it, the reference
/// table, and the public technology model `pat`.
/// \throws UsageError for a price beyond kMostNumber, or too close to 0, naming the level.
Prices price(const Architecture& arch, const ReferenceTable& table);

/// Names of the levels whose area nobody knows, the arithmetic included. Off the chip, where DRAM
/// is, no area counts.
/// Of `read`, `fill` and `update` those that no row of a table prices.
std::vector<std::string_view> actions_without_row(const ReferenceComponent& component, bool is_v04);

std::vector<std::string> levels_without_area(const Architecture& arch, const Prices& prices);

}  // namespace tilewright
