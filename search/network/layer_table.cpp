#include "search/network/layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "model/printable.hpp"
#include "search/network/limits.hpp"
#include "search/network/network_total.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {
namespace {

using Cell = TextTable::Cell;
using Kind = TextTable::Kind;

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

/// What the rows say of several layers together.
class Totals {
 public:
  Totals(const std::vector<LayerResult>& results, const Architecture& arch) {
    for (const LayerResult& result : results) {
      if (!result.search.best) continue;
      const auto repeats = static_cast<double>(result.layer->repeats);
      cycles_[limits_of(*result.stats, arch).slowest] +=
          repeats * static_cast<double>(result.search.best->cost.cycles);
      for (const auto& [name, energy] : energy_by_component(*result.stats, arch)) {
        energy_[name] += repeats * energy;
      }
    }
  }
  std::string slowest() const { return greatest(cycles_)->first; }
  std::string dearest() const { return greatest(energy_)->first; }
  double energy_of_dearest() const { return greatest(energy_)->second; }

 private:
  using Sums = std::map<std::string, double>;
  static Sums::const_iterator greatest(const Sums& sums) {
    return std::max_element(sums.begin(), sums.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
  }
  Sums cycles_;
  Sums energy_;
};

Cell energy_cell(const std::string& name, double share) {
  return {printable(name), fmt::format(" {:.0f}%", 100 * share)};
}

// Cycles, use, energy per MAC, EDP, what is slowest and what takes the most energy.
std::vector<Cell> cost_cells(double cycles, double use, double per_mac, double edp,
                             const std::string& slowest, Cell energy) {
  return {count_cell_with_commas(cycles),     percent(use),       fmt::format("{:.4g}", per_mac),
          fmt::format("{:.4g}", edp * 1e-12), printable(slowest), std::move(energy)};
}

void add_layer(TextTable& table, const LayerResult& result, std::uint64_t repeats,
               std::size_t others, const Architecture& arch) {
  std::vector<Cell> cells{
      {printable(result.layer->name), others > 0 ? fmt::format(" +{}", others) : ""},
      {fmt::format("{}", repeats)}};
  if (!result.search.best) return table.add(std::move(cells), std::string(outcome_name(result)));
  const Cost& cost = result.search.best->cost;
  const Limits limits = limits_of(*result.stats, arch);
  for (Cell& cell :
       cost_cells(static_cast<double>(cost.cycles), cost.utilization, energy_per_mac(result),
                  cost.edp(), limits.slowest, energy_cell(limits.dearest, limits.dearest_share))) {
    cells.push_back(std::move(cell));
  }
  table.add(std::move(cells));
}

void add_total(TextTable& table, const std::vector<LayerResult>& results,
               const Architecture& arch) {
  const NetworkTotal total = total_of(results);
  const Totals totals(results, arch);
  std::vector<Cell> cells{{"total"}, {}};
  for (Cell& cell :
       cost_cells(static_cast<double>(total.cycles), total.utilization,
                  total.energy / static_cast<double>(total.computes), total.edp(), totals.slowest(),
                  energy_cell(totals.dearest(), totals.energy_of_dearest() / total.energy))) {
    cells.push_back(std::move(cell));
  }
  table.add(std::move(cells));
}

// Layers of equal work have equal results. True if there are any.
bool add_layers(TextTable& table, const std::vector<LayerResult>& results,
                const Architecture& arch) {
  std::vector<std::uint64_t> repeats(results.size(), 0);
  std::vector<std::size_t> layers(results.size(), 0);
  for (const LayerResult& result : results) {
    repeats[result.same_as] += result.layer->repeats;
    ++layers[result.same_as];
  }
  bool any_like = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (layers[i] > 0) add_layer(table, results[i], repeats[i], layers[i] - 1, arch);
    any_like |= layers[i] > 1;
  }
  return any_like;
}

}  // namespace

std::string layer_table(const std::vector<LayerResult>& results, const Architecture& arch) {
  TextTable table({{"layer", Kind::text},
                   {"times"},
                   {"cycles"},
                   {"use"},
                   {"pJ/MAC"},
                   {"J*cycle"},
                   {"slowest", Kind::text},
                   {"energy", Kind::text}});
  const bool any_like = add_layers(table, results, arch);
  const bool any = std::any_of(results.begin(), results.end(),
                               [](const LayerResult& result) { return !!result.search.best; });
  if (any) add_total(table, results, arch);
  std::string text = table.str();
  if (any_like) text += "+N: so many other layers are the same work; 'times' counts them\n";
  return text;
}

std::string top_table(const std::vector<LayerResult>& results, const SearchPlan& plan) {
  std::string text;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const LayerResult& result = results[i];
    if (result.same_as != i || result.search.top.size() < 2) continue;
    const Metric& metric = plan.objective.metrics().front();
    const auto value = [&](const Incumbent& entry) {
      return plan.objective.value(metric, entry.cost);
    };
    const double best = value(result.search.top.front());
    text += fmt::format("The best mappings of {} by {}{}:\n", printable(result.layer->name),
                        metric.name, result.search.top_proven ? "" : " (not proven)");
    for (std::size_t rank = 0; rank < result.search.top.size(); ++rank) {
      const Incumbent& entry = result.search.top[rank];
      const std::string more =
          rank == 0 ? "" : fmt::format("{:+.3g}%", 100 * (value(entry) / best - 1));
      text += fmt::format("{:>4}  {:<10.6g} {:>8}  {}\n", rank + 1, value(entry), more,
                          format_compact(entry.mapping, result.layer->problem));
    }
  }
  return text;
}

}  // namespace tilewright
