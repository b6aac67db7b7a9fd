#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tilewright {

/// What a command prints: tables, a JSON document, or nothing. These options are the same
/// everywhere.
struct OutputOptions {
  std::string json;  // file of the document, `-` for standard output; empty = tables
  bool quiet = false;

  bool wants_json() const { return !json.empty(); }
  bool wants_tables() const { return json.empty() && !quiet; }
};

/// `--json FILE`: "write WHAT as JSON".
CLI::Option* add_json_option(CLI::App& command, OutputOptions& output, const std::string& what);
/// `-q,--quiet`
void add_quiet_option(CLI::App& command, OutputOptions& output, const std::string& help);

}  // namespace tilewright
