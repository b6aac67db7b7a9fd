#include "model/spec/own/lower_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/limits.hpp"
#include "model/names.hpp"
#include "model/spec/sections.hpp"

namespace tilewright::spec {
namespace {

constexpr std::size_t kMostShapes = 1000;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_word_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Scans one coordinate: `P*stride + R*dilation`.
class CoordinateScanner {
 public:
  CoordinateScanner(const Node& node, const std::set<std::string>& dims, const NodeMaker& make)
      : node_(node), text_(node.text("a coordinate")), dims_(dims), make_(make) {}

  const Node* scan(std::set<std::string>& numbers) {
    std::vector<const Node*> terms;
    skip_blanks();
    for (;;) {
      if (terms.size() == kMaxTerms) {
        node_.fail(fmt::format("more than {} terms in a coordinate", kMaxTerms));
      }
      terms.push_back(scan_term(numbers));
      if (at_ == text_.size()) return make_.list(std::move(terms), node_);
      take('+');
    }
  }

 private:
  // A dimension, alone or with a coefficient behind it or before it.
  const Node* scan_term(std::set<std::string>& numbers) {
    std::string first = scan_word();
    std::vector<const Node*> parts;
    if (at_ == text_.size() || text_[at_] != '*') {
      parts.push_back(make_.text(first, node_));
    } else {
      take('*');
      std::string second = scan_word();
      if (!dims_.contains(first) && dims_.contains(second)) std::swap(first, second);
      if (is_number(first)) fail();
      if (is_number(second)) numbers.insert(second);
      parts = {make_.text(first, node_), make_.text(second, node_)};
    }
    return make_.list(std::move(parts), node_);
  }

  static bool is_number(const std::string& word) { return !is_letter(word[0]) && word[0] != '_'; }

  std::string scan_word() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_part(text_[at_])) ++at_;
    std::string word = text_.substr(begin, at_ - begin);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (word.empty() || (is_number(word) && !std::all_of(word.begin(), word.end(), is_digit)))
      fail();
    skip_blanks();
    return word;
  }

  void take(char sign) {
    if (text_[at_] != sign) fail();
    ++at_;
    skip_blanks();
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  [[noreturn]] void fail() const {
    node_.fail(
        fmt::format("expected a coordinate such as 'P*stride + R', found {}", node_.describe()));
  }

  const Node& node_;
  const std::string& text_;
  const std::set<std::string>& dims_;
  const NodeMaker& make_;
  std::size_t at_ = 0;
};

// Coefficients with their defaults; numbers in coordinates are coefficients of that name.
const Node* coefficients_of(const OwnKeys& own, const std::set<std::string>& numbers,
                            const NodeMaker& make) {
  std::vector<const Node*> list;
  const Node* named = own.find("coefficients");
  const Node& place = named != nullptr ? *named : own.node();
  const auto add = [&](const Node* name, const Node* value) {
    list.push_back(make.map({make_entry("name", name), make_entry("default", value)}, *value));
  };
  if (named != nullptr) {
    for (const Entry& entry : named->map("coefficients")) {
      if (entry.key.empty() || !is_letter(entry.key[0])) {
        throw SpecError(
            named->mark(entry),
            fmt::format("a coefficient's name begins with a letter, not '{}'", entry.key));
      }
      add(make.text(entry.key, *entry.value), entry.value);
    }
  }
  for (const std::string& number : numbers) {
    add(make.text(number, place), make.plain(number, place));
  }
  return list.empty() ? nullptr : make.list(std::move(list), place);
}

// Names of tensors that are written.
std::set<std::string> outputs_of(const Node& outputs, const Node& tensors) {
  std::vector<std::string> names;
  for (const Entry& entry : tensors.entries()) names.push_back(entry.key);
  if (outputs.list("outputs").empty()) outputs.fail("outputs: expected at least one tensor");
  std::set<std::string> written;
  for (const Node* output : items_of(outputs, "outputs", kMaxSpaces)) {
    const std::string& name = output->text("outputs");
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      output->fail(fmt::format("outputs: unknown tensor '{}'{}", name, hint(name, names)));
    }
    written.insert(name);
  }
  return written;
}

// The shapes of a network by name.
class Shapes {
 public:
  Shapes(const OwnKeys& network, const NodeMaker& make) {
    const Node* list = network.find("shapes");
    if (list == nullptr) return;
    for (const Node* shape : items_of(*list, "shapes", kMostShapes)) {
      const Node* lowered = lower_shape(*shape, make);
      const Node& name = lowered->at("name");
      if (!known_.emplace(name.name("a shape"), Known{lowered, false}).second) {
        name.fail(fmt::format("two shapes have the name '{}'", name.text("a shape")));
      }
    }
  }

