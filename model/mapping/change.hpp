#pragma once

#include <bit>
#include <cstdint>

#include "model/limits.hpp"
#include "model/mapping/mapping.hpp"

namespace tilewright {

/// Where two mappings of one problem may differ. Saying too much costs time, never correctness.
struct MappingChange {
  std::uint32_t dims = 0;      // bit d = some factor of dimension d
  std::uint16_t temporal = 0;  // bit s = factors or order of the temporal loops of level s
  std::uint16_t spatial = 0;   // bit s = of its spatial loops
  SpaceMask keeps = 0;         // bit p = some level keeps dataspace p in one of them only

  void touch(int level, LoopKind kind) {
    auto& levels = kind == LoopKind::temporal ? temporal : spatial;
    levels = static_cast<std::uint16_t>(levels | (1U << static_cast<unsigned>(level)));
  }
  /// The innermost and the outermost level with changed loops: kMaxLevels and -1 if there is none.
  int lowest() const { return loops() == 0 ? kMaxLevels : std::countr_zero(loops()); }
  int highest() const { return static_cast<int>(std::bit_width(loops())) - 1; }
  unsigned loops() const { return static_cast<unsigned>(temporal) | spatial; }

  friend MappingChange operator|(const MappingChange& a, const MappingChange& b) {
    return {a.dims | b.dims, static_cast<std::uint16_t>(a.temporal | b.temporal),
            static_cast<std::uint16_t>(a.spatial | b.spatial),
            static_cast<SpaceMask>(a.keeps | b.keeps)};
  }
};
static_assert(kMaxLevels <= 16 && kMaxDims <= 32);

}  // namespace tilewright
