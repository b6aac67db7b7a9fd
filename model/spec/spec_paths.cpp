#include "model/spec/spec_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "model/error.hpp"
#include "model/spec/node_sections.hpp"
#include "model/spec/template.hpp"
#include "model/spec/write_document.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml";
}

// The YAML files of a folder by name; or its template, which includes what it needs of them.
std::vector<std::string> files_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  std::vector<std::string> templates;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    if (!it->is_regular_file(unknown)) continue;
    if (is_yaml(it->path())) files.push_back(it->path().string());
    if (it->path().extension() == ".jinja2") templates.push_back(it->path().string());
  }
  if (!templates.empty()) files = std::move(templates);
  if (error) throw SpecError({folder, 0, 0}, "cannot read the folder: " + error.message());
  if (files.empty()) throw SpecError({folder, 0, 0}, "the folder holds no YAML file");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Input> expand(const std::vector<std::string>& paths) {
  std::vector<Input> inputs;
  for (const auto& path : paths) {
    std::error_code unknown;  // whoever opens the file will say what is wrong with it
    if (!fs::is_directory(path, unknown)) {
      inputs.push_back({path, ""});
      continue;
    }
    const auto normal = fs::absolute(path, unknown).lexically_normal();
    const auto name = normal.has_filename() ? normal.filename() : normal.parent_path().filename();
    for (auto& file : files_in(path)) inputs.push_back({std::move(file), name.string()});
  }
  return inputs;
}

FileLoader::FileLoader(const std::vector<std::string>& paths, const ReadOptions& options)
    : options_(options) {
  for (const std::string& path : paths) {
    std::error_code unknown;
    visible_.add(fs::is_directory(path, unknown) ? fs::path(path)
                                                 : fs::absolute(path, unknown).parent_path());
  }
  for (const std::string& folder : options.include) visible_.add(folder);
}

std::vector<std::string> FileLoader::unused_variables() const {
  std::vector<std::string> unused;
  for (const auto& variable : options_.variables) {
    if (!used_->contains(variable.first)) unused.push_back(variable.first);
  }
  return unused;
}

LoadedFile FileLoader::load(const std::string& path, std::vector<Warning>& warnings) const {
  std::string text = read_spec_text(path, options_.max_bytes);
  const bool is_rendered = fs::path(path).extension() == ".jinja2" || is_template(text) ||
                           text.find("!include") != std::string::npos;
  if (!is_rendered) {
    auto document = parse_document(path, text, warnings);
    return {std::move(document), std::move(text)};
  }
  TemplateContext context{options_.variables, visible_, options_.max_bytes};
  context.used = used_;
  auto document = parse_template(path, text, context, warnings);
  std::string whole = write_document(*document) + names_of_included(*document);
  return {std::move(document), std::move(whole)};
}

}  // namespace tilewright::spec
