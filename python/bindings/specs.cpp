#include <pybind11/stl.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "model/convert/convert.hpp"
#include "model/duration.hpp"
#include "model/energy/registry_options.hpp"
#include "model/error.hpp"
#include "model/names.hpp"
#include "model/network/layer_graph.hpp"
#include "model/spec/spec.hpp"
#include "model/spec/texts.hpp"
#include "model/stop_token.hpp"
#include "python/bindings/bindings.hpp"
#include "python/bindings/estimators.hpp"
#include "python/bindings/running.hpp"
#include "python/bindings/warnings.hpp"

namespace tilewright::python {
namespace {

namespace py = pybind11;

// The fields of a StoredText: a name for messages, the text, the folder that it came from, and
// whether it is read only where a layer names it.
using Text = std::tuple<std::string, std::string, std::string, bool>;

// Variables of templates, folders that they see, whether sparse optimizations are ignored, and the
// name of a dataflow.
using Variable = std::variant<bool, double, std::string>;
using Reading =
    std::tuple<std::map<std::string, Variable>, std::vector<std::string>, bool, std::string>;

void set_reading(const Reading& reading, ReadOptions& options) {
  const auto& [variables, include, is_dense, dataflow] = reading;
  for (const auto& [name, variable] : variables) {
    options.variables[name] =
        std::visit([](const auto& value) { return energy::Value(value); }, variable);
  }
  options.include = include;
  options.is_dense = is_dense;
  options.dataflow = parse_dataflow(dataflow);
}

std::shared_ptr<SpecSet> load(const std::vector<std::string>& paths, const std::vector<Text>& texts,
                              const std::shared_ptr<Estimators>& estimators, bool leakage,
                              const Reading& reading) {
  ReadOptions options;
  options.count_idle = leakage;
  set_reading(reading, options);
  std::shared_ptr<energy::RegistryOptions> chosen;
  if (estimators && !estimators->options()->is_empty()) {
    chosen = std::make_shared<energy::RegistryOptions>(*estimators->options());
    options.estimators = chosen;
  }
  std::vector<StoredText> in_memory;
  for (const auto& [name, text, folder, only_named] : texts) {
    in_memory.push_back({name, text, folder, only_named});
  }
  if (estimators) estimators->forget();
  try {
    std::shared_ptr<SpecSet> specs;
    const bool interrupted = run_interruptible([&](std::atomic<bool>& cancelled) {
      if (chosen) chosen->stop.cancelled = &cancelled;
      specs = std::make_shared<SpecSet>(read_files_and_stored(paths, in_memory, options));
    });
    if (interrupted) throw Stopped(Interruption::cancelled);
    return specs;
  } catch (const UsageError& error) {
    if (estimators) estimators->rethrow(error.what());
    throw;
  }
}

std::vector<Text> texts(const SpecSet& specs) {
  std::vector<Text> all;
  for (StoredText& text : texts_of(specs)) {
    all.emplace_back(std::move(text.name), std::move(text.text), std::move(text.folder),
                     text.only_named);
  }
  return all;
}

// One dictionary per layer, with the fields of tilewright.Layer.
py::list layers_of(const SpecSet& specs) {
  py::list layers;
  for (const Layer& layer : specs.layers) {
    py::dict bounds;
    for (int dim = 0; dim < layer.problem.num_dims(); ++dim) {
      bounds[py::str(layer.problem.dims[dim])] = layer.problem.bounds[dim];
    }
    py::dict fields;
    fields["name"] = layer.name;
    fields["repeats"] = layer.repeats;
    fields["macs"] = layer.problem.operations();
    fields["bounds"] = bounds;
    fields["shape"] = layer.problem.shape_name;
    py::tuple inputs(layer.inputs.size());
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      inputs[i] = specs.layers[layer.inputs[i]].name;
    }
    fields["inputs"] = inputs;
    layers.append(fields);
  }
  return layers;
}

py::dict fields_of(const StorageLevel& level) {
  py::dict fields;
  fields["entries"] = level.entries;
  fields["word_bits"] = level.word_bits;
  py::dict data_bits;
  for (const DataBits& entry : level.data_bits) data_bits[py::str(entry.space)] = entry.bits;
  fields["data_bits"] = data_bits.empty() ? py::object(py::none()) : data_bits;
  fields["block_size"] = level.block_size;
  fields["cluster_size"] = level.cluster_size;
  fields["instances"] = level.instances;
  fields["mesh"] = py::make_tuple(level.mesh_x, level.mesh_y);
  fields["multiple_buffering"] = level.multiple_buffering;
  fields["min_utilization"] = level.min_utilization;
  fields["num_ports"] = level.num_ports;
  fields["num_banks"] = level.num_banks;
  fields["read_bandwidth"] = level.read_bandwidth;
  fields["write_bandwidth"] = level.write_bandwidth;
  fields["shared_bandwidth"] = level.shared_bandwidth;
  fields["vector_access_energy"] = level.vector_access_energy;
  fields["addr_gen_energy"] = level.addr_gen_energy;
  fields["cluster_area"] = level.cluster_area;
  fields["technology"] = level.technology == Technology::dram ? "DRAM" : "SRAM";
  return fields;
}

// The arithmetic and the storage levels, innermost first: name -> fields.
py::dict components_of(const SpecSet& specs) {
  py::dict components;
  if (!specs.architecture) return components;
  const ComputeLevel& compute = specs.architecture->compute;
  py::dict fields;
  fields["word_bits"] = compute.word_bits;
  fields["instances"] = compute.instances;
  fields["mesh"] = py::make_tuple(compute.mesh_x, compute.mesh_y);
  fields["energy"] = compute.energy;
  fields["area"] = compute.area;
  components[py::str(compute.name)] = fields;
  for (const StorageLevel& level : specs.architecture->storage) {
    components[py::str(level.name)] = fields_of(level);
  }
  return components;
}

// The network as Graphviz text.
std::string dot_of(const SpecSet& specs, bool merge) {
  const LayerGraph graph = merge ? LayerGraph::merged(specs.layers) : LayerGraph(specs.layers);
  return graph.dot(specs.network_name);
}

// What the specs say in the form of that name, and notes about it.
std::pair<std::string, std::vector<std::string>> converted(const SpecSet& specs,
                                                           const std::string& form) {
  convert::Converted result = convert::convert(specs, convert::form_of(form));
  return {std::move(result.text), std::move(result.notes)};
}

py::list warnings_of(const SpecSet& specs) { return to_python(specs.warnings); }

}  // namespace

