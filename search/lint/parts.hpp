#pragma once

#include "model/energy/prices.hpp"
#include "model/spec/spec.hpp"
#include "model/stop_token.hpp"
#include "search/lint/finding.hpp"

// The parts of a check; each adds its findings.
namespace tilewright::lint {

/// One of the distinct layers, with what the spec demands of its mappings.
struct Work {
  const Layer* layer;
  Constraints constraints;
};

struct Subject {
  const SpecSet& specs;  // with an architecture
  Prices prices;
  std::vector<Work> works;
};

/// Is it a memory, and no level that stands for a fan-out alone?
inline bool is_hardware(const StorageLevel& level) {
  return level.component_class != "dummy_storage";
}

/// Prices that are missing or odd.
void check_prices(const Subject& subject, std::vector<Finding>& findings);
/// Bandwidths that limit every mapping.
void check_bandwidths(const Subject& subject, std::vector<Finding>& findings);
/// Dimensions without effect, and bounds that leave a part of the array idle.
void check_sizes(const Subject& subject, std::vector<Finding>& findings);
/// Demands that exclude each other, constraints that never bind, levels that nothing can use.
/// \throws Stopped
void check_demands(const Subject& subject, const StopToken& stop, std::vector<Finding>& findings);

}  // namespace tilewright::lint
