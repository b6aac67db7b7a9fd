#include "mapper/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/other_commands.hpp"
#include "model/names.hpp"
#include "model/suggestion.hpp"

namespace tilewright {
namespace {

constexpr std::string_view kErrorFormat = "--error-format";
constexpr const char* kVariable = "TILEWRIGHT_ERROR_FORMAT";

void add_error_format(CLI::App& app, const std::shared_ptr<std::string>& seen) {
  app.add_option(std::string(kErrorFormat), *seen,
                 "errors and warnings as text (default), or each as a line of JSON")
      ->check(CLI::Validator(
          [seen](const std::string& text) {
            return text == "text" || text == "json"
                       ? std::string()
                       : unknown_name_message("format", text,
                                              std::vector<std::string_view>{"text", "json"});
          },
          ""))
      ->type_name("text|json");
}

// The names of a command's options: `--quiet`, and `-q` if wanted.
std::vector<std::string> names_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// For `-J` the option `-j`; else the only one that begins with the letter.
std::string nearest_to_letter(char letter, const std::vector<std::string>& names) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::string> same_start;
  for (const std::string& name : names) {
    if (name.size() == 2 && lower(name[1]) == lower(letter)) return name;
    if (name.size() > 2 && name[2] == letter) same_start.push_back(name);
  }
  return same_start.size() == 1 ? same_start.front() : std::string();
}

// The option that `word` (without its value) was meant to be: `-time` is `--time`, too.
std::string meant_option(const std::string& word, const std::vector<std::string>& names) {
  if (word.size() == 2) return nearest_to_letter(word[1], names);
  if (word.starts_with("--")) return std::string(nearest(word, names));
  return std::string(nearest("-" + word, names));
}

// About an option that `command` does not have; an empty message if `word` is none.
Notice unknown_option(const std::string& word, const CLI::App& command, const CLI::App* behind) {
  Notice notice{"bad_usage", ""};
  if (word.size() < 2 || word[0] != '-' || word == "--") return notice;
  const std::string name = word.substr(0, word.find('='));
  const std::string call =
      command.get_parent() == nullptr ? "tilewright" : "tilewright " + command.get_name();
  if (behind != nullptr && contains(names_of(*behind), name)) {
    notice.message = fmt::format("'{}' belongs behind the command: `tilewright {} {} ...`", name,
                                 behind->get_name(), name);
    return notice;
  }
  std::vector<std::string> names = names_of(command);
  if (behind != nullptr) {
    for (const std::string& other : names_of(*behind)) names.push_back(other);
  }
  notice.suggestion = meant_option(name, names);
  notice.message = fmt::format("unknown option '{}'; {}", name,
                               notice.suggestion.empty() ? fmt::format("see `{} --help`", call)
                                                         : proposal(notice.suggestion));
  return notice;
}

// The first word behind the global options.
int place_of_command(int argc, char** argv) {
  int i = 1;
  while (i < argc) {
    const std::string_view word = argv[i];
    if (word == kErrorFormat) {
      i += 2;
    } else if (word.starts_with(kErrorFormat)) {
      ++i;
    } else {
      break;
    }
  }
  return i;
}

}  // namespace

void add_global_options(CLI::App& app) {
  const auto seen = std::make_shared<std::string>();
  add_error_format(app, seen);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    add_error_format(*command, seen);
  }
}

ErrorFormat find_error_format(int argc, char** argv) {
  const char* variable = std::getenv(kVariable);
  std::string value = variable != nullptr ? variable : "";
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = argv[i];
    if (word == kErrorFormat && i + 1 < argc) value = argv[i + 1];
    if (word.starts_with(kErrorFormat) && word.substr(kErrorFormat.size()).starts_with("=")) {
      value = word.substr(kErrorFormat.size() + 1);
    }
  }
  return value == "json" ? ErrorFormat::json : ErrorFormat::text;
}

void find_command(const CLI::App& app, int argc, char** argv) {
  const int place = place_of_command(argc, argv);
  // Any other option is wrong there, and the parser says so.
  if (place >= argc || argv[place][0] == '-') return;
  const std::string name = argv[place];
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == name) return;
  }
  if (error_format() == ErrorFormat::json) ::setenv(kVariable, "json", 1);
  run_other_command(app, name, argv + place + 1);
}

Notice describe(const CLI::ParseError& error, const CLI::App& app) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const CLI::App* command = parsed.empty() ? nullptr : parsed.front();
  for (const std::string& word : app.remaining()) {
    Notice notice = unknown_option(word, app, command);
    if (!notice.message.empty()) return notice;
  }
  if (command != nullptr) {
    for (const std::string& word : command->remaining()) {
      Notice notice = unknown_option(word, *command, nullptr);
      if (!notice.message.empty()) return notice;
    }
  }
  const std::string call = command == nullptr ? "tilewright" : "tilewright " + command->get_name();
  const std::string text = error.what();
  return {"bad_usage", fmt::format("{}; see `{} --help`", text, call), {}, suggestion_in(text)};
}

}  // namespace tilewright