void bind_specs(py::module_& module) {
  py::class_<SpecSet, std::shared_ptr<SpecSet>>(module, "Specs")
      .def_readonly("architecture", &SpecSet::architecture_name)
      .def_readonly("network", &SpecSet::network_name)
      .def_readonly("files", &SpecSet::files)
      .def_readonly("has_mapping", &SpecSet::has_mapping)
      .def_property_readonly("layers", &layers_of)
      .def_property_readonly("components", &components_of)
      .def("yaml", &write_specs)
      .def("texts", &texts)
      .def("compare_text", &compare_text)
      .def("dot", &dot_of, py::arg("merge"))
      .def("convert", &converted, py::arg("form"), py::call_guard<Call>())
      .def_property_readonly("warnings", &warnings_of);
  module.def("load", &load, py::arg("paths"), py::arg("texts"), py::arg("estimators"),
             py::arg("leakage"), py::arg("reading"), py::call_guard<Call>());
  module.def("parse_duration", [](const std::string& text) {
    return std::chrono::duration<double>(parse_duration(text)).count();
  });
  module.def("nearest", [](const std::string& name, const std::vector<std::string>& known) {
    return std::string(nearest(name, known));
  });
  module.def("unknown_name_message", [](const std::string& what, const std::string& name,
                                        const std::vector<std::string>& known) {
    return unknown_name_message(what, name,
                                std::vector<std::string_view>(known.begin(), known.end()));
  });
}

}  // namespace tilewright::python
