#include "search/short_tiles/plan.hpp"

#include <algorithm>

#include "search/indices.hpp"
#include "search/mapspace/factorization.hpp"

namespace tilewright::short_tiles {

Plans::Plans(const Mapspace& space, const Problem& problem, const Terms& terms,
             const StopToken& stop, std::uint64_t most_bytes)
    : terms_(terms), num_dims_(problem.num_dims()), choices_(at(terms.num_levels())) {
  const SpatialRules& rules = space.factorizations().rules();
  for (const SpatialSlot& slot : rules.slots()) {
    auto& list = choices_[at(slot.level)];
    if (!list.empty()) continue;
    list = list_array_choices(rules, problem, slot.level, false, stop, most_bytes);
    levels_.push_back(slot.level);
  }
  std::sort(levels_.begin(), levels_.end());
}

namespace {

// Two children get the same words of a coordinate only if they differ in more than one loop on it.
double overlapping(const Terms& terms, int space, const Factors& factor) {
  if (terms.simple(space)) return 1;
  double children = 1;
  for (int x = 0; x < terms.num_shared(space); ++x) {
    const auto& coordinate = terms.shared(space, x);
    std::int64_t product = 1;
    std::int64_t longest = 1;
    for (int i = 0; i < coordinate.num_terms; ++i) {
      const std::int64_t own = factor[at(coordinate.terms[i].dim)];
      product *= own;
      longest = std::max(longest, own);
    }
    children *= static_cast<double>(terms.regular(space) ? product / longest : product);
  }
  return children;
}

}  // namespace

Plan Plans::make(const Selection& selection) const {
  Plan plan;
  for (Factors& numbers : plan.factor) numbers.fill(1);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const auto s = at(levels_[i]);
    plan.choice[s] = &choices_[s][selection[i]];
    plan.factor[s] = plan.choice[s]->factor;
  }
  Factors outside;
  outside.fill(1);
  for (int s = terms_.num_levels() - 1; s >= 0; --s) {
    plan.outside[at(s)] = outside;
    plan.used[at(s)] = plan.instances;
    for (int d = 0; d < num_dims_; ++d) outside[at(d)] *= plan.factor[at(s)][at(d)];
    if (plan.choice[at(s)] != nullptr) {
      plan.instances *= static_cast<double>(plan.choice[at(s)]->instances);
    }
    for (int p = 0; p < terms_.num_spaces(); ++p) {
      plan.overlapping[at(p)][at(s)] = overlapping(terms_, p, plan.factor[at(s)]);
    }
  }
  return plan;
}

}  // namespace tilewright::short_tiles
