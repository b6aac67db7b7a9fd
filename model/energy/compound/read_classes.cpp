#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/energy/compound/component_class.hpp"
#include "model/names.hpp"

namespace tilewright::energy {
namespace {

using spec::Fields;
using spec::Findings;
using spec::Node;

// The value that several spellings of one key give; they must agree.
std::optional<Setting> read_scale(Fields& fields, std::initializer_list<std::string_view> keys,
                                  Dialect dialect) {
  const Node* node = fields.take(keys);
  if (node == nullptr) return std::nullopt;
  for (const auto& repeated : fields.repeated()) {
    const bool is_one = std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
      return same_key(key, repeated.entry->key);
    });
    if (is_one) {
      throw SpecError(fields.node().mark(*repeated.entry),
                      fmt::format("'{}' contradicts '{}' in line {}", repeated.entry->key,
                                  repeated.first->key, repeated.first->line));
    }
  }
  return read_setting(std::string(*keys.begin()), *node, dialect);
}

Subaction read_subaction(const Node& node, Dialect dialect, const Findings& findings) {
  Fields fields(node, "an action of a subcomponent");
  Subaction subaction;
  fields.know({"name"});
  subaction.name = node.at("name").text("name");
  subaction.arguments = read_settings(fields.take("arguments"), "arguments", dialect);
  subaction.energy_scale = read_scale(fields, {"energy_scale", "action_share", "repeat"}, dialect);
  spec::warn_unread(fields, "action " + subaction.name, findings);
  return subaction;
}

ActionPart read_part(const Node& node, Dialect dialect, const Findings& findings) {
  Fields fields(node, "a subcomponent of an action");
  fields.know({"name", "actions"});
  ActionPart part{node.at("name").text("name"), {}, node.mark()};
  for (const Node* action : node.at("actions").list("actions")) {
    part.actions.push_back(read_subaction(*action, dialect, findings));
  }
  spec::warn_unread(fields, "subcomponent " + part.subcomponent + " of an action", findings);
  return part;
}

ArgumentRange read_range(const spec::Entry& entry) {
  const std::string& text = entry.value->text(entry.key);
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    entry.value->fail(
        fmt::format("argument {}: expected a range such as 0..1, found '{}'", entry.key, text));
  }
  return {entry.key, text.substr(0, dots), text.substr(dots + 2), entry.value->mark()};
}

ActionClass read_action(const Node& node, Dialect dialect, const Findings& findings) {
  Fields fields(node, "an action");
  fields.know({"name"});
  ActionClass action;
  action.name = node.at("name").text("name");
  action.mark = node.mark();
  if (const Node* arguments = fields.take("arguments")) {
    for (const auto& entry : arguments->map("arguments")) {
      action.arguments.push_back(read_range(entry));
    }
  }
  if (const Node* parts = fields.take("subcomponents")) {
    for (const Node* part : parts->list("subcomponents")) {
      action.parts.push_back(read_part(*part, dialect, findings));
    }
  }
  spec::warn_unread(fields, "action " + action.name, findings);
  return action;
}

// A scale may also stand among the attributes.
void use_attribute_as_scale(const Settings& attributes, const char* key,
                            std::optional<Setting>& scale) {
  if (scale) return;
  if (const Setting* setting = find_setting(attributes, key)) scale = *setting;
}

Subcomponent read_subcomponent(const Node& node, Dialect dialect, const Findings& findings) {
  Fields fields(node, "a subcomponent");
  fields.know({"name"});
  Subcomponent sub;
  sub.name = node.at("name").text("name");
  sub.mark = node.mark();
  const Node* subclass = fields.take("subclass");
  const Node* component_class = fields.take("class");
  const Node& chosen = subclass != nullptr          ? *subclass
                       : component_class != nullptr ? *component_class
                                                    : node.at("class");
  sub.component_class = chosen.text("class");
  sub.attributes = read_settings(fields.take("attributes"), "attributes", dialect);
  sub.area_scale = read_scale(fields, {"area_scale", "area_share"}, dialect);
  sub.energy_scale = read_scale(fields, {"energy_scale"}, dialect);
  if (dialect == Dialect::v04) {
    use_attribute_as_scale(sub.attributes, "area_scale", sub.area_scale);
    use_attribute_as_scale(sub.attributes, "energy_scale", sub.energy_scale);
  }
  spec::warn_unread(fields, "subcomponent " + sub.name, findings);
  return sub;
}

ComponentClass read_class(const Node& node, Dialect dialect, const Findings& findings) {
  Fields fields(node, "a component class");
  fields.know({"name"});
  ComponentClass result;
  result.name = node.at("name").text("name");
  result.dialect = dialect;
  result.mark = node.mark();
  result.attributes = read_settings(fields.take("attributes"), "attributes", dialect);
  if (const Node* type = fields.take("primitive_type")) {
    result.primitive_type = type->text("primitive_type");
  }
  if (const Node* list = fields.take("subcomponents")) {
    for (const Node* sub : list->list("subcomponents")) {
      result.subcomponents.push_back(read_subcomponent(*sub, dialect, findings));
    }
  }
  if (const Node* list = fields.take("actions")) {
    for (const Node* action : list->list("actions")) {
      result.actions.push_back(read_action(*action, dialect, findings));
    }
  }
  spec::warn_unread(fields, "class " + result.name, findings);
  return result;
}

// Lists in lists come from templates that include several files.
void add_classes(const Node& list, Dialect dialect, ComponentClasses& classes,
                 const Findings& findings) {
  for (const Node* item : list.list("classes")) {
    if (item->is_list()) {
      add_classes(*item, dialect, classes, findings);
      continue;
    }
    ComponentClass read = read_class(*item, dialect, findings);
    const auto [it, is_new] = classes.try_emplace(read.name);
    if (!is_new) {
      const Mark& first = it->second.mark;
      findings.warn(read.mark,
                    fmt::format("class '{}' is defined again; the one of {}:{} no longer counts",
                                read.name, first.file, first.line));
    }
    it->second = std::move(read);
  }
}

}  // namespace

const ActionClass* ComponentClass::find_action(std::string_view action) const {
  for (const ActionClass& candidate : actions) {
    if (candidate.name == action) return &candidate;
  }
  return nullptr;
}

Dialect dialect_of(const Node& section, Dialect otherwise) {
  const Node* node = section.is_map() ? section.find("version") : nullptr;
  if (node == nullptr) return otherwise;
  const std::string& text = node->raw_text();
  double version = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), version);
  if (result.ec != std::errc{} || version < 0.1 || version > 0.4) {
    node->fail(fmt::format("version: 0.1 to 0.4 are supported, found '{}'", text));
  }
  constexpr double kFirstV04 = 0.4;
  return version < kFirstV04 ? Dialect::v03 : Dialect::v04;
}

void read_classes(const Node& section, ComponentClasses& classes, const Findings& findings) {
  Fields fields(section, "compound_components");
  fields.know({"version"});
  const Dialect dialect = dialect_of(section, Dialect::v04);
  if (const Node* list = fields.take("classes")) add_classes(*list, dialect, classes, findings);
  spec::warn_unread(fields, "compound_components", findings);
}

}  // namespace tilewright::energy
