#include "model/spec/template_files.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <system_error>

#include "model/energy/expression/expression.hpp"

namespace tilewright::spec {
namespace {

namespace fs = std::filesystem;
using energy::ExpressionError;

constexpr std::size_t kMostReads = 1000;
constexpr std::size_t kMostLooks = 20'000;
constexpr std::size_t kFreeText = std::size_t{1} << 20;  // bytes beyond what the files hold
constexpr std::size_t kBytesOfValue = 4;                 // as for the values of a file

bool is_pattern(const std::string& part) { return part.find_first_of("*?[") != part.npos; }

// The names in a folder that a part of a pattern matches.
std::vector<fs::path> matches_in(const fs::path& folder, const std::string& part,
                                 TemplateLimits& limits) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    limits.count_looks(1);
    const fs::path& path = it->path();
    if (::fnmatch(part.c_str(), path.filename().c_str(), FNM_PERIOD) == 0) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

void TemplateLimits::count_file(const std::string& path, std::size_t bytes) {
  if (++reads_ > kMostReads) {
    throw ExpressionError(fmt::format("more than {} files are included", kMostReads));
  }
  if (!files_.try_emplace(path, bytes).second) return;
  known_bytes_ += bytes;
  expressions.add(bytes / kBytesOfValue);
}

void TemplateLimits::count_text(std::size_t bytes) {
  text_bytes_ += bytes;
  const std::size_t most = 2 * known_bytes_ + kFreeText;
  if (text_bytes_ > most) {
    throw ExpressionError(fmt::format(
        "the rendered text comes to more than {} bytes, the most for the size of the files", most));
  }
}

void TemplateLimits::count_looks(std::size_t number) {
  looks_ += number;
  if (looks_ > kMostLooks) {
    throw ExpressionError(
        fmt::format("the patterns look at more than {} files and folders", kMostLooks));
  }
}

void VisibleFolders::add(const fs::path& folder) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (!error && std::find(folders_.begin(), folders_.end(), real) == folders_.end()) {
    folders_.push_back(std::move(real));
  }
}

bool VisibleFolders::contains(const fs::path& path) const {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  if (error) return false;
  return std::any_of(folders_.begin(), folders_.end(), [&](const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), real.begin(), real.end()).first ==
           folder.end();
  });
}

std::string VisibleFolders::names() const {
  std::string text;
  for (const fs::path& folder : folders_) text += (text.empty() ? "" : ", ") + folder.string();
  return text;
}

std::vector<std::string> VisibleFolders::matches(const fs::path& pattern,
                                                 TemplateLimits& limits) const {
  limits.count_looks(1);
  std::vector<fs::path> found{pattern.root_path()};
  for (const fs::path& part : pattern.relative_path()) {
    if (!is_pattern(part.string())) {
      for (fs::path& path : found) path /= part;
      continue;
    }
    std::vector<fs::path> deeper;
    for (const fs::path& folder : found) {
      if (!contains(folder)) continue;
      for (fs::path& path : matches_in(folder, part.string(), limits)) {
        deeper.push_back(std::move(path));
      }
    }
    found = std::move(deeper);
  }
  std::vector<std::string> result;
  for (const fs::path& path : found) {
    std::error_code error;
    if (fs::exists(path, error) && contains(path)) {
      result.push_back(fs::weakly_canonical(path, error).string());
    }
  }
  return result;
}

}  // namespace tilewright::spec
