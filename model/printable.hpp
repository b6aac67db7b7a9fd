#pragma once

#include <string>
#include <string_view>

namespace tilewright {

/// A name or a text of a user's as one line that is safe to print: control characters, and those
/// that turn the direction of what follows, as `\n` and `\u001b`.
std::string printable(std::string_view text);

/// The same of many lines: line ends and tabs stay.
std::string printable_lines(std::string_view text);

/// Whether printable() changes it.
bool has_control_characters(std::string_view text);

/// Whether a text without quotes is that text to every reader of YAML: letters, digits and `_`, and
/// no word such as `null`.
bool is_plain_word(std::string_view text);

/// A text in double quotes as YAML, JSON and Graphviz read it.
std::string double_quoted(std::string_view text);

/// A cell of a CSV file: in quotes where it needs them, and with a `'` before it where a
/// spreadsheet would take it for a formula.
std::string csv_cell(std::string_view text);

}  // namespace tilewright
