#include "mapper/run_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "mapper/files.hpp"

namespace tilewright {

RunJournal::RunJournal(const std::filesystem::path& folder) : path_(folder / kName) {
  // The run that had the file may have removed it before this one had the lock.
  do open();
  while (!lock());
}

// A run that did not begin leaves nothing.
RunJournal::~RunJournal() {
  struct stat status = {};
  if (::fstat(file_, &status) == 0 && status.st_nlink > 0 && status.st_size == 0) {
    ::unlink(path_.c_str());
  }
  ::close(file_);
}

// Children must not hold the lock when this program has ended.
void RunJournal::open() {
  constexpr mode_t kReadableByAll = 0666;  // less what the user's mask takes away
  constexpr int kFlags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  file_ = ::open(path_.c_str(), kFlags, kReadableByAll);
  if (file_ < 0) fail("open");
}

// Some file systems know no locks: two runs at once are then the user's care.
bool RunJournal::lock() const {
  const auto refuse = [&](std::string message) {
    ::close(file_);
    throw OutputError(std::move(message));
  };
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    refuse(
        fmt::format("another run is writing into '{}'; wait for its end, or choose another "
                    "folder with -o",
                    path_.parent_path().string()));
  }
  struct stat opened = {};
  struct stat named = {};
  if (::fstat(file_, &opened) != 0 || !S_ISREG(opened.st_mode)) {
    refuse(fmt::format("'{}' is no file that a run has written", path_.string()));
  }
  if (::stat(path_.c_str(), &named) == 0 && named.st_ino == opened.st_ino) return true;
  ::close(file_);
  return false;
}

std::vector<std::string> RunJournal::lines() const {
  std::ifstream in(path_, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(std::move(line));
  return lines;
}

std::string RunJournal::first_line() const {
  std::ifstream in(path_, std::ios::binary);
  std::string line;
  return std::getline(in, line) && !in.eof() ? line : "";
}

void RunJournal::restart(std::string_view line) {
  cut(0);
  append(line);
}

void RunJournal::resume() {
  std::size_t size = 0;
  for (const std::string& line : lines()) size += line.size() + 1;
  cut(size);
}

void RunJournal::append(std::string_view line) {
  const std::string text = fmt::format("{}\n", line);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(file_, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    done += static_cast<std::size_t>(written);
  }
}

void RunJournal::sync() const {
  if (::fdatasync(file_) != 0 && errno != EINVAL && errno != EROFS) fail("write");
}

void RunJournal::remove() const {
  if (::unlink(path_.c_str()) != 0) fail("remove");
}

void RunJournal::cut(std::size_t size) {
  if (::ftruncate(file_, static_cast<off_t>(size)) != 0) fail("write");
}

void RunJournal::fail(std::string_view what) const {
  throw OutputError(fmt::format("cannot {} '{}': {}", what, path_.string(), std::strerror(errno)));
}

}  // namespace tilewright
