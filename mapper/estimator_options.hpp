#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "mapper/run_settings.hpp"
#include "model/energy/registry_options.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// The options of a command that choose who prices components. With `given`, those that the user
/// names are noted there.
void add_estimator_options(CLI::App& command, energy::RegistryOptions& options,
                           std::vector<GivenOption>* given = nullptr);

/// `--leakage`.
void add_price_options(CLI::App& command, ReadOptions& options);

/// `reading` with the estimators, if the user chose any.
ReadOptions with_estimators(ReadOptions reading, const energy::RegistryOptions& estimators);

}  // namespace tilewright
