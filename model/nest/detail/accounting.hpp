#pragma once

#include <algorithm>

#include "model/mapping/mapping.hpp"
#include "model/nest/detail/compiled.hpp"
#include "model/nest/detail/scratch.hpp"
#include "model/nest/detail/traffic.hpp"

namespace tilewright::detail {

/// Turns the traffic of dataspace `p` into reads, fills, updates and reductions of every level,
/// per instance, under the mapping's keep masks: fills scratch.of(p).at, changes its traffic to
/// what really travels. With Detail::cost, what nothing is charged for is left out.
void count_accesses(const Compiled& c, const Mapping& mapping, int p, Detail detail,
                    Scratch& scratch);

/// Words as a count: rounded to the nearest, never negative.
inline std::int64_t to_count(double words) {
  // Counts are whole but for shares of words between neighbours; a call of lround would cost more
  // than all else here. NOLINTNEXTLINE(bugprone-incorrect-roundings)
  return words <= 0 ? 0 : static_cast<std::int64_t>(words + 0.5);
}

/// Reads, fills, updates and reductions of one level from what it serves and receives.
inline void count_level(const CompiledSpace& space, bool outermost, SpaceLevel& level) {
  level.reads = level.fills = level.updates = level.reductions = 0;
  if (level.size == 0) return;
  if (!space.read_write) {
    level.reads = to_count(level.accesses + level.peer);
    level.fills = static_cast<std::int64_t>(level.share + level.peer);
    return;
  }
  // The first partial sum of an element meets nothing: it is neither fetched nor added to.
  const auto first_visits = static_cast<double>(level.partition);
  level.updates = to_count(level.accesses);
  level.reads = level.reductions = to_count(level.accesses + level.peer - first_visits);
  level.fills = to_count(level.share + level.peer - (outermost ? 0 : first_visits));
}

/// The same for an average instance where tiles are short: also what is no whole word.
inline void count_average(const CompiledSpace& space, bool outermost, double first_visits,
                          SpaceLevel& level) {
  count_level(space, outermost, level);
  level.more_reads = level.more_fills = level.more_updates = 0;
  if (level.size == 0) return;
  const auto beyond = [](double words, std::int64_t count) {
    return std::max(0.0, words) - static_cast<double>(count);
  };
  const double visits = space.read_write ? first_visits : 0;
  level.more_reads = beyond(level.accesses - visits, level.reads);
  level.more_fills = beyond(level.share - (outermost ? 0 : visits), level.fills);
  if (space.read_write) level.more_updates = beyond(level.accesses, level.updates);
}

}  // namespace tilewright::detail
