// tilewright explain FILES...: why no mapping is valid, or why the best one costs what it does.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/output_options.hpp"
#include "mapper/search_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/error.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/spec/spec.hpp"
#include "search/explain/explanation.hpp"
#include "search/explain/report.hpp"
#include "search/network/search_plan.hpp"

namespace tilewright {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kDefaultTime{10};  // per layer

struct ExplainOptions {
  std::vector<std::string> files;
  std::vector<std::string> mappings;
  std::string layer;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  SearchWishes wishes;
  OutputOptions output;
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UsageError("cannot read the mapping '" + path + "'");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Those named on the command line, or that of the spec.
std::vector<Mapping> mappings_of(const ExplainOptions& options, const SpecSet& specs,
                                 const Problem& problem) {
  std::vector<Mapping> mappings;
  for (const std::string& path : options.mappings) {
    mappings.push_back(read_mapping_text({path, content_of(path)}, *specs.architecture, problem));
  }
  if (mappings.empty() && specs.has_mapping) mappings.push_back(read_mapping(specs, problem));
  return mappings;
}

std::vector<const Layer*> layers_of(const ExplainOptions& options, const SpecSet& specs) {
  std::vector<const Layer*> layers;
  const bool one = !options.layer.empty() || !options.mappings.empty() || specs.has_mapping;
  if (one) return {&find_layer(specs, options.layer)};
  for (const Layer& layer : specs.layers) layers.push_back(&layer);
  return layers;
}

StopToken stop_of(const SearchPlan& plan) {
  StopToken stop;
  stop.cancelled = &interrupted();
  stop.end_by(Clock::now() + plan.time.value_or(kDefaultTime));
  return stop;
}

int run_explain(const ExplainOptions& options) {
  const SpecSet specs =
      read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs.warnings);
  check_searchable(specs);
  const SearchPlan plan = make_plan(options.wishes, specs.search, &*specs.architecture);
  catch_signals();
  std::vector<explain::Explanation> explanations;
  bool runs = true;
  for (const Layer* layer : layers_of(options, specs)) {
    explanations.push_back(explain::explain_layer(
        specs, *layer, plan, mappings_of(options, specs, layer->problem), stop_of(plan)));
    const explain::Explanation& last = explanations.back();
    runs = runs && last.runs();
    if (options.output.wants_tables()) print(explain::text_of(last, plan) + "\n");
    if (interrupted()) break;
  }
  if (options.output.wants_json()) {
    deliver(options.output.json, explain::json_of(explanations, specs, plan));
  }
  return runs ? kDone : kNoMapping;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand(
      "explain", "say why no mapping is valid, or why the best costs what it does");
  add_network_files(*command, options->files);
  command
      ->add_option("--map", options->mappings,
                   "explain this mapping; given twice, also how the second differs")
      ->type_name("FILE")
      ->expected(1, 2)
      ->allow_extra_args(false);
  command->add_option("--layer", options->layer, "explain this layer only")->type_name("NAME");
  add_json_option(*command, options->output, "all of it");
  add_quiet_option(*command, options->output, "print no tables");
  add_search_options(*command, options->wishes);
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  add_price_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_explain(*options); });
}

}  // namespace tilewright
