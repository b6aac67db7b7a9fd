#include "model/spec/own/lower_levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "model/arch/architecture.hpp"
#include "model/limits.hpp"
#include "model/names.hpp"
#include "model/spec/own/capacity.hpp"
#include "model/spec/own/class_attributes.hpp"
#include "model/spec/own/lower_links.hpp"

namespace tilewright::spec {
namespace {

constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostInstances = std::numeric_limits<std::int32_t>::max();
const std::uint64_t kWordBits = StorageLevel{}.word_bits;  // where nobody says
constexpr std::size_t kMostNetworks = 64;
constexpr const char* kRoot = "system";  // of the tree

struct Mesh {
  std::uint64_t x = 1, y = 1;

  std::uint64_t instances() const { return x * y; }
};

const std::vector<std::string>& architecture_keys() {
  static const std::vector<std::string> keys{"name",       "cycle-seconds", "leakage",
                                             "prices",     "copies",        "levels",
                                             "arithmetic", "networks",      "classes"};
  return keys;
}

const std::vector<std::string>& level_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"name",
                                 "kind",
                                 "capacity",
                                 "word-bits",
                                 "data-bits",
                                 "block-size",
                                 "cluster-size",
                                 "bandwidth",
                                 "fan-out",
                                 "link",
                                 "connect",
                                 "multiple-buffering",
                                 "min-utilization",
                                 "num-ports",
                                 "num-banks",
                                 "reduction-supported",
                                 "process",
                                 "energy",
                                 "area",
                                 "class",
                                 "attributes",
                                 "required-actions"};
    all.insert(all.end(), own_constraint_keys().begin(), own_constraint_keys().end());
    return all;
  }();
  return keys;
}

const std::vector<std::string>& arithmetic_keys() {
  static const std::vector<std::string> keys{"name",   "word-bits",  "process",
                                             "energy", "area",       "connect",
                                             "class",  "attributes", "required-actions"};
  return keys;
}

// A component while its keys are collected.
struct Component {
  const Node& place;
  std::string name;
  Mesh mesh;
  std::string role;  // its class in the tree
  std::vector<Entry> keys;
  const Node* component_class = nullptr;
  const Node* required_actions = nullptr;
};

class ArchitectureLowering {
 public:
  explicit ArchitectureLowering(const NodeMaker& make) : make_(make) {}

  LoweredArchitecture run(const Node& node) {
    const OwnKeys own(node, "an architecture", architecture_keys());
    const std::vector<const Node*>& levels = items_of(own.at("levels"), "levels", kMaxLevels);
    if (levels.empty()) own.at("levels").fail("levels: expected at least one");
    lowered_.levels = levels;
    is_tree_ = needs_tree(own);
    Mesh mesh = mesh_of(own.find("copies"), "copies", {});
    for (const Node* level : levels) mesh = add_level(*level, mesh);
    add_arithmetic(own.at("arithmetic"), mesh);
    lowered_.classes = classes_of(own);
    if (lowered_.classes != nullptr && is_tree_) check_priced();
    lowered_.arch = is_tree_ ? tree(own) : flat(own);
    return std::move(lowered_);
  }

 private:
  // Only a tree holds classes of components, and networks.
  static bool needs_tree(const OwnKeys& own) {
    const auto has_class = [](const Node* component) {
      return component->is_map() &&
             (component->find("class") != nullptr || component->find("attributes") != nullptr);
    };
    const auto& levels = own.at("levels").items();
    return own.has("networks") || has_class(&own.at("arithmetic")) ||
           std::any_of(levels.begin(), levels.end(), has_class);
  }

  static Mesh mesh_of(const Node* node, const std::string& what, Mesh outer) {
    if (node == nullptr) return outer;
    const OwnKeys own(*node, what, {"x", "y"});
    const auto times = [&](std::string_view axis, std::uint64_t number) {
      const Node* factor = own.find(axis);
      if (factor == nullptr) return number;
      return number * factor->count(fmt::format("{} along {}", what, axis), 1, kMostInstances);
    };
    const Mesh mesh{times("x", outer.x), times("y", outer.y)};
    if (mesh.x > kMostInstances || mesh.y > kMostInstances || mesh.instances() > kMostInstances) {
      node->fail(fmt::format("{}: {} times {} are too many instances; at most {} are supported",
                             what, mesh.x, mesh.y, kMostInstances));
    }
    return mesh;
  }

