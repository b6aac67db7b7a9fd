#pragma once

#include <functional>

#include "model/spec/node.hpp"

namespace tilewright::spec {

/// The list of a section of constraints: the section itself, `targets`, `constraints`, or where
/// that is a name, what `constraints_<name>` holds; nullptr if it has none. \throws SpecError
const Node* find_constraint_list(const Node& section);

/// Calls `use` for each constraint of such a list; `target` says of which level it is.
/// \throws SpecError
void for_each_constraint(
    const Node& list, const std::function<void(const Node& target, const Node& constraint)>& use);

}  // namespace tilewright::spec
