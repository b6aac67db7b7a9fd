#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// The file in the folder of a run that outlives a kill at any moment: a line about the run, then a
/// line per finished layer, each written by one call. It is locked as long as a run writes there,
/// and goes when all is done.
class RunJournal {
 public:
  static constexpr const char* kName = "journal.jsonl";

  /// Opens the journal of a folder, or makes one. \throws OutputError, also when another run has
  /// it.
  explicit RunJournal(const std::filesystem::path& folder);
  ~RunJournal();
  RunJournal(const RunJournal&) = delete;
  RunJournal& operator=(const RunJournal&) = delete;

  /// Its lines, but for one that was not finished; the first one, or "".
  std::vector<std::string> lines() const;
  std::string first_line() const;

  /// Begins anew, with a first line.
  void restart(std::string_view line);
  /// Goes on behind the last whole line.
  void resume();
  void append(std::string_view line);
  /// Waits until all of it is on the disk.
  void sync() const;
  void remove() const;

  const std::filesystem::path& path() const { return path_; }

 private:
  [[noreturn]] void fail(std::string_view what) const;
  void open();
  bool lock() const;
  void cut(std::size_t size);

  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace tilewright
