#include "model/spec/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "model/spec/spec_paths.hpp"
#include "model/spec/text_stream.hpp"
#include "model/spec/yaml_words.hpp"

namespace tilewright::spec {

// Read piece by piece: pipes do not tell their size.
std::string read_text(const std::string& path, std::size_t max_bytes) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw SpecError({path, 0, 0}, "cannot read the file; does it exist?");
  std::string text;
  while (stream) {
    const std::size_t old_size = text.size();
    text.resize(old_size + kPiece);
    stream.read(text.data() + old_size, static_cast<std::streamsize>(kPiece));
    text.resize(old_size + static_cast<std::size_t>(stream.gcount()));
    if (text.size() > max_bytes) fail_size(path, max_bytes);
  }
  if (stream.bad()) throw SpecError({path, 0, 0}, "cannot read the file to its end");
  return text;
}

/// Builds the nodes of a document from the parser's events. Going by events instead of by
/// yaml-cpp's own tree keeps aliases shared (no explosion), sees references of an anchor to itself,
/// and gives keys their place.
class TreeBuilder : public YAML::EventHandler {
  // A file may hold as many values, and the aliases of one stand for as many, and for one more of
  // each for every few bytes: what stands in lines of its own never comes to that. A few lines
  // could otherwise mean more than any memory holds.
  static constexpr std::uint64_t kFreeValues = 250'000;
  static constexpr std::size_t kBytesOfValue = 4;
  static constexpr std::size_t kTextPiece = 32;  // bytes of a text that count as one value
  static constexpr std::size_t kMostWarnings = 100;

 public:
  // `advice` ends messages about things that are YAML but no spec.
  TreeBuilder(Document& document, std::vector<Warning>& warnings, std::string advice,
              const Includer& includer, TextStream& stream, std::size_t bytes)
      : document_(document),
        warnings_(warnings),
        advice_(std::move(advice)),
        includer_(includer),
        stream_(stream),
        most_values_(kFreeValues + bytes / kBytesOfValue) {}

  /// Of all places: the first line of the text begins so much further left than the parser thinks.
  void shift_first_line(int columns) { shift_ = columns; }

  /// yaml-cpp counts lines and columns from 0.
  Mark place(const YAML::Mark& mark) const {
    return {document_.source.file, mark.line + 1, column(mark)};
  }

  static const Node* list(Document& document, std::vector<const Node*> items, const Mark& mark) {
    Node& node =
        document.nodes.emplace_back(&document.source, Node::Kind::list, mark.line, mark.column);
    node.weight_ = 1;
    for (const Node* item : items) node.weight_ += item->weight_;
    node.own_parts().list = std::move(items);
    return &node;
  }

  static Node& at_place(Document& document, Node::Kind kind, const Node& place) {
    return document.nodes.emplace_back(place.source_, kind, place.line_, place.column_);
  }

  static const Node* text(Document& document, std::string text, bool is_quoted, const Node& place) {
    Node& node = at_place(document, Node::Kind::text, place);
    node.text_ = std::move(text);
    node.quoted_ = is_quoted;
    node.weight_ = 1;
    return &node;
  }

  static const Node* list(Document& document, std::vector<const Node*> items, const Node& place) {
    Node& node = at_place(document, Node::Kind::list, place);
    node.weight_ = 1;
    node.own_parts().list = std::move(items);
    return &node;
  }

