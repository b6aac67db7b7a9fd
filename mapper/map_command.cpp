// tilewright map FILES...: finds a mapping for every layer of a network.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/output_options.hpp"
#include "mapper/progress.hpp"
#include "mapper/result_folder.hpp"
#include "mapper/search_options.hpp"
#include "mapper/spec_options.hpp"
#include "mapper/summary.hpp"
#include "model/error.hpp"
#include "model/network/batch.hpp"
#include "model/printable.hpp"
#include "model/report/network_bound.hpp"
#include "model/report/stats_text.hpp"
#include "model/spec/spec.hpp"
#include "search/network/imperfect_hint.hpp"
#include "search/network/layer_table.hpp"
#include "search/network/network_search.hpp"
#include "search/network/network_total.hpp"
#include "search/network/search_plan.hpp"

namespace tilewright {
namespace {

/// The command line of `tilewright map`; empty or absent = not given.
struct MapOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  std::vector<GivenOption> given_estimators;
  std::vector<GivenOption> given_reading;  // how the specs are to be read
  std::string output;
  Takeover takeover;
  SearchWishes wishes;
  std::vector<GivenOption> given_wishes;
  std::optional<std::int64_t> batch;
  bool show_dataflow = false;
  OutputOptions show;
};

// An architecture or shape that has no bounds can still be searched.
std::string bound_of_network(const SpecSet& specs) {
  try {
    return bound_json(bound_network(specs), specs);
  } catch (const UsageError&) {
    return {};
  } catch (const SpecError&) {
    return {};
  }
}

SummaryContext make_context(const SpecSet& specs, const MapOptions& options,
                            const std::vector<Warning>& warnings) {
  SummaryContext context;
  for (const Warning& warning : arranged(warnings)) context.warnings.push_back(warning.text());
  context.cycle_seconds = specs.architecture->cycle_seconds;
  context.bound = bound_of_network(specs);
  context.architecture = specs.architecture_name;
  context.network = specs.network_name;
  context.batch = options.batch;
  context.files = options.files;
  context.inputs = hash_inputs(specs);
  context.estimators = options.given_estimators;
  context.reading = options.given_reading;
  context.inferences = batch_of(specs.layers);
  return context;
}

// The layer to which factors that need not divide could matter most.
void print_gain(const NetworkSearch& search) {
  const std::vector<LayerResult>& results = search.results();
  const auto gain = [](const LayerResult& r) { return r.search.imperfect_gap().value_or(0); };
  const auto most = std::max_element(
      results.begin(), results.end(),
      [&](const LayerResult& a, const LayerResult& b) { return gain(a) < gain(b); });
  const std::string hint = imperfect_hint(most->search, search.plan());
  if (!hint.empty()) print(fmt::format("{}: {}\n\n", printable(most->layer->name), hint));
}

void print_report(const NetworkSearch& search, const SpecSet& specs,
                  const std::vector<Warning>& warnings, const ResultFolder& folder) {
  print(fmt::format("{} on {}\n\n", specs.network_name, specs.architecture_name));
  print(layer_table(search.results(), *specs.architecture) + "\n");
  print_gain(search);
  if (const std::string top = top_table(search.results(), search.plan()); !top.empty()) {
    print(top + "\n");
  }
  print(prices_text(*specs.architecture, search.prices()));
  print(doubts_text(warnings));
  if (!is_reproducible(search.results())) {
    print("\nEnded by time or by the user: another run may find other mappings.\n");
  }
  print(fmt::format("\nResults: {}\n", folder.path().string()));
}

// Of several the gravest: our own defect, then what the user can mend.
int exit_code_of(const std::vector<LayerResult>& results) {
  LayerFault worst = LayerFault::none;
  bool failed = false;
  for (const LayerResult& result : results) {
    if (!result.searched || result.search.best) continue;
    worst = std::max(worst, result.fault);
    failed = true;
  }
  return failed ? exit_code_of(worst) : kDone;
}

std::string_view code_of(LayerFault fault) {
  if (fault == LayerFault::none) return "no_mapping";
  return fault == LayerFault::refused ? "layer_refused" : "internal";
}

void report_failures(const std::vector<LayerResult>& results) {
  for (const LayerResult& result : results) {
    if (result.search.front_thinned) {
      print_warning(
          {"thinned_front",
           fmt::format("layer '{}': the front has more points than are kept ({}); those in "
                       "its densest regions are left out",
                       result.layer->name, ParetoFront::kCapacity)});
    }
    if (!result.searched || result.search.best) continue;
    print_error(
        {code_of(result.fault),
         fmt::format("layer '{}': {}{}", result.layer->name,
                     result.fault == LayerFault::internal ? "internal: " : "", result.failure)});
  }
}

// The number of threads changes no result.
RunSettings settings_of(const MapOptions& options, const SummaryContext& context) {
  RunSettings settings;
  settings.inputs = context.inputs;
  for (const GivenOption& option : options.given_wishes) {
    if (option.name != "threads") settings.options.push_back(option);
  }
  for (const auto* given : {&options.given_estimators, &options.given_reading}) {
    settings.options.insert(settings.options.end(), given->begin(), given->end());
  }
  if (options.batch) settings.options.push_back({"batch", fmt::format("{}", *options.batch), ""});
  if (options.reading.count_idle) settings.options.push_back({"leakage", "", ""});
  return settings;
}

void print_resumed(const NetworkSearch& search) {
  const std::vector<LayerResult>& results = search.results();
  const auto taken = std::count_if(results.begin(), results.end(),
                                   [](const LayerResult& result) { return result.searched; });
  if (taken == 0) return;
  print_note({"resumed", fmt::format("{} of {} distinct layers are finished already", taken,
                                     search.distinct_layers())});
}

// The constraints that a dataflow adds, as those of another file.
void print_dataflow(const SpecSet& specs) {
  for (const Layer& layer : specs.layers) {
    const std::string text = dataflow_text(specs, layer.problem);
    print(fmt::format("# {}\nmapspace_constraints:{}\n{}", layer.name, text.empty() ? " []" : "",
                      text));
  }
}

int run_map(const MapOptions& options) {
  const auto start = std::chrono::system_clock::now();
  SpecSet specs = read_specs(options.files, with_estimators(options.reading, options.estimators));
  print_warnings(specs.warnings);
  check_searchable(specs);
  if (options.batch) set_batch(specs.layers, *options.batch);

  if (options.show_dataflow) {
    print_dataflow(specs);
    return kDone;
  }
  NetworkSearch search(specs, make_plan(options.wishes, specs.search, &*specs.architecture));
  // Those about the constraints and the mapper section, which are read once the plan is made.
  print_warnings(search.all_warnings());
  print_warnings(machine_warnings_of(search.plan()));
  std::vector<Warning> warnings = specs.warnings;
  for (Warning& warning : search.all_warnings()) warnings.push_back(std::move(warning));
  const SummaryContext context = make_context(specs, options, warnings);
  catch_signals();
  ResultFolder folder(options.output.empty()
                          ? default_folder(specs.architecture_name, specs.network_name)
                          : std::filesystem::path(options.output),
                      specs.layers, *specs.architecture, options.takeover);
  if (const auto finished = folder.begin(settings_of(options, context), search)) {
    if (options.show.wants_json()) {
      deliver(options.show.json, folder.summary());
    } else {
      print(fmt::format("This run is finished. Results: {}\n", folder.path().string()));
    }
    return *finished;
  }
  if (!options.show.quiet) print_resumed(search);
  folder.write_bound(context.bound);
  Progress progress(
      Progress::choose_style(options.show.quiet || error_format() == ErrorFormat::json),
      specs.layers.size(), search.plan());
  search.run(progress, {.cancelled = &interrupted()}, [&](const LayerResult& result) {
    folder.write_layer(result, search);
    folder.write_summary_if_due(search, context);
  });
  folder.write_summary(search, context);
  const int exit_code = exit_code_of(search.results());
  folder.end(search, start, exit_code);
  if (options.show.wants_json()) {
    deliver(options.show.json, folder.summary());
  } else {
    print_report(search, specs, warnings, folder);
  }
  report_failures(search.results());
  return caught_signal() != 0 ? kSignalBase + caught_signal() : exit_code;
}

}  // namespace

void add_map_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<MapOptions>();
  CLI::App* command = app.add_subcommand("map", "find the best mapping of every layer");
  add_network_files(*command, options->files);
  command
      ->add_option("-o,--output", options->output,
                   "folder for the results (default: results/<architecture>/<network>)")
      ->type_name("DIR");
  add_batch_option(*command, options->batch);
  command->add_flag("--show-dataflow", options->show_dataflow,
                    "print the constraints of --dataflow as YAML, and search nothing");
  command->add_flag("--resume", options->takeover.resume,
                    "go on with the run in the folder of results, if there is one");
  command->add_flag("--force", options->takeover.force,
                    "write into a folder that holds files of no run, too");
  add_json_option(*command, options->show, "the summary of all layers");
  add_quiet_option(*command, options->show, "no progress on standard error");
  add_spec_options(*command, options->reading, &options->given_reading);
  add_estimator_options(*command, options->estimators, &options->given_estimators);
  add_price_options(*command, options->reading);
  add_search_options(*command, options->wishes, &options->given_wishes);
  command->callback([options, &exit_code] { exit_code = run_map(*options); });
}

}  // namespace tilewright
