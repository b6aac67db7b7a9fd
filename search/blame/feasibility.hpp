#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "model/nest/evaluator.hpp"
#include "search/blame/demand.hpp"
#include "search/blame/tilings.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::explain {

/// Can a problem run if only some of what a spec demands holds? Decided exactly, for the demands
/// that no budget is among.
class Feasibility {
 public:
  /// `given` as the spec has it; `demands` lists it. All must outlive this.
  Feasibility(const Problem& problem, const Demands& given, const std::vector<Demand>& demands,
              const Prices& prices, const MapspaceOptions& options, const StopToken& stop);

  /// A tiling that meets the demands of `held` as `values` has them, if there is one. What a
  /// demand that is not held says does not count; a fan-out that is not held is as large as it
  /// needs to be, and a share of what has no size says nothing. \throws Stopped
  std::optional<Tiling> find(const DemandSet& held, const Demands& values) const;
  std::optional<Tiling> find(const DemandSet& held) const { return find(held, given_); }
  DemandSet all() const { return DemandSet(demands_.size(), true); }

  /// `values` without what is not held, but for fan-outs.
  Demands only(const DemandSet& held, const Demands& values) const;
  /// The fan-outs then.
  std::vector<SpatialSlot> slots(const DemandSet& held, const Architecture& arch) const;

  const Prices& prices() const { return prices_; }
  const StopToken& stop() const { return stop_; }
  const Problem& problem() const { return problem_; }
  const Demands& given() const { return given_; }
  const std::vector<Demand>& demands() const { return demands_; }
  const MapspaceOptions& options() const { return options_; }

 private:
  const Problem& problem_;
  const Demands& given_;
  const std::vector<Demand>& demands_;
  const Prices& prices_;
  MapspaceOptions options_;
  StopToken stop_;
};

}  // namespace tilewright::explain
