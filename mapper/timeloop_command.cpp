// tilewright timeloop-mapper FILES... and tilewright timeloop-model FILES...: what Timeloop's
// programs do, for scripts that call them and read their files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/progress.hpp"
#include "mapper/search_options.hpp"
#include "mapper/spec_options.hpp"
#include "mapper/timeloop_files.hpp"
#include "model/energy/compound/energy_input.hpp"
#include "model/error.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/report/timeloop/map_text.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/spec_files.hpp"
#include "search/network/network_search.hpp"

namespace tilewright {
namespace {

constexpr const char* kMapper = "timeloop-mapper";
constexpr const char* kModel = "timeloop-model";

struct TimeloopOptions {
  std::vector<std::string> files;
  std::string output = ".";
  ReadOptions reading;
  energy::RegistryOptions estimators;
  SearchWishes wishes;
  bool no_leakage = false;
  bool quiet = false;
};

// Whether an architecture has the form that Accelergy reads.
bool has_tree(const SpecSet& specs) {
  const auto& documents = specs.source->documents;
  return std::any_of(documents.begin(), documents.end(), [](const auto& document) {
    const spec::Node* arch = document->root->find("architecture");
    if (arch == nullptr) arch = document->root->find("arch");
    if (arch == nullptr || !arch->is_map()) return false;
    return arch->find("subtree") != nullptr || arch->find("local") != nullptr ||
           arch->find("nodes") != nullptr;
  });
}

// Timeloop's table of mappings by operations per byte has had two names; "" = the specs ask for
// none.
std::string table_of_mappings(const SpecSet& specs) {
  constexpr std::array<std::pair<const char*, const char*>, 3> kTables{
      {{"log-oaves", "oaves"},
       {"log-oave-mappings", "oaves"},
       {"log-orojenesis-mappings", "orojenesis"}}};
  std::string table;
  for (const auto& document : specs.source->documents) {
    const spec::Node* mapper = document->root->find("mapper");
    if (mapper == nullptr || !mapper->is_map()) continue;
    for (const auto& [key, name] : kTables) {
      const spec::Node* value = mapper->find(key);
      if (value != nullptr && value->flag(key)) table = name;
    }
  }
  return table;
}

void check_single(const SpecSet& specs) {
  if (specs.layers.size() < 2) return;
  throw UsageError(fmt::format(
      "{} problems, but Timeloop's programs know one per run: `tilewright map` searches them all",
      specs.layers.size()));
}

// Where Timeloop would call Accelergy, our estimators price the levels. Its programs count what
// memories leak that work.
SpecSet read(const TimeloopOptions& options) {
  SpecSet specs = read_specs(options.files, with_estimators(options.reading, options.estimators));
  check_single(specs);
  const bool has_prices = specs.table && specs.table->has_energy;
  if (!has_prices && has_tree(specs)) {
    energy::add_estimates(specs, energy::make_registry(options.estimators));
  }
  if (!specs.table) specs.table.emplace();
  specs.table->count_idle = specs.table->idle_in_use = !options.no_leakage;
  return specs;
}

std::string summary_line(const timeloop::Run& run) {
  const Cost& cost = run.stats.outcome.cost;
  const double per_compute = cost.energy / static_cast<double>(run.stats.computes);
  return fmt::format("Utilization = {:.2f} | pJ/Compute = {:8.3f} | Cycles = {:.0f}\n",
                     cost.utilization, per_compute, cost.cycles);
}

int run_timeloop_model(const TimeloopOptions& options) {
  const SpecSet specs = read(options);
  print_warnings(specs.warnings);
  const ScoredMapping scored = score_mapping(specs);
  print_warnings(scored.warnings);
  const TimeloopFiles files(options.output, kModel);
  files.write_tables(specs, energy::make_registry(options.estimators));
  if (!scored.valid()) {
    files.remove_run();
    print_error({"mapping_rejected", scored.rejection});
    return kNoMapping;
  }
  const timeloop::Run run{scored.layer->problem, *specs.architecture, scored.prices,
                          *scored.mapping, scored.stats};
  files.write_run(run);
  print(summary_line(run));
  return kDone;
}

// The specs' wishes about what is best count; those about how to look for it are Timeloop's own.
SearchSettings settings_of(const SpecSet& specs) {
  SearchSettings settings;
  settings.metrics = specs.search.metrics;
  settings.threads = specs.search.threads;
  return settings;
}

void print_searcher(const SearchSettings& asked, const std::string& searcher) {
  if (!asked.algorithm || *asked.algorithm == searcher) return;
  print(
      fmt::format("search: '{}', which proves its result the best where it can, instead of '{}' "
                  "and its limits, which the specs' section mapper asks for\n",
                  searcher, *asked.algorithm));
}

void write_result(const LayerResult& result, const NetworkSearch& search, const SpecSet& specs,
                  const TimeloopFiles& files) {
  const timeloop::Run run{result.layer->problem, *specs.architecture, search.prices(),
                          result.search.best->mapping, *result.stats};
  files.write_run(run);
  files.write(".map.yaml", timeloop::map_yaml(run));
  if (const std::string table = table_of_mappings(specs); !table.empty()) {
    files.write("." + table + ".csv", timeloop::oaves_csv(run));
  }
  print("Summary stats for best mapping found by mapper:\n  " + summary_line(run));
}

// The reader of specs knows no table of mappings and says that its switch is ignored.
void forget_ignored_tables(SpecSet& specs) {
  if (table_of_mappings(specs).empty()) return;
  std::erase_if(specs.warnings, [](const Warning& warning) {
    return warning.code == odd::kIgnored &&
           (warning.message.find("oave") != std::string::npos ||
            warning.message.find("orojenesis") != std::string::npos);
  });
}

int run_timeloop_mapper(const TimeloopOptions& options) {
  SpecSet specs = read(options);
  forget_ignored_tables(specs);
  check_searchable(specs);
  NetworkSearch search(specs, make_plan(options.wishes, settings_of(specs), &*specs.architecture));
  print_searcher(specs.search, search.plan().searcher);
  print_warnings(specs.warnings);
  print_warnings(search.all_warnings());
  print_warnings(machine_warnings_of(search.plan()));
  const TimeloopFiles files(options.output, kMapper);
  files.write_tables(specs, energy::make_registry(options.estimators));
  catch_signals();
  Progress progress(Progress::choose_style(options.quiet), 1, search.plan());
  search.run(progress, {.cancelled = &interrupted()}, [](const LayerResult&) {});
  const LayerResult& result = search.results().front();
  if (result.search.best) {
    write_result(result, search, specs, files);
  } else {
    files.remove_run();
    for (const char* ending : {".map.yaml", ".oaves.csv", ".orojenesis.csv"}) files.remove(ending);
    if (result.searched) print_error({"no_mapping", result.failure});
  }
  if (caught_signal() != 0) return kSignalBase + caught_signal();
  return result.search.best ? kDone : exit_code_of(result.fault);
}

// Timeloop's own arguments, and what prices levels.
void add_common_options(CLI::App& command, TimeloopOptions& options, const std::string& files) {
  command.add_option("files", options.files, files)->required()->type_name("FILES");
  command.add_option("-o,--output", options.output, "folder for the files (default: this one)")
      ->type_name("DIR");
  command.add_flag("--no-leakage", options.no_leakage,
                   "leave leakage out of energies, as Timeloop did up to version 3");
  add_spec_options(command, options.reading);
  add_estimator_options(command, options.estimators);
}

}  // namespace

void add_timeloop_mapper_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<TimeloopOptions>();
  CLI::App* command = app.add_subcommand(
      kMapper, "find the best mapping, and write the files of Timeloop's mapper");
  add_common_options(*command, *options,
                     "architecture, one problem, constraints, mapper settings (and ERT, ART)");
  command->add_flag("-q,--quiet", options->quiet, "no progress on standard error");
  add_search_options(*command, options->wishes);
  command->callback([options, &exit_code] {
    // A mapping of an earlier run is often among the files, for they are given as *.yaml.
    std::erase(options->files, std::string(kMapper) + ".map.yaml");
    exit_code = run_timeloop_mapper(*options);
  });
}

void add_timeloop_model_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<TimeloopOptions>();
  CLI::App* command =
      app.add_subcommand(kModel, "score a mapping, and write the files of Timeloop's model");
  add_common_options(*command, *options,
                     "architecture, one problem and its mapping (and ERT, ART)");
  command->callback([options, &exit_code] { exit_code = run_timeloop_model(*options); });
}

}  // namespace tilewright
