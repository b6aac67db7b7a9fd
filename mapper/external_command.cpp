#include "mapper/external_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>

#include "model/error.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "tilewright-";

// Where the scripts of a Python installation are, if this program lies somewhere in its
// lib/python3.N/site-packages, as it does in a wheel.
std::optional<fs::path> scripts_of_python(const fs::path& self) {
  for (fs::path folder = self.parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    if (folder.filename() == "site-packages" || folder.filename() == "dist-packages") {
      return folder.parent_path().parent_path().parent_path() / "bin";
    }
  }
  return std::nullopt;
}

// An empty entry of PATH is the current folder.
std::vector<fs::path> folders() {
  std::vector<fs::path> list;
  std::error_code unknown;
  const fs::path self = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    list.push_back(self.parent_path());
    if (const auto scripts = scripts_of_python(self)) list.push_back(*scripts);
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (path != nullptr) {
    const std::size_t end = rest.find(':');
    const std::string_view folder = rest.substr(0, end);
    list.emplace_back(folder.empty() ? "." : folder);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return list;
}

bool is_program(const fs::path& path) {
  std::error_code unknown;
  return fs::is_regular_file(path, unknown) && ::access(path.c_str(), X_OK) == 0;
}

// A name is no path to elsewhere and no option.
bool is_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.find('/') == std::string_view::npos;
}

}  // namespace

std::vector<std::string> external_commands() {
  std::set<std::string> names;
  for (const fs::path& folder : folders()) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      const std::string file = it->path().filename().string();
      if (!file.starts_with(kPrefix) || !is_name(file.substr(kPrefix.size()))) continue;
      if (is_program(it->path())) names.insert(file.substr(kPrefix.size()));
    }
  }
  return {names.begin(), names.end()};
}

void run_external_command(std::string_view name, char** arguments) {
  if (!is_name(name)) return;
  for (const fs::path& folder : folders()) {
    std::string path = (folder / fmt::format("{}{}", kPrefix, name)).string();
    if (!is_program(path)) continue;
    std::vector<char*> words{path.data()};
    for (char** word = arguments; *word != nullptr; ++word) words.push_back(*word);
    words.push_back(nullptr);
    ::execv(path.c_str(), words.data());
    throw UsageError(fmt::format("cannot run '{}': {}", path, std::strerror(errno)));
  }
}

}  // namespace tilewright
