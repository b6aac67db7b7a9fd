#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"

namespace tilewright::detail {

/// Whether distances are wanted everywhere (for reports) or only where they cost something.
enum class Detail : std::uint8_t { cost, everything };

/// What the network below every level carries of dataspace `p` if every level keeps it: fills
/// scratch.traffic[p]. The tiles must be known (first_violation).
void find_traffic(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                  Scratch& scratch);

}  // namespace tilewright::detail
