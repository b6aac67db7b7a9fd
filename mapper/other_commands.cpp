#include "mapper/other_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "mapper/external_command.hpp"
#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

struct PackageCommand {
  std::string_view name;
  std::string_view help;
};

// The subcommands that are written in Python.
constexpr std::array<PackageCommand, 3> kOfPackage{{
    {"import", "write the layers of an ONNX model as a network"},
    {"mcp", "serve tools of the Model Context Protocol"},
    {"report", "show results as a page"},
}};

bool is_of_package(std::string_view name) {
  return std::any_of(kOfPackage.begin(), kOfPackage.end(),
                     [&](const PackageCommand& command) { return command.name == name; });
}

}  // namespace

std::vector<CommandLine> other_commands() {
  const std::vector<std::string> found = external_commands();
  std::vector<CommandLine> commands;
  for (const auto& [name, help] : kOfPackage) {
    const bool is_there = std::find(found.begin(), found.end(), name) != found.end();
    commands.push_back({std::string(name), fmt::format("{}{}", help,
                                                       is_there ? ""
                                                                : "; comes with the Python "
                                                                  "package, which is not "
                                                                  "installed")});
  }
  for (const std::string& name : found) {
    if (!is_of_package(name)) {
      commands.push_back({name, fmt::format("the program tilewright-{}", name)});
    }
  }
  return commands;
}

void run_other_command(const CLI::App& app, const std::string& name, char** arguments) {
  run_external_command(name, arguments);
  if (is_of_package(name)) {
    throw UsageError(fmt::format(
        "the program tilewright-{} is neither beside this one nor on the path; it comes with the "
        "Python package: `pip install .` in the clone of Tilewright that this program was built "
        "from",
        name));
  }
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  for (const CommandLine& other : other_commands()) names.push_back(other.name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw UsageError(unknown_name_message("command", name, known));
}

}  // namespace tilewright
