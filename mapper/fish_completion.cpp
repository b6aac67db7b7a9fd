#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "mapper/command_tree.hpp"

namespace tilewright {
namespace {

// A text inside single quotes.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

// `-x` takes a value that is no file, `-r` one that is.
std::string value_of(const ArgumentHelp& argument) {
  if (!argument.choices.empty()) {
    return fmt::format(" -x -a '{}'", fmt::join(argument.choices, " "));
  }
  switch (argument.kind) {
    case ValueKind::none:
      return "";
    case ValueKind::file:
      return " -r -F";
    case ValueKind::folder:
      return " -x -a '(__fish_complete_directories)'";
    default:
      return " -x";
  }
}

std::string line_of(const std::string& when, const ArgumentHelp& option) {
  std::string text = fmt::format("complete -c tilewright -n '{}'", when);
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                   : fmt::format(" -s {}", name.substr(1));
  }
  return text + value_of(option) + fmt::format(" -d '{}'\n", escaped(option.help));
}

}  // namespace

std::string fish_completion(const std::vector<CommandHelp>& commands) {
  const std::string first = "__fish_use_subcommand";
  std::string text =
      "# fish completion of tilewright, made by `tilewright completion fish`.\n"
      "complete -c tilewright -n __fish_use_subcommand -f -a \"(complete -C tilewright- | "
      "string replace -r '^tilewright-(\\\\S+).*' '\\$1')\"\n";
  for (const CommandHelp& command : commands) {
    const std::string when =
        command.name.empty() ? first : "__fish_seen_subcommand_from " + command.name;
    if (!command.name.empty()) {
      text += fmt::format("complete -c tilewright -n {} -f -a {} -d '{}'\n", first, command.name,
                          escaped(command.help));
    }
    for (const ArgumentHelp& option : command.options) text += line_of(when, option);
    for (const ArgumentHelp& positional : command.positionals) {
      if (positional.choices.empty()) continue;
      text += fmt::format("complete -c tilewright -n '{}' -f -a '{}'\n", when,
                          fmt::join(positional.choices, " "));
    }
  }
  return text;
}

}  // namespace tilewright
