#pragma once

#include <string_view>
#include <vector>

#include "model/spec/own/own_keys.hpp"

namespace tilewright::spec {

/// Whether an attribute of a component says what keys beside the attributes of the own form say,
/// and is nothing that classes of components have.
bool is_said_beside(std::string_view attribute);

/// Adds what the estimators are to know of a component to its keys.
/// \throws SpecError for what a key beside the attributes says, or says otherwise
void add_class_attributes(const Node& attributes, std::vector<Entry>& keys);

/// Whether the class alone makes a component of the tree what `role` is: DRAM, SRAM or intmac.
bool class_is(const Node& component_class, std::string_view role);

}  // namespace tilewright::spec
