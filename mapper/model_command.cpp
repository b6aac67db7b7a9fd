// tilewright model FILES...: scores the mapping that the files hold.
#include <memory>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/mapping/mapping.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/report/stats_text.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

struct ModelOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  OutputOptions output;
};

Notice notice_of(const ScoredMapping& scored) {
  const std::size_t place = SpecError::locate(scored.rejected_at).size();
  return {"mapping_rejected", scored.rejection.substr(place), scored.rejected_at};
}

void print_tables(const ScoredMapping& scored, const std::vector<Warning>& warnings,
                  const Architecture& arch) {
  const Problem& problem = scored.layer->problem;
  print(stats_text(scored.stats, problem, arch));
  print("\n" + prices_text(arch, scored.prices));
  print(doubts_text(warnings));
  print("\n" + format_nest(*scored.mapping, problem, arch));
}

int run_model(const ModelOptions& options) {
  const SpecSet specs =
      read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs.warnings);
  const ScoredMapping scored = score_mapping(specs);
  print_warnings(scored.warnings);
  if (options.output.wants_json()) deliver(options.output.json, stats_json(scored, specs));
  if (!scored.valid()) {
    print_error(notice_of(scored));
    return kNoMapping;
  }
  if (options.output.wants_tables()) {
    std::vector<Warning> warnings = specs.warnings;
    warnings.insert(warnings.end(), scored.warnings.begin(), scored.warnings.end());
    print_tables(scored, warnings, *specs.architecture);
  }
  return kDone;
}

}  // namespace

void add_model_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ModelOptions>();
  CLI::App* command = app.add_subcommand("model", "score the mapping in the files");
  command
      ->add_option("files", options->files,
                   "architecture, problem and mapping (and ERT, ART), in any order")
      ->required()
      ->type_name("FILES");
  add_json_option(*command, options->output, "every count");
  add_quiet_option(*command, options->output, "print no tables");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  add_price_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_model(*options); });
}

}  // namespace tilewright
