#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/energy/expression/allowance.hpp"

namespace tilewright::spec {

/// What a template, with all that it includes, may come to. Files that include each other twice
/// would double at every step, and a pattern could ask for every file of a disk.
class TemplateLimits {
 public:
  /// A file was read: it may be included again, and its text rendered, so often only.
  /// \throws ExpressionError
  void count_file(const std::string& path, std::size_t bytes);
  /// Text was rendered. \throws ExpressionError
  void count_text(std::size_t bytes);
  /// Files and folders were looked at. \throws ExpressionError
  void count_looks(std::size_t number);

  energy::Allowance expressions;

 private:
  std::map<std::string, std::size_t> files_;  // bytes of each
  std::size_t reads_ = 0;
  std::size_t known_bytes_ = 0;  // of all files, each once
  std::size_t text_bytes_ = 0;
  std::size_t looks_ = 0;
};

/// The folders that templates see: those of the files that the user names, and those that he gives
/// besides, with all that is in them.
class VisibleFolders {
 public:
  void add(const std::filesystem::path& folder);
  /// Whether a path, links followed, lies in one of them.
  bool contains(const std::filesystem::path& path) const;
  /// Their names, for messages.
  std::string names() const;

  /// The paths that exist for a pattern with `*`, `?` and `[...]`, sorted, links followed.
  /// \throws ExpressionError when that takes too many looks.
  std::vector<std::string> matches(const std::filesystem::path& pattern,
                                   TemplateLimits& limits) const;

 private:
  std::vector<std::filesystem::path> folders_;  // canonical
};

}  // namespace tilewright::spec
