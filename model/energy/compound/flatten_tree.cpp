#include <fmt/format.h>

#include <algorithm>

#include "model/energy/compound/design.hpp"

namespace tilewright::energy {
namespace {

using spec::Fields;
using spec::Findings;
using spec::Node;

class TreeFlattener {
 public:
  TreeFlattener(const Settings& variables, Resolver& resolver, Quota& quota,
                const Findings& findings)
      : variables_(variables), resolver_(resolver), quota_(quota), findings_(findings) {}

  std::vector<FlatComponent> run(const Node& architecture) {
    const Node* subtree = architecture.find("subtree");
    if (subtree == nullptr) {
      walk(architecture, "", {});
      return std::move(components_);
    }
    for (const Node* root : subtree->list("subtree")) {
      walk(*root, name_of(*root, {}), own_settings(*root, {}));
    }
    return std::move(components_);
  }

 private:
  // Attributes of a node: those from above, replaced and extended by its own.
  Settings own_settings(const Node& node, Settings from_above) {
    for (Setting& own : read_settings(node.find("attributes"), "attributes", resolver_.dialect())) {
      put_setting(from_above, std::move(own));
    }
    quota_.spend(weight_of(from_above), node.mark());
    return from_above;
  }

  std::string name_of(const Node& node, const Settings& attributes) {
    const Node& name = node.at("name");
    const SettingScope scope({&variables_, &attributes});
    return resolver_.resolve_name(name.text("name"), scope, name.mark());
  }

  void resolve(Settings& attributes, const Mark& mark, const std::string& where) {
    resolver_.resolve_all(attributes, variables_);
    if (resolver_.dialect() == Dialect::v04) hand_down(variables_, attributes, mark, where);
  }

  // Components below a node come before those beside it, as in Accelergy's tables.
  void walk(const Node& node, const std::string& prefix, Settings attributes) {
    resolver_.resolve_all(attributes, variables_);
    const Node* subtree = node.find("subtree");
    const Node* local = node.find("local");
    if (subtree == nullptr && local == nullptr) {
      node.fail("expected 'subtree' (nodes of the tree) or 'local' (components)");
    }
    if (subtree != nullptr) {
      for (const Node* child : subtree->list("subtree")) {
        Settings below = own_settings(*child, attributes);
        const std::string name = prefix + "." + name_of(*child, below);
        walk(*child, name, std::move(below));
      }
    }
    if (local == nullptr) return;
    for (const Node* component : local->list("local")) add(*component, prefix, attributes);
  }

  void add(const Node& node, const std::string& prefix, const Settings& from_above) {
    Fields fields(node, "a component");
    FlatComponent component;
    component.mark = node.mark();
    component.attributes =
        read_settings(fields.take("attributes"), "attributes", resolver_.dialect());
    for (const Setting& setting : from_above) {
      if (find_setting(component.attributes, setting.name) == nullptr) {
        component.attributes.push_back(setting);
      }
    }
    quota_.spend(kBare + weight_of(component.attributes), component.mark);
    resolve(component.attributes, component.mark, "");
    fields.know({"name", "enabled", "constraints", "meshX", "meshY"});
    const std::string name = name_of(node, component.attributes);
    component.name = prefix.empty() ? name : prefix + "." + name;
    read_class(component, fields);
    if (const Node* actions = fields.take("required_actions")) {
      for (const Node* action : actions->texts("required_actions")) {
        component.required_actions.push_back(action->text("required_actions"));
      }
    }
    read_scales(component, fields);
    spec::warn_unread(fields, "component " + component.name, findings_);
    components_.push_back(std::move(component));
  }

  static void read_class(FlatComponent& component, Fields& fields) {
    const Node* subclass = fields.take("subclass");
    const Node* component_class = fields.take("class");
    const Node& chosen = subclass != nullptr          ? *subclass
                         : component_class != nullptr ? *component_class
                                                      : fields.node().at("class");
    component.component_class = chosen.text("class");
    if (subclass != nullptr && component_class != nullptr) {
      component.role = component_class->text("class");
    }
  }

  void read_scales(FlatComponent& component, Fields& fields) {
    if (const Node* scale = fields.take({"area_scale", "area_share"})) {
      component.area_scale = read_setting("area_scale", *scale, resolver_.dialect());
    }
    if (const Node* scale = fields.take("energy_scale")) {
      component.energy_scale = read_setting("energy_scale", *scale, resolver_.dialect());
    }
  }

  // What a component without any attribute counts as.
  static constexpr std::size_t kBare = 10;

