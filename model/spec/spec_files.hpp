#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "model/mapping/constraints.hpp"
#include "model/spec/document.hpp"
#include "model/spec/lower_nodes.hpp"
#include "model/spec/node.hpp"
#include "model/spec/texts.hpp"

namespace tilewright {

/// The parsed files of a SpecSet, and the sections that need an architecture and a problem to be
/// understood.
class Spec {
 public:
  std::vector<std::unique_ptr<spec::Document>> documents;
  std::vector<StoredText> texts;    // [document]: what was parsed
  std::set<std::string> own_files;  // in Tilewright's own form
  spec::Variables variables;
  const spec::Node* mapping = nullptr;
  std::vector<const spec::Node*> constraints;  // of the architecture first, then of the mapspace
  std::size_t arch_constraints = 0;            // how many are of the architecture
  std::vector<Shape> shapes;                   // [layer]
  // Of an architecture of version 0.4, whose chain and constraints are nodes of `lowered`:
  bool has_nodes = false;
  bool maps_in_part = false;  // the mapping is one of version 0.4, which constraints add to
  std::unique_ptr<spec::Document> lowered;
  std::vector<spec::KeepingBranches> parallels;
};

}  // namespace tilewright
