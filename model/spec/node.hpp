#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/error.hpp"

namespace tilewright::spec {

class Node;
struct Document;

/// The section `variables` of the specs: names, with underscores for hyphens, and their values.
using Variables = std::unordered_map<std::string, const Node*>;

/// Where a tree of nodes was read from.
struct Source {
  std::string file;
  const Variables* variables = nullptr;
  bool has_literals = false;  // a text in quotes is never the name of a variable (version 0.4)
};

/// A key of a map, and its value.
struct Entry {
  std::string key;
  int line = 0;
  int column = 0;
  const Node* value = nullptr;
};

/// A piece of a YAML file that knows where it stands: a text, a list or a map. Merge keys (`<<`)
/// are resolved. Every accessor throws SpecError at the node when it holds something else.
/// Nodes live in a Document and point to each other; aliases share them.
class Node {
 public:
  enum class Kind : std::uint8_t { null, text, list, map };

  Node(const Source* source, Kind kind, int line, int column)
      : source_(source), line_(line), column_(column), kind_(kind) {}

  bool is_null() const { return kind_ == Kind::null; }
  bool is_text() const { return kind_ == Kind::text; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_map() const { return kind_ == Kind::map; }

  /// A text in quotes: never an expression in files of version 0.4.
  bool is_quoted() const { return quoted_; }
  /// The tag as written, `!Component`, or "".
  const std::string& tag() const { return *tag_; }
  /// The text as it stands in the file, or "".
  const std::string& raw_text() const { return text_; }
  /// The items of a list as they are, or none.
  const std::vector<const Node*>& items() const { return parts().list; }
  /// The entries of a map as they are, or none.
  const std::vector<Entry>& entries() const { return parts().map; }

  Mark mark() const { return {source_->file, line_, column_}; }
  Mark mark(const Entry& entry) const { return {source_->file, entry.line, entry.column}; }
  const std::string& file() const { return source_->file; }
  [[noreturn]] void fail(const std::string& message) const;
  /// What the node holds, for messages: `'abc'`, "a list", "a map", "nothing".
  std::string describe() const;

  /// The text, with the name of a variable replaced by its value. `what` names the setting in the
  /// message, here and below.
  const std::string& text(std::string_view what) const;
  /// The text as the name of `what`: not longer than tables of names can bear.
  const std::string& name(std::string_view what) const;
  /// A whole number from `least` to `most`.
  std::uint64_t count(std::string_view what, std::uint64_t least, std::uint64_t most) const;
  std::int64_t integer(std::string_view what) const;
  /// A finite number of at least `least`.
  double real(std::string_view what, double least) const;
  bool flag(std::string_view what) const;
  const std::vector<const Node*>& list(std::string_view what) const;
  const std::vector<Entry>& map(std::string_view what) const;
  /// A list of texts; a single text is a list of one.
  std::vector<const Node*> texts(std::string_view what) const;

  /// The value of a key in either spelling, or nullptr; a key without value is as good as absent.
  const Node* find(std::string_view key) const;
  /// The value of a key that must be there. \throws SpecError, naming a similar key if there is
  /// one.
  const Node& at(std::string_view key) const;
  std::vector<std::string> keys() const;
  bool same_text(const Node& other) const { return is_text() && text_ == other.text_; }

  /// Gives the value of `entry` to the first key of a map in one of the spellings and removes the
  /// others; without any, adds the entry.
  void set(const std::vector<std::string_view>& spellings, const Entry& entry);

 private:
  friend class TreeBuilder;
  friend struct Document;

  // What lists and maps have besides. Apart, for most of the nodes of a large file are texts.
  struct Parts {
    std::vector<const Node*> list;
    std::vector<Entry> map;
  };
  const Parts& parts() const { return parts_ != nullptr ? *parts_ : no_parts(); }
  Parts& own_parts() {
    if (parts_ == nullptr) parts_ = std::make_unique<Parts>();
    return *parts_;
  }
  static const Parts& no_parts();
  static const std::string& no_tag();

  const Source* source_;
  const std::string* tag_ = &no_tag();  // of the document's list
  std::uint64_t weight_ = 0;  // values in it, each alias counted in full; 0 = not yet complete
  int line_;
  int column_;
  Kind kind_;
  bool quoted_ = false;
  std::string text_;
  std::unique_ptr<Parts> parts_;
};

/// The keys of a map as a reader asks for them, remembering those that nobody asked for.
class Fields {
 public:
  Fields(const Node& map, std::string_view what);

  const Node& node() const { return node_; }
  /// The value of the first of several spellings that is there, or nullptr. All of them count as
  /// asked for; those with another value than the first one's are remembered.
  const Node* take(std::initializer_list<std::string_view> spellings);
  const Node* take(std::string_view key) { return take({key}); }
  /// Keys that are read elsewhere, or that need no reading.
  void know(std::initializer_list<std::string_view> keys);
  /// Entries that no take() named, in the order of the file.
  std::vector<const Entry*> rest() const;
  /// An entry that gives in another spelling what an entry before it gives already.
  struct Repeated {
    const Entry* entry;
    const Entry* first;
  };
  const std::vector<Repeated>& repeated() const { return repeated_; }
  /// \throws SpecError at the first key nobody asked for, or that repeats another one.
  void expect_no_more(std::string_view what) const;
  /// The keys asked for so far: what was possible here.
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  void note_repeated(const Entry& entry, const Entry& first);

  const Node& node_;
  std::vector<std::string> asked_;
  std::vector<Repeated> repeated_;
};

}  // namespace tilewright::spec
