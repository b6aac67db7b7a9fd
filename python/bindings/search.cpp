#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapper/summary.hpp"
#include "model/error.hpp"
#include "model/mapping/mapping.hpp"
#include "model/network/batch.hpp"
#include "model/report/network_bound.hpp"
#include "model/report/stats_json.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/numbers.hpp"
#include "python/bindings/progress.hpp"
#include "python/bindings/running.hpp"
#include "python/bindings/warnings.hpp"
#include "search/network/layer_table.hpp"
#include "search/network/limits.hpp"
#include "search/network/network_search.hpp"
#include "search/network/network_total.hpp"
#include "search/network/options.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

/// The search of a network, with copies of all that it looks at.
class Search {
 public:
  Search(SpecSet specs, const SearchWishes& wishes)
      : specs_(std::move(specs)),
        search_(specs_, make_plan(wishes, specs_.search, &*specs_.architecture)) {}

  void run(CallbackSink& sink, const std::atomic<bool>& cancelled) {
    search_.run(sink, {.cancelled = &cancelled}, [](const LayerResult&) {});
  }

  const SpecSet& specs() const { return specs_; }
  const NetworkSearch& network() const { return search_; }

 private:
  const SpecSet specs_;
  NetworkSearch search_;
};

// `options` are those of `search_options`, by name, as text.
std::unique_ptr<Search> make_search(const SpecSet& specs,
                                    const std::map<std::string, std::string>& options,
                                    std::optional<std::int64_t> batch) {
  check_searchable(specs);
  SearchWishes wishes;
  for (const auto& [name, text] : options) set_option(wishes, name, text);
  SpecSet copy = specs;
  if (batch) set_batch(copy.layers, *batch);
  return std::make_unique<Search>(std::move(copy), wishes);
}

// A name as Python writes it.
std::string python_name(const SearchOption& option) {
  std::string name(option.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const SearchOption& option : search_options()) names.push_back(python_name(option));
  return names;
}

// As text, empty where there is none.
std::map<std::string, std::string> option_defaults() {
  std::map<std::string, std::string> defaults;
  for (const SearchOption& option : search_options()) {
    defaults[python_name(option)] = option.fallback;
  }
  return defaults;
}

std::vector<std::string> option_choices(const std::string& name) {
  for (const SearchOption& option : search_options()) {
    if (python_name(option) != name || option.choices == nullptr) continue;
    const auto choices = option.choices();
    return {choices.begin(), choices.end()};
  }
  return {};
}

py::list warnings_of(const Search& search) {
  std::vector<Warning> warnings = search.network().all_warnings();
  for (Warning& warning : machine_warnings_of(search.network().plan())) {
    warnings.push_back(std::move(warning));
  }
  return to_python(warnings);
}

// Each mapping has the fields of tilewright.ParetoPoint.
template <class Scored>
py::list scored_list(const std::vector<Scored>& scored, const std::vector<Metric>& shown,
                     const LayerResult& result, const Search& search) {
  const Objective& objective = search.network().plan().objective;
  py::list list;
  for (const Scored& point : scored) {
    py::dict metrics;
    for (const Metric& axis : shown) {
      metrics[py::str(axis.name)] = objective.value(axis, point.cost);
    }
    py::dict fields;
    fields["metrics"] = metrics;
    fields["energy_pj"] = point.cost.energy;
    fields["cycles"] = to_whole(point.cost.cycles);
    fields["edp"] = point.cost.edp();
    fields["utilization"] = point.cost.utilization;
    fields["mapping_yaml"] =
        write_mapping(point.mapping, result.layer->problem, *search.specs().architecture);
    list.append(fields);
  }
  return list;
}

