#include "search/network/summary_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "model/printable.hpp"
#include "search/network/numbers.hpp"

namespace tilewright {

NetworkTotal total_of(const std::vector<LayerResult>& results) {
  NetworkTotal total;
  double used = 0;  // cycles, each weighted by its utilisation
  for (const LayerResult& result : results) {
    if (!result.search.best) continue;
    const Cost& cost = result.search.best->cost;
    const std::uint64_t repeats = result.layer->repeats;
    total.energy += cost.energy * static_cast<double>(repeats);
    total.cycles += cost.cycles * repeats;
    total.computes += result.stats->computes * repeats;
    used += cost.utilization * static_cast<double>(cost.cycles * repeats);
  }
  if (total.cycles > 0) total.utilization = used / static_cast<double>(total.cycles);
  return total;
}

bool is_reproducible(const std::vector<LayerResult>& results) {
  return std::all_of(results.begin(), results.end(), [](const LayerResult& result) {
    return result.searched && result.search.reproducible();
  });
}

double share_of(const LayerResult& result, const NetworkTotal& total) {
  const double energy =
      result.search.best->cost.energy * static_cast<double>(result.layer->repeats);
  return total.energy > 0 ? energy / total.energy : 0;
}

double energy_per_mac(const LayerResult& result) {
  return result.search.best->cost.energy / static_cast<double>(result.stats->computes);
}

std::string_view outcome_name(const LayerResult& result) {
  if (!result.searched) return "not searched";
  if (result.search.best) return "found";
  switch (result.fault) {
    case LayerFault::none:
      return "no valid mapping";
    case LayerFault::refused:
      return "refused";
    case LayerFault::internal:
      return "internal error";
  }
  throw InternalError("layer fault without a name");
}

std::string summary_table(const std::vector<LayerResult>& results) {
  const NetworkTotal total = total_of(results);
  std::size_t width = 5;
  for (const LayerResult& result : results)
    width = std::max(width, printable(result.layer->name).size());
  std::string text = fmt::format("{:<{}}  {:>7}  {:>9}  {:>14}  {:>11}  {:>14}  {:>12}  {:>20}\n",
                                 "layer", width, "repeats", "pJ / MAC", "cycles", "utilisation",
                                 "EDP (J*cycle)", "energy share", "mapspace");
  for (const LayerResult& result : results) {
    const std::string size = result.space ? short_form(*result.space) : "-";
    if (!result.search.best) {
      text += fmt::format("{:<{}}  {:>7}  {:<75}  {:>20}\n", printable(result.layer->name), width,
                          result.layer->repeats, outcome_name(result), size);
      continue;
    }
    const Cost& cost = result.search.best->cost;
    text +=
        fmt::format("{:<{}}  {:>7}  {:>9.3f}  {:>14}  {:>9.1f} %  {:>14.6g}  {:>10.1f} %  {:>20}\n",
                    printable(result.layer->name), width, result.layer->repeats,
                    energy_per_mac(result), with_commas(cost.cycles), 100 * cost.utilization,
                    cost.edp() * 1e-12, 100 * share_of(result, total), size);
  }
  if (total.computes == 0) return text;
  text +=
      fmt::format("{:<{}}  {:>7}  {:>9.3f}  {:>14}  {:>9.1f} %  {:>14.6g}  {:>10.1f} %\n", "total",
                  width, "", total.energy / static_cast<double>(total.computes),
                  with_commas(total.cycles), 100 * total.utilization, total.edp() * 1e-12, 100.0);
  return text;
}

}  // namespace tilewright
