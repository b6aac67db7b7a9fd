#include "mapper/console.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "mapper/files.hpp"
#include "model/printable.hpp"

namespace tilewright {
namespace {

void print_to_stderr(std::string_view kind, std::string_view message) {
  const std::string line = fmt::format("tilewright: {}: {}\n", kind, printable_lines(message));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int first_failure = 0;  // errno of the first write to stdout that failed

void note_failure() {
  if (first_failure == 0) first_failure = errno != 0 ? errno : EIO;
}

}  // namespace

void print_error(std::string_view message) { print_to_stderr("error", message); }
void print_warning(std::string_view message) { print_to_stderr("warning", message); }
void print_note(std::string_view message) { print_to_stderr("note", message); }

std::vector<std::string> warning_texts(const SpecSet& specs) {
  std::vector<std::string> texts;
  for (const Warning& warning : specs.warnings) {
    texts.push_back(SpecError::locate(warning.mark) + warning.message);
  }
  for (const std::string& setting : specs.ignored) texts.push_back("ignored: " + setting);
  return texts;
}

void print_warnings(const SpecSet& specs) {
  for (const std::string& text : warning_texts(specs)) print_warning(text);
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

}  // namespace tilewright
