// Architectures of version 0.4: a list of nodes, each of which encloses all that follow. Timeloop's
// front end turns it into one list of components before Accelergy sees it; this does the same.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <unordered_map>

#include "model/energy/compound/design.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

using spec::Fields;
using spec::Findings;
using spec::Node;

constexpr double kMostInstances = std::numeric_limits<std::int32_t>::max();

struct Mesh {
  std::uint64_t x = 1;
  std::uint64_t y = 1;
  bool fans_out() const { return x > 1 || y > 1; }
};

class NodeFlattener {
 public:
  NodeFlattener(const NodeScope& scope, Resolver& resolver, Quota& quota, const Findings& findings)
      : variables_(scope.variables),
        resolver_(resolver),
        quota_(quota),
        findings_(findings),
        others_(scope.named) {}

  FlatNodes run(const Node& architecture) {
    // What the front end puts around all of it.
    for (const Setting& variable : variables_) inherited_.push_back(variable);
    visible_ = inherited_;
    read_list(architecture.at("nodes"));
    if (flat_.components.empty()) architecture.at("nodes").fail("no component among the nodes");
    const std::string root =
        (first_container_.empty() ? "system" : first_container_) + "_top_level";
    for (FlatComponent& component : flat_.components) component.name = root + "." + component.name;
    return std::move(flat_);
  }

 private:
  void read_list(const Node& list) {
    for (const Node* node : list.list("nodes")) read_node(*node);
  }

  void read_node(const Node& node) {
    static const std::vector<std::string> kTags{"!Container", "!Component", "!Hierarchical",
                                                "!Parallel",  "!Pipelined", "!Nothing"};
    const std::string& tag = node.tag();
    if (tag == "!Hierarchical" || tag == "!Pipelined") return read_branch(node);
    if (tag == "!Parallel") return read_parallel(node);
    if (tag == "!Component" || tag == "!Container" || tag == "!Nothing") return read_leaf(node);
    if (tag == "!ArrayContainer") {
      node.fail("'!ArrayContainer' of in-memory models (CiMLoop) is not supported");
    }
    node.fail(
        fmt::format("a node of an architecture needs a tag, found '{}'{}", tag, hint(tag, kTags)));
  }

  // Attributes of its containers are handed down to all that follows in the chain, but expressions
  // see them in the branch only.
  void read_branch(const Node& node) {
    check_branch(node);
    const Settings outer = visible_;
    read_list(node.at("nodes"));
    visible_ = outer;
  }

  static void check_branch(const Node& node) {
    Fields fields(node, "a branch");
    fields.know({"nodes", "name"});
    fields.expect_no_more("a node '" + node.tag() + "'");
  }

  // The branches are one after the other in the chain, as each dataspace passes all but one.
  void read_parallel(const Node& node) {
    check_branch(node);
    const std::size_t index = flat_.parallels.size();
    flat_.parallels.push_back({&node, parallel_, branch_, {}});
    const std::pair outer{parallel_, branch_};
    const bool was_direct = is_direct_;
    is_direct_ = true;
    parallel_ = static_cast<int>(index);
    branch_ = -1;
    for (const Node* child : node.at("nodes").list("nodes")) {
      ++branch_;
      flat_.parallels[index].branches.emplace_back();
      is_direct_ = child->tag() != "!Hierarchical" && child->tag() != "!Pipelined";
      read_node(*child);
    }
    is_direct_ = was_direct;
    std::tie(parallel_, branch_) = outer;
  }

  void read_leaf(const Node& node) {
    note_leaf(node);
    if (node.tag() == "!Nothing") {
      Fields fields(node, "a node");
      fields.know({"name", "class", "constraints", "enabled"});
      return fields.expect_no_more("a node '!Nothing'");
    }
    if (!is_enabled(node)) return;
    if (node.tag() == "!Component") return add_component(node);
    if (is_direct_) node.fail("a container right below '!Parallel' is not supported");
    open_container(node);
  }

  // A leaf belongs to every branch around it.
  void note_leaf(const Node& node) {
    const Node* name = node.find("name");
    if (name == nullptr && node.tag() != "!Nothing") {
      node.fail(fmt::format("the key 'name' is missing in a {}", node.tag()));
    }
    if (name != nullptr) claim_name(*name, node);
    for (int p = parallel_, b = branch_; p >= 0;) {
      ParallelNodes& parallel = flat_.parallels[static_cast<std::size_t>(p)];
      ParallelBranch& branch = parallel.branches[static_cast<std::size_t>(b)];
      branch.leaves.push_back(&node);
      if (branch.name.empty()) branch.name = name != nullptr ? name->text("name") : node.tag();
      b = parallel.branch;
      p = parallel.parallel;
    }
  }

