// tilewright model FILES...: scores the mapping that the files hold.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "model/error.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/stats_json.hpp"
#include "model/report/stats_text.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

struct ModelOptions {
  std::vector<std::string> files;
  std::string json;  // empty = tables for people
};

void check_complete(const SpecSet& specs) {
  if (!specs.architecture) {
    throw UsageError("no architecture: none of the files has a key 'arch' or 'architecture'");
  }
  if (specs.layers.empty()) throw UsageError("no problem: none of the files has a key 'problem'");
  if (specs.layers.size() > 1) {
    throw UsageError(fmt::format("{} problems, but a mapping belongs to one of them: give one",
                                 specs.layers.size()));
  }
  if (!specs.has_mapping) {
    throw UsageError(
        "no mapping: none of the files has a key 'mapping' (to search for one: tilewright map)");
  }
}

void write_json(const std::string& path, const std::string& text) {
  if (path == "-") {
    print(text);
  } else {
    write_atomically(path, text);
  }
}

void print_tables(const Evaluator& evaluator, const Mapping& mapping, const Stats& stats) {
  const Problem& problem = evaluator.problem();
  const Architecture& arch = evaluator.architecture();
  print(stats_text(stats, problem, arch));
  print("\n" + prices_text(arch, evaluator.prices()));
  print("\n" + format_nest(mapping, problem, arch));
}

// Scores a mapping that was read.
int report(const SpecSet& specs, const Mapping& mapping, const ModelOptions& options) {
  const Problem& problem = specs.layers.front().problem;
  const ReferenceTable table = specs.table.value_or(ReferenceTable{});
  const Evaluator evaluator(problem, *specs.architecture, price(*specs.architecture, table));
  const ScratchPtr scratch = evaluator.scratch();
  const Stats stats = evaluator.explain(mapping, *scratch);

  if (!options.json.empty()) {
    write_json(options.json,
               stats_json(stats, problem, evaluator.architecture(), evaluator.prices()));
  }
  if (!stats.outcome.valid()) {
    print_error("mapping rejected: " +
                describe(stats.outcome.rejection, problem, evaluator.architecture()));
    return kNoMapping;
  }
  if (options.json.empty()) print_tables(evaluator, mapping, stats);
  return kDone;
}

int report_misfit(const MappingMisfit& error, const ModelOptions& options) {
  print_error(error.what());
  if (!options.json.empty()) {
    const nlohmann::ordered_json json{
        {"status", "reject"}, {"reason", "mapping"}, {"message", error.what()}};
    using Json = nlohmann::ordered_json;
    write_json(options.json, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  return kNoMapping;
}

int run_model(const ModelOptions& options) {
  const SpecSet specs = read_specs(options.files);
  print_warnings(specs);
  check_complete(specs);
  std::optional<Mapping> mapping;
  try {
    mapping = read_mapping(specs, specs.layers.front().problem);
  } catch (const MappingMisfit& error) {
    return report_misfit(error, options);
  }
  return report(specs, *mapping, options);
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
  command->callback([options, &exit_code] { exit_code = run_model(*options); });
}

}  // namespace tilewright
