// The chain of levels that an architecture of version 0.4 stands for. What the nodes say is
// evaluated and laid out as the tree of version 0.3, so that one reader reads both.
#include "model/spec/lower_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "model/arch/component_kind.hpp"
#include "model/energy/compound/design.hpp"
#include "model/names.hpp"
#include "model/spec/constraint_values.hpp"
#include "model/spec/level_keys.hpp"

namespace tilewright::spec {
namespace {

using energy::FlatComponent;
using energy::Setting;

// Constraints of one type at one node: its own, or a target of a section.
struct Attached {
  std::string type;
  const Node* content;
  bool is_target;  // with the keys `target` and `type`
};

const std::vector<std::string>& constraint_types() {
  static const std::vector<std::string> names{
      "spatial",  "temporal",    "dataspace",   "bypass",
      "datatype", "utilization", "parallelism", "max_overbooked_proportion"};
  return names;
}

bool is_about_dataspaces(std::string_view type) {
  return type == "dataspace" || type == "bypass" || type == "datatype";
}

std::string name_of(const Node& leaf) {
  const Node* name = leaf.find("name");
  return name != nullptr ? name->text("name") : std::string();
}

std::string spacer_name(const std::string& name) { return fmt::format("inter_{}_spatial", name); }

class Lowering {
 public:
  Lowering(const NodeAttachments& attachments, Document& document, const Findings& findings)
      : attachments_(attachments), document_(document), findings_(findings) {}

  LoweredNodes run(const Node& architecture) {
    Fields root(architecture, "architecture");
    root.know({"nodes", "version", "name"});
    root.expect_no_more("an architecture of version 0.4");
    energy::DesignLimits limits;
    energy::Resolver resolver(energy::Dialect::v04, limits.expressions);
    const energy::NodeScope scope{attachments_.variables, attachments_.named};
    flat_ = energy::flatten_nodes(architecture, scope, resolver, limits.attributes, findings_);
    check_end(architecture);
    check_components();
    ConstraintValues values(resolver, scope, document_);
    values_ = &values;
    attach_all();
    LoweredNodes lowered;
    lowered.architecture = chain(architecture);
    lowered.constraints = targets(architecture);
    lowered.mapping = attachments_.mapping;
    lowered.has_whole_mapping = lowered.mapping != nullptr && is_whole(*lowered.mapping);
    if (lowered.mapping != nullptr && !lowered.has_whole_mapping) {
      attach_list(*lowered.mapping);
      lowered.mapping = mapping_targets();
    }
    lowered.parallels = parallels();
    return lowered;
  }

 private:
  void check_end(const Node& architecture) const {
    const FlatComponent& last = flat_.components.back();
    if (last.kind == ComponentKind::compute) return;
    (last.is_spacer ? architecture : *last.node)
        .fail("the last component must be the arithmetic one, its class contains mac or compute");
  }

  void check_components() const {
    for (const FlatComponent& component : flat_.components) {
      if (component.is_spacer) continue;
      if (component.kind == ComponentKind::other) fail_class(*component.node);
      if (component.kind == ComponentKind::storage) check_memory(component);
    }
  }

  [[noreturn]] static void fail_class(const Node& node) {
    const Node& component_class = node.at("class");
    const std::string& text = component_class.text("class");
    const auto close = nearest(text, usual_classes());
    component_class.fail(fmt::format(
        "{}: unknown class '{}'; {}", name_of(node), text,
        close.empty() ? "the class of a memory contains DRAM, SRAM, regfile, smartbuffer or "
                        "storage, that of arithmetic mac or compute, that of a network is XY_NoC, "
                        "Legacy, ReductionTree or SimpleMulticast, and 'nothing' is left out"
                      : fmt::format("did you mean '{}'?", close)));
  }

