// tilewright verify CERTIFICATE [FILES...]: checks what a run claims of its mappings.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mapper/certificate.hpp"
#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/estimator_options.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/interrupt.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/duration.hpp"
#include "model/error.hpp"
#include "model/network/batch.hpp"
#include "model/spec/spec.hpp"
#include "search/check/verify.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/network/network_search.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

struct VerifyOptions {
  std::string certificate;
  std::vector<std::string> files;
  ReadOptions reading;
  energy::RegistryOptions estimators;
  std::vector<GivenOption> given;  // of the estimators
  std::string time;                // for each layer; empty = no limit
  OutputOptions output;
};

// Shared libraries and scripts that a certificate names are not run unless the user names them too.
void check_estimators(const Certificate& certificate, const std::vector<GivenOption>& given) {
  std::vector<GivenOption> claimed = certificate.estimators;
  std::vector<GivenOption> named = given;
  // A file may lie elsewhere now.
  for (auto* options : {&claimed, &named}) {
    for (GivenOption& option : *options) {
      if (!option.sha256.empty()) option.value = "a file";
    }
  }
  const std::string difference = describe_difference(claimed, named);
  if (difference.empty()) return;
  throw UsageError(fmt::format(
      "the certificate was made with other estimators: {}; give the options of then again",
      difference));
}

// The files that were read are those of the certificate: all of them, and no others.
void check_inputs(const Certificate& certificate, const SpecSet& specs) {
  std::multiset<std::string> expected;
  for (const InputHash& input : certificate.inputs) expected.insert(input.sha256);
  for (const InputHash& input : hash_inputs(specs)) {
    const auto it = expected.find(input.sha256);
    if (it == expected.end()) {
      throw UsageError(fmt::format(
          "'{}' is not as any input was when the certificate was made; name the files as they were "
          "behind the certificate",
          input.file));
    }
    expected.erase(it);
  }
  for (const InputHash& input : certificate.inputs) {
    if (!expected.contains(input.sha256)) continue;
    throw UsageError(
        fmt::format("no file is as the input '{}' was when the certificate was made: "
                    "SHA-256 {}; name it, too, behind the certificate",
                    input.file, input.sha256));
  }
}

// Every layer is claimed, once.
void check_layers(const Certificate& certificate, const std::vector<Layer>& layers) {
  const std::size_t claimed = certificate.layers.size();
  for (std::size_t i = 0; i < std::max(claimed, layers.size()); ++i) {
    if (i < claimed && i < layers.size() && certificate.layers[i].name == layers[i].name) continue;
    throw UsageError(fmt::format("layers[{}] of the certificate: expected {}, found {}", i,
                                 i < layers.size() ? "'" + layers[i].name + "'" : "no more",
                                 i < claimed ? "'" + certificate.layers[i].name + "'" : "nothing"));
  }
}

enum class Finding : std::uint8_t { holds, wrong, not_settled, nothing_claimed };
constexpr std::array<const char*, 4> kFindings{"holds", "wrong", "not_settled", "nothing_claimed"};

/// What became of the claim of a layer.
struct LayerVerdict {
  std::string name;
  Finding finding;
  std::string text;                // for people
  std::optional<Verdict> verdict;  // absent if nothing was checked
};

Finding finding_of(const Verdict& verdict) {
  if (verdict.holds()) return Finding::holds;
  return verdict.fault.empty() && !verdict.better ? Finding::not_settled : Finding::wrong;
}

bool all_hold(const std::vector<LayerVerdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const LayerVerdict& layer) { return layer.finding == Finding::holds; });
}

Json layer_json(const LayerVerdict& layer) {
  Json json{
      {"name", layer.name},    {"finding", kFindings[static_cast<std::size_t>(layer.finding)]},
      {"message", layer.text}, {"chains", nullptr},
      {"mappings", nullptr},   {"seconds", nullptr}};
  if (!layer.verdict) return json;
  json["chains"] = layer.verdict->counts.chains;
  json["mappings"] = layer.verdict->counts.evaluated;
  json["seconds"] = layer.verdict->seconds;
  return json;
}

