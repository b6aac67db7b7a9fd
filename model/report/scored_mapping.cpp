#include "model/report/scored_mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "model/error.hpp"
#include "model/names.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/stats_json.hpp"

namespace tilewright {
namespace {

void check_complete(const SpecSet& specs) {
  if (!specs.architecture) {
    throw UsageError("no architecture: none of the files has a key 'arch' or 'architecture'");
  }
  if (specs.layers.empty()) throw UsageError("no problem: none of the files has a key 'problem'");
  if (!specs.has_mapping && !has_nodes(specs)) {
    throw UsageError(
        "no mapping: none of the files has a key 'mapping' (to search for one: tilewright map)");
  }
}

}  // namespace

const Layer& find_layer(const SpecSet& specs, std::string_view name) {
  const std::vector<Layer>& layers = specs.layers;
  if (name.empty()) {
    if (layers.size() == 1) return layers.front();
    throw UsageError(
        fmt::format("{} problems, but a mapping belongs to one of them: give one", layers.size()));
  }
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [&](const Layer& layer) { return layer.name == name; });
  if (found != layers.end()) return *found;
  std::vector<std::string_view> names;
  for (const Layer& layer : layers) names.emplace_back(layer.name);
  throw UsageError(unknown_name_message("layer", name, names));
}

ScoredMapping score_mapping(const SpecSet& specs, std::string_view layer) {
  check_complete(specs);
  ScoredMapping scored;
  scored.layer = &find_layer(specs, layer);
  const Problem& problem = scored.layer->problem;
  try {
    scored.mapping = read_mapping(specs, problem, &scored.warnings);
  } catch (const MappingMisfit& error) {
    scored.rejection = error.what();
    scored.rejected_at = error.mark();
    return scored;
  }
  scored.prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
  const Evaluator evaluator(problem, *specs.architecture, scored.prices);
  const ScratchPtr scratch = evaluator.scratch();
  scored.stats = evaluator.explain(*scored.mapping, *scratch);
  if (!scored.stats.outcome.valid()) {
    scored.rejection = "mapping rejected: " +
                       describe(scored.stats.outcome.rejection, problem, evaluator.architecture());
  }
  return scored;
}

std::string stats_json(const ScoredMapping& scored, const SpecSet& specs) {
  if (scored.mapping) {
    return stats_json(scored.stats, scored.layer->problem, *specs.architecture, scored.prices);
  }
  using Json = nlohmann::ordered_json;
  const Json json{{"format", kStatsFormat},
                  {"status", "reject"},
                  {"reason", "mapping"},
                  {"message", scored.rejection}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewright
