#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace tilewright {

/// What can stand in the place of a value, for completion.
enum class ValueKind : std::uint8_t { none, other, file, folder, command };

/// An option or a positional argument, as its help has it.
struct ArgumentHelp {
  std::vector<std::string> names;    // `--quiet`, `-q`; of a positional argument none
  std::string value;                 // "FILE"; empty = a flag
  std::vector<std::string> choices;  // of values; empty = any
  std::string help;
  ValueKind kind = ValueKind::none;
  bool repeats = false;  // may be given again
  bool required = false;
};

struct CommandHelp {
  std::string name;  // of the program as a whole: empty
  std::string help;
  std::vector<ArgumentHelp> options;
  std::vector<ArgumentHelp> positionals;
};

/// The program and then its subcommands, as the parser knows them: what completion and the manual
/// page are made from.
std::vector<CommandHelp> command_tree(const CLI::App& app);

// The text of a script for the shell, or of the manual page in troff.
std::string bash_completion(const std::vector<CommandHelp>& commands);
std::string zsh_completion(const std::vector<CommandHelp>& commands);
std::string fish_completion(const std::vector<CommandHelp>& commands);
std::string manual_page(const std::vector<CommandHelp>& commands);

}  // namespace tilewright
