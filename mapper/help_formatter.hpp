#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tilewright {

/// Help in lines of 80 columns, with one list of all subcommands: our own and other programs.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_option_desc(const CLI::Option* option) const override;

 private:
  std::string wrapped(const std::string& text) const;
};

/// The help of the program as a whole, whichever subcommand is running.
std::string help_of_program(const CLI::App& app);

}  // namespace tilewright