  // What stands behind `shape`: one of these, or the name of another.
  void add(const OwnKeys& own, std::vector<Entry>& entries) {
    const Node* name = own.find("shape");
    if (name == nullptr) return;
    const auto it = known_.find(name->text("shape"));
    if (it != known_.end()) it->second.is_used = true;
    entries.push_back(make_entry("shape", it == known_.end() ? name : it->second.shape));
  }

  void check_used() const {
    for (const auto& [name, known] : known_) {
      if (!known.is_used) known.shape->fail(fmt::format("no layer has the shape '{}'", name));
    }
  }

 private:
  struct Known {
    const Node* shape;
    bool is_used;
  };
  std::map<std::string, Known> known_;
};

const Node* lower_layer(const Node& layer, bool has_common_shape, Shapes& shapes,
                        const NodeMaker& make) {
  const OwnKeys own(
      layer, "a layer",
      {"name", "shape", "sizes", "repeats", "weights", "batch", "data-bits", "inputs"});
  if (!has_common_shape && !own.has("shape")) (void)own.at("shape");
  std::vector<Entry> entries{make_entry("name", &own.at("name"))};
  copy_key(own, "repeats", "repeats", entries);
  shapes.add(own, entries);
  const Node& sizes = own.at("sizes");
  (void)sizes.map("sizes");
  entries.push_back(make_entry("instance", &sizes));
  for (const char* key : {"weights", "batch", "data-bits", "inputs"}) {
    copy_key(own, key, key, entries);
  }
  return make.map(std::move(entries), layer);
}

}  // namespace

const Node* lower_shape(const Node& shape, const NodeMaker& make) {
  const OwnKeys own(shape, "a shape", {"name", "dimensions", "coefficients", "tensors", "outputs"});
  const Node& dims = own.at("dimensions");
  std::set<std::string> dim_names;
  for (const Node* dim : dims.list("dimensions")) dim_names.insert(dim->text("dimensions"));
  const Node& tensors = own.at("tensors");
  if (tensors.map("tensors").size() > static_cast<std::size_t>(kMaxSpaces)) {
    tensors.fail(
        fmt::format("{} tensors; at most {} are supported", tensors.entries().size(), kMaxSpaces));
  }
  const std::set<std::string> written = outputs_of(own.at("outputs"), tensors);
  std::set<std::string> numbers;
  std::vector<const Node*> spaces;
  for (const Entry& tensor : tensors.entries()) {
    std::vector<const Node*> coordinates;
    for (const Node* coordinate : items_of(*tensor.value, tensor.key, kMaxRank)) {
      coordinates.push_back(CoordinateScanner(*coordinate, dim_names, make).scan(numbers));
    }
    const Node& place = *tensor.value;
    std::vector<Entry> space{make_entry("name", make.text(tensor.key, place)),
                             make_entry("projection", make.list(std::move(coordinates), place))};
    if (written.contains(tensor.key)) {
      space.push_back(make_entry("read-write", make.plain("True", place)));
    }
    spaces.push_back(make.map(std::move(space), place));
  }
  std::vector<Entry> entries{make_entry("name", &own.at("name")), make_entry("dimensions", &dims)};
  if (const Node* coefficients = coefficients_of(own, numbers, make)) {
    entries.push_back(make_entry("coefficients", coefficients));
  }
  entries.push_back(make_entry("data-spaces", make.list(std::move(spaces), tensors)));
  return make.map(std::move(entries), shape);
}

const Node* lower_network_section(const Node& network, const NodeMaker& make) {
  const OwnKeys own(network, "a network",
                    {"name", "shapes", "shape", "defaults", "data-bits", "layers"});
  Shapes shapes(own, make);
  std::vector<Entry> entries;
  copy_key(own, "name", "name", entries);
  shapes.add(own, entries);
  copy_key(own, "defaults", "defaults", entries);
  copy_key(own, "data-bits", "data-bits", entries);
  std::vector<const Node*> layers;
  const Node& list = own.at("layers");
  if (list.list("layers").size() > kMostLayers) {  // to be refused as they are
    entries.push_back(make_entry("layers", &list));
    return make.map(std::move(entries), network);
  }
  for (const Node* layer : list.items()) {
    layers.push_back(lower_layer(*layer, own.has("shape"), shapes, make));
  }
  shapes.check_used();
  entries.push_back(make_entry("layers", make.list(std::move(layers), list)));
  return make.map(std::move(entries), network);
}

}  // namespace tilewright::spec
