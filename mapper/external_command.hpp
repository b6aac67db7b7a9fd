#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// Names of the subcommands that are programs of their own: executable files `tilewright-NAME`
/// beside this program and in the folders of PATH. Sorted, each once.
std::vector<std::string> external_commands();

/// Becomes the program of subcommand `name` if there is one, with the arguments that follow it;
/// otherwise returns. What stands beside this program goes before PATH.
/// \throws UsageError if it cannot be started.
void run_external_command(std::string_view name, char** arguments);

}  // namespace tilewright
