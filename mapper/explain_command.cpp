// tilewright explain FILES...: why no mapping is valid, or why the best one costs what it does.
#include <algorithm>
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
#include "model/spec/spec.hpp"
#include "search/explain/explanation.hpp"
#include "search/explain/report.hpp"
#include "search/network/search_plan.hpp"

namespace tilewright {
namespace {

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

int run_explain(const ExplainOptions& options) {
  const SpecSet specs =
      read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs.warnings);
  check_searchable(specs);
  const SearchPlan plan = make_plan(options.wishes, specs.search, &*specs.architecture);
  catch_signals();
  explain::Question question{.layer = options.layer};
  for (const std::string& path : options.mappings) {
    question.mappings.push_back({path, content_of(path)});
  }
  StopToken stop;
  stop.cancelled = &interrupted();
  const auto explanations = explain::explain_layers(
      specs, plan, question, stop, [&](const explain::Explanation& explanation) {
        if (options.output.wants_tables()) print(explain::text_of(explanation, plan) + "\n");
      });
  if (options.output.wants_json()) {
    deliver(options.output.json, explain::json_of(explanations, specs, plan));
  }
  const bool runs = std::all_of(explanations.begin(), explanations.end(),
                                [](const explain::Explanation& each) { return each.runs(); });
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
