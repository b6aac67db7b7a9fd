#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "model/spec/document.hpp"

namespace tilewright::spec {

/// A file to read, and the folder argument that it came from, if any.
struct Input {
  std::string path;
  std::string folder;
};

/// The files that arguments stand for: themselves, or the YAML files of a folder by name.
/// \throws SpecError for a folder without any.
std::vector<Input> expand(const std::vector<std::string>& paths);

/// As load_document() without a text, which gets what the file holds.
std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings, std::string& text);

}  // namespace tilewright::spec
