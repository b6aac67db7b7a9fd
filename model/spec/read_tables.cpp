// Energy and area reference tables. Version 0.2 has maps (component -> action -> energy, or a list
// of energies by argument), 0.3 and later have lists of named entries.

#include <fmt/format.h>

#include <string_view>

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

// What a table says of one component, in either form.
struct Row {
  const std::string& name;
  const Node& node;
  bool is_listed;  // a map with `name`, not the value of a key that is the name
  Mark mark;
};

// Calls use(row) for every component.
template <class Use>
void for_each_component(const Node& section, std::string_view what, const Findings& findings,
                        const Use& use) {
  const Node& tables = section.at("tables");
  Fields fields(section, what);
  fields.know({"version", "tables"});
  warn_unread(fields, std::string(what), findings);
  if (tables.is_map()) {
    for (const auto& entry : tables.map("tables"))
      use(Row{entry.key, *entry.value, false, tables.mark(entry)});
    return;
  }
  for (const Node* component : tables.list("tables")) {
    use(Row{component->at("name").text("name"), *component, true, component->mark()});
  }
}

std::map<std::string, std::string> arguments_of(const Node* node) {
  std::map<std::string, std::string> arguments;
  if (node == nullptr) return arguments;
  for (const auto& entry : node->map("arguments")) {
    arguments[entry.key] = entry.value->is_text() ? entry.value->text("arguments") : "";
  }
  return arguments;
}

// `is_listed`: the action's name is one of its keys.
void add_action(ReferenceComponent& component, const std::string& name, const Node& action,
                bool is_listed, const Findings& findings) {
  const double energy = action.at("energy").real("energy", 0);
  Fields fields(action, "an action");
  fields.know({"energy"});
  if (is_listed) fields.know({"name"});
  component.actions.push_back({name, arguments_of(fields.take("arguments")), energy});
  warn_unread(fields, fmt::format("ERT: action {} of {}", name, component.name), findings);
}

void read_action_list(ReferenceComponent& component, const Node& entry, const Findings& findings) {
  Fields fields(entry, "a component");
  fields.know({"name"});
  const Node* actions = fields.take("actions");
  warn_unread(fields, "ERT: " + component.name, findings);
  if (actions == nullptr) return;
  for (const Node* action : actions->list("actions")) {
    add_action(component, action->at("name").text("name"), *action, true, findings);
  }
}

void read_action_map(ReferenceComponent& component, const Node& actions, const Findings& findings) {
  for (const auto& action : actions.map("actions")) {
    if (action.value->is_list()) {
      for (const Node* item : action.value->list("actions")) {
        add_action(component, action.key, *item, false, findings);
      }
    } else if (!action.value->is_null()) {
      add_action(component, action.key, *action.value, false, findings);
    }
  }
}

double area_of(const Row& row, const Findings& findings) {
  if (!row.node.is_map()) return row.node.real("area", 0);
  const double area = row.node.at("area").real("area", 0);
  Fields fields(row.node, "a component");
  fields.know({"area"});
  if (row.is_listed) fields.know({"name"});
  warn_unread(fields, "ART: " + row.name, findings);
  return area;
}

}  // namespace

void read_energy_table(const Node& node, ReferenceTable& table, const Findings& findings) {
  for_each_component(node, "ERT", findings, [&](const Row& row) {
    ReferenceComponent component{.name = without_ranges(row.name), .actions = {}, .area = {}};
    component.line = row.mark.line;
    component.column = row.mark.column;
    const Node* const actions = row.is_listed ? nullptr : row.node.find("actions");
    if (row.is_listed || (actions && actions->is_list())) {
      read_action_list(component, row.node, findings);
    } else if (!row.node.is_null()) {
      read_action_map(component, row.node, findings);
    }
    table.components.push_back(std::move(component));
  });
  table.has_energy = true;
  table.file = node.file();
}

void read_area_table(const Node& node, ReferenceTable& table, const Findings& findings) {
  for_each_component(node, "ART", findings, [&](const Row& row) {
    table.components.push_back(
        {.name = without_ranges(row.name), .actions = {}, .area = area_of(row, findings)});
  });
  table.has_area = true;
}

}  // namespace tilewright::spec
