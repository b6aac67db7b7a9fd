#include "model/spec/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "model/names.hpp"
#include "model/number_range.hpp"

namespace tilewright::spec {
namespace {

constexpr std::size_t kQuoted = 40;  // letters of a text that a message repeats

template <class Number>
std::optional<Number> parse(std::string_view text, int base = 10) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const char* end = text.data() + text.size();
  std::from_chars_result result{};
  if constexpr (std::is_integral_v<Number>) {
    result = std::from_chars(text.data(), end, value, base);
  } else {
    result = std::from_chars(text.data(), end, value);
  }
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

// Whole numbers as files have them: 42, 0x2a, and 1e6 or 42.0 where tools wrote a float.
template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return parse<Number>(text.substr(2), 16);
  if (auto whole = parse<Number>(text)) return whole;
  const auto real = parse<double>(text);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!real || std::floor(*real) != *real || std::abs(*real) > kExact) return std::nullopt;
  if (*real < 0 && std::is_unsigned_v<Number>) return std::nullopt;
  return static_cast<Number>(*real);
}

}  // namespace

const Node::Parts& Node::no_parts() {
  static const Parts parts;
  return parts;
}

const std::string& Node::no_tag() {
  static const std::string tag;
  return tag;
}

void Node::set(const std::vector<std::string_view>& spellings, const Entry& entry) {
  std::vector<Entry>& map = own_parts().map;
  const auto is_other = [&](const Entry& other) {
    return std::any_of(spellings.begin(), spellings.end(),
                       [&](std::string_view spelling) { return same_key(spelling, other.key); });
  };
  const auto first = std::find_if(map.begin(), map.end(), is_other);
  // The place is that of this map: an entry of a map cannot lie in another file.
  Entry changed{entry.key, line_, column_, entry.value};
  if (first == map.end()) {
    map.push_back(std::move(changed));
    return;
  }
  *first = std::move(changed);
  map.erase(std::remove_if(first + 1, map.end(), is_other), map.end());
}

void Node::fail(const std::string& message) const { throw SpecError(mark(), message); }

std::string Node::describe() const {
  switch (kind_) {
    case Kind::null:
      return "nothing";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::text:
      break;
  }
  if (text_.size() <= kQuoted) return fmt::format("'{}'", text_);
  return fmt::format("'{}...'", text_.substr(0, kQuoted));
}

const std::string& Node::text(std::string_view what) const {
  if (kind_ != Kind::text) fail(fmt::format("{}: expected a text, found {}", what, describe()));
  if (source_->variables != nullptr && !(quoted_ && source_->has_literals)) {
    std::string name = text_;
    std::replace(name.begin(), name.end(), '-', '_');
    const auto it = source_->variables->find(name);
    if (it != source_->variables->end() && it->second->is_text()) return it->second->text_;
  }
  return text_;
}

const std::string& Node::name(std::string_view what) const {
  constexpr std::size_t kLongest = 500;
  const std::string& name = text(what);
  if (name.size() > kLongest) {
    fail(fmt::format("the name of {} has {} letters; at most {} are supported", what, name.size(),
                     kLongest));
  }
  return name;
}

std::uint64_t Node::count(std::string_view what, std::uint64_t least, std::uint64_t most) const {
  const auto value = parse_whole<std::uint64_t>(text(what));
  if (!value || *value < least || *value > most) {
    fail(fmt::format("{}: expected a whole number from {} to {}, found {}", what, least, most,
                     describe()));
  }
  return *value;
}

std::int64_t Node::integer(std::string_view what) const {
  const auto value = parse_whole<std::int64_t>(text(what));
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (!value || *value < -kMost || *value > kMost) {
    fail(fmt::format("{}: expected a whole number from {} to {}, found {}", what, -kMost, kMost,
                     describe()));
  }
  return *value;
}

double Node::real(std::string_view what, double least) const {
  const auto value = parse<double>(text(what));
  if (!value || !std::isfinite(*value) || *value < least) {
    fail(fmt::format("{}: expected a number of at least {}, found {}", what, least, describe()));
  }
  if (std::abs(*value) > kMostNumber) {
    fail(fmt::format("{}: {} is too large; at most {} is supported", what, *value, kMostNumber));
  }
  if (*value != 0 && std::abs(*value) < kLeastNumber) {
    fail(fmt::format("{}: {} is too close to 0; at least {}, or 0 itself, is supported", what,
                     *value, kLeastNumber));
  }
  return *value;
}

