#include "mapper/spec_options.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <limits>
#include <string>

namespace tilewright {
namespace {

// Without it, -1 would be the largest size that there is.
std::string starts_with_digit(const std::string& text) {
  const bool good = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
  return good ? "" : "'" + text + "' is no size; write it as 100K, 16M or 1G";
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto refuse = [least, most](const std::string& text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    const bool good = error == std::errc() && rest == end && value >= least && value <= most;
    return good ? std::string()
                : fmt::format("'{}' is no whole number from {} to {}", text, least, most);
  };
  return CLI::Validator(refuse, "");
}

void add_network_files(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option("files", files,
                  "architecture, and problems or a network (and constraints, ERT, ART)")
      ->required()
      ->type_name("FILES");
}

void add_batch_option(CLI::App& command, std::optional<std::int64_t>& batch) {
  command
      .add_option("--batch", batch,
                  "inferences at once: sets what the network says grows with them, or N")
      ->check(whole_number(1, std::numeric_limits<std::int32_t>::max()))
      ->type_name("COUNT");
}

void add_spec_options(CLI::App& command, ReadOptions& options) {
  command
      .add_option("--max-file-size", options.max_bytes,
                  "refuse spec files of more bytes, before reading them (default: 16M)")
      ->transform(CLI::AsSizeValue(false))  // 1K is 1024
      ->transform(CLI::Validator(           // the last transformation is the first to run
          [](std::string& text) { return starts_with_digit(text); }, ""))
      ->type_name("BYTES");
}

}  // namespace tilewright
