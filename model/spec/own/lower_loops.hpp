#pragma once

#include <string>
#include <vector>

#include "model/spec/own/own_keys.hpp"

// What levels keep and which loops they have, as constraints or as a mapping.
namespace tilewright::spec {

/// Adds the constraints that stand beside a level of an architecture to a list of targets.
void lower_level_constraints(const Node& level, const NodeMaker& make,
                             std::vector<const Node*>& targets);

/// The same for the list `levels` of a mapspace, whose items have a name and constraints only.
std::vector<const Node*> lower_constraints(const Node& levels, const NodeMaker& make);

/// The directives of a mapping, from such a list. \throws SpecError
std::vector<const Node*> lower_mapping(const Node& levels, const NodeMaker& make);

}  // namespace tilewright::spec
