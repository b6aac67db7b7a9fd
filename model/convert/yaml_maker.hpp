#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/spec/document.hpp"
#include "model/spec/own/own_keys.hpp"

namespace tilewright::convert {

/// Makes nodes of YAML that are to be written, which stand nowhere yet.
class YamlMaker {
 public:
  YamlMaker();

  using Entries = std::vector<spec::Entry>;

  const spec::Node* text(const std::string& text) const { return make_.text(text, *place_); }
  const spec::Node* number(double number) const;
  const spec::Node* flag(bool flag) const { return make_.plain(flag ? "true" : "false", *place_); }
  const spec::Node* plain(const std::string& text) const { return make_.plain(text, *place_); }
  const spec::Node* texts(const std::vector<std::string>& texts) const;
  const spec::Node* list(std::vector<const spec::Node*> items) const {
    return make_.list(std::move(items), *place_);
  }
  const spec::Node* map(Entries entries) const { return make_.map(std::move(entries), *place_); }

  /// For what makes nodes in a document, at a place.
  spec::Document& document() const { return *document_; }
  const spec::Node& place() const { return *place_; }

 private:
  std::unique_ptr<spec::Document> document_;
  const spec::Node* place_;
  spec::NodeMaker make_;
};

/// An entry of a map, for keys that need no quotes.
inline void add(YamlMaker::Entries& entries, const char* key, const spec::Node* value) {
  entries.push_back({key, 0, 0, value});
}

/// The same for a value that may have nothing in it: then there is no entry.
void add_unless_empty(YamlMaker::Entries& entries, const char* key, YamlMaker::Entries value,
                      const YamlMaker& make);

}  // namespace tilewright::convert
