#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/mapping/mapping.hpp"
#include "model/nest/stats.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"

namespace tilewright::oracle {

/// Words of one dataspace at one memory, of all its instances together.
struct ShortSpace {
  bool keep = false;
  std::uint64_t tile = 0;  // of one instance
  double reads = 0, fills = 0, updates = 0;
};

struct ShortCounts {
  std::uint64_t compute_cycles = 1;
  std::vector<std::vector<ShortSpace>> levels;  // [level][space]
};

/// The counts of a mapping with short tiles (docs/differences.md), by looking at every tile and the
/// box of points that it needs. Nothing if some dataspace has too many tiles for that.
/// \throws Stopped
std::optional<ShortCounts> count_short_tiles(const Problem& problem, const Mapping& mapping,
                                             const StopToken& stop = {});

/// Where the counts of `stats`, which are rounded averages, differ from these, or "".
std::string difference(const ShortCounts& expected, const Stats& stats, const Problem& problem);

}  // namespace tilewright::oracle
