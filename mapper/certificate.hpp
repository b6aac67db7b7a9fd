#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapper/summary.hpp"
#include "model/arch/architecture.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// What a run claims of its mappings, with all that is needed to check it: certificate.json.
struct Certificate {
  struct LayerClaim {
    std::string name;
    std::string mapping;     // as a spec
    double best = 0;         // by the first metric of the objective
    double lower_bound = 0;  // of all mappings
    bool proven = false;
  };
  std::vector<InputHash> inputs;
  std::string objective;
  Budgets budgets;
  std::optional<std::uint64_t> batch;
  bool both_axes = false;
  bool imperfect = false;
  bool leakage = false;
  std::vector<LayerClaim> layers;
};

/// The claims of a search as text; "" if no layer has a bound.
std::string certificate_json(const NetworkSearch& search, const SummaryContext& context,
                             const Architecture& arch);

/// \throws UsageError saying what is wrong with the file.
Certificate read_certificate(const std::string& path);

}  // namespace tilewright
