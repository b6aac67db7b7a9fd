#include "mapper/console.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "mapper/files.hpp"
#include "model/printable.hpp"

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
  return {"odd_spec", warning.message, warning.mark, warning.suggestion};
}

std::vector<Notice> warnings_of(const SpecSet& specs) {
  std::vector<Notice> notices;
  for (const Warning& warning : specs.warnings) notices.push_back(notice_of(warning));
  for (const std::string& setting : specs.ignored) {
    notices.push_back({"ignored_setting", "ignored: " + setting});
  }
  return notices;
}

void print_warnings(const SpecSet& specs) {
  for (const Notice& notice : warnings_of(specs)) print_warning(notice);
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
