#pragma once

#include <string>

#include "model/nest/stats.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::oracle {

/// Where the counts of `stats` differ from those of the oracle, or "". Whole numbers must be equal,
/// others to 1e-9 of their size. Counts are compared only if both sides accept the mapping.
std::string difference(const OracleCounts& expected, const Stats& stats, const Problem& problem);

/// The rejection must name a violation that the oracle also found, at the innermost level with one.
std::string difference(const OracleCounts& expected, const Rejection& rejection);

}  // namespace tilewright::oracle
