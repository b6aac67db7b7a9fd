#include "mapper/spec_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <charconv>
#include <limits>
#include <string>

#include "model/error.hpp"

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

namespace {

constexpr const char* kDefine = "define";
constexpr const char* kAllowOutside = "allow-outside";
constexpr const char* kDense = "dense";
constexpr const char* kDataflow = "dataflow";

// Numbers are numbers in templates, unless writing them anew would change them (`007`).
energy::Value defined_value(const std::string& text) {
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc() && rest == end && energy::number_text(number) == text;
  return is_number ? energy::Value(number) : energy::Value(text);
}

void define(const std::string& text, ReadOptions& options) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError(fmt::format("--define: expected NAME=VALUE, found '{}'", text));
  }
  options.variables[text.substr(0, equals)] = defined_value(text.substr(equals + 1));
}

void set_option(const GivenOption& option, ReadOptions& options) {
  if (option.name == kDefine) {
    define(option.value, options);
  } else if (option.name == kAllowOutside) {
    options.include.push_back(option.value);
  } else if (option.name == kDense) {
    options.is_dense = true;
  } else if (option.name == kDataflow) {
    options.dataflow = parse_dataflow(option.value);
  } else {
    throw UsageError(fmt::format("unknown option '{}' of reading specs", option.name));
  }
}

}  // namespace

void set_spec_options(const std::vector<GivenOption>& given, ReadOptions& options) {
  for (const GivenOption& option : given) set_option(option, options);
}

void add_spec_options(CLI::App& command, ReadOptions& options, std::vector<GivenOption>* given) {
  const auto set = [&options, given](const char* name, const std::string& value) {
    set_option({name, value, ""}, options);
    if (given != nullptr) given->push_back({name, value, ""});
  };
  const auto set_all = [set](const char* name) {
    return [set, name](const std::vector<std::string>& values) {
      for (const std::string& value : values) set(name, value);
    };
  };
  command
      .add_option_function<std::vector<std::string>>(
          std::string("--") + kDefine, set_all(kDefine),
          "variable of a Jinja template (specs of version 0.4), NAME=VALUE")
      ->allow_extra_args(false)  // one each time: spec files may follow
      ->type_name("NAME=VALUE");
  command
      .add_option_function<std::vector<std::string>>(
          std::string("--include,--") + kAllowOutside, set_all(kAllowOutside),
          "folder whose files a template may include, besides those of the files given")
      ->allow_extra_args(false)
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  command.add_flag_callback(
      std::string("--") + kDense, [set] { set(kDense, ""); },
      "ignore sparse optimizations: take all tensors as dense");
  command
      .add_option_function<std::string>(
          std::string("--") + kDataflow, [set](const std::string& name) { set(kDataflow, name); },
          fmt::format("add the constraints of a dataflow: {}", fmt::join(dataflow_names(), ", ")))
      ->type_name("NAME");
  command
      .add_option("--max-file-size", options.max_bytes,
                  "refuse spec files of more bytes, before reading them (default: 16M)")
      ->transform(CLI::AsSizeValue(false))  // 1K is 1024
      ->transform(CLI::Validator(           // the last transformation is the first to run
          [](std::string& text) { return starts_with_digit(text); }, ""))
      ->type_name("BYTES");
}

}  // namespace tilewright
