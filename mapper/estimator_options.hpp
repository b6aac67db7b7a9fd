#pragma once

#include <CLI/CLI.hpp>

#include "model/energy/registry_options.hpp"

namespace tilewright {

/// The options of a command that choose who prices components.
void add_estimator_options(CLI::App& command, energy::RegistryOptions& options);

}  // namespace tilewright