  void claim_name(const Node& name, const Node& node) {
    const auto [it, is_new] = names_.try_emplace(name.text("name"), &name);
    if (!is_new) {
      name.fail(fmt::format("two nodes have the name '{}'; the first is in line {}",
                            name.text("name"), it->second->mark().line));
    }
    flat_.leaves.push_back(&node);
  }

  bool is_enabled(const Node& node) {
    const Node* enabled = node.find("enabled");
    if (enabled == nullptr) return true;
    const Setting setting = read_setting("enabled", *enabled, resolver_.dialect());
    if (const bool* flag = setting.value.flag()) return *flag;
    return resolver_.number(setting, SettingScope({&visible_, &variables_}, &others_)) != 0;
  }

  // One step too far in, constraints would be an attribute that nobody knows.
  Settings read_attributes(Fields& fields) const {
    const Node* attributes = fields.take("attributes");
    if (attributes != nullptr && attributes->is_map()) {
      for (const char* key : {"constraints", "spatial", "class", "sparse_optimizations"}) {
        const Node* misplaced = attributes->find(key);
        if (misplaced == nullptr) continue;
        misplaced->fail(fmt::format(
            "'{}' stands among the attributes; it belongs beside 'attributes', not below it", key));
      }
    }
    return read_settings(attributes, "attributes", resolver_.dialect());
  }

  // What goes wrong in an expression is told with the node that it stands in.
  template <class Call>
  static auto in_node(std::string_view what, const std::string& name, const Call& call) {
    try {
      return call();
    } catch (const SpecError& error) {
      throw error.with_prefix(fmt::format("{} {}: ", what, name));
    }
  }

  Mesh read_mesh(const Node& node, Fields& fields, const Settings& own) {
    Mesh mesh;
    const Node* spatial = fields.take("spatial");
    if (spatial == nullptr) return mesh;
    // A name of the node's own is the last that is meant.
    const SettingScope scope({&visible_, &variables_, &own}, &others_);
    for (const auto& entry : spatial->map("spatial")) {
      const bool is_x = same_key(entry.key, "meshX");
      if (!is_x && !same_key(entry.key, "meshY")) {
        entry.value->fail(
            fmt::format("spatial: unknown key '{}'; expected meshX or meshY", entry.key));
      }
      const Setting setting = read_setting(entry.key, *entry.value, resolver_.dialect());
      const double value = resolver_.number(setting, scope);
      if (value < 1 || value > kMostInstances || value != std::floor(value)) {
        entry.value->fail(fmt::format("{}: expected a whole number of at least 1, found {}",
                                      entry.key, number_text(value)));
      }
      (is_x ? mesh.x : mesh.y) = static_cast<std::uint64_t>(value);
    }
    if (is_direct_ && mesh.fans_out()) {
      node.fail("a fan-out right below '!Parallel' is not supported");
    }
    return mesh;
  }

  void spread(const std::string& name, const Mesh& mesh, const Node& node) {
    if (mesh.fans_out()) add_spacer(name, node);
    mesh_.x *= mesh.x;
    mesh_.y *= mesh.y;
    if (static_cast<double>(mesh_.x) * static_cast<double>(mesh_.y) > kMostInstances) {
      node.fail(fmt::format("{}: {} x {} instances are too many", name, mesh_.x, mesh_.y));
    }
  }

  void open_container(const Node& node) {
    Fields fields(node, "a container");
    const std::string& name = node.at("name").text("name");
    if (first_container_.empty()) first_container_ = name;
    const Mesh mesh = in_node("container", name, [&] {
      Settings own = read_attributes(fields);
      resolver_.resolve_all(own, {&visible_, &variables_}, &others_);
      const Mesh result = read_mesh(node, fields, own);
      for (const Setting& setting : own) {
        put_setting(visible_, setting);
        put_setting(inherited_, setting);
      }
      return result;
    });
    spread(name, mesh, node);
    fields.know({"name", "constraints", "enabled", "power_gated_at", "sparse_optimizations"});
    fields.expect_no_more("container " + name);
  }

