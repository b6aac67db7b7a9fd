#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {

/// Something that the user is told on stderr.
struct Notice {
  std::string_view code;  // a word that stays the same, for programs; docs/errors.md lists them
  std::string message;    // without the place
  Mark place = {};
  std::string suggestion = {};  // the name that was meant, if there is one

  /// `file:line:column: message`
  std::string text() const { return SpecError::locate(place) + message; }
};

/// How notices appear: as lines for people, or each as a line of JSON.
enum class ErrorFormat : std::uint8_t { text, json };
void set_error_format(ErrorFormat format);
ErrorFormat error_format();

/// `tilewright: error: message` on stderr, control characters escaped; or a line of JSON.
void print_error(const Notice& notice);
/// `tilewright: warning: message` on stderr.
void print_warning(const Notice& notice);
/// `tilewright: note: message` on stderr.
void print_note(const Notice& notice);

/// A warning of a reader.
Notice notice_of(const Warning& warning);
/// Prints warnings, grouped, those that may change results first.
void print_warnings(const std::vector<Warning>& warnings);
/// What stands under a table: those that may change results again, for the table is what is read.
std::string doubts_text(const std::vector<Warning>& warnings);

/// Writes to stdout, control characters escaped. What cannot be written shows in finish_stdout.
void print(std::string_view text);

/// Makes sure that everything printed has arrived. A reader that went away (`| head`) is no fault.
/// \throws OutputError when it did not arrive, e.g. on a full disk.
void finish_stdout();

/// Prints a document if the path is `-`, otherwise writes it there. \throws OutputError
void deliver(const std::string& path, std::string_view text);

}  // namespace tilewright
