#include <fmt/format.h>

#include <algorithm>

#include "search/check/verify.hpp"
#include "search/indices.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"

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

// The dimensions that have a loop of a kind at a level, from the inside out.
std::vector<int> loops_of(const LevelMapping& level, LoopKind kind, int num_dims) {
  std::vector<int> loops;
  for (int i = 0; i < num_dims; ++i) {
    const int dim = level.orders(kind)[at(i)];
    if (level.factors(kind)[at(dim)] > 1) loops.push_back(dim);
  }
  return loops;
}

bool keeps_order(const LoopConstraint& constraint, const LevelMapping& level, int num_dims) {
  const std::vector<int> loops = loops_of(level, LoopKind::temporal, num_dims);
  const std::vector<int> from_outside(constraint.outer.rbegin(), constraint.outer.rend());
  return begins_with(constraint.inner, loops, true) && begins_with(from_outside, loops, false);
}

// May the level keep just this? The outermost one keeps all it may.
bool may_keep(const LevelConstraint& wanted, SpaceMask keep, SpaceMask all, bool outermost) {
  if ((wanted.must_keep & all & ~keep) != 0 || (wanted.must_bypass & keep) != 0) return false;
  return !outermost || (keep | wanted.must_bypass | ~all) == (all | wanted.must_bypass | ~all);
}

bool may_spread(const check::ArrayRules& rules, const LevelMapping& level, int num_dims) {
  check::Layout layout;
  layout.x.fill(1);
  layout.y.fill(1);
  for (int d = 0; d < num_dims; ++d) {
    layout.x[at(d)] = level.factors(LoopKind::spatial_x)[at(d)];
    layout.y[at(d)] = level.factors(LoopKind::spatial_y)[at(d)];
  }
  return rules.allow(layout) && rules.allow_order(loops_of(level, LoopKind::spatial_x, num_dims)) &&
         rules.allow_order(loops_of(level, LoopKind::spatial_y, num_dims));
}

double instances_of(const Mapping& mapping) {
  double instances = 1;
  for (int s = 0; s < mapping.num_levels; ++s) {
    for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
      for (int d = 0; d < mapping.num_dims; ++d) {
        instances *= mapping.levels[at(s)].factors(kind)[at(d)];
      }
    }
  }
  return instances;
}

}  // namespace

std::string why_outside(const Mapspace& space, const Problem& problem, const Architecture& arch,
                        const Mapping& mapping) {
  const auto all = static_cast<SpaceMask>((1U << problem.spaces.size()) - 1U);
  if (mapping.imperfect && !space.imperfect()) return "its factors do not divide the bounds";
  for (int s = 0; s < mapping.num_levels; ++s) {
    const LevelMapping& level = mapping.levels[at(s)];
    const LevelConstraint& wanted = space.constraints().levels[at(s)];
    const std::string& name = arch.storage[at(s)].name;
    if (!may_keep(wanted, level.keep & all, all, s + 1 == mapping.num_levels)) {
      return fmt::format("'{}' may not keep and pass by what it does", name);
    }
    if (((level.no_link_transfer ^ wanted.no_link_transfer) & all) != 0 ||
        ((level.no_multicast ^ wanted.no_multicast) & all) != 0 ||
        ((level.no_temporal_reuse ^ wanted.no_temporal_reuse) & all) != 0) {
      return fmt::format("'{}' may not reuse what it does", name);
    }
    if (!keeps_order(wanted.temporal, level, mapping.num_dims)) {
      return fmt::format("the order of the loops of '{}' is not allowed", name);
    }
    for (int d = 0; d < mapping.num_dims; ++d) {
      if (!factor_range(wanted.temporal, d).holds(level.factors(LoopKind::temporal)[at(d)])) {
        return fmt::format("the loops of {} at '{}' are not allowed", problem.dims[at(d)], name);
      }
    }
    const check::ArrayRules rules(problem, arch, wanted, s, space.options().both_axes);
    if (!may_spread(rules, level, mapping.num_dims)) {
      return fmt::format("the spatial loops at '{}' are not allowed", name);
    }
  }
  constexpr double kRounding = 1e-9;  // a share written as a decimal fraction is rarely exact
  const double least =
      space.constraints().min_parallelism.value_or(0) * static_cast<double>(arch.compute.instances);
  return instances_of(mapping) >= least * (1 - kRounding) ? "" : "too few MACs are used";
}

}  // namespace tilewright
