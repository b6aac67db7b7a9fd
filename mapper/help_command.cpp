// tilewright help [COMMAND], tilewright version: what --help and --version say.
#include <algorithm>
#include <memory>
#include <string>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/help_formatter.hpp"
#include "mapper/other_commands.hpp"

namespace tilewright {
namespace {

void print_help(const CLI::App& app, const std::string& name) {
  if (name.empty()) return print(help_of_program(app));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == name) return print(command->help(app.get_name()));
  }
  std::string help = "--help";
  char* arguments[] = {help.data(), nullptr};
  run_other_command(app, name, arguments);
}

}  // namespace

void add_help_commands(CLI::App& app, int& exit_code) {
  CLI::App* help = app.add_subcommand("help", "show the help of the program or of a command");
  auto name = std::make_shared<std::string>();
  help->add_option("command", *name, "the command; without it, the program as a whole")
      ->type_name("COMMAND");
  help->callback([&app, &exit_code, name] {
    print_help(app, *name);
    exit_code = kDone;
  });
  CLI::App* version = app.add_subcommand("version", "show the version");
  version->callback([&exit_code] {
    print("tilewright " TILEWRIGHT_VERSION "\n");
    exit_code = kDone;
  });
}

}  // namespace tilewright
