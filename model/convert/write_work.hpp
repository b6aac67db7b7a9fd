#pragma once

#include "model/convert/yaml_maker.hpp"
#include "model/spec/spec.hpp"

// Problems and networks in Tilewright's own form.
namespace tilewright::convert {

struct WrittenWork {
  const spec::Node* shapes =
      nullptr;  // those that no name of a built-in one stands for, or nullptr
  const spec::Node* network = nullptr;
};

/// The layers of the specs, of which there is at least one. `shapes`: [layer]
/// \throws UsageError for what the form cannot say
WrittenWork write_work(const SpecSet& specs, const std::vector<Shape>& shapes,
                       const YamlMaker& make);

}  // namespace tilewright::convert