/// Checks the layers of a certificate, one after the other.
class Verification {
 public:
  Verification(const Certificate& certificate, const VerifyOptions& options)
      : certificate_(certificate), options_(options) {
    check_estimators(certificate, options.given);
    ReadOptions reading = with_estimators(options.reading, options.estimators);
    reading.count_idle = certificate.leakage;
    set_spec_options(certificate.reading, reading);
    specs_ = read_specs(options.files.empty() ? certificate.files : options.files, reading);
    check_inputs(certificate, specs_);
    check_searchable(specs_);
    if (certificate.batch) {
      set_batch(specs_.layers, static_cast<std::int64_t>(*certificate.batch));
    }
    check_layers(certificate, specs_.layers);
    prices_ = price(*specs_.architecture, specs_.table.value_or(ReferenceTable{}));
    objective_ =
        Objective(parse_metrics(certificate.objective, &*specs_.architecture), certificate.budgets);
  }

  /// What is claimed, but for the layers.
  std::string describe() const {
    std::string text = fmt::format("{} on {}: objective {}", specs_.network_name,
                                   specs_.architecture_name, objective_.name());
    const Budgets& budgets = certificate_.budgets;
    if (std::isfinite(budgets.max_delay)) {
      text += fmt::format(", at most {} cycles", budgets.max_delay);
    }
    if (std::isfinite(budgets.max_energy)) {
      text += fmt::format(", at most {} pJ", budgets.max_energy);
    }
    if (budgets.min_utilization > 0) {
      text += fmt::format(", utilization at least {}", budgets.min_utilization);
    }
    if (certificate_.batch) text += fmt::format(", batch {}", *certificate_.batch);
    if (certificate_.both_axes) text += ", both axes";
    if (certificate_.imperfect) text += ", imperfect factors";
    if (certificate_.leakage) text += ", leakage";
    return text;
  }

  /// Checks the claim of a layer.
  LayerVerdict check(std::size_t index) const {
    const Certificate::LayerClaim& claim = certificate_.layers[index];
    if (claim.is_empty()) return {claim.name, Finding::nothing_claimed, "NOTHING CLAIMED", {}};
    try {
      const Verdict verdict = judge(specs_.layers[index].problem, claim);
      return {claim.name, finding_of(verdict), describe_verdict(verdict, claim), verdict};
    } catch (const Stopped& why) {
      return {claim.name,
              Finding::not_settled,
              fmt::format("NOT SETTLED: {} before the mapping was checked", why.what()),
              {}};
    }
  }

