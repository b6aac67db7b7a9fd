#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "model/spec/lower_nodes.hpp"
#include "model/spec/readers.hpp"
#include "model/spec/sections.hpp"

// What the sections of a set of files say where the architecture is one of version 0.4.
namespace tilewright::spec {

/// Whether one of them is an architecture with `nodes`.
bool has_nodes(const std::vector<Section>& sections);

/// In version 0.4 a part of the name tells.
bool is_constraints(const Section& section);

/// Warns of a section that is not read and of versions that nobody knows. \throws SpecError for one
/// that nobody knows.
void check_section(const Section& section, bool has_nodes, const Findings& findings);

/// A section without content, which front ends write for what the user left out.
bool is_empty(const Node& section);

/// Whether the mapspace is one of factors that need not divide (`template: ruby`).
bool asks_for_short_tiles(const std::vector<Section>& sections);

/// The names of all attributes that component classes have.
std::set<std::string, std::less<>> class_attributes(const std::vector<Section>& sections);

/// In-memory models (CiMLoop) rest on functions in Python and on a kind of node of their own.
/// \throws SpecError that names both with their places
void refuse_functions(const std::vector<Section>& sections);

/// What the nodes are to be joined with. \throws SpecError for sparse optimizations
NodeAttachments attachments_in(const std::vector<Section>& sections, energy::Settings variables,
                               const Findings& findings);

/// What results of a section are called: as the section `names` beside it says, or after the file
/// that its content stands in (a template may include it), or where that name says nothing after
/// its folder: many designs have their files under the same names, in folders of their own.
std::string name_of(const Section& section);

/// The section `names` for what a template has included, which the document as one text needs.
std::string names_of_included(const Document& document);

}  // namespace tilewright::spec
