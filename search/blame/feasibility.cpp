#include "search/blame/feasibility.hpp"

#include <algorithm>
#include <limits>

#include "search/indices.hpp"

namespace tilewright::explain {
namespace {

constexpr std::int64_t kAnyFanout = std::numeric_limits<std::int32_t>::max();

}  // namespace

Feasibility::Feasibility(const Problem& problem, const Demands& given,
                         const std::vector<Demand>& demands, const Prices& prices,
                         const MapspaceOptions& options, const StopToken& stop)
    : problem_(problem),
      given_(given),
      demands_(demands),
      prices_(prices),
      options_(options),
      stop_(stop) {}

Demands Feasibility::only(const DemandSet& held, const Demands& values) const {
  Demands rest = values;
  rest.constraints.levels.resize(at(rest.arch.num_levels()));
  // The outermost level keeps all that it need not pass by; without such a demand it may do both.
  LevelConstraint& outermost = rest.constraints.levels.back();
  const auto all = static_cast<SpaceMask>((1U << at(problem_.num_spaces())) - 1U);
  outermost.must_keep |= static_cast<SpaceMask>(all & ~outermost.must_bypass);
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (!held[i]) lift(demands_[i], rest);
  }
  return rest;
}

std::vector<SpatialSlot> Feasibility::slots(const DemandSet& held, const Architecture& arch) const {
  std::vector<bool> limited(at(arch.num_levels()), true);
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (demands_[i].kind == DemandKind::fanout) limited[at(demands_[i].level)] = held[i];
  }
  std::vector<SpatialSlot> all;
  const std::vector<SpatialSlot> of_arch = spatial_slots(arch);
  for (int level = 0; level < arch.num_levels(); ++level) {
    if (!limited[at(level)]) {
      all.push_back({level, LoopKind::spatial_x, kAnyFanout, false});
      all.push_back({level, LoopKind::spatial_y, kAnyFanout, false});
      continue;
    }
    std::copy_if(of_arch.begin(), of_arch.end(), std::back_inserter(all),
                 [level](const SpatialSlot& slot) { return slot.level == level; });
  }
  return all;
}

std::optional<Tiling> Feasibility::find(const DemandSet& held, const Demands& values) const {
  const Demands rest = only(held, values);
  const Evaluator evaluator(problem_, rest.arch, prices_);
  const Terms terms = evaluator.terms();
  TilingLimits limits{.constraints = rest.constraints, .slots = slots(held, rest.arch)};
  for (int s = 0; s < terms.num_levels(); ++s) {
    limits.most_kept.push_back(terms.bounded(s) ? terms.capacity(s)
                                                : std::numeric_limits<double>::infinity());
    limits.least_kept.push_back(terms.bounded(s) ? terms.least_use(s) : 0);
  }
  limits.least_macs = least_macs(rest.arch, rest.constraints);
  for (const SpatialSlot& slot : limits.slots) {
    if (!slot.counts && slot.kind == LoopKind::spatial_x) {
      limits.least_macs /= static_cast<double>(rest.arch.fanout(slot.level));
    }
  }
  limits.both_axes = options_.both_axes;
  limits.imperfect = options_.imperfect;
  return TilingSearch(problem_, terms, limits, stop_).find();
}

}  // namespace tilewright::explain