  Mesh add_level(const Node& node, Mesh mesh) {
    const OwnKeys own(node, "a level", level_keys());
    Component level{node, own.at("name").name("a level"), mesh, "SRAM", {}};
    const bool is_dram = kind_is_dram(own);
    if (is_dram) level.role = "DRAM";
    take_class(own, level);
    lower_memory(own, level, is_dram);
    for (const char* key :
         {"data-bits", "multiple-buffering", "min-utilization", "num-ports", "num-banks"}) {
      copy_key(own, key, key, level.keys);
    }
    copy_key(own, "reduction-supported", "reduction_supported", level.keys);
    if (const Node* bandwidth = own.find("bandwidth")) lower_bandwidth(*bandwidth, level.keys);
    if (const Node* link = own.find("link")) lower_link(*link, make_, level.keys);
    if (const Node* ends = own.find("connect")) lower_connections(*ends, false, level.keys);
    if (const Node* energy = own.find("energy")) lower_energy(*energy, level);
    if (const Node* area = own.find("area")) add_area(*area, level);
    finish(own, level);
    return mesh_of(own.find("fan-out"), "fan-out", mesh);
  }

  static bool kind_is_dram(const OwnKeys& own) {
    const Node* kind = own.find("kind");
    if (kind == nullptr) return false;
    const std::string& text = kind->text("kind");
    if (text != "sram" && text != "dram") {
      kind->fail(unknown_name_message("kind of memory", text,
                                      std::vector<std::string_view>{"sram", "dram"}));
    }
    return text == "dram";
  }

  static void take_class(const OwnKeys& own, Component& component) {
    component.component_class = own.find("class");
    component.required_actions = own.find("required-actions");
    for (const char* key : {"attributes", "required-actions"}) {
      if (own.has(key) && component.component_class == nullptr) {
        own.at(key).fail(fmt::format("'{}' are for estimators, which need a 'class'", key));
      }
    }
  }

  // Words and the capacity. Estimators are told in the attributes, in the words of the class.
  void lower_memory(const OwnKeys& own, Component& level, bool is_dram) {
    const Node* bits = own.find("word-bits");
    const std::uint64_t word = bits == nullptr ? kWordBits : bits->count("word-bits", 1, kMost32);
    for (const char* key : {"word-bits", "block-size", "cluster-size"}) {
      copy_key(own, key, key, level.keys);
    }
    add_process(own, level);
    if (is_dram && !is_tree_) {
      const char* key = own.has("process") ? "class" : "technology";
      level.keys.push_back(make_entry(key, make_.text("DRAM", level.place)));
    }
    const Node* capacity = own.find("capacity");
    if (capacity == nullptr) return;
    const Capacity size = read_capacity(*capacity, word);
    level.keys.push_back(make_entry(
        size.words ? "entries" : "sizeKB",
        make_.plain(fmt::format("{}", size.words ? *size.words : *size.kilobytes), *capacity)));
    if (is_tree_ && size.words) describe_rows(own, *size.words, word, level);
  }

  // In a tree estimators are told what they are told of a flat architecture, unless the user does.
  void describe_rows(const OwnKeys& own, std::uint64_t words, std::uint64_t word,
                     Component& level) const {
    const Node* node = own.find("block-size");
    const std::uint64_t block = node == nullptr ? 1 : node->count("block-size", 1, kMost32);
    if (level.component_class != nullptr || own.has("cluster-size") || words % block != 0) return;
    add_number("depth", words / block, level);
    add_number("width", word * block, level);
    std::erase_if(level.keys, [](const Entry& key) { return key.key == "word-bits"; });
    add_number("datawidth", word, level);
  }

  static void add_process(const OwnKeys& own, Component& component) {
    const Node* process = own.find("process");
    if (process == nullptr) return;
    if (!process_node(process->text("process"))) {
      process->fail(fmt::format("process: expected a process node such as 28nm, found {}",
                                process->describe()));
    }
    component.keys.push_back(make_entry("technology", process));
  }

  void add_number(const char* key, std::uint64_t value, Component& component) const {
    component.keys.push_back(
        make_entry(key, make_.plain(fmt::format("{}", value), component.place)));
  }

