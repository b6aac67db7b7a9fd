#include <fmt/format.h>

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/verify/verify.hpp"

namespace tilewright {
namespace {

// Loops of the dimensions that a user wants innermost (or outermost, seen from there) come first.
bool begins_with(const std::vector<int>& wanted, std::vector<int> loops, bool from_inside) {
  if (!from_inside) std::reverse(loops.begin(), loops.end());
  std::vector<int> expected;
  for (const int dim : wanted) {
    if (std::find(loops.begin(), loops.end(), dim) != loops.end()) expected.push_back(dim);
  }
  return std::equal(expected.begin(), expected.end(), loops.begin());
}

bool keeps_order(const LoopConstraint& constraint, const LevelMapping& level, int num_dims) {
  std::vector<int> loops;  // from the inside out
  for (int i = 0; i < num_dims; ++i) {
    const int dim = level.orders(LoopKind::temporal)[at(i)];
    if (level.factors(LoopKind::temporal)[at(dim)] > 1) loops.push_back(dim);
  }
  const std::vector<int> from_outside(constraint.outer.rbegin(), constraint.outer.rend());
  return begins_with(constraint.inner, loops, true) && begins_with(from_outside, loops, false);
}

}  // namespace

std::string why_outside(const Mapspace& space, const Problem& problem, const Architecture& arch,
                        const Mapping& mapping) {
  if (mapping.imperfect && !space.imperfect()) {
    return "its last tiles are short, where factors have to divide";
  }
  const Mapping blank = space.blank();
  const SpatialRules& rules = space.factorizations().rules();
  for (int s = 0; s < mapping.num_levels; ++s) {
    const LevelMapping& level = mapping.levels[at(s)];
    const LevelMapping& fixed = blank.levels[at(s)];
    const LevelConstraint& wanted = space.constraints().levels[at(s)];
    const std::string& name = arch.storage[at(s)].name;
    const SpaceMask free = space.bypasses().free(s);
    if (((level.keep ^ fixed.keep) & ~free) != 0) {
      return fmt::format("'{}' may not keep and pass by what it does", name);
    }
    if (level.no_link_transfer != fixed.no_link_transfer ||
        level.no_multicast != fixed.no_multicast ||
        level.no_temporal_reuse != fixed.no_temporal_reuse) {
      return fmt::format("'{}' may not reuse what it does", name);
    }
    if (!keeps_order(wanted.temporal, level, mapping.num_dims)) {
      return fmt::format("the order of the loops of '{}' is not allowed", name);
    }
    for (int d = 0; d < mapping.num_dims; ++d) {
      const bool temporal =
          factor_range(wanted.temporal, d).holds(level.factors(LoopKind::temporal)[at(d)]);
      if (!temporal || !rules.holds_at(mapping, d, s)) {
        return fmt::format("the loops of {} at '{}' are not allowed", problem.dims[at(d)], name);
      }
    }
  }
  return rules.holds_together(mapping) ? "" : "the spatial loops are not allowed together";
}

}  // namespace tilewright
