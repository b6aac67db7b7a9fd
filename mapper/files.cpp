#include "mapper/files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "mapper/sha256.hpp"

namespace tilewright {
namespace {

namespace fs = std::filesystem;

struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

[[noreturn]] void fail(const fs::path& path, int error) {
  throw OutputError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)));
}

// Removes the temporary file unless it took its final name.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  ~Temporary() {
    std::error_code ignored;
    if (!kept_) fs::remove(path_, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

}  // namespace

void write_atomically(const fs::path& path, std::string_view text) {
  // A device or a pipe (`--json /dev/stderr`) cannot be replaced, only written to.
  std::error_code unknown;
  const fs::file_status status = fs::status(path, unknown);
  const bool replaceable = !fs::exists(status) || fs::is_regular_file(status);
  if (fs::is_directory(status)) fail(path, EISDIR);
  fs::path target = path;
  if (replaceable) target += fmt::format(".{}.tmp", ::getpid());

  File file(std::fopen(target.c_str(), "wb"));
  if (!file) fail(path, errno);
  Temporary temporary(target);
  if (!replaceable) temporary.keep();
  if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()) fail(path, errno);
  if (std::fclose(file.release()) != 0) fail(path, errno);
  if (!replaceable) return;
  std::error_code error;
  fs::rename(target, path, error);
  if (error) fail(path, error.value());
  temporary.keep();
}

void make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    throw OutputError(
        fmt::format("cannot make the folder '{}': {}", path.string(), error.message()));
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    throw OutputError(
        fmt::format("cannot write into '{}': {}", path.string(), std::strerror(errno)));
  }
}

std::string hash_of_file(const fs::path& path) {
  std::error_code unknown;
  if (!fs::is_regular_file(path, unknown)) return {};  // a pipe can be read only once
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  std::ostringstream content;
  content << in.rdbuf();
  return sha256(content.str());
}

std::string safe_file_name(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  std::string safe;
  for (const char c : name.substr(0, kLongest)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !safe.empty());
    safe += plain ? c : '_';
  }
  return safe.empty() ? "unnamed" : safe;
}

}  // namespace tilewright
