#include "model/spec/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "model/spec/spec_paths.hpp"

namespace tilewright::spec {
namespace {

// yaml-cpp counts lines and columns from 0.
Mark mark_of(const std::string& file, const YAML::Mark& mark) {
  return {file, mark.line + 1, mark.column + 1};
}

// Bytes of the UTF-8 sequence that starts `text`, or 0 if it is none (or an overlong or
// surrogate one).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xc2   ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

void check_encoding(const std::string& file, std::string_view text) {
  Mark mark{file, 1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0) {
      throw SpecError(mark, fmt::format("byte 0x{:02x} is no UTF-8 text; specs are YAML in UTF-8",
                                        static_cast<unsigned char>(text[i])));
    }
    ++mark.column;
    if (text[i] == '\n') {
      ++mark.line;
      mark.column = 1;
    }
    i += length;
  }
}

}  // namespace

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
  // Values that all aliases of a file may stand for together. A few lines could otherwise mean more
  // than any memory holds.
  static constexpr std::uint64_t kMostAliased = 1'000'000;
  static constexpr std::size_t kTextPiece = 32;  // bytes of a text that count as one value
  static constexpr std::size_t kMostWarnings = 100;

 public:
  // `advice` ends messages about things that are YAML but no spec.
  TreeBuilder(Document& document, std::vector<Warning>& warnings, std::string advice,
              const Includer& includer)
      : document_(document), warnings_(warnings), advice_(std::move(advice)), includer_(includer) {}

  static const Node* list(Document& document, std::vector<const Node*> items, const Mark& mark) {
    Node& node =
        document.nodes.emplace_back(&document.source, Node::Kind::list, mark.line, mark.column);
    node.weight_ = 1;
    for (const Node* item : items) node.weight_ += item->weight_;
    node.list_ = std::move(items);
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
    const Node* node = anchors_[anchor];
    if (node == nullptr || node->weight_ == 0) {
      throw SpecError(mark_of(document_.source.file, mark),
                      "this alias refers to a part that it is itself in");
    }
    count_aliased(node->weight_, mark);
    add(node, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::list, mark, anchor);
    set_tag(*frames_.back().node, tag);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, anchor);
    set_tag(*frames_.back().node, tag);
  }

  void OnMapEnd() override {
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

  void add_included(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    const std::string& value) {
    const Node* node = includer_(document_, tag, value, mark_of(document_.source.file, mark));
    if (anchor != 0) anchors_[anchor] = node;
    count_aliased(node->weight_, mark);
    add(node, mark);
  }

  void count_aliased(std::uint64_t weight, const YAML::Mark& mark) {
    aliased_ += weight;  // no overflow: no node is heavier than the file and the limit
    if (aliased_ > kMostAliased) {
      throw SpecError(mark_of(document_.source.file, mark),
                      fmt::format("with this alias, the aliases of the file stand for more than {} "
                                  "values",
                                  kMostAliased));
    }
  }

  static void set_tag(Node& node, const std::string& tag) {
    if (tag.size() > 1 && tag.front() == '!') node.tag_ = tag;
  }

  Node* make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    Node* node =
        &document_.nodes.emplace_back(&document_.source, kind, mark.line + 1, mark.column + 1);
    if (anchor != 0) anchors_[anchor] = node;
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
      frame.node->list_.push_back(node);
    } else if (!frame.pending) {
      if (!node->is_text() && !node->is_null()) node->fail("a key must be a text" + advice_);
      const Mark mark = alias ? mark_of(document_.source.file, *alias) : node->mark();
      frame.pending =
          Entry{node->is_null() ? "null" : node->text_, mark.line, mark.column, nullptr};
    } else {
      frame.pending->value = node;
      insert(frame, std::move(*frame.pending));
      frame.pending.reset();
    }
  }

  void insert(Frame& frame, Entry entry) {
    if (entry.key == "<<") {
      frame.merged.push_back(entry.value);
      return;
    }
    if (entry.key == "<<<") {
      const auto& maps = entry.value->is_list() ? entry.value->list_ : std::vector{entry.value};
      frame.deep.insert(frame.deep.end(), maps.begin(), maps.end());
      return;
    }
    const auto [it, is_new] = frame.at.try_emplace(entry.key, frame.node->map_.size());
    if (is_new) {
      frame.node->map_.push_back(std::move(entry));
      return;
    }
    if (++repeated_ > kMostWarnings) return;
    const Entry& first = frame.node->map_[it->second];
    warnings_.push_back({frame.node->mark(entry),
                         fmt::format("the key '{}' is already given in line {}; that one counts",
                                     entry.key, first.line)});
    if (repeated_ == kMostWarnings) warnings_.back().message += " (as for all others after it)";
  }

  // `<<<` of version 0.4: maps within the maps are merged too, and lists appended.
  const Node* merged_deeply(const Node* own, const Node* base) {
    const bool both_maps = own->is_map() && base->is_map();
    const bool both_lists = own->is_list() && base->is_list();
    if ((!both_maps && !both_lists) || own->tag_ == "!nomerge") return own;
    Node& node = document_.nodes.emplace_back(*own);
    if (both_lists) {
      node.list_.insert(node.list_.end(), base->list_.begin(), base->list_.end());
    } else {
      merge_deeply(node, *base);
    }
    node.weight_ = own->weight_ + base->weight_;
    count_aliased(node.weight_, YAML::Mark::null_mark());
    return &node;
  }

  void merge_deeply(Node& own, const Node& base) {
    for (const auto& entry : base.map("the merge key '<<<'")) {
      const auto it = std::find_if(own.map_.begin(), own.map_.end(),
                                   [&](const Entry& known) { return known.key == entry.key; });
      if (it == own.map_.end()) {
        own.map_.push_back(entry);
      } else {
        it->value = merged_deeply(it->value, entry.value);
      }
    }
  }

  // Own keys win over merged ones, earlier merged maps over later ones.
  void merge(Frame& frame) {
    for (const Node* map : frame.deep) merge_deeply(*frame.node, *map);
    for (std::size_t i = 0; i < frame.node->map_.size() && !frame.deep.empty(); ++i) {
      frame.at.try_emplace(frame.node->map_[i].key, i);
    }
    for (const Node* value : frame.merged) {
      const auto maps = value->is_list() ? value->list_ : std::vector<const Node*>{value};
      for (const Node* map : maps) {
        for (const auto& entry : map->map("the merge key '<<'")) {
          if (frame.at.try_emplace(entry.key, frame.node->map_.size()).second) {
            frame.node->map_.push_back(entry);
          }
        }
      }
    }
  }

  Document& document_;
  std::vector<Warning>& warnings_;
  std::string advice_;
  const Includer& includer_;
  std::vector<Frame> frames_;
  std::uint64_t aliased_ = 0;
  std::size_t repeated_ = 0;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
};

