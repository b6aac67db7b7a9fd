#pragma once

#include <string>
#include <vector>

#include "model/spec/own/own_keys.hpp"

// The architecture of Tilewright's own form in the words of version 0.3.
namespace tilewright::spec {

/// What stands beside a level, to be read apart: constraints on it.
inline const std::vector<std::string>& own_constraint_keys() {
  static const std::vector<std::string> keys{"keep", "bypass", "temporal", "spatial",
                                             "min-parallelism"};
  return keys;
}

/// The sections that an architecture stands for. Empty lists: no such section.
struct LoweredArchitecture {
  const Node* arch = nullptr;         // flat, or a tree where there are classes or networks
  std::vector<const Node*> energies;  // rows of an ERT
  std::vector<const Node*> areas;     // rows of an ART
  const Node* classes = nullptr;      // `compound_components` if estimators are asked, or nullptr
  std::vector<const Node*> levels;    // as the user wrote them
};

/// \throws SpecError
LoweredArchitecture lower_architecture(const Node& architecture, const NodeMaker& make);

}  // namespace tilewright::spec
