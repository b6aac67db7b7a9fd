#pragma once

#include <memory>
#include <vector>

#include "model/spec/document.hpp"
#include "model/spec/node.hpp"
#include "model/spec/texts.hpp"

namespace tilewright {

/// The parsed files of a SpecSet, and the sections that need an architecture and a problem to be
/// understood.
class Spec {
 public:
  std::vector<std::unique_ptr<spec::Document>> documents;
  std::vector<StoredText> texts;  // [document]: what was parsed
  spec::Variables variables;
  const spec::Node* mapping = nullptr;
  std::vector<const spec::Node*> constraints;  // of the architecture first, then of the mapspace
};

}  // namespace tilewright
