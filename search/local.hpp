#pragma once

#include "search/round_run.hpp"

namespace tilewright {

/// Steepest descent: goes to the best neighbour of `at` until none is better. Returns false if the
/// block was full before that was certain.
bool descend(Trial& trial, Elite& at);

}  // namespace tilewright
