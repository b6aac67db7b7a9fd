// The program: turns arguments into a subcommand, and whatever it throws into a message and an
// exit code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/external_command.hpp"
#include "mapper/files.hpp"
#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

constexpr const char* kDescription =
    "tilewright - finds how to run the layers of a neural network on an accelerator\n\n"
    "Reads Timeloop v3's YAML: architecture, problems or a network, constraints, mappings.\n"
    "Exit codes: 0 done, 1 a claim does not hold, 2 bad input or usage, 3 mapping rejected or none "
    "valid,\n"
    "70 internal error, 130/143 ended by Ctrl-C/SIGTERM with the best so far written.";

// The subcommands that are written in Python.
constexpr std::array<std::string_view, 2> kOfPackage{"import", "report"};

// Becomes another program if the command is one of those. CLI11 only says that a command is
// missing; a typing error deserves the nearest name.
void find_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return;
  run_external_command(argv[1], argv + 2);
  if (std::find(kOfPackage.begin(), kOfPackage.end(), argv[1]) != kOfPackage.end()) {
    throw UsageError(fmt::format(
        "the program tilewright-{} is neither beside this one nor on the path; it comes with the "
        "Python package: `pip install .` in the clone of Tilewright that this program was built "
        "from",
        argv[1]));
  }
  for (std::string& name : external_commands()) names.push_back(std::move(name));
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw UsageError(unknown_name_message("command", argv[1], known));
}

// What CLI11 says, and the nearest option of the subcommand if one was meant.
std::string describe(const CLI::ParseError& error, const CLI::App& app) {
  std::string text = error.what();
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return text;
  for (const CLI::App* command : app.get_subcommands()) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    for (const std::string& word : command->remaining()) {
      if (!word.starts_with("--")) continue;
      const std::string_view close = nearest(word.substr(0, word.find('=')), names);
      if (!close.empty())
        return fmt::format("unknown option '{}'; did you mean '{}'?", word, close);
    }
  }
  return text;
}

// Only the help has to look through the folders.
std::string list_external_commands() {
  std::string text;
  for (const std::string& name : external_commands()) {
    text += fmt::format("  {:<26}  the program tilewright-{}\n", name, name);
  }
  return text.empty() ? text
                      : "Further subcommands, found beside this program or on the path:\n" + text;
}

int run(int argc, char** argv) {
  CLI::App app(kDescription, "tilewright");
  app.set_version_flag("--version", "tilewright " TILEWRIGHT_VERSION);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error&) { return std::string(); });
  int exit_code = kDone;
  add_model_command(app, exit_code);
  add_map_command(app, exit_code);
  add_bound_command(app, exit_code);
  add_verify_command(app, exit_code);
  add_energy_command(app, exit_code);
  add_network_command(app, exit_code);
  add_timeloop_mapper_command(app, exit_code);
  add_timeloop_model_command(app, exit_code);
  app.footer(list_external_commands);
  find_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    app.exit(request);
  } catch (const CLI::ParseError& error) {
    print_error(describe(error, app) + "; see `tilewright --help`");
    return kBadInput;
  }
  finish_stdout();
  return exit_code;
}

int run_and_report(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const SpecError& error) {
    print_error(error.what());
    return kBadInput;
  } catch (const UsageError& error) {
    print_error(error.what());
    return kBadInput;
  } catch (const OutputError& error) {
    print_error(error.what());
    return kBadInput;
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
    return kInternal;
  } catch (const std::exception& error) {
    print_error(std::string("internal: ") + error.what());
  } catch (...) {
    print_error("internal: unknown exception");
  }
  print_error("this is a defect of tilewright; please report it with the files that led to it");
  return kInternal;
}

}  // namespace
}  // namespace tilewright

int main(int argc, char** argv) { return tilewright::run_and_report(argc, argv); }
