#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/energy/prices.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"

namespace tilewright {

struct MapspaceOptions;

/// Where spatial loops lie in an array, on X or Y and further in or out, decides how far words
/// travel and which children are neighbours. This class knows where neither matters: there all
/// layouts of the same loops cost the same, and one of them is enough.
///
/// A child takes words from a neighbour if these are what the neighbour had a step before. Loops of
/// a dimension that is alone on its coordinate put neighbours further apart than any step in time
/// leads, so they never share; and where tiles are kept in time, only a dataspace with a coordinate
/// on which several dimensions meet makes a step that leads to where a neighbour was.
class ArrayLayout {
 public:
  using DimMask = std::uint32_t;  // bit d = dimension d

  ArrayLayout(const Problem& problem, const Architecture& arch, const Constraints& constraints,
              const MapspaceOptions& options);

  /// The dimensions whose loops below `level` may lie where their place makes a difference. If no
  /// other dimensions have loops there, the layout makes none.
  DimMask placed(int level) const { return levels_[static_cast<std::size_t>(level)].placed; }
  /// May X and Y of the array below `level` be exchanged, as far as the constraints and the
  /// fan-outs go?
  bool exchangeable(int level) const {
    return levels_[static_cast<std::size_t>(level)].exchangeable;
  }
  /// The dimensions that are `placed` below some exchangeable level.
  DimMask placed_somewhere() const { return placed_somewhere_; }
  bool any_exchangeable() const { return any_exchangeable_; }
  /// May neighbours pass on words below some level?
  bool any_links() const { return any_links_; }

 private:
  struct Level {
    DimMask placed = 0;
    bool exchangeable = false;
  };
  std::vector<Level> levels_;
  DimMask placed_somewhere_ = 0;
  bool any_exchangeable_ = false;
  bool any_links_ = false;
};

/// Does no network charge for the way that words travel?
bool distances_are_free(const Architecture& arch, const Prices& prices);

}  // namespace tilewright