  static const Node* map(Document& document, std::vector<Entry> entries, const Node& place) {
    Node& node = at_place(document, Node::Kind::map, place);
    node.weight_ = 1;
    node.own_parts().map = std::move(entries);
    return &node;
  }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node* node = make(Node::Kind::null, mark, anchor);
    node->weight_ = 1;
    add(node);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (includer_ && tag.starts_with("!include")) {
      add_included(mark, tag, anchor, value);
      return;
    }
    Node* node = make(Node::Kind::text, mark, anchor);
    node->text_ = value;
    node->quoted_ = tag == "!";  // yaml-cpp's way to say so; "?" is a plain text
    set_tag(*node, tag);
    node->weight_ = 1 + value.size() / kTextPiece;
    add(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    stream_.note_event();
    const Node* node = anchors_[anchor];
    if (node == nullptr || node->weight_ == 0) {
      throw SpecError(place(mark), "this alias refers to a part that it is itself in");
    }
    count_aliased(node->weight_, place(mark));
    add(node, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::list, mark, anchor);
    set_tag(*frames_.back().node, tag);
  }
  void OnSequenceEnd() override {
    stream_.note_event();
    close();
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, anchor);
    set_tag(*frames_.back().node, tag);
  }

  void OnMapEnd() override {
    stream_.note_event();
    merge(frames_.back());
    close();
  }

 private:
  // A list or map whose end is still to come.
  struct Frame {
    Node* node = nullptr;
    std::uint64_t weight = 1;
    std::optional<Entry> pending;                     // key that waits for its value
    std::unordered_map<std::string, std::size_t> at;  // index of each key
    std::vector<const Node*> merged;                  // values of `<<`
    std::vector<const Node*> deep;                    // values of `<<<`, maps
  };

  int column(const YAML::Mark& mark) const {
    return mark.column + 1 - (mark.line == 0 ? shift_ : 0);
  }

  void add_included(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    const std::string& value) {
    const Node* node = includer_(document_, tag, value, place(mark));
    if (anchor != 0) anchors_[anchor] = node;
    count_aliased(node->weight_, place(mark));
    add(node, mark);
  }

  void count_aliased(std::uint64_t weight, const Mark& mark) {
    aliased_ += weight;  // no overflow: no node is heavier than the file and the limit
    if (aliased_ > most_values_) {
      throw SpecError(mark,
                      fmt::format("with this alias, the aliases of the file stand for more than {} "
                                  "values",
                                  most_values_));
    }
  }

  void set_tag(Node& node, const std::string& tag) {
    if (tag.size() <= 1 || tag.front() != '!') return;
    node.tag_ = &*document_.tags.insert(tag).first;
  }

  Node* make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    stream_.note_event();
    if (++values_ > most_values_) {
      throw SpecError(
          place(mark),
          fmt::format("the file holds more than {} values, the most for its size", most_values_));
    }
    Node* node =
        &document_.nodes.emplace_back(&document_.source, kind, mark.line + 1, column(mark));
    is_anchored_ = anchor != 0;
    if (is_anchored_) anchors_[anchor] = node;
    return node;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    Frame frame;
    frame.node = make(kind, mark, anchor);
    frames_.push_back(std::move(frame));
  }

  void close() {
    const Node* node = frames_.back().node;
    frames_.back().node->weight_ = frames_.back().weight;
    frames_.pop_back();
    add(node);
  }

  void add(const Node* node) { add(node, {}); }

  // `alias` is where the file mentions the node if that is not where it stands.
  void add(const Node* node, std::optional<YAML::Mark> alias) {
    if (frames_.empty()) {
      document_.root = node;
      return;
    }
    Frame& frame = frames_.back();
    frame.weight += node->weight_;
    if (frame.node->is_list()) {
      frame.node->own_parts().list.push_back(node);
    } else if (!frame.pending) {
      begin_entry(frame, node, alias);
    } else {
      frame.pending->value = node;
      insert(frame, std::move(*frame.pending));
      frame.pending.reset();
    }
  }

  void begin_entry(Frame& frame, const Node* key, std::optional<YAML::Mark> alias) {
    if (!key->is_text() && !key->is_null()) key->fail("a key must be a text" + advice_);
    const Mark mark = alias ? place(*alias) : key->mark();
    frame.pending = Entry{key->is_null() ? "null" : key->text_, mark.line, mark.column, nullptr};
    // Keys live in the entries; only an anchored one may still be asked for as a node.
    if (!alias && key == &document_.nodes.back() && !is_anchored_) document_.nodes.pop_back();
  }

  void insert(Frame& frame, Entry entry) {
    if (entry.key == "<<") {
      frame.merged.push_back(entry.value);
      return;
    }
    if (entry.key == "<<<") {
      const auto maps =
          entry.value->is_list() ? entry.value->items() : std::vector<const Node*>{entry.value};
      frame.deep.insert(frame.deep.end(), maps.begin(), maps.end());
      return;
    }
    std::vector<Entry>& map = frame.node->own_parts().map;
    const auto [it, is_new] = frame.at.try_emplace(entry.key, map.size());
    if (is_new) {
      map.push_back(std::move(entry));
      return;
    }
    if (++repeated_ > kMostWarnings) return;
    const Entry& first = map[it->second];
    warnings_.push_back({frame.node->mark(entry),
                         fmt::format("the key '{}' is already given in line {}; that one counts",
                                     entry.key, first.line),
                         odd::kRepeatedKey});
    if (repeated_ == kMostWarnings) warnings_.back().message += " (as for all others after it)";
  }

  // `<<<` of version 0.4: maps within the maps are merged too, and lists appended. The first value
  // says what it is; others of its kind add to it unless it has the tag `!nomerge`.
  const Node* merged_deeply(const std::vector<const Node*>& values) {
    const Node& first = *values.front();
    if (values.size() == 1 || first.tag() == "!nomerge" || (!first.is_map() && !first.is_list())) {
      return &first;
    }
    std::vector<const Node*> alike;
    std::uint64_t weight = 0;
    for (const Node* value : values) {
      if (value->kind_ != first.kind_) continue;
      alike.push_back(value);
      weight += value->weight_;
    }
    count_aliased(weight, first.mark());
    Node& node =
        document_.nodes.emplace_back(first.source_, first.kind_, first.line_, first.column_);
    node.tag_ = first.tag_;
    node.weight_ = weight;
    if (first.is_map()) {
      node.own_parts().map = merged_entries(alike);
      return &node;
    }
    std::vector<const Node*>& list = node.own_parts().list;
    for (const Node* value : alike) {
      list.insert(list.end(), value->items().begin(), value->items().end());
    }
    return &node;
  }

  // The keys of all maps in their order, each with its values in one.
  std::vector<Entry> merged_entries(const std::vector<const Node*>& maps) {
    std::vector<Entry> result;
    std::vector<std::vector<const Node*>> values;
    std::unordered_map<std::string_view, std::size_t> at;
    for (const Node* map : maps) {
      for (const Entry& entry : map->map("the merge key '<<<'")) {
        const auto [it, is_new] = at.try_emplace(entry.key, result.size());
        if (is_new) {
          result.push_back(entry);
          values.emplace_back();
        }
        values[it->second].push_back(entry.value);
      }
    }
    for (std::size_t i = 0; i < result.size(); ++i) result[i].value = merged_deeply(values[i]);
    return result;
  }

  void merge_deeply(Frame& frame) {
    std::vector<const Node*> maps{frame.node};
    maps.insert(maps.end(), frame.deep.begin(), frame.deep.end());
    std::vector<Entry>& map = frame.node->own_parts().map;
    map = merged_entries(maps);
    for (std::size_t i = 0; i < map.size(); ++i) frame.at.try_emplace(map[i].key, i);
  }

  // Own keys win over merged ones, earlier merged maps over later ones.
  void merge(Frame& frame) {
    if (!frame.deep.empty()) merge_deeply(frame);
    for (const Node* value : frame.merged) {
      const auto maps = value->is_list() ? value->items() : std::vector<const Node*>{value};
      for (const Node* map : maps) {
        for (const auto& entry : map->map("the merge key '<<'")) {
          std::vector<Entry>& own = frame.node->own_parts().map;
          if (frame.at.try_emplace(entry.key, own.size()).second) own.push_back(entry);
        }
      }
    }
  }

  Document& document_;
  std::vector<Warning>& warnings_;
  std::string advice_;
  const Includer& includer_;
  TextStream& stream_;
  const std::uint64_t most_values_;
  int shift_ = 0;
  std::vector<Frame> frames_;
  std::uint64_t values_ = 0;
  std::uint64_t aliased_ = 0;
  bool is_anchored_ = false;  // the node that was made last
  std::size_t repeated_ = 0;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
};

