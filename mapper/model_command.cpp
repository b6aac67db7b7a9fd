// tilewright model FILES...: scores the mapping that the files hold.
#include <memory>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
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
  std::string json;  // empty = tables for people
};

void write_json(const std::string& path, const std::string& text) {
  if (path == "-") {
    print(text);
  } else {
    write_atomically(path, text);
  }
}

void print_tables(const ScoredMapping& scored, const Architecture& arch) {
  const Problem& problem = scored.layer->problem;
  print(stats_text(scored.stats, problem, arch));
  print("\n" + prices_text(arch, scored.prices));
  print("\n" + format_nest(*scored.mapping, problem, arch));
}

int run_model(const ModelOptions& options) {
  const SpecSet specs =
      read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs);
  const ScoredMapping scored = score_mapping(specs);
  if (!options.json.empty()) write_json(options.json, stats_json(scored, specs));
  if (!scored.valid()) {
    print_error(scored.rejection);
    return kNoMapping;
  }
  if (options.json.empty()) print_tables(scored, *specs.architecture);
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
  command->add_option("--json", options->json, "write every count as JSON; - is standard output")
      ->type_name("FILE");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  add_price_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_model(*options); });
}

}  // namespace tilewright
