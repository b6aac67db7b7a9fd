#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/spec/readers.hpp"

// `technology` is the kind of a memory or a process node; the node of a component in a tree is
// Accelergy's to read.
namespace tilewright::spec {

/// The process node in nm. Warns of a text that says nothing; `taken_as`: what a memory is then,
/// "" for arithmetic.
std::optional<double> read_process(const Node& component, const Node* technology,
                                   const std::string& name, std::string_view taken_as,
                                   const Findings& findings);

/// What the class and the technology say of a memory: DRAM of a kind, SRAM, or its process node.
void read_technology(const Node& component, const Node* technology, StorageLevel& level,
                     const Findings& findings);

}  // namespace tilewright::spec