const Node* make_list(Document& document, std::vector<const Node*> items, const Mark& mark) {
  return TreeBuilder::list(document, std::move(items), mark);
}

const Node* make_null(Document& document, const Node& place) {
  return &TreeBuilder::at_place(document, Node::Kind::null, place);
}

const Node* make_text(Document& document, std::string text, bool is_quoted, const Node& place) {
  return TreeBuilder::text(document, std::move(text), is_quoted, place);
}

const Node* make_list(Document& document, std::vector<const Node*> items, const Node& place) {
  return TreeBuilder::list(document, std::move(items), place);
}

const Node* make_map(Document& document, std::vector<Entry> entries, const Node& place) {
  return TreeBuilder::map(document, std::move(entries), place);
}

Entry make_entry(std::string key, const Node* value) {
  const Mark mark = value->mark();
  return {std::move(key), mark.line, mark.column, value};
}

Node* Document::find(const Node& node) {
  if (node.source_ == &source) return const_cast<Node*>(&node);  // it is one of `nodes`
  for (const auto& part : parts) {
    if (Node* found = part->find(node)) return found;
  }
  return nullptr;
}

namespace {

// In a text that begins with a bracket (JSON, say), the parser takes the whole for a possible key.
// Not so behind the mark that begins a document.
std::string_view beginning_of_document(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool bracket = first != text.npos && (text[first] == '{' || text[first] == '[');
  return bracket ? "--- " : "";
}

}  // namespace

