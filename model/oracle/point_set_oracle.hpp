#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/nest/outcome.hpp"
#include "model/oracle/networks.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"

namespace tilewright::oracle {

/// Words and accesses of one dataspace at one instance of a memory, over the whole layer.
struct SpaceCounts {
  bool keep = false;
  std::uint64_t tile = 0;       // words that the instance holds; 0 when bypassed
  std::uint64_t partition = 0;  // words of the tensor that it ever sees
  std::uint64_t reads = 0;
  std::uint64_t fills = 0;
  std::uint64_t updates = 0;
  std::uint64_t temporal_reductions = 0;
};

struct OracleCounts {
  /// Everything that forbids the mapping, MACs first, then level by level. Counts are filled in
  /// all the same, unless a dataspace is bypassed everywhere.
  std::vector<Rejection> violations;
  /// An M:N network met a dataspace with several multicast factors: the reference gives up, here
  /// the dataspace is not distributed.
  bool undefined_distribution = false;
  /// First-read elision took more than there was: the reference wraps to 2^64, here it is 0.
  bool clamped = false;
  std::uint64_t computes = 0;
  std::uint64_t compute_instances = 1;
  std::uint64_t compute_cycles = 1;
  std::vector<std::vector<SpaceCounts>> levels;  // [level][space]
  std::vector<OracleNetwork> networks;           // from the inside out
};

/// The counts of the reference, by the long way (docs/differences.md). Perfect factors only.
/// \throws Stopped
OracleCounts point_set_oracle(const Problem& problem, const Architecture& arch,
                              const Mapping& mapping, const StopToken& stop = {});

}  // namespace tilewright::oracle
