#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/spec/node.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::spec {

/// One parsed file. Owns its nodes; addresses stay valid as long as it lives.
struct Document {
  std::vector<std::unique_ptr<Document>> parts;  // included ones, which nodes may point into
  Source source;
  std::deque<Node> nodes;      // a flat pool: a chain of aliases cannot make destruction recurse
  std::set<std::string> tags;  // of the nodes
  std::size_t bytes = 0;       // of the text, included ones as well
  const Node* root = nullptr;

  /// One of the nodes, to be changed before anything is read from it; nullptr if it is of another
  /// document.
  Node* find(const Node& node);
};

/// What a text with one of the tags `!include`, `!includedir` and `!include_loaded` stands for.
using Includer = std::function<const Node*(Document& document, const std::string& tag,
                                           const std::string& text, const Mark& mark)>;

/// Parses YAML. \throws SpecError for what is no YAML, no UTF-8 text, no single document, or empty.
std::unique_ptr<Document> parse_document(const std::string& file, std::string_view text,
                                         std::vector<Warning>& warnings,
                                         const Includer& includer = nullptr);

/// A new list in a document.
const Node* make_list(Document& document, std::vector<const Node*> items, const Mark& mark);

/// The content of a file of at most `max_bytes`. \throws SpecError
std::string read_text(const std::string& path, std::size_t max_bytes);

/// The message about a file of more than `max_bytes`.
[[noreturn]] void fail_size(const std::string& file, std::size_t max_bytes);

/// Reads and parses a file. \throws SpecError, also when it is larger than `max_bytes` (before
/// parsing) or a libconfig file.
std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings);

}  // namespace tilewright::spec
