#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/spec/spec.hpp"

namespace tilewright {

/// `tilewright: error: message` on stderr, control characters escaped.
void print_error(std::string_view message);
/// `tilewright: warning: message` on stderr.
void print_warning(std::string_view message);
/// `tilewright: note: message` on stderr.
void print_note(std::string_view message);

/// The warnings of the reader, and the settings that were read but are not honoured.
std::vector<std::string> warning_texts(const SpecSet& specs);
/// Prints all of them.
void print_warnings(const SpecSet& specs);

/// Writes to stdout, control characters escaped. What cannot be written shows in finish_stdout.
void print(std::string_view text);

/// Makes sure that everything printed has arrived. A reader that went away (`| head`) is no fault.
/// \throws OutputError when it did not arrive, e.g. on a full disk.
void finish_stdout();

}  // namespace tilewright