// The fields of tilewright.LayerResult.
py::dict layer_fields(const LayerResult& result, const Search& search) {
  const Problem& problem = result.layer->problem;
  const Architecture& arch = *search.specs().architecture;
  py::dict fields;
  fields["name"] = result.layer->name;
  fields["repeats"] = result.layer->repeats;
  fields["macs"] = problem.operations();
  fields["same_as"] = search.specs().layers[result.same_as].name;
  fields["evaluated"] = result.search.evaluated;
  fields["valid_count"] = result.search.valid;
  fields["over_budget"] = result.search.over_budget;
  fields["proven"] = result.search.proven;
  const auto gap = result.search.gap();
  fields["gap"] = gap ? py::cast(*gap) : py::none();
  const auto imperfect_gap = result.search.imperfect_gap();
  fields["imperfect_gap"] = imperfect_gap ? py::cast(*imperfect_gap) : py::none();
  fields["scope"] = result.search.proof ? name(result.search.proof->scope) : "";
  fields["seconds"] = result.search.seconds;
  fields["failure"] = result.searched ? result.failure : "not searched";
  fields["stopped_by"] = result.searched ? name(result.search.stopped_by) : "cancelled";
  fields["mapspace_size"] = result.space ? to_python(result.space->full_total) : py::int_(0);
  const Objective& objective = search.network().plan().objective;
  fields["pareto"] = scored_list(result.search.front, objective.axes(), result, search);
  fields["top"] = scored_list(result.search.top, objective.metrics(), result, search);
  fields["top_proven"] = result.search.top_proven;
  if (!result.search.best) return fields;
  const Incumbent& best = *result.search.best;
  fields["energy_pj"] = best.cost.energy;
  fields["cycles"] = to_whole(best.cost.cycles);
  fields["edp"] = best.cost.edp();
  fields["utilization"] = best.cost.utilization;
  fields["mapping_yaml"] = write_mapping(best.mapping, problem, arch);
  const Limits limits = limits_of(*result.stats, arch);
  fields["slowest"] = limits.slowest;
  fields["dearest"] = limits.dearest;
  fields["nest"] = format_nest(best.mapping, problem, arch);
  fields["stats_json"] = stats_json(*result.stats, problem, arch, search.network().prices());
  return fields;
}

// summary.json as the program writes it. Who saves it gives the files their names.
std::string summary_of(const Search& search) {
  const SpecSet& specs = search.specs();
  SummaryContext context;
  context.architecture = specs.architecture_name;
  context.network = specs.network_name;
  context.cycle_seconds = specs.architecture->cycle_seconds;
  std::vector<Warning> warnings = specs.warnings;
  for (Warning& warning : search.network().all_warnings()) warnings.push_back(std::move(warning));
  for (const Warning& warning : arranged(warnings)) context.warnings.push_back(warning.text());
  std::vector<std::string> names;
  for (const Layer& layer : specs.layers) names.push_back(layer.name);
  return summary_json(search.network(), context, names);
}

// bound.json; empty where no bound is known.
std::string bound_of(const Search& search) {
  try {
    return bound_json(bound_network(search.specs()), search.specs());
  } catch (const UsageError&) {
    return {};
  } catch (const SpecError&) {
    return {};
  }
}

// The fields of tilewright.NetworkResult.
py::dict network_fields(const Search& search, bool interrupted) {
  const std::vector<LayerResult>& results = search.network().results();
  const NetworkTotal total = total_of(results);
  py::list layers;
  for (const LayerResult& result : results) layers.append(layer_fields(result, search));
  py::dict fields;
  fields["architecture"] = search.specs().architecture_name;
  fields["network"] = search.specs().network_name;
  fields["objective"] = search.network().plan().objective.name();
  fields["searcher"] = search.network().plan().searcher;
  fields["seed"] = search.network().plan().options.seed;
  fields["layers"] = layers;
  fields["energy_pj"] = total.energy;
  fields["cycles"] = to_whole(total.cycles);
  fields["edp"] = total.edp();
  fields["utilization"] = total.utilization;
  fields["interrupted"] = interrupted;
  fields["reproducible"] = is_reproducible(results);
  fields["table"] = layer_table(results, search.network().architecture());
  fields["summary_json"] = summary_of(search);
  fields["bound_json"] = bound_of(search);
  return fields;
}

// Where no layer is left, there is no result that an exception could cost the caller.
void throw_if_refused(const std::vector<LayerResult>& results) {
  const auto at_fault = [](const LayerResult& r) { return r.fault != LayerFault::none; };
  if (!std::all_of(results.begin(), results.end(), at_fault)) return;
  const LayerResult& first = results.front();
  const std::string message = "layer '" + first.layer->name + "': " + first.failure;
  if (first.fault == LayerFault::refused) throw UsageError(message);
  throw InternalError(message);
}

py::dict run(Search& search, const py::object& progress) {
  CallbackSink sink(progress, search.specs().layers.size());
  const bool interrupted = run_interruptible([&](std::atomic<bool>& cancelled) {
    sink.end_with(cancelled);
    search.run(sink, cancelled);
  });
  sink.rethrow();
  throw_if_refused(search.network().results());
  return network_fields(search, interrupted);
}

}  // namespace

void bind_search(py::module_& module) {
  py::class_<Search>(module, "Search")
      .def(py::init(&make_search), py::arg("specs"), py::arg("options"), py::arg("batch"))
      .def_property_readonly("warnings", &warnings_of)
      .def("run", &run, py::arg("progress"), py::call_guard<Call>());
  module.def("option_names", &option_names);
  module.def("option_defaults", &option_defaults);
  module.def("option_choices", &option_choices, py::arg("name"));
}

}  // namespace tilewright::python
