#include "mapper/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mapper/files.hpp"
#include "mapper/run_journal.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The name that a temporary file was to take, or that of any other file.
std::string final_name(const std::string& name) {
  constexpr std::string_view kEnding = ".tmp";
  if (!name.ends_with(kEnding)) return name;
  const std::string rest = name.substr(0, name.size() - kEnding.size());
  const std::size_t dot = rest.rfind('.');
  return dot != std::string::npos && is_number(rest.substr(dot + 1)) ? rest.substr(0, dot) : name;
}

bool is_point(const std::string& name) {
  constexpr std::string_view kEnding = ".map.yaml";
  return name.ends_with(kEnding) && is_number(name.substr(0, name.size() - kEnding.size()));
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) {
    throw OutputError(fmt::format("cannot remove '{}', which is of an earlier run: {}",
                                  path.string(), error.message()));
  }
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error) {
    throw OutputError(fmt::format("cannot read '{}': {}", folder.string(), error.message()));
  }
  return entries;
}

// What else is in a folder of mappings stays, and the folder with it.
void remove_mappings(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(folder, error))) return;
  for (const fs::path& entry : entries_of(folder)) {
    if (is_point(final_name(entry.filename()))) remove_file(entry);
  }
  fs::remove(folder, error);
}

}  // namespace

RunFiles::RunFiles(const std::vector<std::string>& stems)
    : files_{"summary.json", "summary.csv", "bound.json", "certificate.json", "run.json"} {
  for (const std::string& stem : stems) {
    for (const char* ending : {".map.yaml", ".nest.txt", ".stats.json", ".pareto.csv"}) {
      files_.insert(stem + ending);
    }
    folders_.insert(stem + ".pareto");
    folders_.insert(stem + ".top");
  }
}

bool RunFiles::contains(const std::string& name) const {
  return name == RunJournal::kName || folders_.contains(name) || files_.contains(final_name(name));
}

// First what says that the others belong together.
void RunFiles::remove_from(const fs::path& folder) const {
  for (const char* name : {"run.json", "summary.json", "certificate.json"}) {
    if (files_.contains(name)) remove_file(folder / name);
  }
  for (const fs::path& entry : entries_of(folder)) {
    const std::string name = entry.filename();
    if (folders_.contains(name)) {
      remove_mappings(entry);
    } else if (files_.contains(final_name(name))) {
      remove_file(entry);
    }
  }
}

}  // namespace tilewright
