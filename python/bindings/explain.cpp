#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "python/bindings/bindings.hpp"
#include "python/bindings/running.hpp"
#include "search/explain/explanation.hpp"
#include "search/explain/report.hpp"
#include "search/network/network_search.hpp"
#include "search/network/options.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// The explanation as JSON and as text, and whether it was cut short.
py::tuple explain_specs(const SpecSet& specs, const std::map<std::string, std::string>& options,
                        const std::vector<std::string>& mappings, const std::string& layer) {
  check_searchable(specs);
  SearchWishes wishes;
  for (const auto& [name, text] : options) set_option(wishes, name, text);
  explain::Question question{.layer = layer};
  for (const std::string& text : mappings) question.mappings.push_back({"a mapping", text});
  std::string json;
  std::string text;
  const bool interrupted = run_interruptible([&](std::atomic<bool>& cancelled) {
    const SearchPlan plan = make_plan(wishes, specs.search, &*specs.architecture);
    StopToken stop;
    stop.cancelled = &cancelled;
    const auto explanations = explain::explain_layers(
        specs, plan, question, stop,
        [&](const explain::Explanation& each) { text += explain::text_of(each, plan) + "\n"; });
    json = explain::json_of(explanations, specs, plan);
  });
  return py::make_tuple(json, text, interrupted);
}

}  // namespace

void bind_explain(py::module_& module) {
  module.def("explain", &explain_specs, py::arg("specs"), py::arg("options"), py::arg("mappings"),
             py::arg("layer"), py::call_guard<Call>());
}

}  // namespace tilewright::python
