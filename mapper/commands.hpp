#pragma once

#include <CLI/CLI.hpp>

namespace tilewright {

/// Each adds a subcommand to `app`. When the user calls it, `exit_code` gets its result.
void add_model_command(CLI::App& app, int& exit_code);
void add_energy_command(CLI::App& app, int& exit_code);
void add_map_command(CLI::App& app, int& exit_code);
void add_bound_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_verify_command(CLI::App& app, int& exit_code);
void add_network_command(CLI::App& app, int& exit_code);
void add_convert_command(CLI::App& app, int& exit_code);
void add_timeloop_mapper_command(CLI::App& app, int& exit_code);
void add_timeloop_model_command(CLI::App& app, int& exit_code);
/// `help` and `version`.
void add_help_commands(CLI::App& app, int& exit_code);
/// `completion` and `man`.
void add_shell_commands(CLI::App& app, int& exit_code);

}  // namespace tilewright
