#pragma once

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/stats.hpp"

namespace tilewright::detail {

/// Writes out everything that the counted mapping in `scratch` amounts to.
void fill_stats(const Compiled& c, const Mapping& mapping, const Scratch& scratch, Stats& stats);

}  // namespace tilewright::detail