std::unique_ptr<Document> parse_document(const std::string& file, std::string_view text,
                                         std::vector<Warning>& warnings, const Includer& includer) {
  check_encoding(file, text);
  auto document = std::make_unique<Document>();
  document->source.file = file;
  document->bytes = text.size();
  const std::string advice = text.find("{{") == std::string_view::npos
                                 ? ""
                                 : "; a Jinja template has to be rendered to YAML first";
  const std::string_view beginning = beginning_of_document(text);
  std::string joined;
  if (!beginning.empty()) text = joined.append(beginning).append(text);
  TextStream buffer(file, text);
  TreeBuilder builder(*document, warnings, advice, includer, buffer, text.size());
  builder.shift_first_line(static_cast<int>(beginning.size()));
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    const bool any = parser.HandleNextDocument(builder);
    if (!any || document->root == nullptr || document->root->is_null()) {
      throw SpecError({file, 1, 1},
                      "the file is empty; expected a YAML map such as 'problem: ...'");
    }
    const Node* root = document->root;
    if (parser.HandleNextDocument(builder)) {
      document->root->fail("a second YAML document in one file; put it into a file of its own");
    }
    document->root = root;
  } catch (const YAML::Exception& error) {
    throw SpecError(builder.place(error.mark),
                    fmt::format("this is no YAML: {}{}", in_plain_words(error.msg), advice));
  }
  return document;
}

void fail_size(const std::string& file, std::size_t max_bytes) {
  throw SpecError({file, 0, 0},
                  fmt::format("the file is larger than {} bytes, the limit for a spec "
                              "(--max-file-size raises it)",
                              max_bytes));
}

std::string read_spec_text(const std::string& path, std::size_t max_bytes) {
  const auto extension = std::filesystem::path(path).extension().string();
  const Mark mark{path, 0, 0};
  if (extension == ".cfg") {
    throw SpecError(
        mark,
        fmt::format("libconfig files are not read; give the same spec as YAML "
                    "('{}')",
                    std::filesystem::path(path).replace_extension(".yaml").filename().string()));
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw SpecError(mark, "this is a folder");
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored && size > max_bytes) fail_size(path, max_bytes);
  return read_text(path, max_bytes);
}

std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings) {
  return parse_document(path, read_spec_text(path, max_bytes), warnings);
}

}  // namespace tilewright::spec
