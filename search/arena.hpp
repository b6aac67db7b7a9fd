#pragma once

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <optional>

namespace tilewright {

/// Threads that this machine runs at once, for this process.
int threads_of_machine();
/// The number `wanted`, or as many as the system lets this process have. oneTBB would give up.
int threads_that_start(int wanted);

/// Calls `work(threads)` in an arena of `threads` threads, or of as many as there can be; 0 = all
/// cores.
template <class Work>
auto in_arena(int threads, const Work& work) {
  threads = threads_that_start(threads > 0 ? threads : threads_of_machine());
  // oneTBB warns on the terminal when an arena wants more threads than it may have.
  const auto allowed =
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  std::optional<tbb::global_control> more;
  if (static_cast<std::size_t>(threads) > allowed) {
    more.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  }
  tbb::task_arena arena(threads);
  return arena.execute([&] { return work(threads); });
}

}  // namespace tilewright
