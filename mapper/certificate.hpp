#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapper/run_settings.hpp"
#include "mapper/summary.hpp"
#include "model/arch/architecture.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {

/// What a run claims of its mappings, with all that is needed to check it: certificate.json, as
/// docs/schema/certificate.schema.json describes it. `verify` checks all that stands in it but the
/// version of the program that made it.
struct Certificate {
  struct LayerClaim {
    std::string name;
    std::string mapping;     // as a spec; empty = none
    double best = 0;         // of that mapping, by the first metric of the objective
    double lower_bound = 0;  // of all mappings
    bool proven = false;     // none is better; without a mapping: there is none
    bool imperfect = false;  // of all mappings whose factors need not divide

    bool is_empty() const { return mapping.empty() && !proven; }
  };
  std::vector<std::string> files;  // what the program was given: files, and folders of them
  std::vector<InputHash> inputs;   // all that was read
  std::vector<GivenOption> estimators;
  std::vector<GivenOption> reading;  // how the files were read: variables of templates and such
  std::string objective;
  Budgets budgets;
  std::optional<std::uint64_t> batch;
  bool both_axes = false;
  bool imperfect = false;
  bool leakage = false;
  std::vector<LayerClaim> layers;  // all of the network, in its order
};

/// The claims of a search as text; "" if it claims nothing, or an input cannot be read again.
std::string certificate_json(const NetworkSearch& search, const SummaryContext& context,
                             const Architecture& arch);

/// The certificate in a file, or in the folder of a run. \throws UsageError saying what is wrong
/// with it, and where.
Certificate read_certificate(const std::string& path);

}  // namespace tilewright
