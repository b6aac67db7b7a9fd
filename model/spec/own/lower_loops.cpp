#include "model/spec/own/lower_loops.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <utility>

#include "model/spec/own/lower_levels.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMostFactor = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kMostLevels = 100;     // of a mapspace, whose architecture is not known here
constexpr std::string_view kOthers = "...";  // in an order: the dimensions that it does not name

enum class Kind : std::uint8_t { constraint, mapping };

class LevelLowering {
 public:
  LevelLowering(const OwnKeys& own, Kind kind, const NodeMaker& make,
                std::vector<const Node*>& targets)
      : own_(own), kind_(kind), make_(make), targets_(targets) {}

  void run() {
    lower_keeps();
    // The order of Timeloop's own files.
    for (const char* key : {"spatial", "spatial-x", "spatial-y", "temporal"}) {
      if (const Node* loops = own_.find(key)) lower_loops(key, *loops);
    }
    if (const Node* least = own_.find("min-parallelism")) {
      add("parallelism", *least, {make_entry("min", least)});
    }
  }

 private:
  void add(const char* type, const Node& place, std::vector<Entry> entries) {
    std::vector<Entry> all{make_entry("target", make_.text(own_.at("name").text("name"), place)),
                           make_entry("type", make_.text(type, place))};
    all.insert(all.end(), entries.begin(), entries.end());
    targets_.push_back(make_.map(std::move(all), place));
  }

  void lower_keeps() {
    std::vector<Entry> entries;
    for (const char* key : {"keep", "bypass"}) copy_list(own_, key, key, entries);
    if (entries.empty()) return;
    const Node& place = *entries.front().value;
    add(kind_ == Kind::mapping ? "datatype" : "bypass", place, std::move(entries));
  }

  static void copy_list(const OwnKeys& from, const char* own_key, const char* key,
                        std::vector<Entry>& to) {
    if (const Node* list = from.find(own_key)) (void)list->list(own_key);
    copy_key(from, own_key, key, to);
  }

  std::vector<std::string> keys_of_loops(bool is_spatial, bool has_split) const {
    std::vector<std::string> keys{"factors", "order"};
    const auto add_all = [&](std::initializer_list<const char*> more) {
      keys.insert(keys.end(), more.begin(), more.end());
    };
    if (kind_ == Kind::constraint) {
      add_all({"at-most", "at-least", "others-at-most", "others-at-least"});
    }
    if (has_split) add_all({"split"});
    if (is_spatial) {
      add_all({"no-multicast", "no-link-transfer"});
    } else {
      add_all({"no-reuse"});
    }
    return keys;
  }

  void lower_loops(const char* type, const Node& loops) {
    const std::string_view name = type;
    const OwnKeys own(loops, fmt::format("'{}'", type),
                      keys_of_loops(name != "temporal", name == "spatial"));
    std::vector<Entry> entries;
    lower_factors(own, entries);
    if (const Node* order = own.find("order")) {
      entries.push_back(make_entry("permutation", permutation_of(*order)));
    }
    copy_key(own, "others-at-most", "default_max_factor", entries);
    copy_key(own, "others-at-least", "default_min_factor", entries);
    copy_key(own, "split", "split", entries);
    copy_list(own, "no-link-transfer", "no_link_transfer", entries);
    copy_list(own, "no-multicast", "no_multicast_no_reduction", entries);
    copy_list(own, "no-reuse", "no_temporal_reuse", entries);
    if (!entries.empty()) add(type, loops, std::move(entries));
  }

