#include "mapper/command_tree.hpp"

#include <algorithm>
#include <string_view>

#include "search/network/options.hpp"

namespace tilewright {
namespace {

// "text|json" is a list of choices.
std::vector<std::string> choices_of(std::string_view value) {
  std::vector<std::string> choices;
  while (value.find('|') != std::string_view::npos) {
    choices.emplace_back(value.substr(0, value.find('|')));
    value.remove_prefix(value.find('|') + 1);
  }
  if (!choices.empty()) choices.emplace_back(value);
  return choices;
}

ValueKind kind_of(std::string_view value) {
  if (value.empty()) return ValueKind::none;
  if (value.starts_with("FILE") || value == "CERTIFICATE") return ValueKind::file;
  if (value == "DIR") return ValueKind::folder;
  return value == "COMMAND" ? ValueKind::command : ValueKind::other;
}

ArgumentHelp help_of_argument(const CLI::Option& option) {
  ArgumentHelp argument;
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  if (option.get_type_size() != 0) argument.value = option.get_type_name();
  argument.choices = choices_of(argument.value);
  argument.kind = kind_of(argument.value);
  argument.help = option.get_description();
  argument.repeats = option.get_expected_max() > 1;
  argument.required = option.get_required();
  return argument;
}

// The parser does not know them.
void add_search_choices(CommandHelp& command) {
  for (const SearchOption& option : search_options()) {
    if (option.choices == nullptr) continue;
    const std::string name = "--" + std::string(option.name);
    for (ArgumentHelp& argument : command.options) {
      if (std::find(argument.names.begin(), argument.names.end(), name) == argument.names.end()) {
        continue;
      }
      for (const std::string_view choice : option.choices()) argument.choices.emplace_back(choice);
    }
  }
}

CommandHelp help_of_command(const CLI::App& app) {
  CommandHelp command;
  if (app.get_parent() != nullptr) command.name = app.get_name();
  command.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? command.positionals : command.options)
        .push_back(help_of_argument(*option));
  }
  if (command.name == "map") add_search_choices(command);
  return command;
}

}  // namespace

std::vector<CommandHelp> command_tree(const CLI::App& app) {
  std::vector<CommandHelp> commands{help_of_command(app)};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(help_of_command(*command));
  }
  return commands;
}

}  // namespace tilewright
