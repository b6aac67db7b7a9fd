#include "search/explain/explanation.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "model/error.hpp"
#include "model/report/scored_mapping.hpp"
#include "search/explain/difference.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/membership.hpp"
#include "search/top/top_search.hpp"

namespace tilewright::explain {
namespace {

constexpr std::size_t kMostRepairs = 5;

class Explainer {
 public:
  Explainer(const SpecSet& specs, const Layer& layer, const SearchPlan& plan, const StopToken& stop)
      : specs_(specs),
        problem_(layer.problem),
        plan_(plan),
        stop_(stop),
        prices_(price_of(*specs.architecture)) {
    result_.layer = &layer;
    result_.given = {read_constraints(specs, problem_), *specs.architecture};
    result_.demands = list_demands(problem_, result_.given);
    plan_.mapspace.distances_are_free = distances_are_free(*specs.architecture, prices_);
  }

  Explanation run(const std::vector<Mapping>& mappings) {
    try {
      explain(mappings);
    } catch (const Stopped&) {
      result_.interrupted = true;
    }
    return std::move(result_);
  }

 private:
  Prices price_of(const Architecture& arch) const {
    return price(arch, specs_.table.value_or(ReferenceTable{}));
  }

  void explain(const std::vector<Mapping>& mappings) {
    bound();
    if (cannot_run()) return;
    const Mapspace space(problem_, result_.given.arch, result_.given.constraints, plan_.mapspace,
                         stop_);
    const Evaluator evaluator(problem_, result_.given.arch, prices_,
                              plan_.objective.access_levels());
    const SearchResult found = search(space, evaluator, plan_.objective, 2);
    if (mappings.empty()) {
      account_of_search(found, evaluator);
    } else if (!account_of_given(mappings, space, evaluator, found)) {
      return;
    }
    if (!result_.account) return explain_budgets(space, evaluator);
    more(space, evaluator, found);
  }

  // An architecture or shape that has no bounds can be explained all the same.
  void bound() {
    try {
      result_.bound = bound_of(problem_, result_.given.arch, prices_, result_.given.constraints);
    } catch (const UsageError&) {
    }
  }

  bool cannot_run() {
    const Feasibility feasibility(problem_, result_.given, result_.demands, prices_, plan_.mapspace,
                                  stop_);
    const auto tiling = feasibility.find(feasibility.all());
    if (tiling) return false;
    result_.blame = blame(feasibility, kMostRepairs);
    if (plan_.mapspace.imperfect) return true;
    MapspaceOptions imperfect = plan_.mapspace;
    imperfect.imperfect = true;
    const Feasibility with_short_tiles(problem_, result_.given, result_.demands, prices_, imperfect,
                                       stop_);
    result_.runs_imperfect = with_short_tiles.find(with_short_tiles.all()).has_value();
    return true;
  }

  SearchResult search(const Mapspace& space, const Evaluator& evaluator, const Objective& objective,
                      int parts) const {
    StopRules rules = plan_.counts;
    static_cast<StopToken&>(rules) = stop_.part_of_time(parts);
    SilentSink quiet;
    return make_searcher(plan_.searcher, plan_.options)
        ->run(space, evaluator, objective, rules, quiet);
  }

  Account account(const Mapping& mapping, const Evaluator& evaluator, std::string origin) const {
    const ScratchPtr scratch = evaluator.scratch();
    Account account{.stats = evaluator.explain(mapping, *scratch), .origin = std::move(origin)};
    const Cost& cost = account.stats.outcome.cost;
    account.incumbent = {mapping, cost, plan_.objective.key(cost), 0};
    return account;
  }

  void account_of_search(const SearchResult& found, const Evaluator& evaluator) {
    if (!found.best) return;
    result_.account = account(found.best->mapping, evaluator, plan_.searcher);
    result_.account->proven = found.proven;
    result_.account->gap = found.gap();
  }

  // False if the first mapping cannot run.
  bool account_of_given(const std::vector<Mapping>& mappings, const Mapspace& space,
                        const Evaluator& evaluator, const SearchResult& found) {
    const Mapping& first = mappings.front();
    Account given = account(first, evaluator, "given");
    const Architecture& arch = result_.given.arch;
    if (!given.stats.outcome.valid()) {
      result_.rejection = describe(given.stats.outcome.rejection, problem_, arch);
      return false;
    }
    const Departure departure = Membership(space, problem_).find_departure(first);
    if (departure.what != Departure::What::nothing) {
      result_.rejection = "the constraints do not allow it: " + describe(departure, problem_, arch);
    }
    result_.account = std::move(given);
    if (mappings.size() > 1) {
      result_.other = account(mappings[1], evaluator, "given");
    } else if (found.best) {
      result_.other = account(found.best->mapping, evaluator, plan_.searcher);
      result_.other->proven = found.proven;
      if (found.proven) {
        const double best = plan_.objective.first_metric(found.best->key);
        const double own = plan_.objective.first_metric(result_.account->incumbent.key);
        result_.account->gap = own != 0 ? std::max(0.0, (own - best) / own) : 0;
        result_.account->proven = !(found.best->key < result_.account->incumbent.key);
      }
    }
    if (result_.other) {
      result_.differences = differences(first, result_.other->incumbent.mapping, problem_, arch);
    }
    return true;
  }

