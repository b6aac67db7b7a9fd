// tilewright check FILES...: what is wrong, odd or in vain in specs, without a search.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/duration.hpp"
#include "model/error.hpp"
#include "model/spec/spec.hpp"
#include "search/lint/lint.hpp"

namespace tilewright {
namespace {

constexpr const char* kDefaultTime = "60s";

struct CheckOptions {
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  OutputOptions output;
  std::string time = kDefaultTime;
  bool strict = false;
};

lint::Report report_of(const CheckOptions& options, const StopToken& stop) {
  try {
    return lint::check(
        read_specs(options.files, with_estimators(options.reading, options.estimators)), stop);
  } catch (const SpecError& error) {
    return lint::unreadable(error);
  }
}

int run_check(const CheckOptions& options) {
  catch_signals();
  StopToken stop;
  stop.cancelled = &interrupted();
  stop.end_by(StopToken::Clock::now() + parse_duration(options.time));
  const lint::Report report = report_of(options, stop);
  if (options.output.wants_json()) deliver(options.output.json, json_of(report, options.files));
  if (options.output.wants_tables()) print(text_of(report));
  if (caught_signal() != 0) return kSignalBase + caught_signal();
  if (!report.is_readable()) return kBadInput;
  return options.strict && !report.findings.empty() ? kComparisonFailed : kDone;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      app.add_subcommand("check", "say what is wrong, odd or in vain in specs, without a search");
  add_network_files(*command, options->files);
  command->add_flag("--strict", options->strict, "exit with 1 if anything is found");
  command
      ->add_option("--time", options->time,
                   "look no longer than this (default: 60s): 500ms, 10s, 5min, 2h")
      ->type_name("TIME");
  add_json_option(*command, options->output, "all findings");
  add_quiet_option(*command, options->output, "print no findings");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  add_price_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_check(*options); });
}

}  // namespace tilewright
