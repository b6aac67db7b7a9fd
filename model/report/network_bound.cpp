#include "model/report/network_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/printable.hpp"
#include "model/report/numbers.hpp"
#include "model/report/text_table.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

using Cell = TextTable::Cell;
using Kind = TextTable::Kind;

// The first step that is as slow as the last: what to widen first.
const BoundStep& bottleneck(const LayerBound& bound) {
  return *std::find_if(bound.steps.begin(), bound.steps.end(),
                       [&](const BoundStep& step) { return step.cycles == bound.cycles; });
}

std::vector<Cell> speed_row(const std::string& name, const std::string& repeats, double operations,
                            double words, double cycles, double energy) {
  return {name,
          repeats,
          count_cell_with_commas(operations),
          fmt::format("{:.4g}", words),
          fmt::format("{:.4g}", operations / words),
          count_cell_with_commas(cycles),
          fmt::format("{:.4g}", energy * 1e-6)};
}

std::string speed_table(const NetworkBound& bound, const SpecSet& specs) {
  TextTable table({{"layer", Kind::text},
                   {"times"},
                   {"MACs"},
                   {"words"},
                   {"reuse"},
                   {"cycles"},
                   {"uJ"},
                   {"limited by", Kind::text}});
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    const LayerBound& layer = bound.layers[i];
    std::vector<Cell> row =
        speed_row(printable(specs.layers[i].name), fmt::format("{}", specs.layers[i].repeats),
                  static_cast<double>(layer.operations), layer.traffic, layer.cycles, layer.energy);
    row.emplace_back(printable(bottleneck(layer).name));
    table.add(std::move(row));
  }
  table.add(speed_row("total", "", bound.total.operations.convert_to<double>(), bound.traffic,
                      bound.cycles, bound.energy));
  return table.str();
}

std::vector<Cell> work_row(const std::string& name, const LayerWork& work) {
  const auto cell = [](const BigInt& count) {
    return count_cell_with_commas(count.convert_to<double>());
  };
  return {name,
          cell(work.operations),
          cell(work.weights),
          cell(work.inputs),
          cell(work.outputs),
          cell(work.training_operations()),
          cell(work.kept_activations)};
}

std::string work_table(const NetworkBound& bound, const SpecSet& specs) {
  TextTable table({{"layer", Kind::text},
                   {"MACs"},
                   {"weights"},
                   {"inputs"},
                   {"outputs"},
                   {"MACs to train"},
                   {"kept"}});
  for (std::size_t i = 0; i < specs.layers.size(); ++i) {
    table.add(work_row(printable(specs.layers[i].name), bound.work[i]));
  }
  table.add(work_row("total", bound.total));
  return table.str();
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
      "{} on {}\n\n"
      "No mapping is better than this; per layer, of one occurrence. MACs are multiply-\n"
      "accumulates, reuse is MACs per word of the outermost level:\n\n"
      "{}\n"
      "Work of all occurrences, in words and MACs; 'kept' is kept to train:\n\n"
      "{}",
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
