#include "python/bindings/running.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace tilewright::python {
namespace {

namespace py = pybind11;

std::atomic<int> calls = 0;
std::atomic<bool> ending = false;
std::thread::id ending_thread;  // it may still call: written before `ending`
thread_local Interrupts* innermost = nullptr;

// A callback that never comes back must not keep Python for ever.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kPeriod{2};

[[noreturn]] void raise(PyObject* what) {
  PyErr_SetNone(what);
  throw py::error_already_set();
}

void end_calls() {
  ending_thread = std::this_thread::get_id();
  ending = true;
  const py::gil_scoped_release release;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (calls > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kPeriod);
  }
}

// The threads of the parent do not run in a child.
void forget_calls() {
  calls = 0;
  note_main_thread();
}

}  // namespace

Call::Call() : outer_(innermost) {
  if (should_end()) raise(PyExc_SystemExit);
  ++calls;
  innermost = &interrupts_;
}

Call::~Call() {
  innermost = outer_;
  --calls;
}

bool should_end() { return ending && std::this_thread::get_id() != ending_thread; }

bool is_interrupted() { return innermost != nullptr && innermost->came(); }

void look_for_signals() {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  if (should_end()) raise(PyExc_SystemExit);  // first: it is not reported
  if (is_interrupted()) raise(PyExc_KeyboardInterrupt);
}

void bind_calls() {
  note_main_thread();
  py::module_::import("atexit").attr("register")(py::cpp_function(&end_calls));
  py::module_::import("os").attr("register_at_fork")(py::arg("after_in_child") =
                                                         py::cpp_function(&forget_calls));
}

}  // namespace tilewright::python
