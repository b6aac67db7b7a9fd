#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mapper/command_tree.hpp"

namespace tilewright {
namespace {

// Which word is the command, and which option a value is for; bash splits `--name=value` at `=`.
constexpr const char* kHead =
    R"(# bash completion of tilewright, made by `tilewright completion bash`.
_tilewright_options() {
  "$1" --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-zA-Z][a-zA-Z-]*' | tr -d ' ,' | sort -u
}

_tilewright() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local command='' options='' words='' kind='' place='' commands other word i
  COMPREPLY=()
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      --error-format) ((i++)); [[ ${COMP_WORDS[i]} != = ]] || ((i++)) ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
)";

constexpr const char* kTail = R"(  if [[ $place != value && $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  case $kind in
    words) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    command)
      for other in $(compgen -c -- tilewright-); do commands+=" ${other#tilewright-}"; done
      COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
  esac
}

complete -F _tilewright tilewright
)";

std::string names_of(const CommandHelp& command) {
  std::string text;
  for (const ArgumentHelp& option : command.options) {
    for (const std::string& name : option.names) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

// What the words of a kind become.
std::string action_of(const ArgumentHelp& argument) {
  if (!argument.choices.empty()) {
    return fmt::format("kind=words words='{}'", fmt::join(argument.choices, " "));
  }
  switch (argument.kind) {
    case ValueKind::file:
      return "kind=file";
    case ValueKind::folder:
      return "kind=folder";
    case ValueKind::command:
      return "kind=command";
    default:
      return "kind=none";
  }
}

std::string case_of(const CommandHelp& command) {
  std::string text = fmt::format("    {})\n      options='{}'\n",
                                 command.name.empty() ? "''" : command.name, names_of(command));
  if (command.name.empty()) {
    text += "      kind=command\n";
  } else if (!command.positionals.empty()) {
    text += fmt::format("      {}\n", action_of(command.positionals.front()));
  } else {
    text += "      kind=none\n";
  }
  text += "      case $previous in\n";
  for (const ArgumentHelp& option : command.options) {
    if (option.value.empty()) continue;
    text += fmt::format("        {}) place=value {} ;;\n", fmt::join(option.names, "|"),
                        action_of(option));
  }
  return text + "      esac ;;\n";
}

}  // namespace

std::string bash_completion(const std::vector<CommandHelp>& commands) {
  std::string text = kHead;
  text += "  commands='";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += (i > 1 ? " " : "") + commands[i].name;
  }
  text += "'\n  case $command in\n";
  for (const CommandHelp& command : commands) text += case_of(command);
  text += R"(    *)  # a program of its own: its help knows
      [[ $current != -* ]] || options=$(_tilewright_options "tilewright-$command")
      kind=file ;;
  esac
)";
  return text + kTail;
}

}  // namespace tilewright
