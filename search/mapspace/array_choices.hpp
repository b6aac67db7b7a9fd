#pragma once

#include <span>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/factors.hpp"
#include "search/mapspace/memory.hpp"
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

/// One layout of each level's spatial loops; goes through all of them.
class Placement {
 public:
  /// `chosen`: [level], null where there are no spatial loops. Starts with the first layouts.
  explicit Placement(std::span<const ArrayChoice* const> chosen)
      : chosen_(chosen), at_(chosen.size(), 0) {}

  /// Goes on to the next layouts; false, and the first ones again, after the last.
  bool next();
  /// Do all loops have work where those of a level lie around `tiles` of each dimension?
  bool has_work(std::span<const Factors> tiles) const;
  /// Null where a level has no spatial loops.
  const ArrayChoice::Layout* layout(std::size_t level) const {
    return chosen_[level] == nullptr ? nullptr : &chosen_[level]->layouts[at_[level]];
  }

 private:
  std::span<const ArrayChoice* const> chosen_;
  std::vector<std::size_t> at_;  // [level]
};

/// Writes the loops of a mapping, its residuals and the orders of `blank`. `temporal`: [level].
void write_loops(const Mapping& blank, const Problem& problem, std::span<const Factors> temporal,
                 const Placement& places, Mapping& mapping);

/// All that rules and fan-out of `level` allow, the most instances first. With `whole`, factors
/// divide the bounds; otherwise they are no larger.
/// \throws UsageError if they are too many to list, or more than `most_bytes`; Stopped.
std::vector<ArrayChoice> list_array_choices(const SpatialRules& rules, const Problem& problem,
                                            int level, bool whole, const StopToken& stop = {},
                                            std::uint64_t most_bytes = kUnlimited);

}  // namespace tilewright
