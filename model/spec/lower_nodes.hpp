#pragma once

#include <string>
#include <vector>

#include "model/energy/compound/setting.hpp"
#include "model/spec/document.hpp"
#include "model/spec/readers.hpp"

namespace tilewright::spec {

/// A branch of a `!Parallel`: what one of its levels keeps, all the others of them pass by.
struct KeepingBranch {
  std::string name;                    // for messages
  std::vector<std::string> levels;     // of the chain
  std::vector<const Node*> dataspace;  // constraints of this type in it
};

/// A `!Parallel`: every dataspace of the problem (those that a branch of an outer one keeps, where
/// it is in one) is kept in exactly one branch.
struct KeepingBranches {
  const Node* node = nullptr;
  int parallel = -1, branch = -1;  // of an outer one; -1 = in none
  std::vector<KeepingBranch> branches;
};

/// An architecture of version 0.4 in the words of version 0.3.
struct LoweredNodes {
  const Node* architecture = nullptr;  // `subtree` with one branch, expressions evaluated
  const Node* constraints = nullptr;   // `targets`: of the nodes and of the sections
  const Node* mapping = nullptr;       // the same of the section `mapping`, or nullptr
  bool has_whole_mapping = false;      // it is in the words of version 0.3, of all levels
  std::vector<KeepingBranches> parallels;
};

/// What a front end adds to the nodes before it flattens them.
struct NodeAttachments {
  energy::Settings variables;            // evaluated
  energy::NamedValues named;             // `spec` and `variables`, for expressions
  std::vector<const Node*> constraints;  // lists of targets
  const Node* mapping = nullptr;         // such a list, or nullptr
};

/// Turns the `nodes` of version 0.4 into the chain of levels that they stand for, by the rules of
/// Timeloop's front end: every fan-out becomes a level of its own that keeps nothing, attributes of
/// containers are handed down, constraints are attached to the levels that they name. New nodes are
/// of `document` and stand where the ones that they come from stand. \throws SpecError
LoweredNodes lower_nodes(const Node& architecture, const NodeAttachments& attachments,
                         Document& document, const Findings& findings);

}  // namespace tilewright::spec
