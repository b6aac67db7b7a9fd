// tilewright convert FILES... --to FORM: the same specs in another form.
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mapper/commands.hpp"
#include "mapper/console.hpp"
#include "mapper/exit_code.hpp"
#include "mapper/files.hpp"
#include "mapper/output_options.hpp"
#include "mapper/spec_options.hpp"
#include "model/convert/convert.hpp"
#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

struct ConvertOptions {
  std::vector<std::string> files;
  std::string form;
  std::string file = "-";
  OutputOptions output;
  ReadOptions reading;
};

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return path.ends_with('/') || fs::is_directory(path, ignored);
}

void write_parts(const fs::path& folder, const convert::Converted& converted) {
  make_folder(folder);
  for (const convert::Converted::Part& part : converted.parts) {
    write_atomically(folder / (part.name + ".yaml"), part.text);
  }
}

std::string json_of(const convert::Converted& converted, const std::string& form) {
  nlohmann::ordered_json document{
      {"format", "tilewright conversion 1"}, {"form", form}, {"text", converted.text}};
  document["parts"] = nlohmann::ordered_json::array();
  for (const convert::Converted::Part& part : converted.parts) {
    document["parts"].push_back({{"name", part.name}, {"text", part.text}});
  }
  document["notes"] = converted.notes;
  constexpr int kIndent = 2;
  return document.dump(kIndent, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

int run_convert(const ConvertOptions& options) {
  const convert::Form form = convert::form_of(options.form);
  const SpecSet specs = read_specs(options.files, options.reading);
  print_warnings(specs.warnings);
  const convert::Converted converted = convert::convert(specs, form);
  if (options.output.wants_json()) {
    deliver(options.output.json, json_of(converted, options.form));
  } else if (!options.output.quiet) {
    for (const std::string& note : converted.notes) print_note({"converted", note});
  }
  if (is_folder(options.file)) {
    write_parts(options.file, converted);
  } else if (options.file != "-" || !options.output.wants_json()) {
    deliver(options.file, converted.text);
  }
  return kDone;
}

}  // namespace

void add_convert_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = app.add_subcommand("convert", "write the same specs in another form");
  command
      ->add_option("files", options->files, "specs of version 0.1 to 0.4 or Tilewright's own form")
      ->required()
      ->type_name("FILES");
  command->add_option("--to", options->form, "the form: tilewright (its own) or v0.3 (Timeloop's)")
      ->required()
      ->type_name("tilewright|v0.3");
  command
      ->add_option("-o,--output", options->file,
                   "file to write, or a folder for several files (default: standard output)")
      ->type_name("FILE");
  add_json_option(*command, options->output, "the specs and the notes");
  add_quiet_option(*command, options->output, "print no notes");
  add_spec_options(*command, options->reading);
  command->callback([options, &exit_code] { exit_code = run_convert(*options); });
}

}  // namespace tilewright
