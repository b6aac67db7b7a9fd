#include "mapper/console.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "mapper/files.hpp"
#include "model/printable.hpp"
#include "model/report/text_table.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

ErrorFormat format_of_notices = ErrorFormat::text;

Json number_or_null(int number) { return number > 0 ? Json(number) : Json(nullptr); }
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string line_of_json(std::string_view severity, const Notice& notice) {
  const Json json{{"severity", severity},
                  {"code", notice.code},
                  {"message", notice.message},
                  {"file", text_or_null(notice.place.file)},
                  {"line", number_or_null(notice.place.line)},
                  {"column", number_or_null(notice.place.column)},
                  {"suggestion", text_or_null(notice.suggestion)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_to_stderr(std::string_view severity, const Notice& notice) {
  const std::string line =
      format_of_notices == ErrorFormat::json
          ? line_of_json(severity, notice)
          : fmt::format("tilewright: {}: {}\n", severity, printable_lines(notice.text()));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int first_failure = 0;  // errno of the first write to stdout that failed

void note_failure() {
  if (first_failure == 0) first_failure = errno != 0 ? errno : EIO;
}

}  // namespace

void set_error_format(ErrorFormat format) { format_of_notices = format; }
ErrorFormat error_format() { return format_of_notices; }

void print_error(const Notice& notice) { print_to_stderr("error", notice); }
void print_warning(const Notice& notice) { print_to_stderr("warning", notice); }
void print_note(const Notice& notice) { print_to_stderr("note", notice); }

Notice notice_of(const Warning& warning) {
  return {warning.code, warning.message, warning.mark, warning.suggestion};
}

void print_warnings(const std::vector<Warning>& warnings) {
  for (const Warning& warning : arranged(warnings)) print_warning(notice_of(warning));
}

std::string doubts_text(const std::vector<Warning>& warnings) {
  constexpr std::size_t kMost = 10;
  std::string text;
  std::size_t count = 0;
  for (const Warning& warning : arranged(warnings)) {
    if (warning.effect != Effect::on_results || ++count > kMost) continue;
    text += wrapped("- " + warning.text(), kTableWidth, 2) + "\n";
  }
  if (count > kMost) text += fmt::format("- and {} more, see above\n", count - kMost);
  return text.empty() ? text : "\nWarnings, which may change these results:\n" + text;
}

void print(std::string_view text) {
  const std::string safe = printable_lines(text);
  if (std::fwrite(safe.data(), 1, safe.size(), stdout) != safe.size()) note_failure();
}

void finish_stdout() {
  if (std::fflush(stdout) != 0) note_failure();
  if (first_failure == 0 || first_failure == EPIPE) return;
  throw OutputError(
      fmt::format("cannot write to standard output: {}", std::strerror(first_failure)));
}

void deliver(const std::string& path, std::string_view text) {
  if (path == "-") {
    print(text);
  } else {
    write_atomically(path, text);
  }
}

}  // namespace tilewright
