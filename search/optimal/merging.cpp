#include "search/optimal/merging.hpp"

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/factorization.hpp"

namespace tilewright::optimal {
namespace {

bool names(const LoopConstraint& loops, int dim) {
  const auto has = [dim](const std::vector<int>& dims) {
    return std::find(dims.begin(), dims.end(), dim) != dims.end();
  };
  return has(loops.inner) || has(loops.outer);
}

// Both factors are free and their place as well, or there is no loop of either.
bool alike_in_time(const LoopConstraint& loops, int a, int b) {
  const FactorRange of_a = factor_range(loops, a);
  const FactorRange of_b = factor_range(loops, b);
  if (of_a.most == 1 && of_b.most == 1) return true;
  const FactorRange free;
  const auto is_free = [&](const FactorRange& range) {
    return range.least == free.least && range.most == free.most;
  };
  return is_free(of_a) && is_free(of_b) && !names(loops, a) && !names(loops, b);
}

// With spatial loops at several levels, a product might be shared out in a way that leaves a
// dimension too little for the others.
int spatial_levels(const SpatialRules& rules, int dim) {
  int levels = 0;
  int last = -1;
  for (const SpatialSlot& slot : rules.slots()) {
    const bool possible = slot.level != last && rules.may_spread(dim, slot.level);
    if (!possible) continue;
    last = slot.level;
    ++levels;
  }
  return levels;
}

}  // namespace

bool Merging::alike(const Problem& problem, const Terms& terms, const Mapspace& space, int a,
                    int b) const {
  for (int p = 0; p < problem.num_spaces(); ++p) {
    const bool by_a = (terms.relevant(p) >> static_cast<unsigned>(a) & 1U) != 0;
    const bool by_b = (terms.relevant(p) >> static_cast<unsigned>(b) & 1U) != 0;
    if (by_a != by_b) return false;
    for (const Coordinate& coordinate : problem.spaces[at(p)].projection) {
      for (const Term& term : coordinate) {
        if ((term.dim == a || term.dim == b) && term.coefficient != 1) return false;
      }
    }
  }
  const SpatialRules& rules = space.factorizations().rules();
  if (spatial_levels(rules, a) > 1 || spatial_levels(rules, b) > 1) return false;
  const auto& levels = space.constraints().levels;
  return std::all_of(levels.begin(), levels.end(), [&](const LevelConstraint& level) {
    return alike_in_time(level.temporal, a, b);
  });
}

Merging::Merging(const Problem& problem, const Terms& terms, const Mapspace& space)
    : merged_(problem) {
  // MACs side by side may see the steps of single loops, and wires their places.
  bool simple = terms.fanout(0) == 1 && terms.free_networks();
  for (int p = 0; p < problem.num_spaces(); ++p) simple &= terms.simple(p);
  for (int dim = 0; dim < problem.num_dims(); ++dim) {
    of_[at(dim)] = dim;
    for (int other = 0; simple && other < dim && of_[at(dim)] == dim; ++other) {
      if (of_[at(other)] != other || problem.bounds[at(dim)] == 1 ||
          problem.bounds[at(other)] == 1 || !alike(problem, terms, space, other, dim)) {
        continue;
      }
      of_[at(dim)] = other;
      merged_.bounds[at(other)] *= problem.bounds[at(dim)];
      merged_.bounds[at(dim)] = 1;
    }
    groups_[at(of_[at(dim)])].push_back(dim);
  }
}

}  // namespace tilewright::optimal
