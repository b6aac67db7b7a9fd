#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "search/blame/changes.hpp"
#include "search/blame/feasibility.hpp"

namespace tilewright::explain {

/// Demands by their places in the list, ascending.
using Members = std::vector<std::size_t>;

/// A set of demands that cannot hold together, while without any one of them the others can.
struct Conflict {
  Members members;
  /// [member]: the least change of it alone, all else as it is; nothing if there is none.
  std::vector<std::optional<Change>> alone;
  /// [member]: where there is none, the fewest demands outside the set that would have to change
  /// as well; empty if no others are enough.
  std::vector<Members> together;
};

/// A least set of changes that makes the whole spec run.
struct Repair {
  std::vector<Change> changes;
  Demands values;   // the spec with them
  Mapping mapping;  // that runs then
  double cost = 0;  // of the changes together
};

struct Blame {
  std::vector<Conflict> conflicts;  // no two of them have a member in common
  std::vector<Repair> repairs;      // the fewest changes first, then the smallest
};

/// A set within `held`, which cannot hold together, without a member that it could do without.
/// \throws Stopped
Members minimal_conflict(const Feasibility& feasibility, DemandSet held);

/// What keeps a spec from running that cannot, and the best ways out of it, at most so many; any
/// other needs as many changes at least. \throws Stopped
Blame blame(const Feasibility& feasibility, std::size_t most_repairs);

/// The first set and the best way out, in one sentence.
std::string short_blame(const Blame& blame, const Feasibility& feasibility);

}  // namespace tilewright::explain