  static void lower_bandwidth(const Node& node, std::vector<Entry>& keys) {
    const OwnKeys own(node, "a bandwidth", {"read", "write", "shared"});
    for (const char* key : {"read", "write", "shared"}) {
      copy_key(own, key, fmt::format("{}_bandwidth", key), keys);
    }
  }

  // One price per access stands beside the level; others, and leakage, in a table.
  void lower_energy(const Node& node, Component& level) {
    const OwnKeys own(node, "energies of a level",
                      {"access", "read", "fill", "update", "leak", "address"});
    copy_key(own, "address", "addr-gen-energy", level.keys);
    const Node* access = own.find("access");
    for (const char* key : {"read", "fill", "update"}) {
      if (access != nullptr && own.has(key)) {
        own.at(key).fail(fmt::format("'access' is the price of all of them: give it or '{}'", key));
      }
    }
    if (access != nullptr && !own.has("leak")) {
      level.keys.push_back(make_entry("vector-access-energy", access));
      return;
    }
    std::vector<Row> rows;
    for (const char* key : {"read", "fill", "update"}) {
      const Node* price = access != nullptr ? access : own.find(key);
      if (price != nullptr) rows.push_back({fmt::format("random_{}", key), price});
    }
    if (const Node* leak = own.find("leak")) rows.push_back({"leak", leak});
    add_rows(rows, level);
  }

  struct Row {
    std::string action;
    const Node* price;
  };

  void add_rows(const std::vector<Row>& rows, const Component& component) {
    if (rows.empty()) return;
    std::vector<const Node*> actions;
    for (const Row& row : rows) {
      actions.push_back(make_.map(
          {make_entry("name", make_.text(row.action, *row.price)), make_entry("energy", row.price)},
          *row.price));
    }
    lowered_.energies.push_back(
        make_.map({make_entry("name", make_.text(path_of(component), component.place)),
                   make_entry("actions", make_.list(std::move(actions), component.place))},
                  component.place));
  }

  void add_area(const Node& area, const Component& component) {
    lowered_.areas.push_back(
        make_.map({make_entry("name", make_.text(path_of(component), component.place)),
                   make_entry("area", &area)},
                  area));
  }

  std::string path_of(const Component& component) const {
    return is_tree_ ? fmt::format("{}.{}", kRoot, component.name) : component.name;
  }

  void add_arithmetic(const Node& node, Mesh mesh) {
    const OwnKeys own(node, "the arithmetic", arithmetic_keys());
    Component arithmetic{node, own.at("name").name("the arithmetic"), mesh, "intmac", {}};
    take_class(own, arithmetic);
    copy_key(own, "word-bits", "word-bits", arithmetic.keys);
    add_process(own, arithmetic);
    if (const Node* ends = own.find("connect")) lower_connections(*ends, true, arithmetic.keys);
    if (const Node* energy = own.find("energy")) {
      const OwnKeys prices(*energy, "energies of the arithmetic", {"operation", "leak"});
      copy_key(prices, "operation", "energy", arithmetic.keys);
      if (const Node* leak = prices.find("leak")) add_rows({{"leak", leak}}, arithmetic);
    }
    if (const Node* area = own.find("area")) add_area(*area, arithmetic);
    finish(own, arithmetic);
  }

  // Adds the mesh and the attributes for estimators.
  void finish(const OwnKeys& own, Component& component) {
    if (!is_tree_ || component.mesh.instances() == 1) {
      add_number("instances", component.mesh.instances(), component);
    }
    if (component.mesh.instances() > 1) {
      add_number("meshX", component.mesh.x, component);
      add_number("meshY", component.mesh.y, component);
    }
    if (is_tree_)
      std::erase_if(component.keys, [](const Entry& e) { return e.key == "instances"; });
    if (const Node* attributes = own.find("attributes")) {
      add_class_attributes(*attributes, component.keys);
    }
    components_.push_back(std::move(component));
  }

  // --- the whole ---

  const Node* classes_of(const OwnKeys& own) const {
    const Node* prices = own.find("prices");
    const Node* classes = own.find("classes");
    bool asks = false;
    if (prices != nullptr) {
      const std::string& text = prices->text("prices");
      asks = text == "estimators";
      if (!asks && text != "pat") {
        prices->fail(unknown_name_message("source of prices", text,
                                          std::vector<std::string_view>{"pat", "estimators"}));
      }
    }
    if (!asks) {
      if (classes != nullptr) {
        classes->fail("classes of components are for estimators: add 'prices: estimators'");
      }
      return nullptr;
    }
    const Node* list = classes;
    if (list == nullptr) list = make_.list({}, *prices);
    (void)list->list("classes");
    return make_.map(
        {make_entry("version", make_.plain("0.3", *list)), make_entry("classes", list)}, *list);
  }