  const Settings& variables_;
  Resolver& resolver_;
  Quota& quota_;
  const Findings& findings_;
  std::vector<FlatComponent> components_;
};

// Default attributes of the class that the component lacks.
void add_defaults(FlatComponent& component, const ComponentClass& component_class) {
  for (const Setting& setting : component_class.attributes) {
    const Setting* given = find_setting(component.attributes, setting.name);
    const bool is_given =
        given != nullptr && !(component_class.dialect == Dialect::v04 && given->value.is_none());
    if (is_given) continue;
    if (setting.value == Value("must_specify")) {
      throw SpecError(component.mark,
                      fmt::format("{}: class '{}' needs the attribute '{}'", component.name,
                                  component_class.name, setting.name));
    }
    put_setting(component.attributes, setting);
  }
}

// A primitive class of version 0.4 is what its components ask of it.
const ComponentClass& find_class(Design& design, const FlatComponent& component) {
  const auto it = design.classes.find(component.component_class);
  if (it != design.classes.end()) return it->second;
  if (design.dialect == Dialect::v03) {
    const auto known = primitive_library().find(component.component_class);
    if (known != primitive_library().end()) {
      return design.classes.emplace(known->first, known->second).first->second;
    }
  }
  ComponentClass made;
  made.name = component.component_class;
  made.dialect = design.dialect;
  made.is_compound = false;
  return design.classes.emplace(made.name, std::move(made)).first->second;
}

void require_actions(ComponentClass& component_class, const FlatComponent& component) {
  for (const std::string& name : component.required_actions) {
    if (component_class.find_action(name) != nullptr) continue;
    if (component_class.is_compound) {
      throw SpecError(component.mark, fmt::format("{}: class '{}' lacks the required action '{}'",
                                                  component.name, component_class.name, name));
    }
    ActionClass action;
    action.name = name;
    action.mark = component.mark;
    component_class.actions.push_back(std::move(action));
  }
}

// `class: hbm2` and `technology: HBM2` are DRAM of that type; a class of the user's own counts as
// it is written.
void use_usual_names(FlatComponent& component, const ComponentClasses& classes) {
  std::optional<std::string> type;
  if (!classes.contains(component.component_class)) {
    type = dram_kind(component.component_class);
    component.component_class = usual_class(component.component_class);
  }
  const Setting* technology = find_setting(component.attributes, "technology");
  const std::string* named = technology != nullptr ? technology->value.text() : nullptr;
  if (named != nullptr && dram_kind(*named)) {
    type = dram_kind(*named);
    std::erase_if(component.attributes,
                  [](const Setting& setting) { return setting.name == "technology"; });
  }
  if (!type || *type == "DRAM" || find_setting(component.attributes, "type") != nullptr) return;
  component.attributes.push_back({"type", *type, true, component.mark});
}

}  // namespace

std::vector<FlatComponent> flatten_tree(const Node& architecture, const Settings& variables,
                                        Resolver& resolver, Quota& attributes,
                                        const Findings& findings) {
  return TreeFlattener(variables, resolver, attributes, findings).run(architecture);
}

void hand_down(const Settings& outer, Settings& inner, const Mark& mark, const std::string& where) {
  const auto hand = [&](const char* key, const Value* otherwise) {
    if (find_setting(inner, key) != nullptr) return;
    const Setting* above = find_setting(outer, key);
    if (above != nullptr) {
      inner.push_back({key, above->value, false, above->mark});
    } else if (otherwise != nullptr) {
      inner.push_back({key, *otherwise, false, mark});
    } else {
      throw SpecError(mark, fmt::format("{}'{}' is missing: version 0.4 needs it as an attribute, "
                                        "of a container, or among the variables",
                                        where.empty() ? "" : where + ": ", key));
    }
  };
  const Value one = 1.0;
  hand("global_cycle_seconds", nullptr);
  hand("action_latency_cycles", &one);
  const Value cycle = find_setting(inner, "global_cycle_seconds")->value;
  if (find_setting(inner, "cycle_seconds") == nullptr) {
    inner.push_back({"cycle_seconds", cycle, false, mark});
  }
  hand("technology", nullptr);
  hand("n_instances", &one);
}

void apply_classes(Design& design, Resolver& resolver) {
  for (FlatComponent& component : design.components) {
    use_usual_names(component, design.classes);
    find_class(design, component);
    ComponentClass& component_class = design.classes.at(component.component_class);
    require_actions(component_class, component);
    add_defaults(component, component_class);
    Resolver own(component_class.is_compound ? component_class.dialect : design.dialect,
                 design.limits->expressions);
    Resolver& by_class = own.dialect() == resolver.dialect() ? resolver : own;
    by_class.resolve_all(component.attributes, Settings());
    by_class.check_resolved(component.attributes, component.name);
  }
}

}  // namespace tilewright::energy