  /// For programs. `verdicts`: of the layers so far.
  std::string json(const std::vector<LayerVerdict>& verdicts) const {
    Json layers = Json::array();
    for (const LayerVerdict& layer : verdicts) layers.push_back(layer_json(layer));
    const bool complete = verdicts.size() == certificate_.layers.size();
    const Json json{{"format", "tilewright verification 1"},
                    {"architecture", specs_.architecture_name},
                    {"network", specs_.network_name},
                    {"objective", objective_.name()},
                    {"holds", complete && all_hold(verdicts)},
                    {"complete", complete},
                    {"layers", std::move(layers)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  Verdict judge(const Problem& problem, const Certificate::LayerClaim& claim) const {
    const Architecture& arch = *specs_.architecture;
    const Evaluator evaluator(problem, arch, prices_, objective_.access_levels());
    StopRules stop;
    stop.cancelled = &interrupted();
    if (!options_.time.empty()) {
      stop.deadline = std::chrono::steady_clock::now() + parse_duration(options_.time);
    }
    const Mapspace space(problem, arch, read_constraints(specs_, problem),
                         {.both_axes = certificate_.both_axes,
                          .distances_are_free = distances_are_free(arch, prices_),
                          .imperfect = claim.imperfect},
                         stop);
    std::optional<Mapping> mapping;
    if (!claim.mapping.empty()) {
      const std::string name = fmt::format("the mapping of '{}'", claim.name);
      mapping = read_mapping_text({name, claim.mapping}, arch, problem);
    }
    return verify(space, evaluator, objective_,
                  {mapping, claim.best, claim.lower_bound, claim.proven}, stop);
  }

  static std::string describe_verdict(const Verdict& verdict,
                                      const Certificate::LayerClaim& claim) {
    if (!verdict.fault.empty()) return "WRONG: the mapping: " + verdict.fault;
    std::string winner = "no mapping";
    if (!claim.mapping.empty()) {
      winner = "cost confirmed by evaluator and point sets";
      if (!verdict.uncounted.empty()) {
        winner =
            fmt::format("cost confirmed by evaluator (not by point sets: {})", verdict.uncounted);
      }
    }
    const std::string work =
        fmt::format("{} chains, {} mappings, {}", with_commas(verdict.counts.chains),
                    with_commas(verdict.counts.evaluated), format_seconds(verdict.seconds));
    if (verdict.better && claim.mapping.empty()) {
      return fmt::format("WRONG: there is a mapping, although none is claimed ({})", work);
    }
    if (verdict.better) {
      return fmt::format("WRONG: {}, but another mapping is better than {} ({})", winner,
                         claim.proven ? "this proven optimum" : "the bound",
                         format_seconds(verdict.seconds));
    }
    if (!verdict.unsettled.empty()) {
      return fmt::format("NOT SETTLED: {}; {}", winner, verdict.unsettled);
    }
    if (!verdict.complete)
      return fmt::format("NOT SETTLED: {}; none better so far ({})", winner, work);
    const std::string rest =
        claim.mapping.empty() ? "there is none that is valid and within the budgets"
        : claim.proven        ? "none is better"
                              : fmt::format("none is below the bound, {:.3g} % less",
                                            100 * (1 - claim.lower_bound / claim.best));
    return fmt::format("{}; {}{} ({})", winner, rest, claim.imperfect ? ", for any factors" : "",
                       work);
  }

  const Certificate& certificate_;
  const VerifyOptions& options_;
  SpecSet specs_;
  Prices prices_;
  Objective objective_;
};

int run_verify(const VerifyOptions& options) {
  if (options.certificate.empty()) {
    throw UsageError(
        "expected the certificate.json of a run of `tilewright map`, or its folder; see "
        "`tilewright verify --help`");
  }
  const Certificate certificate = read_certificate(options.certificate);
  Verification verification(certificate, options);
  catch_signals();
  const OutputOptions& output = options.output;
  if (output.wants_tables()) print(verification.describe() + "\n");
  std::vector<LayerVerdict> verdicts;
  for (std::size_t i = 0; i < certificate.layers.size() && !interrupted(); ++i) {
    verdicts.push_back(verification.check(i));
    const auto& [name, finding, text, verdict] = verdicts.back();
    if (output.wants_json() || (output.quiet && finding == Finding::holds)) continue;
    print(fmt::format("{}: {}\n", name, text));
  }
  if (output.wants_json()) deliver(output.json, verification.json(verdicts));
  if (caught_signal() != 0) return kSignalBase + caught_signal();
  return all_hold(verdicts) ? kDone : kComparisonFailed;
}

}  // namespace

void add_verify_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "check the claims of a run by other code");
  command
      ->add_option("certificate", options->certificate, "certificate.json of a run, or its folder")
      ->type_name("CERTIFICATE");
  command
      ->add_option("files", options->files, "the specs of that run (default: where they were then)")
      ->type_name("FILES");
  command->add_option("--time", options->time, "time for each layer: 10s, 2m (default: no limit)")
      ->type_name("TIME");
  add_json_option(*command, options->output, "what became of each claim");
  add_quiet_option(*command, options->output, "print the layers only whose claim does not hold");
  add_spec_options(*command, options->reading);
  add_estimator_options(*command, options->estimators, &options->given);
  command->callback([options, &exit_code] { exit_code = run_verify(*options); });
}

}  // namespace tilewright
