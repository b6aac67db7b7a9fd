#include <algorithm>
#include <vector>

#include "search/mapspace/bypass.hpp"
#include "search/mapspace/loop_orders.hpp"
#include "search/round_run.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

/// Scores all bypasses of a tiling in its present orders; those that fit.
std::vector<std::uint64_t> fitting_bypasses(Trial& trial, Mapping& mapping) {
  const BypassSpace& bypasses = trial.space().bypasses();
  std::vector<std::uint64_t> fitting;
  for (std::uint64_t i = 0; i < bypasses.size() && !trial.over(); ++i) {
    bypasses.at(i, mapping);
    if (trial.score(mapping)) fitting.push_back(i);
  }
  return fitting;
}

// Whether a tiling fits does not depend on its orders: where it does not, nothing more is tried.
void try_tiling(Trial& trial, Mapping& mapping) {
  LoopOrders::Walk walk = trial.space().quick_orders().walk(mapping);
  walk.seek(0, mapping);
  const std::vector<std::uint64_t> fitting = fitting_bypasses(trial, mapping);
  if (fitting.empty()) return;
  const MappingChange orders_and_bypasses{
      .temporal =
          static_cast<std::uint16_t>((1U << static_cast<unsigned>(mapping.num_levels)) - 1U),
      .keeps = static_cast<SpaceMask>(-1)};
  trial.space().bypasses().at(fitting.front(), mapping);
  trial.stand_on(mapping);
  while (!trial.over() && walk.next(mapping)) {
    for (const std::uint64_t bypass : fitting) {
      if (trial.over()) return;
      trial.space().bypasses().at(bypass, mapping);
      trial.score_neighbour(mapping, orders_and_bypasses);
    }
  }
}

void try_tilings(Trial& trial) {
  Mapping mapping = trial.space().blank();
  while (!trial.over()) {
    trial.space().sample(trial.random(), mapping);
    try_tiling(trial, mapping);
  }
}

}  // namespace

std::unique_ptr<Searcher> make_hybrid(const SearchOptions& options) {
  return make_round_searcher("hybrid", options, try_tilings);
}

}  // namespace tilewright
