#pragma once

#include <string>
#include <vector>

#include "model/energy/compound/design.hpp"

namespace tilewright::energy {

/// A primitive part of a component: the component itself if it is primitive.
struct PrimitivePart {
  std::string name;  // `storage.comparator[1..64]`
  std::string component_class;
  Attributes attributes;
  double area_scale = 1;
  double energy_scale = 1;
  double count = 1;  // by its name
};

/// What a row of the table makes a part do.
struct PrimitiveAction {
  std::size_t part = 0;  // index in ExpandedComponent::parts
  std::string name;      // of the parts that do it: `storage.comparator[1..8]`
  std::string action;
  Attributes arguments;
  double scale = 1;  // `energy_scale` down the chain of actions
  double count = 1;  // by the name
};

/// A row of the table: an action with one value for each argument.
struct ActionRow {
  std::string name;
  Attributes arguments;
  std::vector<PrimitiveAction> actions;
};

struct ExpandedComponent {
  const FlatComponent* component = nullptr;
  bool is_compound = false;
  std::string primitive_type;  // ask for this first, with the component's own attributes
  std::vector<PrimitivePart> parts;
  std::vector<ActionRow> rows;
};

/// All primitive parts and actions of a component. \throws SpecError
ExpandedComponent expand(const FlatComponent& component, const Design& design);

}  // namespace tilewright::energy
