// The program: turns arguments into a subcommand, and whatever it throws into a message and an
// exit code.
#include <CLI/CLI.hpp>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/help_formatter.hpp"
#include "mapper/usage.hpp"
#include "model/error.hpp"

namespace tilewright {
namespace {

constexpr const char* kDescription =
    "tilewright - finds how to run the layers of a neural network on an accelerator\n\n"
    "Reads Timeloop's YAML, v0.1 to v0.4, and a form of its own: architecture,\n"
    "problems or a network, constraints, mappings.\n"
    "Exit codes: 0 done, 1 a claim does not hold, 2 bad input or usage, 3 mapping\n"
    "rejected or none valid, 70 internal error, 130/143 ended by Ctrl-C/SIGTERM with\n"
    "the best so far written.";

int run(int argc, char** argv) {
  CLI::App app(kDescription, "tilewright");
  app.set_version_flag("--version", "tilewright " TILEWRIGHT_VERSION);
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error&) { return std::string(); });
  int exit_code = kDone;
  add_model_command(app, exit_code);
  add_map_command(app, exit_code);
  add_bound_command(app, exit_code);
  add_check_command(app, exit_code);
  add_verify_command(app, exit_code);
  add_explain_command(app, exit_code);
  add_energy_command(app, exit_code);
  add_network_command(app, exit_code);
  add_convert_command(app, exit_code);
  add_timeloop_mapper_command(app, exit_code);
  add_timeloop_model_command(app, exit_code);
  add_help_commands(app, exit_code);
  add_shell_commands(app, exit_code);
  add_global_options(app);
  find_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    app.exit(request);
  } catch (const CLI::ParseError& error) {
    print_error(describe(error, app));
    return kBadInput;
  }
  finish_stdout();
  return exit_code;
}

int run_and_report(int argc, char** argv) {
  try {
    set_error_format(find_error_format(argc, argv));
    return run(argc, argv);
  } catch (const SpecError& error) {
    print_error({"bad_spec", error.message(), error.mark(), error.suggestion()});
    return kBadInput;
  } catch (const UsageError& error) {
    Notice notice{"bad_usage", error.what()};
    notice.suggestion = error.suggestion();
    print_error(notice);
    return kBadInput;
  } catch (const OutputError& error) {
    print_error({"cannot_write", error.what()});
    return kBadInput;
  } catch (const std::bad_alloc&) {
    print_error({"out_of_memory", "out of memory"});
    return kInternal;
  } catch (const std::exception& error) {
    print_error({"internal", std::string("internal: ") + error.what()});
  } catch (...) {
    print_error({"internal", "internal: unknown exception"});
  }
  print_note({"internal",
              "this is a defect of tilewright; please report it with the files that led to it"});
  return kInternal;
}

}  // namespace
}  // namespace tilewright

int main(int argc, char** argv) { return tilewright::run_and_report(argc, argv); }
