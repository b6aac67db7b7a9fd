#include "mapper/help_formatter.hpp"

#include <sstream>

#include "mapper/other_commands.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kColumns = 80;

}  // namespace

std::string HelpFormatter::make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const {
  std::string text = CLI::Formatter::make_subcommands(app, mode);
  if (app->get_parent() != nullptr) return text;
  std::ostringstream more;
  for (const CommandLine& other : other_commands()) {
    CLI::detail::format_help(more, other.name, wrapped(other.help), get_column_width());
  }
  return text + more.str();
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  std::ostringstream text;
  CLI::detail::format_help(text, command->get_display_name(true),
                           wrapped(command->get_description()), get_column_width());
  return text.str();
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  return wrapped(option->get_description());
}

// Into lines as wide as what is left beside the column of names.
std::string HelpFormatter::wrapped(const std::string& text) const {
  const std::size_t width = kColumns - get_column_width();
  std::istringstream words(text);
  std::string lines;
  std::size_t used = 0;
  for (std::string word; words >> word; used += word.size()) {
    if (used > 0 && used + 1 + word.size() > width) {
      lines += '\n';
      used = 0;
    } else if (used > 0) {
      lines += ' ';
      ++used;
    }
    lines += word;
  }
  return lines;
}

std::string help_of_program(const CLI::App& app) {
  return app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
}

}  // namespace tilewright
