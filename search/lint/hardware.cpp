#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "model/bound/layer_bound.hpp"
#include "search/indices.hpp"
#include "search/lint/parts.hpp"

namespace tilewright::lint {
namespace {

// Actions that cost nothing where others of the level cost something.
std::vector<std::string_view> free_actions(const StoragePrice& price) {
  std::vector<std::string_view> names;
  if (price.read == 0) names.emplace_back("read");
  if (price.fill == 0) names.emplace_back("fill");
  if (price.update == 0) names.emplace_back("update");
  return names;
}

double dearest(const StoragePrice& price) {
  return std::max({price.read, price.fill, price.update});
}

void check_level(const StorageLevel& level, const StoragePrice& price, bool any_price,
                 std::vector<Finding>& findings) {
  const std::vector<std::string_view> actions = free_actions(price);
  if (!is_hardware(level) || actions.empty() || level.entries == 0U) return;
  if (dearest(price) > 0) {
    findings.push_back({Severity::warning, kOddPrice, level.mark,
                        fmt::format("'{}': {} cost{} nothing, but other actions do", level.name,
                                    fmt::join(actions, " and "), actions.size() == 1 ? "s" : ""),
                        "give the ERT a row for each action"});
  } else if (any_price) {
    findings.push_back(
        {Severity::warning, kNoPrice, level.mark,
         fmt::format("accesses of '{}' cost nothing, which makes it free to every search",
                     level.name),
         "give it a size, 'technology: DRAM', a 'vector-access-energy', or a row in an ERT"});
  }
}

// The bandwidth that limits the cycles most, if it does more than the array and the constraints.
const BoundStep* cap_of(const LayerBound& bound) {
  const BoundStep* before = nullptr;
  const BoundStep* cap = nullptr;
  for (const BoundStep& step : bound.steps) {
    const bool is_bandwidth = step.name.ends_with(" bandwidth");
    if (!is_bandwidth) {
      before = &step;
    } else if (before != nullptr && step.cycles > before->cycles &&
               (cap == nullptr || step.cycles > cap->cycles)) {
      cap = &step;
    }
  }
  return cap;
}

}  // namespace

void check_prices(const Subject& subject, std::vector<Finding>& findings) {
  const Architecture& arch = *subject.specs.architecture;
  const auto& storage = subject.prices.storage;
  const bool any = subject.prices.compute.op > 0 ||
                   std::any_of(storage.begin(), storage.end(),
                               [](const StoragePrice& price) { return dearest(price) > 0; });
  for (std::size_t s = 0; s < storage.size(); ++s) {
    check_level(arch.storage[s], storage[s], any, findings);
  }
  if (any && subject.prices.compute.op == 0) {
    findings.push_back({Severity::warning, kNoPrice, arch.compute.mark,
                        fmt::format("an operation of '{}' costs nothing", arch.compute.name),
                        "give it an 'energy', or a row in an ERT"});
  }
}

void check_bandwidths(const Subject& subject, std::vector<Finding>& findings) {
  const Architecture& arch = *subject.specs.architecture;
  std::size_t layers = 0;
  std::string worst;
  std::string layer;
  double least = std::numeric_limits<double>::infinity();
  for (const Work& work : subject.works) {
    try {
      const LayerBound bound =
          bound_of(work.layer->problem, arch, subject.prices, work.constraints);
      const BoundStep* cap = cap_of(bound);
      if (cap == nullptr) continue;
      ++layers;
      const double share = cap->operations_per_cycle / bound.peak;
      if (share >= least) continue;
      worst = cap->name;
      layer = work.layer->name;
      least = share;
    } catch (const UsageError&) {  // of such a shape no bound is known
    }
  }
  if (layers == 0) return;
  const auto level = std::find_if(arch.storage.begin(), arch.storage.end(), [&](const auto& one) {
    return worst.starts_with(one.name + " ");
  });
  findings.push_back(
      {Severity::note, kBandwidth, level == arch.storage.end() ? arch.compute.mark : level->mark,
       fmt::format(
           "a bandwidth limits {} of {} layers more than the array does: the {} keeps every "
           "mapping of layer '{}' at {:.3g} % of the array or below",
           layers, subject.works.size(), worst, layer, 100 * least),
       "`tilewright bound` shows the rooflines"});
}

}  // namespace tilewright::lint
