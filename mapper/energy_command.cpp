// tilewright energy FILES...: energy and area tables of an architecture, in Accelergy's form.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/energy/compound/tables_json.hpp"
#include "model/energy/compound/tables_text.hpp"
#include "model/energy/compound/write_tables.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

struct EnergyOptions {
  std::vector<std::string> files;
  energy::EnergyReadOptions reading;
  std::string output;  // folder; empty = nothing is written
  OutputOptions show;
  energy::RegistryOptions estimators;
  int precision = 0;
  bool why = false;
};

void write_outputs(const fs::path& folder, const energy::EnergyInput& input,
                   const energy::EnergyTables& tables, energy::Precision precision) {
  make_folder(folder);
  write_atomically(folder / "ERT.yaml", energy::write_ert(tables, precision));
  write_atomically(folder / "ERT_summary.yaml", energy::write_ert_summary(tables, precision));
  write_atomically(folder / "ART.yaml", energy::write_art(tables, precision));
  write_atomically(folder / "ART_summary.yaml", energy::write_art_summary(tables, precision));
  if (input.has_architecture) {
    write_atomically(folder / "flattened_architecture.yaml", energy::write_flattened(input.design));
  }
  if (input.design.has_action_counts) {
    write_atomically(folder / "energy_estimation.yaml",
                     energy::write_energy_estimation(
                         input.design, energy::energy_of_counts(input.design, tables)));
  }
}

// Guesses are told whatever is asked for.
void report(const energy::EnergyTables& tables, const EnergyOptions& options) {
  if (options.show.wants_json()) {
    deliver(options.show.json, energy::tables_json(tables));
    return;
  }
  if (!options.show.quiet) print(energy::tables_text(tables, {options.precision}));
  if (options.why) print("\n" + energy::reasons_text(tables));
  if (const std::string guesses = energy::guesses_text(tables); !guesses.empty()) {
    print(guesses + "\n");
  }
}

int run_energy(EnergyOptions& options) {
  options.reading.technology = options.estimators.technology;
  const energy::EnergyInput input = energy::read_energy_input(options.files, options.reading);
  print_warnings(input.warnings);
  if (input.assumes_node && !options.estimators.technology) {
    print_warning({odd::kAssumedNode, std::string(energy::kAssumedNode)});
  }
  if (input.is_empty()) {
    throw UsageError(
        "nothing to price: none of the files has an architecture, action counts, an ERT or an ART");
  }
  const energy::Registry registry = energy::make_registry(options.estimators);
  const energy::EnergyTables tables = energy::price_input(input, registry);
  if (!options.output.empty()) write_outputs(options.output, input, tables, {options.precision});
  report(tables, options);
  return kDone;
}

}  // namespace

void add_energy_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<EnergyOptions>();
  CLI::App* command =
      app.add_subcommand("energy", "energy and area tables of an architecture (ERT, ART)");
  command
      ->add_option("files", options->files,
                   "architecture and component classes (and action counts, ERT, ART)")
      ->required()
      ->type_name("FILES");
  command->add_option("-o,--output", options->output, "folder for the tables")->type_name("DIR");
  add_estimator_options(*command, options->estimators);
  command->add_option("-p,--precision", options->precision, "digits of written numbers")
      ->check(CLI::Range(1, 17));
  add_json_option(*command, options->show, "every price, who gave it and why");
  add_quiet_option(*command, options->show, "print guesses only");
  command->add_flag("--why", options->why, "print why each estimator was taken, and no other");
  add_spec_options(*command, options->reading.limits);
  command->callback([options, &exit_code] { exit_code = run_energy(*options); });
}

}  // namespace tilewright
