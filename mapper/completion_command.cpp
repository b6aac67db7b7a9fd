// tilewright completion SHELL, tilewright man: made from the same descriptions as the help.
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "mapper/command_tree.hpp"
#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

struct DocumentOptions {
  std::string shell;
  std::string output = "-";
};

std::string completion_for(const std::string& shell, const std::vector<CommandHelp>& commands) {
  if (shell == "bash") return bash_completion(commands);
  if (shell == "zsh") return zsh_completion(commands);
  if (shell == "fish") return fish_completion(commands);
  throw UsageError(
      unknown_name_message("shell", shell, std::array<std::string_view, 3>{"bash", "zsh", "fish"}));
}

void add_output(CLI::App& command, DocumentOptions& options) {
  command
      .add_option("-o,--output", options.output,
                  "file for it; - is standard output, where it goes without this option")
      ->type_name("FILE");
}

}  // namespace

void add_shell_commands(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<DocumentOptions>();
  CLI::App* completion =
      app.add_subcommand("completion", "print what completes commands and options in a shell");
  completion->add_option("shell", options->shell, "bash, zsh or fish")
      ->required()
      ->type_name("bash|zsh|fish");
  add_output(*completion, *options);
  completion->callback([&app, &exit_code, options] {
    deliver(options->output, completion_for(options->shell, command_tree(app)));
    exit_code = kDone;
  });
  CLI::App* man = app.add_subcommand("man", "print the manual page, in troff");
  add_output(*man, *options);
  man->callback([&app, &exit_code, options] {
    deliver(options->output, manual_page(command_tree(app)));
    exit_code = kDone;
  });
}

}  // namespace tilewright
