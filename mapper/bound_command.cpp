// tilewright bound FILES...: what no mapping can beat, before any search.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/report/network_bound.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

struct BoundOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  std::optional<std::uint64_t> capacity;
  OutputOptions output;
};

int run_bound(const BoundOptions& options) {
  const SpecSet specs =
      read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs.warnings);
  const NetworkBound bound = bound_network(specs, options.capacity);
  if (options.output.wants_json()) deliver(options.output.json, bound_json(bound, specs));
  if (options.output.wants_tables()) print(bound_text(bound, specs));
  return kDone;
}

}  // namespace

void add_bound_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<BoundOptions>();
  CLI::App* command = app.add_subcommand("bound", "show what no mapping can beat");
  add_network_files(*command, options->files);
  command
      ->add_option("--capacity", options->capacity,
                   "words on the chip (default: those of all levels but the outermost)")
      ->check(whole_number(1, std::uint64_t{1} << 53))
      ->type_name("WORDS");
  add_json_option(*command, options->output, "all steps and rooflines");
  add_quiet_option(*command, options->output, "print no tables");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  add_price_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_bound(*options); });
}

}  // namespace tilewright
