#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "model/mapping/mapping.hpp"
#include "model/report/scored_mapping.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/numbers.hpp"
#include "python/bindings/running.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// The fields of tilewright.Result.
py::dict evaluate(const SpecSet& specs, const std::optional<std::string>& layer) {
  ScoredMapping scored;
  std::string json;
  {
    const py::gil_scoped_release release;
    scored = score_mapping(specs, layer.value_or(""));
    json = stats_json(scored, specs);
  }
  py::dict fields;
  fields["name"] = scored.layer->name;
  fields["valid"] = scored.valid();
  fields["rejection"] = scored.rejection;
  fields["macs"] = scored.layer->problem.operations();
  fields["stats_json"] = json;
  if (scored.mapping) {
    fields["nest"] = format_nest(*scored.mapping, scored.layer->problem, *specs.architecture);
  }
  if (!scored.valid()) return fields;
  const Cost& cost = scored.stats.outcome.cost;
  fields["energy_pj"] = cost.energy;
  fields["cycles"] = to_whole(cost.cycles);
  fields["edp"] = cost.edp();
  fields["utilization"] = cost.utilization;
  return fields;
}

}  // namespace

void bind_evaluate(py::module_& module) {
  module.def("evaluate", &evaluate, py::arg("specs"), py::arg("layer"), py::call_guard<Call>());
}

}  // namespace tilewright::python
