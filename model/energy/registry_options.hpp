#pragma once

#include <string>
#include <vector>

#include "model/energy/estimators/cacti.hpp"
#include "model/energy/estimators/node_scaling.hpp"
#include "model/energy/registry.hpp"

namespace tilewright::energy {

/// What a user adds to the built-in estimators, or takes from them.
struct RegistryOptions {
  std::vector<std::string> tables;     // CSV files of prices (estimators/csv_table.hpp)
  std::vector<std::string> libraries;  // folders of library tables (estimators/library.hpp)
  std::vector<std::string> plugins;    // shared libraries (model/energy/plugin.hpp)
  std::vector<std::string> python;  // Python files with estimators, Accelergy's plug-ins (folders)
  CactiOptions cacti;
  bool always = false;  // levels of specs without component classes are priced too
  bool dummy = false;   // 1 pJ for what nobody can price
  NodeInterpolation interpolation = NodeInterpolation::upstream;
  std::vector<std::string> pins;      // `NAME`, or `CLASS=NAME`
  std::vector<std::string> excluded;  // names

  bool is_empty() const {
    return tables.empty() && libraries.empty() && plugins.empty() && python.empty() &&
           cacti.answers.empty() && cacti.program.empty() && !always && !dummy && pins.empty() &&
           excluded.empty();
  }
};

/// \throws SpecError, UsageError
Registry make_registry(const RegistryOptions& options);

}  // namespace tilewright::energy
