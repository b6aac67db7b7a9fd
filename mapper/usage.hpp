#pragma once

#include <CLI/CLI.hpp>

#include "mapper/console.hpp"

namespace tilewright {

/// Adds the options that go before and behind every subcommand; call it once all subcommands are
/// there.
void add_global_options(CLI::App& app);

/// What `--error-format` says, wherever it stands, or else the environment: how errors appear has
/// to be known before anything is wrong. A value that is neither is left to the parser.
ErrorFormat find_error_format(int argc, char** argv);

/// Becomes another program if the subcommand is one of those. \throws UsageError if nobody knows
/// it.
void find_command(const CLI::App& app, int argc, char** argv);

/// What is wrong with the arguments, with the option that was meant if one was misspelt.
Notice describe(const CLI::ParseError& error, const CLI::App& app);

}  // namespace tilewright
