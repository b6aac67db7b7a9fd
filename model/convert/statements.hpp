#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/mapping/constraints.hpp"
#include "model/spec/directive.hpp"
#include "model/spec/node.hpp"
#include "model/spec/spec.hpp"

// What constraints and mappings say of levels, with names instead of numbers: it holds for problems
// that are not known yet.
namespace tilewright::convert {

/// Loops of one kind at one level. Absent: nothing is said.
struct LoopStatement {
  std::vector<spec::NamedFactor> factors;
  std::optional<std::uint64_t> others_at_most, others_at_least;
  std::vector<std::string> inner, outer;  // dimensions, the first innermost, the last outermost
  std::optional<std::uint64_t> split;
  std::vector<std::string> no_multicast, no_link_transfer, no_reuse;  // tensors
  friend bool operator==(const LoopStatement&, const LoopStatement&) = default;
};

/// All about one level.
struct LevelStatement {
  std::string level;
  std::vector<std::string> keep, bypass;  // tensors
  LoopStatement temporal, spatial;
  LoopStatement spatial_x, spatial_y;  // of mappings that say them apart
  std::optional<double> min_parallelism;
  friend bool operator==(const LevelStatement&, const LevelStatement&) = default;
};

/// One for each level that is spoken of; outermost first where the architecture is known.
using Statements = std::vector<LevelStatement>;

/// What lists of constraints say. Letters in a row are dimensions of these letters unless a layer
/// has a dimension of that name. \throws SpecError
Statements read_statements(const std::vector<const spec::Node*>& lists, const SpecSet& specs);

/// The same of the directives of a mapping.
Statements read_mapping_statements(const spec::Node& mapping, const SpecSet& specs);

/// Whether one of the lists has macros, which stand for factors only once a problem is known.
bool has_macros(const std::vector<const spec::Node*>& lists);

/// What constraints that are resolved for a problem say.
Statements statements_of(const Constraints& constraints, const Problem& problem,
                         const Architecture& arch);

}  // namespace tilewright::convert
