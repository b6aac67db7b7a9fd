#include "mapper/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/printable.hpp"
#include "model/report/numbers.hpp"
#include "search/network/limits.hpp"

namespace tilewright {
namespace {

using Json = nlohmann::ordered_json;

// The metrics that were asked for and are not among those of every mapping.
std::vector<Metric> special_metrics(const Objective& objective) {
  std::vector<Metric> special;
  for (const auto* metrics : {&objective.metrics(), &objective.axes()}) {
    for (const Metric& metric : *metrics) {
      if (metric.kind != MetricKind::ed2p && metric.kind != MetricKind::accesses &&
          metric.kind != MetricKind::area) {
        continue;
      }
      if (std::find(special.begin(), special.end(), metric) == special.end()) {
        special.push_back(metric);
      }
    }
  }
  return special;
}

Json cost_json(const Cost& cost, const Objective& objective) {
  Json json{{"cycles", count_json(cost.cycles)},
            {"energy_pJ", cost.energy},
            {"edp_pJ_cycles", cost.edp()},
            {"utilization", cost.utilization}};
  for (const Metric& metric : special_metrics(objective)) {
    json[metric.name] = objective.value(metric, cost);
  }
  return json;
}

Json proof_json(const SearchResult& search) {
  const Proof& proof = *search.proof;
  Json json{{"lower_bound", proof.lower_bound}, {"gap", nullptr}};
  if (const auto gap = search.gap()) json["gap"] = *gap;
  json["imperfect_gap"] = nullptr;
  if (const auto gap = search.imperfect_gap()) json["imperfect_gap"] = *gap;
  json["proof"] = {{"scope", name(proof.scope)},
                   {"keepings", proof.keepings},
                   {"keepings_bounded", proof.keepings_bounded},
                   {"labels", proof.labels},
                   {"dominated", proof.dominated},
                   {"bounded", proof.bounded},
                   {"finished", proof.finished},
                   {"evaluated", proof.evaluated}};
  return json;
}

Json top_json(const LayerResult& result, const Objective& objective) {
  Json list = Json::array();
  for (const Incumbent& incumbent : result.search.top) {
    list.push_back({{"cost", cost_json(incumbent.cost, objective)},
                    {"mapping", format_compact(incumbent.mapping, result.layer->problem)}});
  }
  return Json{{"top_proven", result.search.top_proven}, {"top", std::move(list)}};
}

Json layer_json(const LayerResult& result, const NetworkSearch& search, const std::string& stem) {
  const SearchPlan& plan = search.plan();
  const Limits limits = limits_of(*result.stats, search.architecture());
  Json json{{"name", result.layer->name}, {"repeats", result.layer->repeats}, {"files", stem}};
  json.update(cost_json(result.search.best->cost, plan.objective));
  json.update({{"computes", result.stats->computes},
               {"slowest", limits.slowest},
               {"dearest", limits.dearest},
               {"dearest_share", limits.dearest_share},
               {"searcher", plan.searcher},
               {"evaluated", result.search.evaluated},
               {"valid", result.search.valid},
               {"over_budget", result.search.over_budget},
               {"proven", result.search.proven},
               {"stopped_by", name(result.search.stopped_by)},
               {"mapspace_size", result.space->full_total.str()},
               {"mapspace_size_reduced", result.space->reduced_total.str()}});
  if (result.space->of_perfect) json["mapspace_size_of"] = "perfect factors";
  if (result.search.proof) json.update(proof_json(result.search));
  if (plan.top > 1) json.update(top_json(result, plan.objective));
  if (!plan.objective.wants_front()) return json;
  json["pareto_thinned"] = result.search.front_thinned;
  json["pareto"] = Json::array();
  for (const ParetoPoint& point : result.search.front) {
    json["pareto"].push_back(cost_json(point.cost, plan.objective));
  }
  return json;
}

Json failure_json(const LayerResult& result, const SearchPlan& plan) {
  Json json{{"name", result.layer->name},
            {"repeats", result.layer->repeats},
            {"outcome", outcome_name(result)},
            {"reason", result.failure}};
  if (!plan.objective.budgets().any()) return json;
  json["over_budget"] = result.search.over_budget;
  if (result.search.nearest) {
    json["nearest"] = cost_json(result.search.nearest->cost, plan.objective);
  }
  return json;
}

// Rules that are off are left out.
Json rules_json(const SearchPlan& plan) {
  Json rules = Json::object();
  const auto put = [&](const char* key, std::uint64_t value) {
    if (value != 0) rules[key] = value;
  };
  put("max_evaluated", plan.counts.max_evaluated);
  put("max_valid", plan.counts.max_valid);
  put("victory_condition", plan.counts.victory_condition);
  put("max_invalid_run", plan.counts.max_invalid_run);
  const auto put_time = [&](const char* key, const auto& time) {
    if (time) rules[key] = std::chrono::duration<double>(*time).count();
  };
  put_time("seconds_per_layer", plan.time);
  put_time("seconds_in_total", plan.total_time);
  return rules;
}

Json total_json(const NetworkTotal& total) {
  return Json{{"energy_pJ", total.energy},
              {"cycles", count_json(total.cycles)},
              {"edp_pJ_cycles", total.edp()},
              {"computes", count_json(total.computes)},
              {"utilization", total.utilization},
              {"energy_per_compute_pJ", number_json(total.energy_per_compute())}};
}

}  // namespace

Json budgets_json(const Budgets& budgets) {
  Json json = Json::object();
  if (std::isfinite(budgets.max_delay)) json["max_cycles"] = budgets.max_delay;
  if (std::isfinite(budgets.max_energy)) json["max_energy_pJ"] = budgets.max_energy;
  if (budgets.min_utilization > 0) json["min_utilization"] = budgets.min_utilization;
  return json;
}

std::string summary_json(const NetworkSearch& search, const SummaryContext& context,
                         const std::vector<std::string>& stems) {
  const std::vector<LayerResult>& results = search.results();
  const SearchPlan& plan = search.plan();
  Json layers = Json::array();
  Json without = Json::array();
  Json missing = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const LayerResult& result = results[i];
    if (result.search.best) {
      layers.push_back(layer_json(result, search, stems[i]));
    } else if (result.searched) {
      without.push_back(failure_json(result, plan));
    } else {
      missing.push_back(result.layer->name);
    }
  }
  Json inputs = Json::array();
  for (const InputHash& input : context.inputs) {
    inputs.push_back({{"file", input.file},
                      {"sha256", input.sha256.empty() ? Json(nullptr) : Json(input.sha256)}});
  }
  const Json json{
      {"format", "tilewright summary 1"},
      {"tool", {{"name", "tilewright"}, {"version", TILEWRIGHT_VERSION}}},
      {"architecture", context.architecture},
      {"network", context.network},
      {"batch", context.inferences ? Json(*context.inferences) : Json(nullptr)},
      {"objective", plan.objective.name()},
      {"budgets", budgets_json(plan.objective.budgets())},
      {"pareto", join_names(plan.objective.axes())},
      {"seed", plan.options.seed},
      {"both_axes", plan.mapspace.both_axes},
      {"imperfect", plan.mapspace.imperfect},
      {"perfect", plan.options.perfect_only},
      {"stop_rules", rules_json(plan)},
      {"reproducible", is_reproducible(results)},
      {"layers", std::move(layers)},
      {"total", total_json(total_of(results))},
      {"without_mapping", std::move(without)},
      {"not_searched", std::move(missing)},
      {"inputs", std::move(inputs)},
      {"warnings", context.warnings},
      {"cycle_seconds", context.cycle_seconds ? Json(*context.cycle_seconds) : Json(nullptr)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string pareto_csv(const LayerResult& result, const Objective& objective) {
  const std::vector<Metric> special = special_metrics(objective);
  std::string text = "point,energy_pJ,cycles,edp_pJ_cycles,utilization";
  for (const Metric& metric : special) text += "," + csv_cell(metric.name);
  text += '\n';
  for (std::size_t i = 0; i < result.search.front.size(); ++i) {
    const Cost& cost = result.search.front[i].cost;
    text += fmt::format("{},{},{},{},{}", i + 1, cost.energy, plain(cost.cycles), cost.edp(),
                        cost.utilization);
    for (const Metric& metric : special) text += fmt::format(",{}", objective.value(metric, cost));
    text += '\n';
  }
  return text;
}

std::string summary_csv(const std::vector<LayerResult>& results, std::string_view searcher) {
  const NetworkTotal total = total_of(results);
  std::string text =
      "name,repeats,cycles,energy_pJ,edp_pJ_cycles,utilization,computes,energy_per_compute_pJ,"
      "share_of_energy,searcher,evaluated,valid,proven\n";
  for (const LayerResult& result : results) {
    if (!result.search.best) continue;
    const Cost& cost = result.search.best->cost;
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(result.layer->name),
                        result.layer->repeats, plain(cost.cycles), cost.energy, cost.edp(),
                        cost.utilization, result.stats->computes, energy_per_mac(result),
                        share_of(result, total), searcher, result.search.evaluated,
                        result.search.valid, result.search.proven);
  }
  return text;
}

}  // namespace tilewright
