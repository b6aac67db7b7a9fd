#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tilewright {

/// The names of the files that a run writes, which may be removed when another run begins.
class RunFiles {
 public:
  RunFiles() = default;
  /// `stems`: what the names of the files of each layer begin with.
  explicit RunFiles(const std::vector<std::string>& stems);

  /// Whether a run writes an entry of this name into its folder, or leaves one when it is killed.
  bool contains(const std::string& name) const;
  /// Removes them from a folder. \throws OutputError
  void remove_from(const std::filesystem::path& folder) const;

 private:
  std::set<std::string> files_;
  std::set<std::string> folders_;  // of mappings
};

}  // namespace tilewright
