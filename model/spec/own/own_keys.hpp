#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/spec/document.hpp"
#include "model/spec/node.hpp"

namespace tilewright::spec {

/// The keys of a map in Tilewright's own form: each is one that is known, spelt exactly so, and has
/// a value.
class OwnKeys {
 public:
  /// `what` names the map in messages: "a level".
  /// \throws SpecError for what is no map, and for the first key that is not known or empty
  OwnKeys(const Node& map, std::string what, const std::vector<std::string>& known);

  const Node& node() const { return map_; }
  /// The value of a key, or nullptr.
  const Node* find(std::string_view key) const;
  /// \throws SpecError if the key is missing
  const Node& at(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }

 private:
  const Node& map_;
  std::string what_;
};

/// Makes the nodes of other forms that own ones stand for. They stand where those stand, so that
/// messages about them show what the user wrote.
class NodeMaker {
 public:
  explicit NodeMaker(Document& document) : document_(document) {}

  const Node* text(const std::string& text, const Node& place) const;
  /// A number, or what else stands without quotes.
  const Node* plain(const std::string& text, const Node& place) const;
  const Node* list(std::vector<const Node*> items, const Node& place) const;
  const Node* map(std::vector<Entry> entries, const Node& place) const;
  Document& document() const { return document_; }

 private:
  Document& document_;
};

/// The items of a list, of which each becomes several nodes. \throws SpecError for more than `most`
const std::vector<const Node*>& items_of(const Node& list, std::string_view what, std::size_t most);

/// Adds `key` with the value that `from` has under `own_key`, if it has one.
void copy_key(const OwnKeys& from, std::string_view own_key, const std::string& key,
              std::vector<Entry>& to);

}  // namespace tilewright::spec
