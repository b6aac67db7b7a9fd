#pragma once

#include <vector>

#include "model/problem/problem.hpp"
#include "search/mapspace/factors.hpp"
#include "search/mapspace/spatial_rules.hpp"

namespace tilewright {

/// Spatial loops over the instances inside one level: a factor per dimension, and all the ways to
/// lay them out on X and Y.
struct ArrayChoice {
  struct Layout {
    Factors x{}, y{};
  };
  Factors factor{};
  std::int64_t instances = 1;
  std::vector<Layout> layouts;
};

/// Do all of these loops have work where each dimension has so many tiles? With loops of one
/// dimension on both axes their product may be larger.
bool has_work(const ArrayChoice::Layout& layout, const Factors& tiles);
bool has_work(const ArrayChoice& choice, const Factors& tiles);

/// All that rules and fan-out of `level` allow, the most instances first. With `whole`, factors
/// divide the bounds; otherwise they are no larger.
/// \throws UsageError if they are too many to list.
std::vector<ArrayChoice> list_array_choices(const SpatialRules& rules, const Problem& problem,
                                            int level, bool whole);

}  // namespace tilewright