bool Node::flag(std::string_view what) const {
  std::string word = text(what);
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  // true, True or TRUE, but not tRUE.
  const bool one_case = std::all_of(word.begin(), word.end(), is_upper) ||
                        std::none_of(word.begin() + (word.empty() ? 0 : 1), word.end(), is_upper);
  std::transform(word.begin(), word.end(), word.begin(),
                 [&](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 4> kYes{"true", "yes", "on", "y"};
  constexpr std::array<std::string_view, 4> kNo{"false", "no", "off", "n"};
  if (one_case && std::find(kYes.begin(), kYes.end(), word) != kYes.end()) return true;
  if (one_case && std::find(kNo.begin(), kNo.end(), word) != kNo.end()) return false;
  fail(fmt::format("{}: expected true or false, found {}", what, describe()));
}

const std::vector<const Node*>& Node::list(std::string_view what) const {
  if (kind_ != Kind::list) fail(fmt::format("{}: expected a list, found {}", what, describe()));
  return items();
}

const std::vector<Entry>& Node::map(std::string_view what) const {
  if (kind_ != Kind::map) fail(fmt::format("{}: expected a map, found {}", what, describe()));
  return entries();
}

std::vector<const Node*> Node::texts(std::string_view what) const {
  if (kind_ == Kind::null) return {};
  if (kind_ == Kind::text) return {this};
  for (const Node* item : list(what)) item->text(what);
  return items();
}

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries()) {
    if (!entry.value->is_null() && same_key(entry.key, key)) return entry.value;
  }
  return nullptr;
}

const Node& Node::at(std::string_view key) const {
  if (const Node* value = find(key)) return *value;
  if (kind_ != Kind::map) {
    fail(fmt::format("expected a map with the key '{}', found {}", key, describe()));
  }
  const auto present = keys();
  const auto close = nearest(key, present);
  if (close.empty() || same_key(close, key)) fail(fmt::format("the key '{}' is missing", key));
  fail(fmt::format("the key '{}' is missing; is '{}' meant to be it?", key, close));
}

std::vector<std::string> Node::keys() const {
  std::vector<std::string> result;
  result.reserve(entries().size());
  for (const auto& entry : entries()) result.push_back(entry.key);
  return result;
}

Fields::Fields(const Node& map, std::string_view what) : node_(map) { (void)map.map(what); }

const Node* Fields::take(std::initializer_list<std::string_view> spellings) {
  const Entry* first = nullptr;
  for (const auto spelling : spellings) {
    asked_.emplace_back(spelling);
    for (const auto& entry : node_.map("")) {
      if (entry.value->is_null() || !same_key(entry.key, spelling)) continue;
      if (first == nullptr) {
        first = &entry;
      } else if (!entry.value->same_text(*first->value)) {
        note_repeated(entry, *first);
      }
    }
  }
  return first == nullptr ? nullptr : first->value;
}

// Several readers may ask for one setting.
void Fields::note_repeated(const Entry& entry, const Entry& first) {
  const auto is_this = [&](const Repeated& known) { return known.entry == &entry; };
  if (std::none_of(repeated_.begin(), repeated_.end(), is_this)) {
    repeated_.push_back({&entry, &first});
  }
}

void Fields::know(std::initializer_list<std::string_view> keys) {
  asked_.insert(asked_.end(), keys.begin(), keys.end());
}

std::vector<const Entry*> Fields::rest() const {
  std::vector<const Entry*> result;
  for (const auto& entry : node_.map("")) {
    const auto known = [&](const std::string& key) { return same_key(key, entry.key); };
    if (std::none_of(asked_.begin(), asked_.end(), known)) result.push_back(&entry);
  }
  return result;
}

void Fields::expect_no_more(std::string_view what) const {
  const auto unknown = rest();
  if (unknown.empty()) {
    if (repeated_.empty()) return;
    const auto& [entry, first] = repeated_.front();
    throw SpecError(node_.mark(*entry), fmt::format("'{}' says the same as '{}' in line {}",
                                                    entry->key, first->key, first->line));
  }
  const Entry& entry = *unknown.front();
  throw SpecError(node_.mark(entry), fmt::format("unknown key '{}' in {}{}", entry.key, what,
                                                 hint(entry.key, asked_)));
}

}  // namespace tilewright::spec