const Node* make_list(Document& document, std::vector<const Node*> items, const Mark& mark) {
  return TreeBuilder::list(document, std::move(items), mark);
}

Node* Document::find(const Node& node) {
  const auto it = std::find_if(nodes.begin(), nodes.end(),
                               [&](const Node& candidate) { return &candidate == &node; });
  if (it != nodes.end()) return &*it;
  for (const auto& part : parts) {
    if (Node* found = part->find(node)) return found;
  }
  return nullptr;
}

std::unique_ptr<Document> parse_document(const std::string& file, std::string_view text,
                                         std::vector<Warning>& warnings, const Includer& includer) {
  check_encoding(file, text);
  auto document = std::make_unique<Document>();
  document->source.file = file;
  const std::string advice = text.find("{{") == std::string_view::npos
                                 ? ""
                                 : "; a Jinja template has to be rendered to YAML first";
  TreeBuilder builder(*document, warnings, advice, includer);
  std::istringstream stream{std::string(text)};
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
    throw SpecError(mark_of(file, error.mark),
                    fmt::format("this is no YAML: {}{}", error.msg, advice));
  }
  return document;
}

void fail_size(const std::string& file, std::size_t max_bytes) {
  throw SpecError({file, 0, 0},
                  fmt::format("the file is larger than {} bytes, the limit for a spec "
                              "(--max-file-size raises it)",
                              max_bytes));
}

std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings, std::string& text) {
  const auto extension = std::filesystem::path(path).extension().string();
  const Mark mark{path, 0, 0};
  if (extension == ".cfg") {
    throw SpecError(
        mark,
        fmt::format("libconfig files are not read; give the same spec as YAML "
                    "('{}')",
                    std::filesystem::path(path).replace_extension(".yaml").filename().string()));
  }
  if (extension == ".jinja2") {
    throw SpecError(mark,
                    "a Jinja template (specs of version 0.4) has to be rendered to YAML first");
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw SpecError(mark, "this is a folder");
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored && size > max_bytes) fail_size(path, max_bytes);
  text = read_text(path, max_bytes);
  return parse_document(path, text, warnings);
}

std::unique_ptr<Document> load_document(const std::string& path, std::size_t max_bytes,
                                        std::vector<Warning>& warnings) {
  std::string text;
  return load_document(path, max_bytes, warnings, text);
}

}  // namespace tilewright::spec
