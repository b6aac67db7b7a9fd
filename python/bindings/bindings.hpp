#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <functional>

namespace tilewright::python {

/// Each adds its part to the module.
void bind_errors(pybind11::module_& module);
void bind_estimators(pybind11::module_& module);
void bind_specs(pybind11::module_& module);
void bind_evaluate(pybind11::module_& module);
void bind_search(pybind11::module_& module);
void bind_explain(pybind11::module_& module);
void bind_bound(pybind11::module_& module);
void bind_check(pybind11::module_& module);
void bind_mapspace(pybind11::module_& module);

/// Runs `work` without the GIL while signal handlers of Python still run, as they do between two
/// lines of Python. Ctrl-C sets the flag that `work` watches (and may set itself); then the result
/// is true. What another signal handler raises ends `work` too and is raised again.
bool run_interruptible(const std::function<void(std::atomic<bool>& cancelled)>& work);

}  // namespace tilewright::python
