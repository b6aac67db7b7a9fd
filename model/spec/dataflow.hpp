#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

/// Dataflows by name: constraints that fit any architecture and problem.
enum class Dataflow : std::uint8_t {
  none,
  weight_stationary,
  output_stationary,
  input_stationary,
  row_stationary
};
std::vector<std::string_view> dataflow_names();
/// \throws UsageError naming the nearest one.
Dataflow parse_dataflow(std::string_view text);

/// What the dataspaces of a problem are, by how it uses them: the result; the operand with windows
/// (a coordinate of several dimensions) or, where neither has any, the one that shares the first
/// dimension with the result; and the other operand. Names that say so (`Weights`, `Filter`,
/// `Inputs`, ...) come first. -1 = there is none.
struct DataspaceRoles {
  int weights = -1;
  int inputs = -1;
  int outputs = -1;
};
DataspaceRoles roles_of(const Problem& problem);

/// The dataspace that `Weights`, `Inputs` or `Outputs` stands for where a problem has none of these
/// names; -1 = none, or another name.
int space_by_role(const Problem& problem, std::string_view name);

/// Adds the constraints of a dataflow to those of a spec, which come first: where these say
/// something of an order or a factor, the dataflow does not. \returns what was added, as a list of
/// constraints in YAML. \throws UsageError if the problem has no such dataspace.
///
/// A stationary dataspace is kept by the innermost level that may keep it, and in every level
/// further out the loops that leave it where it is come first. Row-stationary keeps weights so,
/// with whole rows of a window (its first dimension) in time inside that level where they fit,
/// their other dimension and nothing of the row across the array, and output rows next.
std::string apply_dataflow(Dataflow dataflow, const Problem& problem, const Architecture& arch,
                           Constraints& constraints);

}  // namespace tilewright
