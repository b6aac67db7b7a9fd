#include "mapper/output_options.hpp"

#include <fmt/format.h>

namespace tilewright {

CLI::Option* add_json_option(CLI::App& command, OutputOptions& output, const std::string& what) {
  return command
      .add_option("--json", output.json,
                  fmt::format("write {} as JSON and print no tables; - is standard output", what))
      ->check(CLI::Validator(
          [](const std::string& path) {
            return path.empty() ? std::string("the name of the file is empty") : std::string();
          },
          ""))
      ->type_name("FILE");
}

void add_quiet_option(CLI::App& command, OutputOptions& output, const std::string& help) {
  command.add_flag("-q,--quiet", output.quiet, help);
}

}  // namespace tilewright
