#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/spec/node.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::spec {

/// One parsed file. Owns its nodes; addresses stay valid as long as it lives.
struct Document {
  Source source;
  std::deque<Node> nodes;  // a flat pool: a chain of aliases cannot make destruction recurse
  const Node* root = nullptr;
};

/// Parses YAML. \throws SpecError for what is no YAML, no UTF-8 text, no single document, or empty.
std::unique_ptr<Document> parse_document(const std::string& file, std::string_view text,
                                         std::vector<Warning>& warnings);

/// The message about a file of more than `max_bytes`.
[[noreturn]] void fail_size(const std::string& file, std::size_t max_bytes);

/// Reads and parses a file. \throws SpecError, also when it is larger than `max_bytes` (before
/// parsing) or a libconfig file.
std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings);

}  // namespace tilewright::spec
