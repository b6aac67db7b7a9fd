// `architecture_changes`: other values for keys of single components, laid over the architecture
// before it is read, so that they are checked like it:
//
//   architecture_changes:
//   - {target: GlobalBuffer, sizeKB: 256}

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/names.hpp"
#include "model/spec/level_keys.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

using Component = std::pair<std::string, const Node*>;

std::string name_without_range(const Node& component, std::string_view fallback) {
  const Node* node = component.find("name");
  if (node == nullptr) return std::string(fallback);
  const std::string& name = node->text("name");
  return name.substr(0, name.find('['));
}

void add_components(const Node* list, std::vector<Component>& found) {
  if (list == nullptr || !list->is_list()) return;
  for (const Node* component : list->list("components")) {
    if (component->is_map()) found.emplace_back(name_without_range(*component, ""), component);
  }
}

// Of version 0.4, however deep.
void add_nodes(const Node* list, std::vector<Component>& found) {
  if (list == nullptr || !list->is_list()) return;
  for (const Node* node : list->list("nodes")) {
    if (!node->is_map()) continue;
    if (node->find("name") != nullptr) found.emplace_back(name_without_range(*node, ""), node);
    add_nodes(node->find("nodes"), found);
  }
}

// Whatever is not as it should be is left to the reader of the architecture to refuse.
std::vector<Component> components_of(const Node& arch) {
  std::vector<Component> found;
  if (const Node* compute = arch.find("arithmetic"); compute != nullptr && compute->is_map()) {
    found.emplace_back(name_without_range(*compute, ComputeLevel{}.name), compute);
  }
  add_components(arch.find("storage"), found);
  add_nodes(arch.find("nodes"), found);
  const Node* subtree = arch.find("subtree");
  while (subtree != nullptr && subtree->is_list() && !subtree->list("subtree").empty()) {
    const Node& branch = *subtree->list("subtree").front();
    if (!branch.is_map()) break;
    add_components(branch.find("local"), found);
    subtree = branch.find("subtree");
  }
  return found;
}

const Node& find_component(const std::vector<Component>& components, const Node& target) {
  const std::string& name = target.text("target");
  for (const auto& [known, component] : components) {
    if (known == name) return *component;
  }
  std::vector<std::string> names;
  for (const auto& entry : components) names.push_back(entry.first);
  target.fail(fmt::format("unknown component '{}'{}", name, hint(name, names)));
}

// All spellings of a setting, and what says the same in another unit.
std::vector<std::string_view> spellings_of(const std::string& key) {
  for (const auto& group : kKeyGroups) {
    const auto is_key = [&](std::string_view spelling) { return same_key(spelling, key); };
    if (std::any_of(group.begin(), group.end(), is_key)) return {group.begin(), group.end()};
  }
  return {key};
}

}  // namespace

void apply_changes(const Node& changes, const Node& arch, const Writable& writable) {
  constexpr std::size_t kMostKeys = 2000;  // each is looked for among the keys of its component
  if (!arch.is_map()) return;
  const std::vector<Component> components = components_of(arch);
  std::size_t keys = 0;
  for (const Node* change : changes.list("architecture_changes")) {
    keys += 1 + change->entries().size();
    if (keys > kMostKeys) {
      change->fail(
          fmt::format("too many changes; at most {} keys in all are supported", kMostKeys));
    }
    Fields fields(*change, "a change");
    const Node* target = fields.take("target");
    if (target == nullptr) change->fail("a change needs a 'target', the component to be changed");
    const Node& component = find_component(components, *target);
    const Node* attributes = component.find("attributes");
    Node& changed = writable(attributes != nullptr ? *attributes : component);
    if (changed.entries().size() > kMostKeys) {
      changed.fail(
          fmt::format("{} keys of a component that is to be changed; at most {} are "
                      "supported",
                      changed.entries().size(), kMostKeys));
    }
    for (const Entry* entry : fields.rest()) changed.set(spellings_of(entry->key), *entry);
  }
}

}  // namespace tilewright::spec
