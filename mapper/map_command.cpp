// tilewright map FILES...: finds a mapping for every layer of a network.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/progress.hpp"
#include "mapper/result_folder.hpp"
#include "mapper/spec_options.hpp"
#include "mapper/summary.hpp"
#include "model/error.hpp"
#include "model/report/stats_text.hpp"
#include "model/spec/spec.hpp"
#include "search/network/duration.hpp"
#include "search/network/network_search.hpp"
#include "search/network/search_plan.hpp"
#include "search/network/summary_table.hpp"

namespace tilewright {
namespace {

/// The command line of `tilewright map`; empty or absent = not given.
struct MapOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  std::string output;
  std::string time;
  std::string total_time;
  std::string from;
  std::string to;
  SearchWishes wishes;
  std::optional<std::uint64_t> batch;
  bool quiet = false;
};

SearchWishes wishes_of(const MapOptions& options) {
  SearchWishes wishes = options.wishes;
  if (!options.time.empty()) wishes.time = parse_duration(options.time);
  if (!options.total_time.empty()) wishes.total_time = parse_duration(options.total_time);
  return wishes;
}

// Counts of factorizations may exceed every built-in type.
BigInt parse_number(const std::string& text, std::string_view option) {
  const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
  const std::size_t first = text.find_first_not_of('0');  // a leading 0 would mean octal
  if (!digits || text.empty() || text.size() > 100) {
    throw UsageError(fmt::format("{}: '{}' is not a number of a factorization", option, text));
  }
  return first == std::string::npos ? BigInt(0) : BigInt(text.substr(first));
}

SearchPlan plan_of(const MapOptions& options, const SearchSettings& settings) {
  SearchPlan plan = make_plan(wishes_of(options), settings);
  const bool sliced = !options.from.empty() || !options.to.empty();
  if (sliced && plan.searcher != "exhaustive") {
    throw UsageError("--from and --to name a slice for --searcher exhaustive");
  }
  if (!options.from.empty()) plan.options.from = parse_number(options.from, "--from");
  if (!options.to.empty()) plan.options.to = parse_number(options.to, "--to");
  return plan;
}

SummaryContext make_context(const SpecSet& specs) {
  SummaryContext context;
  context.architecture = specs.architecture_name;
  context.network = specs.network_name;
  for (const std::string& file : specs.files) context.inputs.push_back({file, hash_of_file(file)});
  return context;
}

void print_report(const NetworkSearch& search, const SpecSet& specs, const ResultFolder& folder) {
  print(fmt::format("{} on {}\n\n", specs.network_name, specs.architecture_name));
  print(summary_table(search.results()) + "\n");
  print(prices_text(*specs.architecture, search.prices()));
  if (!is_reproducible(search.results())) {
    print("\nEnded by time or by the user: another run may find other mappings.\n");
  }
  print(fmt::format("\nResults: {}\n", folder.path().string()));
}

int report_failures(const std::vector<LayerResult>& results) {
  int exit_code = kDone;
  for (const LayerResult& result : results) {
    if (!result.searched || result.search.best) continue;
    print_error(fmt::format("layer '{}': {}", result.layer->name, result.failure));
    exit_code = kNoMapping;
  }
  return exit_code;
}

int run_map(const MapOptions& options) {
  const auto start = std::chrono::system_clock::now();
  SpecSet specs = read_specs(options.files, options.reading);
  print_warnings(specs);
  check_searchable(specs);
  if (options.batch) set_batch(specs.layers, *options.batch);
  const SummaryContext context = make_context(specs);

  NetworkSearch search(specs, plan_of(options, specs.search));
  for (const Warning& warning : search.warnings) {
    print_warning(SpecError::locate(warning.mark) + warning.message);
  }
  for (const std::string& note : search.plan().notes) print_warning("mapper: " + note);

  catch_signals();
  const ResultFolder folder(options.output.empty()
                                ? default_folder(specs.architecture_name, specs.network_name)
                                : std::filesystem::path(options.output),
                            specs.layers, *specs.architecture);
  Progress progress(Progress::choose_style(options.quiet), specs.layers.size(),
                    search.plan().objective);
  search.run(progress, interrupted(), [&](const LayerResult& result) {
    folder.write_layer(result, search.prices());
    folder.write_summary(search, context);
  });
  folder.write_summary(search, context);
  folder.write_run(search, start);
  print_report(search, specs, folder);
  const int exit_code = report_failures(search.results());
  return caught_signal() != 0 ? kSignalBase + caught_signal() : exit_code;
}

void add_search_options(CLI::App& command, MapOptions& options) {
  command.add_option("--time", options.time, "time for each distinct layer: 10s, 500ms, 2m")
      ->type_name("TIME");
  command
      .add_option("--total-time", options.total_time, "time for the network, shared by its layers")
      ->type_name("TIME");
  command
      .add_option("--objective", options.wishes.objective,
                  "what to minimise: edp (default), energy, delay, or a list of them by rank")
      ->type_name("LIST");
  command
      .add_option("--searcher", options.wishes.searcher,
                  "how to search: portfolio (default), random, local, annealing, genetic, hybrid "
                  "or exhaustive")
      ->type_name("NAME");
  command.add_option("--seed", options.wishes.seed, "seed of the random numbers")
      ->capture_default_str();
  command.add_option("-j,--threads", options.wishes.threads, "threads; 0 = all cores (default)");
  command.add_option("--max-evaluated", options.wishes.max_evaluated,
                     "mappings to consider per layer");
  command.add_option("--max-valid", options.wishes.max_valid,
                     "valid mappings to consider per layer");
  command.add_option("--victory-condition", options.wishes.victory_condition,
                     "valid mappings in a row without an improvement that end a layer");
  command
      .add_option("--from", options.from,
                  "exhaustive search: number of the first factorization (default: 0)")
      ->type_name("N");
  command
      .add_option("--to", options.to,
                  "exhaustive search: one past the last factorization (default: all)")
      ->type_name("N");
  command.add_flag("--both-axes", options.wishes.both_axes,
                   "let a dimension use X and Y of one level at once");
}

}  // namespace

void add_map_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<MapOptions>();
  CLI::App* command = app.add_subcommand("map", "find the best mapping of every layer");
  command
      ->add_option("files", options->files,
                   "architecture, and problems or a network (and constraints, ERT, ART)")
      ->required()
      ->type_name("FILES");
  command
      ->add_option("-o,--output", options->output,
                   "folder for the results (default: results/<architecture>/<network>)")
      ->type_name("DIR");
  command->add_option("--batch", options->batch, "batch size: dimension N of every layer");
  command->add_flag("--quiet", options->quiet, "no progress on standard error");
  add_spec_options(*command, options->reading);
  add_search_options(*command, *options);
  command->callback([options, &exit_code] { exit_code = run_map(*options); });
}

}  // namespace tilewright
