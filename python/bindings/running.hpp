#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstddef>

#include "python/bindings/interrupts.hpp"

namespace tilewright::python {

/// A call of Python's into the library, as long as it lasts: a `py::call_guard`.
///
/// When Python ends, it stops threads that come back to it, which no C++ below them survives. So
/// its end first makes all calls end and waits for them; what a thread begins after that raises
/// SystemExit at once. A forked child begins without calls, as it has none of the threads.
class Call {
 public:
  Call();
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  Interrupts interrupts_;
  Interrupts* outer_;
};

/// Does Python end, so that the call of this thread should as well?
bool should_end();

/// Has Ctrl-C ended the call of this thread, which is not the main one? Needs the GIL.
bool is_interrupted();

/// Raises SystemExit if the call of this thread should end, KeyboardInterrupt if Ctrl-C ended it,
/// or what a signal handler raised. Needs the GIL.
void look_for_signals();

/// To be called once: makes Python's end wait.
void bind_calls();

/// Does `work(first, last)` for all of `size` in parts, without the GIL; between parts signals are
/// looked at.
template <class Work>
void in_parts(std::size_t size, std::size_t part, const Work& work) {
  for (std::size_t first = 0; first < size; first += part) {
    {
      const pybind11::gil_scoped_release release;
      work(first, std::min(first + part, size));
    }
    look_for_signals();
  }
}

}  // namespace tilewright::python
