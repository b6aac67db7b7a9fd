#pragma once

#include <functional>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/factors.hpp"

// The spatial loops of a level, read from the constraints and listed one by one. The searches have
// a reader and a list of their own (search/mapspace/spatial_rules.hpp), which is not used here.
namespace tilewright::check {

/// Where the spatial loops of a level lie: a factor of each dimension on X and on Y.
struct Layout {
  Factors x{}, y{};
};

/// A spatial factor of each dimension at one level, and all layouts of them.
struct Unrolling {
  Factors factor{};
  double instances = 1;
  std::vector<Layout> layouts;
};

/// What the constraints and the fan-out of one level allow its spatial loops.
///
/// They have one order. X holds its first loops, Y the others: without a split as many as one
/// likes, with a split as many dimensions as it says, those without a loop included. Dimensions
/// that the user put inside come first, those that he put outside last. Where a dimension may use
/// both axes, and there is no split, each axis has an order of its own.
class ArrayRules {
 public:
  ArrayRules(const Problem& problem, const Architecture& arch, const LevelConstraint& constraint,
             int level, bool both_axes);

  /// Instances in a physical row.
  std::int64_t row() const { return width_; }
  bool spatial() const { return width_ > 1 || height_ > 1; }
  /// Is this a layout that the level may have?
  bool allow(const Layout& layout) const;
  /// May the loops of `dims` follow each other so along one axis, from the inside out?
  bool allow_order(const std::vector<int>& dims) const;

  /// All unrollings, a single one where there is no fan-out; those with the most instances first.
  /// With `whole`, factors divide the bounds; otherwise they are no larger. Ends early, with what
  /// it has, if `stop` says so. \throws UsageError if they are too many to list.
  std::vector<Unrolling> list(bool whole, const std::function<bool()>& stop) const;

 private:
  enum class Place : std::uint8_t { inner, free, outer };
  Place place(int dim) const;
  int rank(int dim) const;
  bool fits_split(const Layout& layout) const;
  bool keeps_sides(const Layout& layout) const;

  const Problem& problem_;
  LoopConstraint loops_;
  std::int64_t width_;
  std::int64_t height_;
  bool both_axes_;
};

}  // namespace tilewright::check
