#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/energy/estimators/cacti.hpp"
#include "model/energy/estimators/node_scaling.hpp"
#include "model/energy/registry.hpp"
#include "model/stop_token.hpp"

namespace tilewright::energy {

/// What a user adds to the built-in estimators, or takes from them.
struct RegistryOptions {
  std::vector<std::string> tables;     // CSV files of prices (estimators/csv_table.hpp)
  std::vector<std::string> libraries;  // folders of library tables (estimators/library.hpp)
  std::vector<std::string> plugins;    // shared libraries (model/energy/plugin.hpp)
  std::vector<std::string> python;  // Python files with estimators, Accelergy's plug-ins (folders)
  std::vector<std::shared_ptr<const EnergyEstimator>> objects;  // the caller's own
  std::chrono::milliseconds answer_time = kAnswerTime;          // of Python files and CACTI
  StopToken stop;                                               // ends the waiting for these
  CactiOptions cacti;
  std::optional<double> technology;  // nm, of all components
  bool always = false;               // levels of specs without component classes are priced too
  bool dummy = false;                // 1 pJ for what nobody can price
  NodeInterpolation interpolation = NodeInterpolation::upstream;
  std::vector<std::string> pins;      // `NAME`, or `CLASS=NAME`
  std::vector<std::string> excluded;  // names

  bool is_empty() const {
    return tables.empty() && libraries.empty() && plugins.empty() && python.empty() &&
           objects.empty() && cacti.answers.empty() && cacti.program.empty() && !technology &&
           !always && !dummy && pins.empty() && excluded.empty();
  }
};

/// An option of a user: command line and Python offer those of this table, by these names.
struct EstimatorOption {
  std::string_view name;   // without dashes in front
  std::string_view value;  // what it takes, for help; empty: nothing
  std::string_view help;
  bool is_list;  // may be given again
  void (*assign)(RegistryOptions& options, const std::string& text);

  bool is_flag() const { return value.empty(); }
};

std::span<const EstimatorOption> estimator_options();

/// Sets, or adds to, the option of this name. The text of a flag is not looked at.
/// \throws UsageError for an unknown name.
void set_option(RegistryOptions& options, std::string_view name, const std::string& text);

/// \throws SpecError, UsageError, Stopped.
Registry make_registry(const RegistryOptions& options);

}  // namespace tilewright::energy
