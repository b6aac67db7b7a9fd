#pragma once

#include <cstdint>

#include "search/round_run.hpp"

namespace tilewright {

/// Simulated annealing over the moves of the mapspace. The temperature is a share of the cost: at
/// T, a mapping that costs a factor e^T more is accepted with probability 1/e.
struct AnnealingSchedule {
  double hot = 0.5;
  double cold = 0.002;
};

/// Anneals `mapping` for at most `steps` proposals. It ends where the walk ends; the best of the
/// walk is trial.best().
void anneal(Trial& trial, Mapping& mapping, Objective::Key key, std::uint32_t steps,
            const AnnealingSchedule& schedule);

/// Anneals from one fresh start after the other until the block is full.
void anneal_afresh(Trial& trial);

}  // namespace tilewright
