#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/component_kind.hpp"
#include "model/energy/compound/component_class.hpp"
#include "model/energy/compound/design_limits.hpp"

namespace tilewright::energy {

/// A component of the flattened architecture, all attributes evaluated.
struct FlatComponent {
  std::string name;             // `system.PE[0..15].mac`
  std::string component_class;  // the subclass where there is one: what is estimated
  std::string role;             // the class where there is a subclass as well, else ""
  Settings attributes;
  std::vector<std::string> required_actions;
  std::optional<Setting> area_scale;
  std::optional<Setting> energy_scale;
  bool is_spacer = false;  // stands for a fan-out, is no hardware
  Mark mark;
  // Of a node of version 0.4:
  const spec::Node* node = nullptr;  // the component, or what fans out below a spacer
  ComponentKind kind = ComponentKind::other;
  std::uint64_t mesh_x = 1, mesh_y = 1;  // instances in all
};

/// How often a component does an action in a run.
struct ActionCount {
  std::string component;
  std::string action;
  Attributes arguments;
  double count = 0;
  Mark mark;
};

/// An architecture and the classes of its components.
struct Design {
  Dialect dialect = Dialect::v04;
  std::string version;  // as in the file
  std::vector<FlatComponent> components;
  ComponentClasses classes;
  std::vector<ActionCount> action_counts;
  bool has_action_counts = false;
  /// What is left for its attributes, parts and expressions.
  std::shared_ptr<DesignLimits> limits = std::make_shared<DesignLimits>();
};

/// Walks an architecture of version 0.2 or 0.3 (`subtree`, `local`), or one of version 0.4 in that
/// shape, and evaluates all attributes but the defaults of classes. \throws SpecError
std::vector<FlatComponent> flatten_tree(const spec::Node& architecture, const Settings& variables,
                                        Resolver& resolver, Quota& attributes,
                                        const spec::Findings& findings);

/// One of the nodes below a `!Parallel`: the leaves in it, which keep the same dataspaces.
struct ParallelBranch {
  std::string name;                       // of its first leaf, for messages
  std::vector<const spec::Node*> leaves;  // components, containers and `!Nothing`
};

/// A `!Parallel`: every dataspace is kept in one of its branches.
struct ParallelNodes {
  const spec::Node* node = nullptr;
  int parallel = -1, branch = -1;  // the branch of an outer one that it is in; -1 = of none
  std::vector<ParallelBranch> branches;
};

/// The chain that the `nodes` of version 0.4 stand for.
struct FlatNodes {
  std::vector<FlatComponent> components;  // outermost first, spacers among them
  std::vector<ParallelNodes> parallels;   // outer ones first
  std::vector<const spec::Node*> leaves;  // those with a name, disabled ones too
};

/// What expressions in nodes see besides each other.
struct NodeScope {
  const Settings& variables;
  const NamedValues& named;
};

/// The values of `spec` and `variables` in expressions of version 0.4. `problem`: the section, or
/// nullptr where there is none, or several.
NamedValues specification_values(const Settings& variables, const spec::Node* problem);

/// The same for the `nodes` of version 0.4, by the rules of Timeloop's front end.
FlatNodes flatten_nodes(const spec::Node& architecture, const NodeScope& scope, Resolver& resolver,
                        Quota& attributes, const spec::Findings& findings);

/// Gives components the defaults of their classes and the actions that they need. \throws SpecError
void apply_classes(Design& design, Resolver& resolver);

/// Version 0.4 hands `technology`, cycle times and `n_instances` down. \throws SpecError for what
/// is missing.
void hand_down(const Settings& outer, Settings& inner, const Mark& mark, const std::string& where);

/// The `action_counts` section. \throws SpecError
void read_action_counts(const spec::Node& section, Design& design, const spec::Findings& findings);

}  // namespace tilewright::energy
