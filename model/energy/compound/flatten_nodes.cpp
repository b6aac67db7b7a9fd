// Architectures of version 0.4: a list of nodes, each of which encloses all that follow. Timeloop's
// front end turns it into one list of components before Accelergy sees it; this does the same.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/energy/compound/design.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

using spec::Fields;
using spec::Findings;
using spec::Node;

enum class Role : std::uint8_t { storage, compute, network, nothing };

Role role_of(const std::string& component_class) {
  const auto has = [&](std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
      return component_class.find(part) != std::string::npos;
    });
  };
  if (has({"DRAM", "SRAM", "regfile", "smartbuffer", "storage"})) return Role::storage;
  if (has({"mac", "compute"})) return Role::compute;
  return has({"XY_NoC", "Legacy", "ReductionTree", "SimpleMulticast"}) ? Role::network
                                                                       : Role::nothing;
}

struct Mesh {
  double x = 1;
  double y = 1;
  bool fans_out() const { return x * y > 1; }
};

class NodeFlattener {
 public:
  NodeFlattener(const Settings& variables, Resolver& resolver, Quota& quota,
                const Findings& findings)
      : variables_(variables), resolver_(resolver), quota_(quota), findings_(findings) {}

  std::vector<FlatComponent> run(const Node& architecture) {
    // What the front end puts around all of it.
    for (const Setting& variable : variables_) inherited_.push_back(variable);
    read_list(architecture.at("nodes"), false);
    if (components_.empty()) architecture.at("nodes").fail("no component among the nodes");
    const std::string root =
        (first_container_.empty() ? "system" : first_container_) + "_top_level";
    for (FlatComponent& component : components_) component.name = root + "." + component.name;
    return std::move(components_);
  }

 private:
  void read_list(const Node& list, bool is_parallel) {
    for (const Node* node : list.list("nodes")) read_node(*node, is_parallel);
  }

  void read_node(const Node& node, bool is_parallel) {
    static const std::vector<std::string> kTags{"!Container", "!Component", "!Hierarchical",
                                                "!Parallel",  "!Pipelined", "!Nothing"};
    const std::string& tag = node.tag();
    if (tag == "!Component") return add_component(node);
    if (tag == "!Container" && !is_parallel) return open_container(node);
    if (tag == "!Nothing") return;
    if (tag == "!Parallel" || tag == "!Hierarchical" || tag == "!Pipelined") {
      read_list(node.at("nodes"), tag == "!Parallel" || is_parallel);
      return;
    }
    if (tag == "!Container") node.fail("a container among parallel nodes is not supported");
    node.fail(
        fmt::format("a node of an architecture needs a tag, found '{}'{}", tag, hint(tag, kTags)));
  }

  Mesh read_mesh(Fields& fields, const Settings& bindings) {
    Mesh mesh;
    const Node* spatial = fields.take("spatial");
    if (spatial == nullptr) return mesh;
    const SettingScope scope({&bindings, &variables_});
    for (const auto& entry : spatial->map("spatial")) {
      const Setting setting = read_setting(entry.key, *entry.value, resolver_.dialect());
      const double value = resolver_.number(setting, scope);
      if (value < 1) entry.value->fail(fmt::format("{}: expected at least 1", entry.key));
      if (same_key(entry.key, "meshX")) {
        mesh.x = value;
      } else if (same_key(entry.key, "meshY")) {
        mesh.y = value;
      } else {
        entry.value->fail(
            fmt::format("spatial: unknown key '{}'; expected meshX or meshY", entry.key));
      }
    }
    return mesh;
  }

  void open_container(const Node& node) {
    Fields fields(node, "a container");
    const std::string& name = node.at("name").text("name");
    if (first_container_.empty()) first_container_ = name;
    Settings own = read_settings(fields.take("attributes"), "attributes", resolver_.dialect());
    resolver_.resolve_all(own, {&inherited_, &variables_}, &others_);
    for (Setting& setting : own) put_setting(inherited_, std::move(setting));
    const Mesh mesh = read_mesh(fields, inherited_);
    if (mesh.fans_out()) add_spacer(name, node.mark());
    mesh_.x *= mesh.x;
    mesh_.y *= mesh.y;
    fields.know({"name", "constraints", "enabled", "power_gated_at"});
    spec::warn_unread(fields, "container " + name, findings_);
  }

  // A level that only spreads data has no hardware; tables list it with an area of 1 um2.
  void add_spacer(const std::string& name, const Mark& mark) {
    FlatComponent spacer;
    spacer.name = ranged(fmt::format("inter_{}_spatial", name));
    spacer.component_class = "dummy_storage";
    spacer.is_spacer = true;
    spacer.mark = mark;
    for (const char* key : {"width", "depth", "datawidth"}) {
      spacer.attributes.push_back({key, 1.0, false, mark});
    }
    spacer.attributes.push_back({"technology", -1.0, false, mark});
    finish(spacer, Role::storage);
  }

