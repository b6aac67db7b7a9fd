#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/oracle/nest.hpp"
#include "model/oracle/spatial_group.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"

namespace tilewright::oracle {

/// What the recursion over the loops finds for one dataspace at one level.
struct RawSpace {
  std::uint64_t tile = 0;        // words of the tile of one instance
  std::uint64_t group_tile = 0;  // words of the tile of all children; 0 without spatial loops
  Histogram histogram;           // words served to the level inside
  double link_transfers = 0;
};

struct RawLevel {
  std::uint64_t fanout = 1;     // children in use
  std::uint64_t instances = 1;  // copies of the level in use
  std::vector<RawSpace> spaces;
};

/// Runs the nest as the reference does: outermost loop first, iterations 0 and 1 of every
/// temporal loop (the second standing for all others), element 0 of every spatial group; the words
/// to send are set differences of boxes. Exponential in the number of temporal loops.
/// \throws Stopped
std::vector<RawLevel> count_deltas(const Problem& problem, const Architecture& arch,
                                   const Mapping& mapping, const Nest& nest, const StopToken& stop);

}  // namespace tilewright::oracle
