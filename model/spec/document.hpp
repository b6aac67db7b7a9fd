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

/// New nodes in a document that stand where `place`, of whatever document, stands in its file.
const Node* make_null(Document& document, const Node& place);
const Node* make_text(Document& document, std::string text, bool is_quoted, const Node& place);
const Node* make_list(Document& document, std::vector<const Node*> items, const Node& place);
const Node* make_map(Document& document, std::vector<Entry> entries, const Node& place);
/// An entry of such a map.
Entry make_entry(std::string key, const Node* value);

/// The content of a file of at most `max_bytes`. \throws SpecError
std::string read_text(const std::string& path, std::size_t max_bytes);

/// The message about a file of more than `max_bytes`.
[[noreturn]] void fail_size(const std::string& file, std::size_t max_bytes);

/// The text of a spec file. \throws SpecError, also when it is larger than `max_bytes` or a
/// libconfig file.
std::string read_spec_text(const std::string& path, std::size_t max_bytes);

/// Reads and parses a file that is no template. \throws SpecError
std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings);

}  // namespace tilewright::spec
