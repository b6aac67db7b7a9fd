#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/printable.hpp"
#include "model/report/text_table.hpp"
#include "search/lint/lint.hpp"

namespace tilewright::lint {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(int number) { return number > 0 ? Json(number) : Json(nullptr); }
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::size_t count(const Report& report, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [&](const Finding& finding) { return finding.severity == severity; }));
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string text_of(const Finding& finding) {
  std::string text = fmt::format("{}{} [{}]\n", SpecError::locate(finding.mark),
                                 name(finding.severity), finding.code);
  text += "  " + wrapped(printable_lines(finding.message), kTableWidth - 2, 2) + "\n";
  if (!finding.suggestion.empty()) {
    text += "  -> " + wrapped(printable_lines(finding.suggestion), kTableWidth - 5, 5) + "\n";
  }
  return text;
}

}  // namespace

std::string text_of(const Report& report) {
  std::string text;
  for (const Finding& finding : report.findings) text += text_of(finding);
  const auto errors = count(report, Severity::error);
  const auto warnings = count(report, Severity::warning);
  const auto notes = count(report, Severity::note);
  if (report.findings.empty()) {
    text += "nothing found\n";
  } else {
    text += fmt::format("{}, {}, {}\n", counted(errors, "error"), counted(warnings, "warning"),
                        counted(notes, "note"));
  }
  if (!report.complete) text += "the time was over before all was looked at (--time)\n";
  return text;
}

std::string json_of(const Report& report, const std::vector<std::string>& files) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) {
    findings.push_back({{"severity", name(finding.severity)},
                        {"code", finding.code},
                        {"message", finding.message},
                        {"file", text_or_null(finding.mark.file)},
                        {"line", number_or_null(finding.mark.line)},
                        {"column", number_or_null(finding.mark.column)},
                        {"suggestion", text_or_null(finding.suggestion)}});
  }
  const Json json{{"format", "tilewright check 1"},
                  {"files", files},
                  {"complete", report.complete},
                  {"errors", count(report, Severity::error)},
                  {"warnings", count(report, Severity::warning)},
                  {"notes", count(report, Severity::note)},
                  {"findings", std::move(findings)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewright::lint
