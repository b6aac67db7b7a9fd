#include "model/spec/spec_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "model/error.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml";
}

// The YAML files of a folder by name.
std::vector<std::string> files_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    if (it->is_regular_file(unknown) && is_yaml(it->path())) files.push_back(it->path().string());
  }
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

}  // namespace tilewright::spec
