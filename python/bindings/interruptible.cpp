#include <chrono>
#include <future>
#include <optional>
#include <system_error>

#include "model/stop_token.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/running.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// Soon enough for a user who presses Ctrl-C, seldom enough to cost nothing.
constexpr std::chrono::milliseconds kPeriod{50};

// Where there can be no more threads, the caller's does the work, and signals wait.
std::future<void> start(const std::function<void()>& work) {
  try {
    return std::async(std::launch::async, work);
  } catch (const std::system_error&) {
    std::promise<void> done;
    const py::gil_scoped_release release;
    try {
      work();
      done.set_value();
    } catch (...) {
      done.set_exception(std::current_exception());
    }
    return done.get_future();
  }
}

}  // namespace

// Python runs signal handlers on its main thread only, and a searcher reports from any thread. So
// the work gets a thread of its own, and the caller's waits and looks for signals.
bool run_interruptible(const std::function<void(std::atomic<bool>& cancelled)>& work) {
  bool interrupted = is_interrupted();
  std::atomic<bool> cancelled = interrupted;
  std::optional<py::error_already_set> raised;
  std::future<void> result = start([&work, &cancelled] { work(cancelled); });
  bool running = true;
  while (running) {
    {
      const py::gil_scoped_release release;
      running = result.wait_for(kPeriod) != std::future_status::ready;
    }
    if (should_end()) cancelled = true;
    if (is_interrupted()) cancelled = interrupted = true;
    // Looked at after the end as well: a signal of the last moment must not cost the result.
    if (PyErr_CheckSignals() == 0) continue;
    cancelled = true;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0) {
      PyErr_Clear();
      interrupted = true;
    } else {
      raised.emplace();  // takes the exception, so that none is set while we wait
    }
  }
  try {
    result.get();
  } catch (const Stopped&) {
    if (!raised && !should_end()) throw;
  }
  if (should_end()) look_for_signals();
  if (raised) throw py::error_already_set(*raised);
  return interrupted;
}

}  // namespace tilewright::python
