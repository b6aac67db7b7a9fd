#include "search/arena.hpp"

#include <tbb/info.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace tilewright {
namespace {

// Starts so many threads beside this one, or fewer, and ends them again.
int try_to_start(int wanted) {
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::vector<std::thread> threads;
  try {
    while (static_cast<int>(threads.size()) + 1 < wanted) {
      threads.emplace_back([ended] { ended.wait(); });
    }
  } catch (const std::system_error&) {
  }
  end.set_value();
  for (std::thread& thread : threads) thread.join();
  return static_cast<int>(threads.size()) + 1;
}

}  // namespace

int threads_of_machine() { return tbb::info::default_concurrency(); }

// oneTBB keeps the threads that it has, so what has once been tried holds.
int threads_that_start(int wanted) {
  static std::mutex alone;
  static int tried = 1;
  static int started = 1;
  const std::lock_guard lock(alone);
  if (wanted > tried) {
    tried = wanted;
    started = std::max(started, try_to_start(wanted));
  }
  return std::min(wanted, started);
}

}  // namespace tilewright
