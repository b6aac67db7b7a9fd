#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace tilewright {

/// A subcommand and what it does.
struct CommandLine {
  std::string name;
  std::string help;
};

/// The subcommands that are programs of their own: those of the Python package, installed or not,
/// and others beside this program or on the path. Looks through folders.
std::vector<CommandLine> other_commands();

/// Becomes the program of subcommand `name`, with the arguments that follow it.
/// \throws UsageError if there is none, with the nearest of all subcommands.
[[noreturn]] void run_other_command(const CLI::App& app, const std::string& name, char** arguments);

}  // namespace tilewright
