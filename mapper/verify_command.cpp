// tilewright verify CERTIFICATE [FILES...]: checks what a run claims of its mappings.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapper/certificate.hpp"
#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/spec_options.hpp"
#include "model/error.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/network/duration.hpp"
#include "search/network/numbers.hpp"
#include "search/verify/verify.hpp"

namespace tilewright {
namespace {

struct VerifyOptions {
  std::string certificate;
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  std::string time;  // for each layer; empty = no limit
};

// The files of the certificate, or in their place those that the user names, in their order.
std::vector<std::string> choose_files(const Certificate& certificate,
                                      const VerifyOptions& options) {
  std::vector<std::string> files = options.files;
  if (files.empty()) {
    for (const InputHash& input : certificate.inputs) files.push_back(input.file);
  }
  const SpecSet specs = read_specs(files, options.reading);
  for (const InputHash& input : certificate.inputs) {
    const bool found = std::any_of(specs.files.begin(), specs.files.end(), [&](const auto& file) {
      return hash_of_file(file) == input.sha256;
    });
    if (!found) {
      throw UsageError(fmt::format(
          "no file is as '{}' was when the certificate was made: SHA-256 {}; name the files behind "
          "the certificate",
          input.file, input.sha256));
    }
  }
  return files;
}

/// Checks the layers of a certificate, one after the other.
class Verification {
 public:
  Verification(const Certificate& certificate, const VerifyOptions& options)
      : certificate_(certificate),
        options_(options),
        files_(choose_files(certificate, options)),
        reading_(with_estimators(options.reading, options.estimators)) {
    reading_.count_idle = certificate.leakage;
  }

  /// True if the claim holds. Says so, or why not.
  bool check(const Certificate::LayerClaim& claim) {
    SpecSet specs = read_files_and_texts(
        files_, {{fmt::format("the mapping of '{}'", claim.name), claim.mapping}}, reading_);
    if (!specs.architecture) throw UsageError("no architecture in the files of the certificate");
    if (certificate_.batch) set_batch(specs.layers, *certificate_.batch);
    const auto layer = std::find_if(specs.layers.begin(), specs.layers.end(),
                                    [&](const Layer& other) { return other.name == claim.name; });
    if (layer == specs.layers.end()) {
      throw UsageError(fmt::format("no layer '{}' in the files of the certificate", claim.name));
    }
    print(fmt::format("{}: ", claim.name));
    const Verdict verdict = judge(specs, layer->problem, claim);
    print(describe_verdict(verdict, claim) + "\n");
    return verdict.holds();
  }

 private:
  Verdict judge(const SpecSet& specs, const Problem& problem,
                const Certificate::LayerClaim& claim) {
    const Architecture& arch = *specs.architecture;
    const Prices prices = price(arch, specs.table.value_or(ReferenceTable{}));
    const Objective objective(parse_metrics(certificate_.objective, &arch), certificate_.budgets);
    const Evaluator evaluator(problem, arch, prices, objective.access_levels());
    const Mapspace space(problem, arch, read_constraints(specs, problem),
                         {.both_axes = certificate_.both_axes,
                          .distances_are_free = distances_are_free(arch, prices),
                          .imperfect = certificate_.imperfect});
    StopRules stop;
    stop.cancelled = &interrupted();
    if (!options_.time.empty()) {
      stop.deadline = std::chrono::steady_clock::now() + parse_duration(options_.time);
    }
    return verify(space, evaluator, objective,
                  {read_mapping(specs, problem), claim.best, claim.lower_bound, claim.proven},
                  stop);
  }

  static std::string describe_verdict(const Verdict& verdict,
                                      const Certificate::LayerClaim& claim) {
    if (!verdict.fault.empty()) return "WRONG: the mapping: " + verdict.fault;
    const std::string winner =
        verdict.uncounted.empty()
            ? std::string("cost confirmed by evaluator and point sets")
            : fmt::format("cost confirmed by evaluator (not by point sets: {})", verdict.uncounted);
    const std::string work =
        fmt::format("{} chains, {} mappings, {}", with_commas(verdict.counts.chains),
                    with_commas(verdict.counts.evaluated), format_seconds(verdict.seconds));
    if (verdict.better) {
      return fmt::format("WRONG: {}, but another mapping is better than {} ({})", winner,
                         claim.proven ? "this proven optimum" : "the bound", work);
    }
    if (!verdict.complete)
      return fmt::format("NOT SETTLED: {}; none better so far ({})", winner, work);
    return fmt::format("{}; {} ({})", winner,
                       claim.proven ? "none is better" : "none is below the bound", work);
  }

  const Certificate& certificate_;
  const VerifyOptions& options_;
  std::vector<std::string> files_;
  ReadOptions reading_;
};

int run_verify(const VerifyOptions& options) {
  const Certificate certificate = read_certificate(options.certificate);
  Verification verification(certificate, options);
  catch_signals();
  bool all = true;
  for (const Certificate::LayerClaim& claim : certificate.layers) {
    if (interrupted()) break;
    all &= verification.check(claim);
  }
  if (caught_signal() != 0) return kSignalBase + caught_signal();
  return all ? kDone : kComparisonFailed;
}

}  // namespace

void add_verify_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "check the claims of a run by other code");
  command->add_option("certificate", options->certificate, "certificate.json of a run")
      ->required()
      ->type_name("CERTIFICATE");
  command
      ->add_option("files", options->files, "the specs of that run (default: where they were then)")
      ->type_name("FILES");
  command->add_option("--time", options->time, "time for each layer: 10s, 2m (default: no limit)")
      ->type_name("TIME");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators);
  command->callback([options, &exit_code] { exit_code = run_verify(*options); });
}

}  // namespace tilewright
