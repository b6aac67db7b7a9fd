#include "python/bindings/interrupts.hpp"

#include <pybind11/pybind11.h>
#include <pythread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>

namespace tilewright::python {
namespace {

namespace py = pybind11;
using Clock = std::chrono::steady_clock;
using Handler = void (*)(int);

// How long after Ctrl-C the main thread may take until it waits for the others.
constexpr std::chrono::seconds kWindow{1};

std::atomic<unsigned> interrupts = 0;
std::atomic<Clock::rep> last = 0;        // when the last one came
std::atomic<Handler> pythons = nullptr;  // the handler of Python, as the system knows it
static_assert(std::atomic<unsigned>::is_always_lock_free &&
                  std::atomic<Clock::rep>::is_always_lock_free &&
                  std::atomic<Handler>::is_always_lock_free,
              "a signal handler may touch nothing else");

thread_local std::optional<unsigned> answered;  // interrupts that this thread has done with
unsigned long main_thread = 0;                  // as Python numbers threads

void count_and_pass_on(int number) {
  last = Clock::now().time_since_epoch().count();
  ++interrupts;
  const Handler next = pythons;
  if (next != nullptr) next(number);
}

// Before Python's own handler, and only that: one that other code has put before it may call ours.
void listen() {
  struct sigaction known = {};
  if (::sigaction(SIGINT, nullptr, &known) != 0 || (known.sa_flags & SA_SIGINFO) != 0) return;
  const Handler handler = known.sa_handler;
  if (handler == SIG_DFL || handler == SIG_IGN || handler == &count_and_pass_on) return;
  Handler expected = nullptr;
  if (!pythons.compare_exchange_strong(expected, handler) && expected != handler) return;
  known.sa_handler = &count_and_pass_on;
  ::sigaction(SIGINT, &known, nullptr);
}

bool ask_python(const char* question) {
  return py::module_::import("tilewright._interrupts").attr(question)().cast<bool>();
}

bool is_recent() { return Clock::now() - Clock::time_point(Clock::duration(last)) < kWindow; }

bool is_main() { return PyThread_get_thread_ident() == main_thread; }

}  // namespace

Interrupts::Interrupts() : known_(interrupts) {
  if (is_main()) return;
  listen();
  if (!answered) answered = known_;
  is_open_ = *answered != known_;
}

// What the main thread makes of an interrupt is not known at once: it may as well go on, and give
// this thread new work.
bool Interrupts::came() {
  if (has_come_ || is_main()) return has_come_;
  if (interrupts != known_) {
    known_ = interrupts;
    is_open_ = true;
    has_come_ = ask_python("ends_threads");
  }
  if (!is_open_ || has_come_) return has_come_;
  has_come_ = ask_python("main_thread_leaves");
  if (has_come_ || is_recent()) return has_come_;
  answered = known_;
  is_open_ = false;
  return false;
}

void note_main_thread() {
  const auto main = py::module_::import("threading").attr("main_thread")();
  main_thread = main.attr("ident").cast<unsigned long>();
}

}  // namespace tilewright::python
