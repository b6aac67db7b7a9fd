#pragma once

#include "search/round_run.hpp"

namespace tilewright {

/// Steepest descent: goes to the best neighbour of `at` until none is better or the block is full.
void descend(Trial& trial, Elite& at);

/// Descends from one fresh start after the other until the block is full.
void descend_afresh(Trial& trial);

}  // namespace tilewright
