#include "search/lint/lint.hpp"

#include <algorithm>

#include "search/lint/parts.hpp"
#include "search/network/search_plan.hpp"

namespace tilewright::lint {
namespace {

Finding finding_of(const Warning& warning) {
  const bool matters = warning.effect == Effect::on_results;
  return {matters ? Severity::warning : Severity::note, warning.code, warning.mark, warning.message,
          warning.suggestion};
}

Finding finding_of(const SpecError& error) {
  return {Severity::error, kUnreadable, error.mark(), error.message(), error.suggestion()};
}

void add(const std::vector<Warning>& warnings, std::vector<Finding>& findings) {
  for (const Warning& warning : arranged(warnings)) findings.push_back(finding_of(warning));
}

// The constraints on each distinct layer; warnings about them are the same for all.
std::vector<Work> works_of(const SpecSet& specs, std::vector<Warning>& warnings) {
  std::vector<Work> works;
  for (const Layer& layer : specs.layers) {
    const bool is_known = std::any_of(works.begin(), works.end(), [&](const Work& work) {
      return work.layer->problem.same_work(layer.problem);
    });
    if (is_known) continue;
    works.push_back(
        {&layer, read_constraints(specs, layer.problem, works.empty() ? &warnings : nullptr)});
  }
  return works;
}

// A mapping that does not fit is no fault of the spec's form; `model` tells of it.
void read_given_mapping(const SpecSet& specs, std::vector<Warning>& warnings) {
  if (!specs.has_mapping || specs.layers.size() != 1) return;
  try {
    (void)read_mapping(specs, specs.layers.front().problem, &warnings);
  } catch (const MappingMisfit&) {
  }
}

void sort_by_severity(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
}

}  // namespace

std::string_view name(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames{"error", "warning", "note"};
  return kNames[static_cast<std::size_t>(severity)];
}

const std::vector<std::string_view>& own_codes() {
  static const std::vector<std::string_view> codes{
      kUnreadable, kContradiction, kFactors,  kCapacity, kNeverBinds, kUnusable,
      kBandwidth,  kNoPrice,       kOddPrice, kNoEffect, kWaste};
  return codes;
}

bool Report::is_readable() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.code == kUnreadable; });
}

Report unreadable(const SpecError& error) { return {{finding_of(error)}, true}; }

namespace {

void check_together(const Subject& subject, const StopToken& stop, Report& report) {
  check_prices(subject, report.findings);
  check_bandwidths(subject, report.findings);
  check_sizes(subject, report.findings);
  try {
    check_demands(subject, stop, report.findings);
  } catch (const Stopped&) {
    report.complete = false;
  }
}

// What stands in relation to the architecture. \throws SpecError
std::vector<Work> read_rest(const SpecSet& specs, std::vector<Warning>& warnings) {
  std::vector<Work> works = works_of(specs, warnings);
  read_given_mapping(specs, warnings);
  for (Warning& warning : warnings_of(make_plan({}, specs.search, &*specs.architecture))) {
    warnings.push_back(std::move(warning));
  }
  return works;
}

}  // namespace

Report check(const SpecSet& specs, const StopToken& stop) {
  Report report;
  std::vector<Warning> warnings = specs.warnings;
  std::vector<Work> works;
  try {
    if (specs.architecture) works = read_rest(specs, warnings);
  } catch (const SpecError& error) {
    report.findings.push_back(finding_of(error));
  }
  add(warnings, report.findings);
  if (specs.architecture && report.is_readable()) {
    const Subject subject{specs, price(*specs.architecture, specs.table.value_or(ReferenceTable{})),
                          std::move(works)};
    check_together(subject, stop, report);
  }
  sort_by_severity(report.findings);
  return report;
}

}  // namespace tilewright::lint
