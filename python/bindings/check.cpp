#include "python/bindings/bindings.hpp"
#include "python/bindings/running.hpp"
#include "search/lint/lint.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// What is found as JSON and as text.
py::tuple check(const SpecSet& specs) {
  lint::Report report;
  (void)run_interruptible([&](std::atomic<bool>& cancelled) {
    StopToken stop;
    stop.cancelled = &cancelled;
    report = lint::check(specs, stop);
  });
  look_for_signals();
  return py::make_tuple(lint::json_of(report, specs.files), lint::text_of(report));
}

}  // namespace

void bind_check(py::module_& module) {
  module.def("check", &check, py::arg("specs"), py::call_guard<Call>());
}

}  // namespace tilewright::python