  // What the front end asks of a memory itself, whatever its containers say.
  static void check_memory(const FlatComponent& component) {
    const Node& node = *component.node;
    const Node* attributes = node.find("attributes");
    const auto has = [&](const auto& keys) {
      return attributes != nullptr &&
             std::any_of(keys.begin(), keys.end(),
                         [&](std::string_view key) { return attributes->find(key) != nullptr; });
    };
    const std::string name = name_of(node);
    const Node& place = attributes != nullptr ? *attributes : node;
    if (!has(kWordBitsKeys)) {
      place.fail(fmt::format("{}: the attribute 'datawidth' is missing", name));
    }
    const bool is_dram =
        usual_class(node.at("class").text("class")).find("DRAM") != std::string::npos;
    const bool has_size = has(kDepthKeys) || has(kKilobytesKeys) || has(std::array{"entries"});
    if (!is_dram && !has_size) {
      place.fail(fmt::format("{}: the size is missing: 'depth', 'entries' or 'sizeKB'", name));
    }
  }

  // --- constraints ---

  void attach_all() {
    for (const Node* leaf : flat_.leaves) {
      names_.push_back(name_of(*leaf));
      attach_own(names_.back(), *leaf);
    }
    for (const Node* list : attachments_.constraints) attach_list(*list);
  }

  void attach_list(const Node& list) {
    for (const Node* target : list.list("constraints")) attach(*target);
  }

  void attach_own(const std::string& name, const Node& leaf) {
    refuse_sparse(leaf);
    const Node* group = leaf.find("constraints");
    if (group == nullptr) return;
    for (const Entry& entry : group->map("constraints")) {
      const auto& types = constraint_types();
      const auto is_this = [&](const std::string& type) { return same_key(type, entry.key); };
      const auto type = std::find_if(types.begin(), types.end(), is_this);
      if (type == types.end()) {
        throw SpecError(group->mark(entry), fmt::format("{}: unknown type '{}' of a constraint{}",
                                                        name, entry.key, hint(entry.key, types)));
      }
      if (entry.value->is_null()) continue;
      (void)entry.value->map(entry.key);
      attached_[name].push_back({*type, entry.value, false});
    }
  }

  void refuse_sparse(const Node& leaf) const {
    const Node* sparse = leaf.find("sparse_optimizations");
    if (sparse == nullptr || sparse->entries().empty()) return;
    refuse_sparse_optimizations(*sparse, findings_);
  }

  void attach(const Node& target) {
    const std::string name = target_of(target);
    const auto is_spacer_of = [&](const std::string& leaf) { return spacer_name(leaf) == name; };
    auto it = std::find(names_.begin(), names_.end(), name);
    if (it == names_.end()) it = std::find_if(names_.begin(), names_.end(), is_spacer_of);
    if (it == names_.end()) {
      target.fail(
          fmt::format("target: the architecture has no node '{}'{}", name, hint(name, names_)));
    }
    const Node* type = target.find("type");
    if (type == nullptr) target.fail("the key 'type' is missing in a constraint");
    const auto& types = constraint_types();
    const std::string& text = type->text("type");
    if (std::find(types.begin(), types.end(), text) == types.end()) {
      type->fail(fmt::format("unknown type '{}' of a constraint{}", text, hint(text, types)));
    }
    if (*it != name && text != "spatial") {
      target.fail(fmt::format(
          "{} stands for the fan-out of {} and takes constraints of type spatial only", name, *it));
    }
    attached_[*it].push_back({text, &target, true});
  }

  // Programs write mappings of the chain, with the levels that stand for fan-outs and in the words
  // of version 0.3. Such a mapping is whole, no constraint adds to it.
  bool is_whole(const Node& mapping) const {
    std::set<std::string> spacers;
    for (const std::string& name : names_) spacers.insert(spacer_name(name));
    const auto& directives = mapping.list("mapping");
    return std::any_of(directives.begin(), directives.end(), [&](const Node* directive) {
      const Node* type = directive->find("type");
      const bool is_old = type != nullptr && type->is_text() &&
                          (type->raw_text() == "datatype" || type->raw_text() == "bypass");
      return is_old || spacers.contains(target_of(*directive));
    });
  }

  static std::string target_of(const Node& target) {
    const Node* node = target.find("target");
    if (node == nullptr) node = target.find("name");
    if (node == nullptr) target.fail("the key 'target' is missing in a constraint");
    return node->text("target");
  }

