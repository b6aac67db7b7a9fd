#include "model/spec/own/own_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/names.hpp"
#include "model/printable.hpp"

namespace tilewright::spec {

OwnKeys::OwnKeys(const Node& map, std::string what, const std::vector<std::string>& known)
    : map_(map), what_(std::move(what)) {
  for (const Entry& entry : map.map(what_)) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      throw SpecError(map.mark(entry), fmt::format("unknown key '{}' in {}{}", entry.key, what_,
                                                   hint(entry.key, known)));
    }
    if (entry.value->is_null()) {
      throw SpecError(map.mark(entry), fmt::format("the key '{}' has no value", entry.key));
    }
  }
}

const Node* OwnKeys::find(std::string_view key) const {
  for (const Entry& entry : map_.entries()) {
    if (entry.key == key) return entry.value;
  }
  return nullptr;
}

const Node& OwnKeys::at(std::string_view key) const {
  if (const Node* value = find(key)) return *value;
  map_.fail(fmt::format("the key '{}' is missing in {}", key, what_));
}

const Node* NodeMaker::text(const std::string& text, const Node& place) const {
  return make_text(document_, text, !is_plain_word(text), place);
}

const Node* NodeMaker::plain(const std::string& text, const Node& place) const {
  return make_text(document_, text, false, place);
}

const Node* NodeMaker::list(std::vector<const Node*> items, const Node& place) const {
  return make_list(document_, std::move(items), place);
}

const Node* NodeMaker::map(std::vector<Entry> entries, const Node& place) const {
  return make_map(document_, std::move(entries), place);
}

const std::vector<const Node*>& items_of(const Node& list, std::string_view what,
                                         std::size_t most) {
  const std::vector<const Node*>& items = list.list(what);
  if (items.size() <= most) return items;
  list.fail(fmt::format("{}: {} items; at most {} are supported", what, items.size(), most));
}

void copy_key(const OwnKeys& from, std::string_view own_key, const std::string& key,
              std::vector<Entry>& to) {
  if (const Node* value = from.find(own_key)) to.push_back(make_entry(key, value));
}

}  // namespace tilewright::spec
