#include "python/bindings/bindings.hpp"
#include "python/bindings/running.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of tilewright; use the package instead.";
  module.attr("__version__") = TILEWRIGHT_VERSION;
  tilewright::python::bind_calls();
  tilewright::python::bind_errors(module);
  tilewright::python::bind_estimators(module);
  tilewright::python::bind_specs(module);
  tilewright::python::bind_evaluate(module);
  tilewright::python::bind_search(module);
  tilewright::python::bind_mapspace(module);
  tilewright::python::bind_bound(module);
  tilewright::python::bind_explain(module);
  tilewright::python::bind_check(module);
}
