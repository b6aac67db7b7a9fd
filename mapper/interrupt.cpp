#include "mapper/interrupt.hpp"

#include <csignal>

namespace tilewright {
namespace {

std::atomic<bool> flag{false};
std::atomic<int> first_signal{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may touch nothing else");

void on_signal(int signal) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal);
  flag.store(true);
}

}  // namespace

void catch_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // a write that is under way must not fail
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& interrupted() { return flag; }
int caught_signal() { return first_signal.load(); }

}  // namespace tilewright
