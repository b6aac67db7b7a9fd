#include <pybind11/stl.h>

#include <optional>

#include "model/report/network_bound.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/running.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// The bounds as JSON and as tables.
py::tuple bound(const SpecSet& specs, std::optional<std::uint64_t> capacity) {
  const py::gil_scoped_release release;
  const NetworkBound result = bound_network(specs, capacity);
  const std::string json = bound_json(result, specs);
  const std::string text = bound_text(result, specs);
  const py::gil_scoped_acquire lock;
  return py::make_tuple(json, text);
}

}  // namespace

void bind_bound(py::module_& module) {
  module.def("bound", &bound, py::arg("specs"), py::arg("capacity"), py::call_guard<Call>());
}

}  // namespace tilewright::python