  // A level that only spreads data has no hardware; tables list it with an area of 1 um2.
  void add_spacer(const std::string& name, const Node& node) {
    const Mark mark = node.mark();
    FlatComponent spacer;
    spacer.node = &node;
    spacer.name = ranged(fmt::format("inter_{}_spatial", name));
    spacer.component_class = "dummy_storage";
    spacer.is_spacer = true;
    spacer.mark = mark;
    for (const char* key : {"width", "depth", "datawidth"}) {
      spacer.attributes.push_back({key, 1.0, false, mark});
    }
    spacer.attributes.push_back({"technology", -1.0, false, mark});
    spacer.kind = ComponentKind::storage;
    finish(spacer);
  }

  std::string ranged(const std::string& name) const {
    return fmt::format("{}[1..{}]", name, mesh_.x * mesh_.y);
  }

  void add_component(const Node& node) {
    Fields fields(node, "a component");
    const std::string& name = node.at("name").text("name");
    fields.know({"name", "constraints", "enabled", "sparse_optimizations"});
    FlatComponent component;
    component.mark = node.mark();
    component.node = &node;
    const Node* component_class = fields.take("class");
    const Node* subclass = fields.take("subclass");
    if (component_class == nullptr) {
      node.fail(fmt::format("component {}: the key 'class' is missing", name));
    }
    component.role = component_class->text("class");
    component.component_class = (subclass != nullptr ? subclass : component_class)->text("class");
    component.kind = component_kind(component.role);
    if (component.kind == ComponentKind::nothing) return;
    if (subclass == nullptr) component.role.clear();
    const Mesh mesh = in_node("component", name, [&] {
      component.attributes = read_attributes(fields);
      resolver_.resolve_all(component.attributes, {&visible_, &variables_}, &others_);
      return read_mesh(node, fields, component.attributes);
    });
    spread(name, mesh, node);
    component.name = ranged(name);
    read_actions(component, fields);
    read_scales(component, fields);
    remember(name, component);
    finish(component);
    fields.expect_no_more("component " + name);
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

  static void read_actions(FlatComponent& component, Fields& fields) {
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
    if (component.kind == ComponentKind::storage) require({"read", "write", "update", "leak"});
    if (component.kind == ComponentKind::compute) require({"compute"});
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
  void finish(FlatComponent& component) {
    Settings& attributes = component.attributes;
    component.mesh_x = mesh_.x;
    component.mesh_y = mesh_.y;
    const auto give = [&](const char* key, const Value& value) {
      if (find_setting(attributes, key) == nullptr) {
        attributes.push_back({key, value, false, component.mark});
      }
    };
    give("has_power_gating", false);
    if (component.kind == ComponentKind::storage) {
      give("n_banks", 2);
      give("cluster_size", 1);
      give("reduction_supported", true);
      give("multiple_buffering", 1);
      give("min_utilization", 0);
      give("allow_overbooking", false);
    }
    give("meshX", static_cast<double>(mesh_.x));
    give("meshY", static_cast<double>(mesh_.y));
    give("power_gated_at", Value());
    for (const Setting& setting : inherited_) {
      if (find_setting(attributes, setting.name) == nullptr) attributes.push_back(setting);
    }
    hand_down({}, attributes, component.mark, component.name);
    quota_.spend(kBare + 2 * weight_of(attributes),
                 component.mark);  // its own, and for expressions
    flat_.components.push_back(std::move(component));
  }

  // What a component without any attribute counts as.
  static constexpr std::size_t kBare = 10;

  const Settings& variables_;
  Resolver& resolver_;
  Quota& quota_;
  const Findings& findings_;
  std::string first_container_;
  Settings inherited_;  // what components get of the containers before them
  Settings visible_;    // what expressions see of them
  NamedValues others_;  // components so far, for expressions
  std::unordered_map<std::string, const Node*> names_;
  Mesh mesh_;                        // so far
  int parallel_ = -1, branch_ = -1;  // the innermost ones around the node
  bool is_direct_ = false;           // the node is a child of a `!Parallel`
  FlatNodes flat_;
};

}  // namespace

FlatNodes flatten_nodes(const Node& architecture, const NodeScope& scope, Resolver& resolver,
                        Quota& attributes, const Findings& findings) {
  return NodeFlattener(scope, resolver, attributes, findings).run(architecture);
}

NamedValues specification_values(const Settings& variables, const Node* problem) {
  ValueMap all;
  for (const Setting& variable : variables) all.emplace_back(variable.name, variable.value);
  ValueMap spec{{"variables", all}};
  if (problem != nullptr) {
    spec.emplace_back("problem", read_setting("problem", *problem, Dialect::v04).value);
  }
  NamedValues named;
  named.emplace("variables", std::move(all));
  named.emplace("spec", std::move(spec));
  return named;
}

}  // namespace tilewright::energy