  std::string ranged(const std::string& name) const {
    return fmt::format("{}[1..{}]", name, number_text(mesh_.x * mesh_.y));
  }

  void add_component(const Node& node) {
    Fields fields(node, "a component");
    const std::string& name = node.at("name").text("name");
    fields.know({"name", "constraints", "enabled", "sparse_optimizations"});
    FlatComponent component;
    component.mark = node.mark();
    const Node* component_class = fields.take("class");
    const Node* subclass = fields.take("subclass");
    if (component_class == nullptr) component_class = &node.at("class");
    component.role = component_class->text("class");
    component.component_class = (subclass != nullptr ? subclass : component_class)->text("class");
    const Role role = role_of(component.role);
    if (subclass == nullptr) component.role.clear();
    component.attributes =
        read_settings(fields.take("attributes"), "attributes", resolver_.dialect());
    resolver_.resolve_all(component.attributes, {&inherited_, &variables_}, &others_);
    const Mesh mesh = read_mesh(fields, component.attributes);
    if (mesh.fans_out()) add_spacer(name, node.mark());
    mesh_.x *= mesh.x;
    mesh_.y *= mesh.y;
    component.name = ranged(name);
    read_actions(component, fields, role);
    read_scales(component, fields);
    remember(name, component);
    finish(component, role);
    spec::warn_unread(fields, "component " + name, findings_);
  }

  // Later expressions may say `buffer.attributes["depth"]`.
  void remember(const std::string& name, const FlatComponent& component) {
    ValueMap attributes;
    for (const Setting& setting : component.attributes) {
      attributes.emplace_back(setting.name, setting.value);
    }
    ValueMap leaf;
    leaf.emplace_back("name", name);
    leaf.emplace_back("attributes", std::move(attributes));
    others_.insert_or_assign(name, std::move(leaf));
  }

  static void read_actions(FlatComponent& component, Fields& fields, Role role) {
    if (const Node* actions = fields.take("required_actions")) {
      for (const Node* action : actions->texts("required_actions")) {
        component.required_actions.push_back(action->text("required_actions"));
      }
    }
    const auto require = [&](std::initializer_list<const char*> actions) {
      for (const char* action : actions) {
        auto& known = component.required_actions;
        if (std::find(known.begin(), known.end(), action) == known.end())
          known.emplace_back(action);
      }
    };
    if (role == Role::storage) require({"read", "write", "update", "leak"});
    if (role == Role::compute) require({"compute"});
  }

  void read_scales(FlatComponent& component, Fields& fields) {
    if (const Node* scale = fields.take("area_scale")) {
      component.area_scale = read_setting("area_scale", *scale, resolver_.dialect());
    }
    if (const Node* scale = fields.take("energy_scale")) {
      component.energy_scale = read_setting("energy_scale", *scale, resolver_.dialect());
    }
  }

  // Defaults of the front end, then what the containers say.
  void finish(FlatComponent& component, Role role) {
    Settings& attributes = component.attributes;
    const auto give = [&](const char* key, const Value& value) {
      if (find_setting(attributes, key) == nullptr) {
        attributes.push_back({key, value, false, component.mark});
      }
    };
    give("has_power_gating", false);
    if (role == Role::storage) {
      give("n_banks", 2);
      give("cluster_size", 1);
      give("reduction_supported", true);
      give("multiple_buffering", 1);
      give("min_utilization", 0);
      give("allow_overbooking", false);
    }
    give("meshX", mesh_.x);
    give("meshY", mesh_.y);
    give("power_gated_at", Value());
    for (const Setting& setting : inherited_) {
      if (find_setting(attributes, setting.name) == nullptr) attributes.push_back(setting);
    }
    hand_down({}, attributes, component.mark, component.name);
    quota_.spend(kBare + 2 * weight_of(attributes),
                 component.mark);  // its own, and for expressions
    components_.push_back(std::move(component));
  }

  // What a component without any attribute counts as.
  static constexpr std::size_t kBare = 10;

  const Settings& variables_;
  Resolver& resolver_;
  Quota& quota_;
  const Findings& findings_;
  std::string first_container_;
  Settings inherited_;
  NamedValues others_;  // components so far, for expressions
  Mesh mesh_;
  std::vector<FlatComponent> components_;
};

}  // namespace

std::vector<FlatComponent> flatten_nodes(const Node& architecture, const Settings& variables,
                                         Resolver& resolver, Quota& attributes,
                                         const Findings& findings) {
  return NodeFlattener(variables, resolver, attributes, findings).run(architecture);
}

}  // namespace tilewright::energy
