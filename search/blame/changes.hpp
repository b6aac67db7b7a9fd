#pragma once

#include <functional>
#include <optional>
#include <string>

#include "search/blame/feasibility.hpp"

namespace tilewright::explain {

/// What a demand has to become for a problem to run.
struct Change {
  std::size_t demand = 0;      // place in the list
  std::string text;            // "64 words", "8", "16 x 4", "dropped"
  std::optional<double> to;    // a factor, words, a share, an axis X; nothing if it is dropped
  std::optional<double> to_y;  // the axis Y of a fan-out
  /// How large it is: the logarithm to base 2 of the ratio of sizes; 1 where something is dropped.
  double cost = 0;
};

/// Finds the least changes that let a problem run.
class Changes {
 public:
  explicit Changes(const Feasibility& feasibility) : feasibility_(feasibility) {}

  /// The least change of `demand` with which all of `held` can hold together, and `demand` with
  /// it; `values`, that what is held says, takes it. Nothing if they cannot even without
  /// `demand`. \throws Stopped
  std::optional<Change> least(std::size_t demand, DemandSet held, Demands& values) const;

 private:
  using Changed = std::function<void(Demands& values, std::int64_t value)>;

  bool runs(const DemandSet& held, const Demands& values) const {
    return feasibility_.find(held, values).has_value();
  }
  std::optional<std::int64_t> smallest(std::int64_t above, std::int64_t most, const DemandSet& held,
                                       const Demands& values, const Changed& change) const;
  Change factor(std::size_t place, const DemandSet& held, Demands& values) const;
  std::optional<std::int64_t> larger(int level, std::int64_t now, const DemandSet& held,
                                     const Demands& values) const;
  std::optional<std::int64_t> smaller(int level, std::int64_t now, const DemandSet& held,
                                      const Demands& values) const;
  Change capacity(std::size_t place, const DemandSet& held, Demands& values) const;
  Change utilization(std::size_t place, const DemandSet& held, Demands& values) const;
  Change parallelism(std::size_t place, const DemandSet& held, Demands& values) const;
  Change split(std::size_t place, const DemandSet& held, Demands& values) const;
  std::optional<Change> array(std::size_t place, std::uint64_t x, std::uint64_t y,
                              const DemandSet& held, Demands& values) const;
  std::optional<Change> whole_array(std::size_t place, std::uint64_t x, std::uint64_t y,
                                    LoopKind axis, const DemandSet& held, Demands& values) const;
  std::optional<std::uint64_t> longer_axis(int level, LoopKind axis, const DemandSet& held,
                                           const Demands& values) const;
  std::optional<Change> larger_array(std::size_t place, const DemandSet& held,
                                     Demands& values) const;
  std::optional<Change> nearest_array(std::size_t place, const DemandSet& held,
                                      Demands& values) const;
  Change drop(std::size_t place, Demands& values) const;
  const Demand& demand(std::size_t place) const { return feasibility_.demands()[place]; }

  const Feasibility& feasibility_;
};

}  // namespace tilewright::explain
