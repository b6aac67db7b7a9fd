#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/mapspace/factor_range.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/mapspace/spatial_rules.hpp"

namespace tilewright {

/// Where a mapping does what its mapspace does not allow. Plain data, to be found by the million.
struct Departure {
  enum class What : std::uint8_t {
    nothing,
    short_tiles,     // factors have to divide
    keeping,         // a dataspace that must pass by is kept, or the other way round
    reuse,           // reuse that the user switched off is on, or the other way round
    temporal_order,  // the user wants another one
    spatial_order,
    factor,           // of `dim`, or more of an array than there is
    spatial_factors,  // of several dimensions or levels together
  };

  What what = What::nothing;
  std::int8_t level = 0;
  std::int8_t dim = 0;
};

/// What a mapspace allows, ready to be held against mappings. Lives as long as the space at most.
class Membership {
 public:
  Membership(const Mapspace& space, const Problem& problem);

  /// The first departure of a mapping whose factors make the bounds. Orders and layouts that the
  /// space leaves out because others cost the same are none. Allocates nothing.
  Departure find_departure(const Mapping& mapping) const;

 private:
  struct Level {
    LevelMapping blank;
    SpaceMask fixed = 0;  // dataspaces that are kept, or pass by, in every mapping
    std::array<FactorRange, kMaxDims> temporal;
    bool any_range = false;      // of those: does one forbid anything?
    std::uint32_t spreads = 0;   // bit d = dimension d must have a spatial loop
    std::array<bool, 2> axes{};  // X, Y: is there a fan-out?
  };

  Departure::What check_order(const Mapping& mapping, std::size_t level) const;
  int find_bad_factor(const Mapping& mapping, std::size_t level) const;

  const SpatialRules& rules_;
  const Constraints& constraints_;
  int num_dims_;
  bool imperfect_;
  std::vector<Level> levels_;
};

/// In words; empty if there is none.
std::string describe(const Departure& departure, const Problem& problem, const Architecture& arch);

}  // namespace tilewright