  // One entry of `targets`.
  const Node* entry_for(const std::string& level, const Attached& attached,
                        const energy::Settings& attributes) {
    const Node& place = *attached.content;
    std::vector<Entry> entries{
        make_entry("target", make_text(document_, level, true, place)),
        make_entry("type", make_text(document_, attached.type, true, place))};
    for (const Entry& entry : place.entries()) {
      if (entry.key == "type") continue;  // of a node's own, it says what the key above it says
      const bool is_name = entry.key == "name" && place.find("target") == nullptr;
      if (attached.is_target && (entry.key == "target" || is_name)) continue;
      Entry copy = entry;
      copy.value = values_->evaluate(entry.key, *entry.value, attributes);
      entries.push_back(std::move(copy));
    }
    return make_map(document_, std::move(entries), place);
  }

  const Node* targets(const Node& architecture) {
    std::vector<const Node*> items;
    for (std::size_t i = 0; i < flat_.components.size(); ++i) {
      const FlatComponent& component = flat_.components[i];
      const std::string name = name_of(*component.node);
      const bool has_spacer = i > 0 && flat_.components[i - 1].node == component.node;
      if (component.is_spacer) {
        for (const Node* item : spacer_targets(component, name)) items.push_back(item);
      } else if (i + 1 < flat_.components.size()) {
        for (const Attached& attached : attached_[name]) {
          if (attached.type == "spatial" && has_spacer) continue;
          items.push_back(entry_for(name, attached, component.attributes));
        }
      }
    }
    warn_of_ineffective();
    const Node* list = make_list(document_, std::move(items), architecture);
    return make_map(document_, {make_entry("targets", list)}, architecture);
  }

  // A level that stands for a fan-out holds nothing and has no loops but the spatial ones.
  std::vector<const Node*> spacer_targets(const FlatComponent& spacer, const std::string& name) {
    const Node& place = *spacer.node;
    const std::string level = spacer_name(name);
    const Node* none = make_list(document_, {}, place);
    const Node* all = make_list(document_, {make_text(document_, "*", true, place)}, place);
    const auto target = [&](const char* type, Entry content) {
      return make_map(
          document_,
          {make_entry("target", make_text(document_, level, true, place)),
           make_entry("type", make_text(document_, type, true, place)), std::move(content)},
          place);
    };
    std::vector<const Node*> items{target("temporal", make_entry("factors_only", none)),
                                   target("dataspace", make_entry("bypass", all))};
    for (const Attached& attached : attached_[name]) {
      if (attached.type == "spatial") {
        items.push_back(entry_for(level, attached, spacer.attributes));
      }
    }
    return items;
  }

  // Constraints at nodes that are no level.
  void warn_of_ineffective() {
    std::map<const Node*, std::size_t> uses;
    for (const FlatComponent& component : flat_.components) ++uses[component.node];
    const Node* compute = flat_.components.back().node;
    for (const Node* leaf : flat_.leaves) {
      const bool is_container = leaf->tag() == "!Container";
      if (!is_container && leaf != compute) continue;
      const bool fans_out = uses[leaf] > (is_container ? 0U : 1U);
      for (const Attached& attached : attached_[name_of(*leaf)]) {
        const bool counts = fans_out && attached.type == "spatial";
        if (counts || attached.content->entries().size() <= (attached.is_target ? 2U : 0U))
          continue;
        findings_.warn(attached.content->mark(),
                       fmt::format("{}: the constraint of type {} has no effect: {}",
                                   name_of(*leaf), attached.type,
                                   is_container ? "the container does not fan out that way"
                                                : "nothing is stored there"),
                       odd::kWithoutEffect);
      }
    }
  }

  const Node* mapping_targets() {
    std::vector<const Node*> items;
    static const energy::Settings kNone;
    for (const Node* target : attachments_.mapping->list("mapping")) {
      const std::string name = target_of(*target);
      const auto fans_out = [&](const FlatComponent& component) {
        return component.is_spacer && name_of(*component.node) == name;
      };
      const bool is_spacer =
          target->at("type").text("type") == "spatial" &&
          std::any_of(flat_.components.begin(), flat_.components.end(), fans_out);
      items.push_back(entry_for(is_spacer ? spacer_name(name) : name,
                                {target->at("type").text("type"), target, true}, kNone));
    }
    return make_list(document_, std::move(items), *attachments_.mapping);
  }

