#pragma once

#include "model/convert/yaml_maker.hpp"
#include "model/spec/spec.hpp"

// Problems and networks in Tilewright's own form.
namespace tilewright::convert {

/// The section `network` with the layers of the specs, of which there is at least one. `shapes`:
/// [layer]
/// \throws UsageError for what the form cannot say
const spec::Node* write_network(const SpecSet& specs, const std::vector<Shape>& shapes,
                                const YamlMaker& make);

}  // namespace tilewright::convert