  void explain_budgets(const Mapspace& space, const Evaluator& evaluator) {
    const Budgets& budgets = plan_.objective.budgets();
    const auto check = [&](const char* metric, double allowed, const std::string& what) {
      const Objective alone = Objective::parse(metric);
      const SearchResult found = search(space, evaluator, alone, 2);
      if (!found.best) return;
      const double possible = alone.value(alone.metrics().front(), found.best->cost);
      const bool less_is_better = alone.metrics().front().kind != MetricKind::utilization;
      if (less_is_better ? possible <= allowed : possible >= allowed) return;
      result_.budgets.push_back({what, allowed, possible, found.proven});
    };
    if (std::isfinite(budgets.max_delay)) {
      check("delay", budgets.max_delay, fmt::format("at most {:.0f} cycles", budgets.max_delay));
    }
    if (std::isfinite(budgets.max_energy)) {
      check("energy", budgets.max_energy, fmt::format("at most {:g} pJ", budgets.max_energy));
    }
    if (budgets.min_utilization > 0) {
      constexpr double kPercent = 100;
      check("utilization", budgets.min_utilization,
            fmt::format("a utilization of at least {:g} %", kPercent * budgets.min_utilization));
    }
    result_.together = result_.budgets.empty() && budgets.any();
  }

  void more(const Mapspace& space, const Evaluator& evaluator, const SearchResult& found) {
    const Setting setting{problem_, result_.given,
                          [this](const Architecture& arch) { return price_of(arch); }, plan_};
    result_.neighbour =
        best_neighbour(space, evaluator, plan_.objective, result_.account->incumbent);
    if (found.best && !space.imperfect() && !space.options().both_axes &&
        !plan_.objective.wants_front()) {
      const TopSearch top(space, evaluator, plan_.objective,
                          {.count = 2,
                           .differ = top::Differ::tilings,
                           .searcher = plan_.searcher,
                           .options = plan_.options});
      const TopSearch::Result best = top.run(found, StopRules::only(stop_.part_of_time(2)));
      if (best.best.size() > 1) result_.runner_up = best.best[1];
      result_.runner_up_proven = best.proven;
    }
    // What changes gain is told against the best that there is without them.
    if (found.best) {
      result_.gains = relaxations(setting, *found.best, stop_, result_.gains_complete);
    }
  }

  const SpecSet& specs_;
  const Problem& problem_;
  SearchPlan plan_;
  StopToken stop_;
  Prices prices_;
  Explanation result_;
};

}  // namespace

Explanation explain_layer(const SpecSet& specs, const Layer& layer, const SearchPlan& plan,
                          const std::vector<Mapping>& mappings, const StopToken& stop) {
  return Explainer(specs, layer, plan, stop).run(mappings);
}

std::vector<Explanation> explain_layers(const SpecSet& specs, const SearchPlan& plan,
                                        const Question& question, const StopToken& stop,
                                        const std::function<void(const Explanation&)>& done) {
  constexpr std::chrono::seconds kTime{10};
  std::vector<const Layer*> layers;
  if (!question.layer.empty() || !question.mappings.empty() || specs.has_mapping) {
    layers.push_back(&find_layer(specs, question.layer));
  } else {
    for (const Layer& layer : specs.layers) layers.push_back(&layer);
  }
  std::vector<Explanation> explanations;
  for (const Layer* layer : layers) {
    std::vector<Mapping> mappings;
    for (const SpecText& text : question.mappings) {
      mappings.push_back(read_mapping_text(text, *specs.architecture, layer->problem));
    }
    if (mappings.empty() && specs.has_mapping) {
      mappings.push_back(read_mapping(specs, layer->problem));
    }
    StopToken of_layer = stop;
    of_layer.end_by(StopToken::Clock::now() + plan.time.value_or(kTime));
    explanations.push_back(explain_layer(specs, *layer, plan, mappings, of_layer));
    if (done) done(explanations.back());
    if (stop.requested()) break;
  }
  return explanations;
}

}  // namespace tilewright::explain
