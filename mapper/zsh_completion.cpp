#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "mapper/command_tree.hpp"

namespace tilewright {
namespace {

// A text inside the single quotes of a specification of `_arguments`.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return safe;
}

std::string action_of(const ArgumentHelp& argument) {
  if (!argument.choices.empty()) return fmt::format("({})", fmt::join(argument.choices, " "));
  switch (argument.kind) {
    case ValueKind::file:
      return "_files";
    case ValueKind::folder:
      return "_files -/";
    case ValueKind::command:
      return "_tilewright_commands";
    default:
      return " ";
  }
}

// One specification for each spelling of an option; giving one excludes all.
std::string specifications_of(const ArgumentHelp& option) {
  const std::string others =
      option.repeats ? "*" : fmt::format("({})", fmt::join(option.names, " "));
  std::string text;
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    const std::string joint = option.value.empty() ? "" : is_long ? "=" : "+";
    const std::string value =
        option.value.empty() ? "" : fmt::format(":{}:{}", escaped(option.value), action_of(option));
    text += fmt::format(" \\\n        '{}{}{}[{}]{}'", others, name, joint, escaped(option.help),
                        value);
  }
  return text;
}

std::string arguments_of(const CommandHelp& command) {
  std::string text = "_arguments -s";
  for (const ArgumentHelp& option : command.options) text += specifications_of(option);
  int place = 0;
  for (const ArgumentHelp& positional : command.positionals) {
    const std::string start = positional.repeats ? "*" : fmt::format("{}", ++place);
    text += fmt::format(" \\\n        '{}:{}:{}'", start, escaped(positional.value),
                        action_of(positional));
  }
  return text;
}

}  // namespace

std::string zsh_completion(const std::vector<CommandHelp>& commands) {
  std::string text =
      "#compdef tilewright\n# zsh completion of tilewright, made by `tilewright completion "
      "zsh`.\n\n"
      "_tilewright_commands() {\n  local -a known=(\n";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += fmt::format("    '{}:{}'\n", commands[i].name, escaped(commands[i].help));
  }
  text +=
      "  )\n  known+=(${${(k)commands[(I)tilewright-*]}#tilewright-})\n"
      "  _describe command known\n}\n\n"
      "_tilewright() {\n  local curcontext=$curcontext context state line\n"
      "  typeset -A opt_args\n  _arguments -C";
  for (const ArgumentHelp& option : commands.front().options) text += specifications_of(option);
  text +=
      " \\\n        '1:command:_tilewright_commands' '*::argument:->rest'\n"
      "  [[ $state == rest ]] || return\n  case $words[1] in\n";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += fmt::format("    {})\n      {} ;;\n", commands[i].name, arguments_of(commands[i]));
  }
  return text + "    *) _files ;;\n  esac\n}\n\n_tilewright \"$@\"\n";
}

}  // namespace tilewright
