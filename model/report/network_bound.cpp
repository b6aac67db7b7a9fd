#include "model/report/network_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/printable.hpp"
#include "model/report/numbers.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

std::size_t name_width(const SpecSet& specs) {
  std::size_t width = 5;
  for (const Layer& layer : specs.layers) width = std::max(width, printable(layer.name).size());
  return width;
}

// The first step that is as slow as the last: what to widen first.
const BoundStep& bottleneck(const LayerBound& bound) {
  return *std::find_if(bound.steps.begin(), bound.steps.end(),
                       [&](const BoundStep& step) { return step.cycles == bound.cycles; });
}

std::string speed_table(const NetworkBound& bound, const SpecSet& specs) {
  const std::size_t width = name_width(specs);
  std::string text =
      fmt::format("{:<{}}  {:>7}  {:>15}  {:>14}  {:>10}  {:>14}  {:>12}  {}\n", "layer", width,
                  "repeats", "MACs", "words", "MACs / word", "cycles", "energy (uJ)", "limited by");
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    const LayerBound& layer = bound.layers[i];
    text += fmt::format("{:<{}}  {:>7}  {:>15}  {:>14.6g}  {:>10.4g}  {:>14}  {:>12.6g}  {}\n",
                        printable(specs.layers[i].name), width, specs.layers[i].repeats,
                        with_commas(layer.operations), layer.traffic, layer.intensity(),
                        with_commas(layer.cycles), layer.energy * 1e-6, bottleneck(layer).name);
  }
  return text + fmt::format("{:<{}}  {:>7}  {:>15}  {:>14.6g}  {:>10.4g}  {:>14}  {:>12.6g}\n",
                            "total", width, "", with_commas(bound.total.operations), bound.traffic,
                            bound.total.operations.convert_to<double>() / bound.traffic,
                            with_commas(bound.cycles), bound.energy * 1e-6);
}

std::string work_row(const std::string& name, std::size_t width, const LayerWork& work) {
  return fmt::format("{:<{}}  {:>15}  {:>13}  {:>13}  {:>13}  {:>17}  {:>13}\n", name, width,
                     with_commas(work.operations), with_commas(work.weights),
                     with_commas(work.inputs), with_commas(work.outputs),
                     with_commas(work.training_operations()), with_commas(work.kept_activations));
}

std::string work_table(const NetworkBound& bound, const SpecSet& specs) {
  const std::size_t width = name_width(specs);
  std::string text =
      fmt::format("{:<{}}  {:>15}  {:>13}  {:>13}  {:>13}  {:>17}  {:>13}\n", "layer", width,
                  "MACs", "weights", "inputs", "outputs", "MACs to train", "kept to train");
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    text += work_row(printable(specs.layers[i].name), width, bound.work[i]);
  }
  return text + work_row("total", width, bound.total);
}

Json work_json(const LayerWork& work) {
  return Json{{"operations", count_json(work.operations)},
              {"weights", count_json(work.weights)},
              {"inputs", count_json(work.inputs)},
              {"outputs", count_json(work.outputs)},
              {"backward_operations", count_json(work.backward_operations)},
              {"gradient_operations", count_json(work.gradient_operations)},
              {"update_operations", count_json(work.update_operations)},
              {"training_operations", count_json(work.training_operations())},
              {"kept_activations", count_json(work.kept_activations)}};
}

Json layer_json(const Layer& layer, const LayerBound& bound, const LayerWork& work) {
  Json json{{"name", layer.name},
            {"repeats", layer.repeats},
            {"operations", bound.operations},
            {"cycles", count_json(bound.cycles)},
            {"energy_pJ", bound.energy},
            {"edp_pJ_cycles", bound.edp()},
            {"limited_by", bottleneck(bound).name},
            {"traffic_words", bound.traffic},
            {"intensity", bound.intensity()},
            {"peak", bound.peak}};
  json["capacity_words"] = bound.capacity ? count_json(*bound.capacity) : Json(nullptr);
  json["capacity_traffic_words"] =
      bound.capacity_traffic ? Json(*bound.capacity_traffic) : Json(nullptr);
  for (int p = 0; p < layer.problem.num_spaces(); ++p) {
    json["compulsory_words"][layer.problem.spaces[p].name] = bound.compulsory[p];
  }
  json["steps"] = Json::array();
  for (const BoundStep& step : bound.steps) {
    json["steps"].push_back({{"name", step.name},
                             {"cycles", count_json(step.cycles)},
                             {"operations_per_cycle", step.operations_per_cycle}});
  }
  json["rooflines"] = Json::array();
  for (const Roofline& line : bound.rooflines) {
    json["rooflines"].push_back({{"name", line.name},
                                 {"words_per_cycle", line.words_per_cycle},
                                 {"words", line.words},
                                 {"intensity", line.intensity},
                                 {"operations_per_cycle", line.operations_per_cycle}});
  }
  json["work"] = work_json(work);
  return json;
}

}  // namespace

NetworkBound bound_network(const SpecSet& specs, std::optional<std::uint64_t> capacity) {
  if (!specs.architecture) {
    throw UsageError("no architecture: none of the files has a key 'arch' or 'architecture'");
  }
  if (specs.layers.empty()) {
    throw UsageError("no problem: none of the files has a key 'problem' or is a network");
  }
  const Prices prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  NetworkBound result;
  result.work = work_of(specs.layers);
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    const Layer& layer = specs.layers[i];
    const Constraints constraints = read_constraints(specs, layer.problem);
    result.layers.push_back(
        bound_of(layer.problem, *specs.architecture, prices, constraints, capacity));
    const LayerBound& bound = result.layers.back();
    const auto repeats = static_cast<double>(layer.repeats);
    result.total += result.work[i];
    result.cycles += bound.cycles * repeats;
    result.energy += bound.energy * repeats;
    result.traffic += bound.traffic * repeats;
  }
  return result;
}

std::string bound_text(const NetworkBound& bound, const SpecSet& specs) {
  return fmt::format(
      "{} on {}\n\nNo mapping is better than this; per layer, of one occurrence:\n\n{}\nWork of "
      "all "
      "occurrences, in words and multiply-accumulates:\n\n{}",
      printable(specs.network_name), printable(specs.architecture_name), speed_table(bound, specs),
      work_table(bound, specs));
}

std::string bound_json(const NetworkBound& bound, const SpecSet& specs) {
  Json json{{"format", "tilewright bound 1"},
            {"architecture", specs.architecture_name},
            {"network", specs.network_name}};
  json["total"] = {{"cycles", count_json(bound.cycles)},
                   {"energy_pJ", bound.energy},
                   {"traffic_words", bound.traffic},
                   {"work", work_json(bound.total)}};
  json["layers"] = Json::array();
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    json["layers"].push_back(layer_json(specs.layers[i], bound.layers[i], bound.work[i]));
  }
  return json.dump(2) + "\n";
}

}  // namespace tilewright
