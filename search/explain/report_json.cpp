#include <nlohmann/json.hpp>

#include "model/report/numbers.hpp"
#include "search/explain/report.hpp"
#include "search/indices.hpp"
#include "search/network/limits.hpp"

namespace tilewright::explain {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  explicit Writer(const Explanation& explanation)
      : e_(explanation), problem_(explanation.layer->problem), arch_(explanation.given.arch) {}

  Json json() const {
    Json json{{"layer", e_.layer->name}, {"runs", e_.runs()}, {"interrupted", e_.interrupted}};
    if (e_.blame) {
      json["conflicts"] = conflicts(*e_.blame);
      json["repairs"] = repairs(*e_.blame);
      json["runs_imperfect"] = e_.runs_imperfect;
    }
    if (!e_.budgets.empty() || e_.together) json["budgets"] = budgets();
    if (!e_.rejection.empty()) json["rejection"] = e_.rejection;
    if (e_.account) {
      json["mapping"] = account(*e_.account);
      json["time"] = time();
      json["energy"] = energy();
      json["neighbour"] = e_.neighbour ? gain(*e_.neighbour) : Json(nullptr);
      json["runner_up"] = runner_up();
      json["gains"] = gains();
      json["gains_complete"] = e_.gains_complete;
    }
    if (e_.other) {
      json["other"] = account(*e_.other);
      json["differences"] = e_.differences;
    }
    if (e_.bound) {
      json["bound"] = {{"cycles", count_json(e_.bound->cycles)},
                       {"energy_pJ", e_.bound->energy},
                       {"edp_pJ_cycles", e_.bound->edp()}};
    }
    return json;
  }

 private:
  Json demand(std::size_t place) const {
    const Demand& demand = e_.demands[place];
    Json json{{"kind", name(demand.kind)}, {"text", describe(demand, problem_, e_.given)}};
    if (demand.level >= 0) json["level"] = arch_.storage[at(demand.level)].name;
    if (is_of_loops(demand.kind)) json["loops"] = demand.spatial ? "spatial" : "temporal";
    if (is_factor(demand.kind)) {
      json["dimension"] = problem_.dims[at(demand.dim)];
    } else if (demand.dim >= 0) {
      json["dataspace"] = problem_.spaces[at(demand.dim)].name;
    }
    return json;
  }

  Json change(const Change& change) const {
    Json json{{"demand", demand(change.demand)}, {"change", change.text}};
    if (change.to) json["to"] = *change.to;
    if (change.to_y) json["to_y"] = *change.to_y;
    return json;
  }

  Json conflicts(const Blame& blame) const {
    Json list = Json::array();
    for (const Conflict& conflict : blame.conflicts) {
      Json members = Json::array();
      for (std::size_t i = 0; i < conflict.members.size(); ++i) {
        Json member = demand(conflict.members[i]);
        member["alone"] = conflict.alone[i] ? change(*conflict.alone[i]) : Json(nullptr);
        if (conflict.alone[i]) member["alone"].erase("demand");
        member["together"] = Json::array();
        for (const std::size_t other : conflict.together[i]) {
          member["together"].push_back(demand(other));
        }
        members.push_back(std::move(member));
      }
      list.push_back(std::move(members));
    }
    return list;
  }

  Json repairs(const Blame& blame) const {
    Json list = Json::array();
    for (const Repair& repair : blame.repairs) {
      Json changes = Json::array();
      for (const Change& each : repair.changes) changes.push_back(change(each));
      list.push_back({{"changes", std::move(changes)},
                      {"mapping", write_mapping(repair.mapping, problem_, repair.values.arch)}});
    }
    return list;
  }

  Json budgets() const {
    Json list = Json::array();
    for (const BudgetMiss& miss : e_.budgets) {
      list.push_back({{"budget", miss.what},
                      {"allowed", miss.allowed},
                      {"possible", miss.possible},
                      {"proven", miss.proven}});
    }
    return list;
  }

  Json cost(const Cost& cost) const {
    return Json{{"cycles", count_json(cost.cycles)},
                {"energy_pJ", cost.energy},
                {"edp_pJ_cycles", cost.edp()},
                {"utilization", cost.utilization}};
  }

  Json account(const Account& account) const {
    return Json{{"origin", account.origin},
                {"cost", cost(account.incumbent.cost)},
                {"proven", account.proven},
                {"gap", account.gap ? Json(*account.gap) : Json(nullptr)},
                {"text", format_compact(account.incumbent.mapping, problem_)},
                {"yaml", write_mapping(account.incumbent.mapping, problem_, arch_)}};
  }

  Json time() const {
    const Stats& stats = e_.account->stats;
    Json steps = Json::array();
    steps.push_back({{"name", arch_.compute.name},
                     {"cycles", count_json(static_cast<double>(stats.compute_cycles))}});
    for (std::size_t s = 0; s < stats.levels.size(); ++s) {
      steps.push_back(
          {{"name", arch_.storage[s].name}, {"cycles", count_json(stats.levels[s].cycles)}});
    }
    return Json{{"binds", limits_of(stats, arch_).slowest}, {"steps", std::move(steps)}};
  }

  Json energy() const {
    const Stats& stats = e_.account->stats;
    Json list = Json::array();
    for (std::size_t s = 0; s < stats.levels.size(); ++s) {
      for (std::size_t p = 0; p < stats.levels[s].spaces.size(); ++p) {
        const SpaceStats& space = stats.levels[s].spaces[p];
        if (!space.keep) continue;
        list.push_back({{"component", arch_.storage[s].name},
                        {"dataspace", problem_.spaces[p].name},
                        {"energy_pJ", space.energy_total},
                        {"read_pJ", space.read_energy},
                        {"fill_pJ", space.fill_energy},
                        {"update_pJ", space.update_energy}});
      }
    }
    list.push_back({{"component", arch_.compute.name}, {"energy_pJ", stats.compute.energy_total}});
    for (const NetworkStats& network : stats.networks) {
      list.push_back({{"component", network.name}, {"energy_pJ", network.energy_total}});
    }
    if (stats.counts_idle) {
      list.push_back({{"component", "leakage"}, {"energy_pJ", stats.idle_energy()}});
    }
    return list;
  }

  Json gain(const Gain& gain) const {
    return Json{{"what", gain.what},     {"before", gain.before},
                {"after", gain.after},   {"share", gain.share()},
                {"proven", gain.proven}, {"differences", gain.differences}};
  }

  Json gains() const {
    Json list = Json::array();
    for (const Gain& each : e_.gains) list.push_back(gain(each));
    return list;
  }

  Json runner_up() const {
    if (!e_.runner_up) return nullptr;
    return Json{{"cost", cost(e_.runner_up->cost)},
                {"proven", e_.runner_up_proven},
                {"text", format_compact(e_.runner_up->mapping, problem_)},
                {"yaml", write_mapping(e_.runner_up->mapping, problem_, arch_)}};
  }

  const Explanation& e_;
  const Problem& problem_;
  const Architecture& arch_;
};

}  // namespace

std::string json_of(const std::vector<Explanation>& explanations, const SpecSet& specs,
                    const SearchPlan& plan) {
  Json layers = Json::array();
  for (const Explanation& each : explanations) layers.push_back(Writer(each).json());
  const Json json{{"format", "tilewright explanation 1"},
                  {"architecture", specs.architecture_name},
                  {"network", specs.network_name},
                  {"objective", plan.objective.name()},
                  {"layers", std::move(layers)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewright::explain
