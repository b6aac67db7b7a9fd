#include "mapper/files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
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

bool is_safe(char c, bool is_first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || (c == '.' && !is_first);
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

void write_atomically(const fs::path& path, std::string_view text, Durable durable) {
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
  if (replaceable && durable == Durable::yes) {
    if (std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0) fail(path, errno);
  }
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

std::string hash_of_path(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return hash_of_file(path);
  std::map<std::string, std::string> hashes;
  fs::recursive_directory_iterator it(path, error);
  for (const auto end = fs::end(it); !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (name == "__pycache__") it.disable_recursion_pending();  // Python makes it as it likes
    const std::string hash = hash_of_file(it->path());
    if (!hash.empty()) hashes[it->path().lexically_relative(path)] = hash;
  }
  std::string all;
  for (const auto& [name, hash] : hashes) all += fmt::format("{}\n{}\n", name, hash);
  return sha256(all);
}

std::string safe_file_name(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  std::string safe(name.substr(0, kLongest));
  for (std::size_t i = 0; i < safe.size(); ++i) {
    if (!is_safe(safe[i], i == 0)) safe[i] = '_';
  }
  return safe.empty() ? "unnamed" : safe;
}

bool is_safe_file_name(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_safe(name[i], i == 0)) return false;
  }
  return !name.empty();
}

}  // namespace tilewright
