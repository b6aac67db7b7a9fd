#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "model/spec/document.hpp"
#include "model/spec/template_files.hpp"

namespace tilewright::spec {

/// A file to read, and the folder argument that it came from, if any.
struct Input {
  std::string path;
  std::string folder;
};

/// The files that arguments stand for: themselves, or the YAML files of a folder by name.
/// \throws SpecError for a folder without any.
std::vector<Input> expand(const std::vector<std::string>& paths);

/// A file as a document, rendered first where it is a template or includes others.
struct LoadedFile {
  std::unique_ptr<Document> document;
  std::string text;  // that parse_document() makes the same of, without any other file
};

/// Loads files; templates see the folders of all of them and those that the options name.
class FileLoader {
 public:
  FileLoader(const std::vector<std::string>& paths, const ReadOptions& options);
  /// \throws SpecError
  LoadedFile load(const std::string& path, std::vector<Warning>& warnings) const;
  /// Given variables that no template has asked for.
  std::vector<std::string> unused_variables() const;

 private:
  const ReadOptions& options_;
  VisibleFolders visible_;
  std::shared_ptr<std::set<std::string>> used_ = std::make_shared<std::set<std::string>>();
};

}  // namespace tilewright::spec
