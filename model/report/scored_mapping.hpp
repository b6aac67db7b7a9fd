#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/stats.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// The mapping that specs hold, scored.
struct ScoredMapping {
  const Layer* layer = nullptr;    // one of the specs' layers
  std::optional<Mapping> mapping;  // absent when it does not fit the problem or the architecture
  Prices prices;
  Stats stats;                    // meaningful only with a mapping
  std::string rejection;          // why it cannot run, with its place in a file; empty when it can
  Mark rejected_at;               // that place, if there is one
  std::vector<Warning> warnings;  // about the mapping
  bool valid() const { return rejection.empty(); }
};

/// The layer of that name; without a name there must be one only. \throws UsageError.
const Layer& find_layer(const SpecSet& specs, std::string_view name);

/// Scores the mapping of the specs for the layer of that name; without a name there must be one
/// layer only. \throws UsageError when a part is missing, SpecError when the mapping is not well
/// written.
ScoredMapping score_mapping(const SpecSet& specs, std::string_view layer = {});

/// What `stats_json` says of it. A mapping that does not fit the problem or the architecture has
/// "status": "reject", "reason": "mapping" and a "message".
std::string stats_json(const ScoredMapping& scored, const SpecSet& specs);

}  // namespace tilewright