  void lower_factors(const OwnKeys& own, std::vector<Entry>& entries) {
    std::vector<std::string> terms;
    const Node* place = nullptr;
    const auto take = [&](const char* key, const char* relation) {
      const Node* factors = own.find(key);
      if (factors == nullptr) return;
      if (place == nullptr) place = factors;
      for (const Entry& entry : factors->map(key)) {
        check_dimension(*factors, entry);
        const bool is_fixed = std::string_view(key) == "factors";
        terms.push_back(entry.key + relation +
                        (is_fixed
                             ? factor_of(entry)
                             : count_of(*entry.value, fmt::format("{} of {}", key, entry.key))));
      }
    };
    take("factors", "=");
    take("at-most", "<=");
    take("at-least", ">=");
    if (place == nullptr) return;
    const std::string text = fmt::format("{}", fmt::join(terms, " "));
    entries.push_back(make_entry("factors", make_text(make_.document(), text, true, *place)));
  }

  static void check_dimension(const Node& map, const Entry& entry) {
    const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    if (!entry.key.empty() && std::all_of(entry.key.begin(), entry.key.end(), is_letter)) return;
    throw SpecError(map.mark(entry),
                    fmt::format("a dimension's name is made of letters, not '{}'", entry.key));
  }

  static std::string count_of(const Node& node, const std::string& what) {
    return fmt::format("{}", node.count(what, 1, kMostFactor));
  }

  // A number; `rest`, what the others leave; or two, of which the second is that of the last pass.
  static std::string factor_of(const Entry& entry) {
    const std::string what = fmt::format("the factor of {}", entry.key);
    const Node& value = *entry.value;
    if (value.is_text() && value.raw_text() == "rest") return "0";
    if (!value.is_list()) return count_of(value, what);
    if (value.items().size() != 2) {
      value.fail(what + ": expected a number, 'rest', or [number, number of the last pass]");
    }
    return count_of(*value.items()[0], what) + "," + count_of(*value.items()[1], what);
  }

  // From the inside out, as version 0.3 has it, with `_` for the dimensions in between.
  const Node* permutation_of(const Node& order) const {
    std::vector<std::string> words;
    const std::vector<const Node*>& dims = order.list("order");
    for (auto it = dims.rbegin(); it != dims.rend(); ++it) {
      const std::string& name = (*it)->text("order");
      if (name != kOthers) {
        words.push_back(name);
        continue;
      }
      if (std::find(words.begin(), words.end(), "_") != words.end()) {
        (*it)->fail("order: '...' stands for all dimensions that are not named, and occurs once");
      }
      if (kind_ == Kind::mapping && it + 1 != dims.rend()) {
        (*it)->fail("order: in a mapping '...' can only come first");
      }
      words.emplace_back("_");
    }
    if (!words.empty() && words.back() == "_") words.pop_back();
    return make_text(make_.document(), fmt::format("{}", fmt::join(words, " ")), true, order);
  }

  const OwnKeys& own_;
  Kind kind_;
  const NodeMaker& make_;
  std::vector<const Node*>& targets_;
};

std::vector<const Node*> lower_levels(const Node& levels, Kind kind, const NodeMaker& make) {
  std::vector<std::string> known{"name", "keep", "bypass", "temporal", "spatial"};
  if (kind == Kind::constraint) known.emplace_back("min-parallelism");
  if (kind == Kind::mapping) known.insert(known.end(), {"spatial-x", "spatial-y"});
  std::vector<const Node*> targets;
  for (const Node* level : items_of(levels, "levels", kMostLevels)) {
    const OwnKeys own(*level, kind == Kind::mapping ? "a level of a mapping" : "a level", known);
    (void)own.at("name").text("name");
    LevelLowering(own, kind, make, targets).run();
  }
  return targets;
}

}  // namespace

void lower_level_constraints(const Node& level, const NodeMaker& make,
                             std::vector<const Node*>& targets) {
  const OwnKeys own(level, "a level", level.keys());  // checked by who reads the level
  LevelLowering(own, Kind::constraint, make, targets).run();
}

std::vector<const Node*> lower_constraints(const Node& levels, const NodeMaker& make) {
  return lower_levels(levels, Kind::constraint, make);
}

std::vector<const Node*> lower_mapping(const Node& levels, const NodeMaker& make) {
  return lower_levels(levels, Kind::mapping, make);
}

}  // namespace tilewright::spec
