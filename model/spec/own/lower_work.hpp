#pragma once

#include "model/spec/own/own_keys.hpp"

// Shapes of problems, and networks of layers.
namespace tilewright::spec {

/// A shape as version 0.3 has it. \throws SpecError
const Node* lower_shape(const Node& shape, const NodeMaker& make);

/// The section `network`; shapes that it names stand in it as they are. \throws SpecError
const Node* lower_network_section(const Node& network, const NodeMaker& make);

}  // namespace tilewright::spec