  std::vector<KeepingBranches> parallels() {
    std::set<std::string> levels;
    for (const FlatComponent& component : flat_.components) {
      if (!component.is_spacer) levels.insert(name_of(*component.node));
    }
    std::vector<KeepingBranches> result;
    for (const energy::ParallelNodes& parallel : flat_.parallels) {
      KeepingBranches keeping{parallel.node, parallel.parallel, parallel.branch, {}};
      for (const energy::ParallelBranch& branch : parallel.branches) {
        KeepingBranch kept{branch.name, {}, {}};
        for (const Node* leaf : branch.leaves) add_leaf(*leaf, levels, kept);
        keeping.branches.push_back(std::move(kept));
      }
      result.push_back(std::move(keeping));
    }
    return result;
  }

  void add_leaf(const Node& leaf, const std::set<std::string>& levels, KeepingBranch& branch) {
    const std::string name = name_of(leaf);
    if (levels.contains(name)) branch.levels.push_back(name);
    for (const Attached& attached : attached_[name]) {
      if (is_about_dataspaces(attached.type)) branch.dataspace.push_back(attached.content);
    }
    if (!name.empty()) return;
    const Node* group = leaf.find("constraints");  // of a `!Nothing`
    const Node* dataspace = group != nullptr ? group->find("dataspace") : nullptr;
    if (dataspace != nullptr) branch.dataspace.push_back(dataspace);
  }

  // --- the chain ---

  const Node* chain(const Node& architecture) {
    std::vector<const Node*> local;
    for (const FlatComponent& component : flat_.components) local.push_back(level_of(component));
    std::vector<Entry> branch{
        make_entry("name", make_text(document_, "top_level", true, architecture))};
    std::vector<Entry> variables;
    for (const Setting& variable : attachments_.variables) {
      variables.push_back(make_entry(variable.name, to_node(variable.value, architecture)));
    }
    branch.push_back(make_entry("attributes", make_map(document_, variables, architecture)));
    branch.push_back(make_entry("local", make_list(document_, std::move(local), architecture)));
    const Node* subtree =
        make_list(document_, {make_map(document_, std::move(branch), architecture)}, architecture);
    std::vector<Entry> root{make_entry("subtree", subtree)};
    if (const Node* name = architecture.find("name")) root.push_back(make_entry("name", name));
    return make_map(document_, std::move(root), architecture);
  }

  const Node* level_of(const FlatComponent& component) {
    const Node& place = *component.node;
    const std::string base = name_of(place);
    std::string name = component.is_spacer ? spacer_name(base) : base;
    // Networks are named by the levels that they connect.
    if (component.kind != ComponentKind::network)
      name += fmt::format("[1..{}]", component.mesh_x * component.mesh_y);
    std::vector<Entry> entries{make_entry("name", make_text(document_, name, true, place))};
    const auto add_class = [&](const char* key, const std::string& text) {
      entries.push_back(make_entry(key, make_text(document_, text, true, place)));
    };
    const bool has_role = !component.role.empty();
    add_class("class", has_role ? component.role : component.component_class);
    if (has_role) add_class("subclass", component.component_class);
    const Node* own = component.is_spacer ? nullptr : place.find("attributes");
    std::vector<Entry> attributes;
    for (const Setting& setting : component.attributes) {
      const Node* original = own != nullptr ? own->find(setting.name) : nullptr;
      attributes.push_back(make_entry(
          setting.name, to_node(setting.value, original != nullptr ? *original : place)));
    }
    entries.push_back(make_entry("attributes", make_map(document_, std::move(attributes), place)));
    return make_map(document_, std::move(entries), place);
  }

  const Node* to_node(const energy::Value& value, const Node& place) {
    return spec::to_node(document_, value, place);
  }

  const NodeAttachments& attachments_;
  Document& document_;
  const Findings& findings_;
  energy::FlatNodes flat_;
  ConstraintValues* values_ = nullptr;
  std::vector<std::string> names_;                         // of all leaves
  std::map<std::string, std::vector<Attached>> attached_;  // by the name of the node
};

}  // namespace

LoweredNodes lower_nodes(const Node& architecture, const NodeAttachments& attachments,
                         Document& document, const Findings& findings) {
  return Lowering(attachments, document, findings).run(architecture);
}

}  // namespace tilewright::spec
