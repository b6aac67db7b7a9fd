#pragma once

#include <array>
#include <cstdint>

#include "model/limits.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/terms.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::optimal {

/// Which level keeps which dataspace, and who serves whom then.
struct Keeping {
  std::array<SpaceMask, kMaxLevels> keep{};  // [level]
  /// [space][level + 1]: the next level out that keeps the space, -1 at its backing store and
  /// beyond; level -1 = the MACs.
  std::array<std::array<std::int8_t, kMaxLevels + 1>, kMaxSpaces> server{};

  bool keeps(int level, int space) const {
    return ((keep[static_cast<std::size_t>(level)] >> space) & 1) != 0;
  }
  int server_of(int space, int level) const {
    return server[static_cast<std::size_t>(space)][static_cast<std::size_t>(level) + 1];
  }
};

/// \returns the keeping of a mapping with these kept dataspaces.
inline Keeping make_keeping(const Mapping& mapping, int num_spaces) {
  Keeping keeping;
  for (int s = 0; s < mapping.num_levels; ++s) {
    keeping.keep[static_cast<std::size_t>(s)] = mapping.levels[static_cast<std::size_t>(s)].keep;
  }
  for (int p = 0; p < num_spaces; ++p) {
    std::int8_t next = -1;
    for (int s = mapping.num_levels - 1; s >= -1; --s) {
      keeping.server[static_cast<std::size_t>(p)][static_cast<std::size_t>(s) + 1] = next;
      if (s >= 0 && keeping.keeps(s, p)) next = static_cast<std::int8_t>(s);
    }
  }
  return keeping;
}

/// Visits each way of keeping in which every dataspace is kept somewhere, until `visit` returns
/// false.
template <class Visit>
void each_keeping(const Mapspace& space, int num_spaces, const Visit& visit) {
  Mapping mapping = space.blank();
  const auto count = space.size().bypasses.convert_to<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i) {
    space.bypasses().at(i, mapping);
    const Keeping keeping = make_keeping(mapping, num_spaces);
    bool kept = true;
    for (int p = 0; p < num_spaces; ++p) kept &= keeping.server_of(p, -1) >= 0;
    if (kept && !visit(keeping)) return;
  }
}

}  // namespace tilewright::optimal
