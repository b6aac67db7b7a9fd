#pragma once

#include <atomic>

namespace tilewright {

/// From here on Ctrl-C and SIGTERM only set a flag, so that the best so far can be written; a
/// reader of our output that goes away (SIGPIPE) does not end the search either.
void catch_signals();

/// True once a signal came. Searchers watch it.
const std::atomic<bool>& interrupted();

/// The signal that came first, or 0.
int caught_signal();

}  // namespace tilewright
