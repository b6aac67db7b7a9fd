#include "search/network/network_total.hpp"

#include <algorithm>

#include "model/error.hpp"

namespace tilewright {

NetworkTotal total_of(const std::vector<LayerResult>& results) {
  NetworkTotal total;
  double used = 0;  // cycles, each weighted by its utilisation
  for (const LayerResult& result : results) {
    if (!result.search.best) continue;
    const Cost& cost = result.search.best->cost;
    const auto repeats = static_cast<double>(result.layer->repeats);
    total.energy += cost.energy * repeats;
    total.cycles += cost.cycles * repeats;
    total.computes += BigInt(result.stats->computes) * result.layer->repeats;
    used += cost.utilization * cost.cycles * repeats;
  }
  if (total.cycles > 0) total.utilization = used / total.cycles;
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

}  // namespace tilewright