  // Where some components have a class, one without would be taken for another.
  void check_priced() const {
    for (const Component& component : components_) {
      if (component.component_class != nullptr || component.place.find("energy") != nullptr)
        continue;
      component.place.fail(fmt::format(
          "{}: 'class' is missing, by which the estimators price it, or 'energy'", component.name));
    }
  }

  std::vector<Entry> common(const OwnKeys& own) const {
    std::vector<Entry> entries;
    if (is_tree_) entries.push_back(make_entry("version", make_.plain("0.3", own.node())));
    copy_key(own, "name", "name", entries);
    copy_key(own, "leakage", "leakage", entries);
    copy_key(own, "cycle-seconds", "global_cycle_seconds", entries);
    return entries;
  }

  const Node* flat(const OwnKeys& own) const {
    std::vector<Entry> entries = common(own);
    std::vector<const Node*> storage;  // innermost first
    for (auto it = components_.rbegin(); it != components_.rend(); ++it) {
      std::vector<Entry> keys{make_entry("name", make_.text(it->name, it->place))};
      keys.insert(keys.end(), it->keys.begin(), it->keys.end());
      const Node* component = make_.map(std::move(keys), it->place);
      if (it == components_.rbegin()) {
        entries.push_back(make_entry("arithmetic", component));
      } else {
        storage.push_back(component);
      }
    }
    entries.push_back(make_entry("storage", make_.list(std::move(storage), own.at("levels"))));
    return make_.map(std::move(entries), own.node());
  }

  const Node* add_network(const Node& network) {
    LoweredNetwork lowered = lower_network(network, make_);
    if (!lowered.multicasts.empty()) {
      const std::string path =
          fmt::format("{}.{}", kRoot, lowered.component->at("name").text("name"));
      lowered_.energies.push_back(
          make_.map({make_entry("name", make_.text(path, network)),
                     make_entry("actions", make_.list(std::move(lowered.multicasts), network))},
                    network));
    }
    return lowered.component;
  }

  const Node* tree(const OwnKeys& own) {
    std::vector<const Node*> local;
    for (const Component& component : components_) local.push_back(in_tree(component));
    if (const Node* networks = own.find("networks")) {
      for (const Node* network : items_of(*networks, "networks", kMostNetworks))
        local.push_back(add_network(*network));
    }
    const Node& place = own.node();
    const Node* branch = make_.map({make_entry("name", make_.text(kRoot, place)),
                                    make_entry("local", make_.list(std::move(local), place))},
                                   place);
    std::vector<Entry> entries = common(own);
    entries.push_back(make_entry("subtree", make_.list({branch}, place)));
    return make_.map(std::move(entries), place);
  }

  const Node* in_tree(const Component& component) const {
    const Node& place = component.place;
    const std::uint64_t instances = component.mesh.instances();
    const std::string range = instances == 1 ? "" : fmt::format("[0..{}]", instances - 1);
    std::vector<Entry> entries{make_entry("name", make_.text(component.name + range, place))};
    const Node* own_class = component.component_class;
    const bool tells_role = own_class != nullptr && class_is(*own_class, component.role);
    entries.push_back(
        make_entry("class", tells_role ? own_class : make_.text(component.role, place)));
    if (own_class != nullptr && !tells_role) entries.push_back(make_entry("subclass", own_class));
    entries.push_back(make_entry("attributes", make_.map(component.keys, place)));
    if (component.required_actions != nullptr) {
      entries.push_back(make_entry("required_actions", component.required_actions));
    }
    return make_.map(std::move(entries), place);
  }

  const NodeMaker& make_;
  bool is_tree_ = false;
  std::vector<Component> components_;  // outermost first
  LoweredArchitecture lowered_;
};

}  // namespace

LoweredArchitecture lower_architecture(const Node& architecture, const NodeMaker& make) {
  return ArchitectureLowering(make).run(architecture);
}

}  // namespace tilewright::spec
