// Energy and area reference tables. Version 0.2 has maps (component -> action -> energy, or a list
// of energies by argument), 0.3 and later have lists of named entries.

#include "model/spec/readers.hpp"

namespace tilewright::spec {
namespace {

// `system.PE[0..15].mac[1..4]` -> `system.PE.mac`.
std::string without_ranges(const std::string& name) {
  std::string result;
  int depth = 0;
  for (const char c : name) {
    if (c == '[') ++depth;
    if (depth == 0) result += c;
    if (c == ']' && depth > 0) --depth;
  }
  return result;
}

double energy_of(const Node& node) { return node.at("energy").real("energy", 0); }

std::map<std::string, std::string> arguments_of(const Node& action) {
  std::map<std::string, std::string> arguments;
  const Node* node = action.find("arguments");
  if (node == nullptr) return arguments;
  for (const auto& entry : node->map("arguments")) {
    arguments[entry.key] = entry.value->is_text() ? entry.value->text("arguments") : "";
  }
  return arguments;
}

void add_action(ReferenceComponent& component, const std::string& name, const Node& action) {
  component.actions.push_back({name, arguments_of(action), energy_of(action)});
}

void read_component_map(ReferenceComponent& component, const Node& actions) {
  for (const auto& action : actions.map("actions")) {
    if (action.value->is_list()) {
      for (const Node* item : action.value->list("actions")) {
        add_action(component, action.key, *item);
      }
    } else if (!action.value->is_null()) {
      add_action(component, action.key, *action.value);
    }
  }
}

// Calls use(name, node of the entry) for every component of either form.
template <class Use>
void for_each_component(const Node& tables, const Use& use) {
  if (tables.is_map()) {
    for (const auto& entry : tables.map("tables")) use(entry.key, *entry.value);
    return;
  }
  for (const Node* component : tables.list("tables")) {
    use(component->at("name").text("name"), *component);
  }
}

}  // namespace

void read_energy_table(const Node& node, ReferenceTable& table) {
  for_each_component(node.at("tables"), [&](const std::string& name, const Node& entry) {
    ReferenceComponent component{.name = without_ranges(name), .actions = {}, .area = {}};
    const Node* actions = entry.find("actions");
    if (actions != nullptr && actions->is_list()) {
      for (const Node* action : actions->list("actions")) {
        add_action(component, action->at("name").text("name"), *action);
      }
    } else if (!entry.is_null()) {
      read_component_map(component, entry);
    }
    table.components.push_back(std::move(component));
  });
  table.has_energy = true;
}

void read_area_table(const Node& node, ReferenceTable& table) {
  for_each_component(node.at("tables"), [&](const std::string& name, const Node& entry) {
    const double area = (entry.is_map() ? entry.at("area") : entry).real("area", 0);
    table.components.push_back({.name = without_ranges(name), .actions = {}, .area = area});
  });
  table.has_area = true;
}

}  // namespace tilewright::spec
