#pragma once

#include <CLI/CLI.hpp>

#include "model/spec/spec.hpp"

namespace tilewright {

/// Adds the options that every command has which reads specs.
void add_spec_options(CLI::App& command, ReadOptions& options);

}  // namespace tilewright
