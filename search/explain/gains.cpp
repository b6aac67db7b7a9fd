#include "search/explain/gains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "search/explain/difference.hpp"
#include "search/indices.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/permutation.hpp"
#include "search/moves/move_set.hpp"

namespace tilewright::explain {
namespace {

constexpr double kNothing = 1e-6;  // share of the metric that is not worth telling

/// A spec with one thing changed.
struct Relaxation {
  std::string what;
  Demands changed;
};

// Of constraints; what the architecture limits is made larger instead.
void drop_demands(const Setting& setting, std::vector<Relaxation>& list) {
  for (const Demand& demand : list_demands(setting.problem, setting.given)) {
    if (demand.kind == DemandKind::capacity || demand.kind == DemandKind::fanout) continue;
    Relaxation relaxation{"without " + describe(demand, setting.problem, setting.given),
                          setting.given};
    lift(demand, relaxation.changed);
    list.push_back(std::move(relaxation));
  }
}

void double_bandwidth(const Setting& setting, int level, std::vector<Relaxation>& list) {
  using Bandwidth = std::optional<double> StorageLevel::*;
  constexpr std::array<std::pair<Bandwidth, std::string_view>, 3> kKinds{
      {{&StorageLevel::read_bandwidth, "read bandwidth"},
       {&StorageLevel::write_bandwidth, "write bandwidth"},
       {&StorageLevel::shared_bandwidth, "shared bandwidth"}}};
  const StorageLevel& storage = setting.given.arch.storage[at(level)];
  for (const auto& [member, name] : kKinds) {
    if (!(storage.*member)) continue;
    Relaxation relaxation{fmt::format("twice the {} of '{}' ({:g} words per cycle)", name,
                                      storage.name, *(storage.*member)),
                          setting.given};
    *(relaxation.changed.arch.storage[at(level)].*member) *= 2;
    list.push_back(std::move(relaxation));
  }
}

void double_resources(const Setting& setting, std::vector<Relaxation>& list) {
  const Architecture& arch = setting.given.arch;
  for (int s = 0; s < arch.num_levels(); ++s) {
    const StorageLevel& storage = arch.storage[at(s)];
    if (storage.entries) {
      Relaxation relaxation{
          fmt::format("twice the capacity of '{}' ({} words)", storage.name, *storage.entries),
          setting.given};
      *relaxation.changed.arch.storage[at(s)].entries *= 2;
      list.push_back(std::move(relaxation));
    }
    double_bandwidth(setting, s, list);
    if (arch.fanout(s) == 1) continue;
    const std::uint64_t x = arch.fanout_x(s);
    const std::uint64_t y = arch.fanout_y(s);
    const bool along_x = x >= y;
    Relaxation relaxation{fmt::format("twice the fan-out of '{}' ({} x {})", storage.name, x, y),
                          setting.given};
    relaxation.changed.arch = with_fanout(arch, s, along_x ? 2 * x : x, along_x ? y : 2 * y);
    if (!find_fault(relaxation.changed.arch)) list.push_back(std::move(relaxation));
  }
}

Gain make_gain(std::string what, const Incumbent& before, const Incumbent& after, bool proven,
               const Evaluator& evaluator, const Objective& objective) {
  const Metric& metric = objective.metrics().front();
  return {.what = std::move(what),
          .before = objective.value(metric, before.cost),
          .after = objective.value(metric, after.cost),
          .proven = proven,
          .differences = differences(before.mapping, after.mapping, evaluator.problem(),
                                     evaluator.architecture())};
}

std::optional<Gain> gain_of(const Setting& setting, const Relaxation& relaxation,
                            const Incumbent& incumbent, const StopToken& stop) {
  const SearchPlan& plan = setting.plan;
  const Demands& changed = relaxation.changed;
  const Prices prices = setting.price(changed.arch);
  MapspaceOptions options = plan.mapspace;
  options.distances_are_free = distances_are_free(changed.arch, prices);
  const Mapspace space(setting.problem, changed.arch, changed.constraints, options, stop);
  const Evaluator evaluator(setting.problem, changed.arch, prices, plan.objective.access_levels());
  SilentSink quiet;
  const SearchResult found =
      make_searcher(plan.searcher, plan.options)
          ->run(space, evaluator, plan.objective, StopRules::only(stop), quiet);
  if (!found.best) return std::nullopt;
  Gain gain =
      make_gain(relaxation.what, incumbent, *found.best, found.proven, evaluator, plan.objective);
  const bool better = found.best->key < incumbent.key && std::abs(gain.share()) > kNothing;
  return better ? std::optional(std::move(gain)) : std::nullopt;
}

}  // namespace

std::optional<Gain> best_neighbour(const Mapspace& space, const Evaluator& evaluator,
                                   const Objective& objective, const Incumbent& incumbent) {
  const ScratchPtr scratch = evaluator.scratch();
  Mapping mapping = incumbent.mapping;
  if (mapping.imperfect) return std::nullopt;  // moves keep factors that divide
  settle_idle_loops(space.constraints(), mapping);
  std::optional<Incumbent> best;
  space.moves().for_each(mapping, [&](const Move&) {
    const Outcome outcome = evaluator.evaluate(mapping, *scratch);
    if (!outcome.valid() || !objective.within_budgets(outcome.cost)) return;
    const Objective::Key key = objective.key(outcome.cost);
    if (key < (best ? best->key : incumbent.key)) best = {mapping, outcome.cost, key, 0};
  });
  if (!best) return std::nullopt;
  return make_gain("one step", incumbent, *best, true, evaluator, objective);
}

std::vector<Gain> relaxations(const Setting& setting, const Incumbent& incumbent,
                              const StopToken& stop, bool& complete) {
  std::vector<Relaxation> list;
  drop_demands(setting, list);
  double_resources(setting, list);
  std::vector<Gain> gains;
  complete = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (stop.requested()) {
      complete = false;
      break;
    }
    const StopToken part = stop.part_of_time(static_cast<int>(list.size() - i));
    try {
      if (auto gain = gain_of(setting, list[i], incumbent, part)) gains.push_back(std::move(*gain));
    } catch (const Stopped&) {
      complete = false;
    } catch (const UsageError&) {  // of a larger machine than can be searched
      complete = false;
    }
  }
  const auto improvement = [](const Gain& gain) { return std::abs(gain.share()); };
  std::stable_sort(gains.begin(), gains.end(),
                   [&](const Gain& a, const Gain& b) { return improvement(a) > improvement(b); });
  return gains;
}

}  // namespace tilewright::explain
