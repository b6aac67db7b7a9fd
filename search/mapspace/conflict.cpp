#include "search/mapspace/conflict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <utility>
#include <vector>

#include "search/mapspace/factorization.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

/// One thing that a user asked for, and how to take it back.
struct Demand {
  std::string text;
  std::function<void(Constraints&)> drop;
};

/// Lists the demands of one kind of loops at one level.
class LoopDemands {
 public:
  LoopDemands(const Problem& problem, const Architecture& arch, std::size_t level, bool spatial)
      : problem_(problem), level_(level), spatial_(spatial) {
    where_ = fmt::format("at '{}'", arch.storage[level].name);
    if (spatial) {
      const int l = static_cast<int>(level);
      where_ += fmt::format(" (fan-out {} x {})", arch.fanout_x(l), arch.fanout_y(l));
    }
  }

  void list(const LoopConstraint& loops, std::vector<Demand>& demands) const {
    const std::array<std::pair<Limits LoopConstraint::*, const char*>, 3> kinds{
        {{&LoopConstraint::fixed, "="},
         {&LoopConstraint::at_most, "<="},
         {&LoopConstraint::at_least, ">="}}};
    for (const auto& [member, sign] : kinds) {
      for (std::size_t dim = 0; dim < problem_.dims.size(); ++dim) {
        const std::int32_t value = (loops.*member)[dim];
        if (value <= 0) continue;
        const auto text = fmt::format("factor {}{}{} of {}{}", problem_.dims[dim], sign, value,
                                      problem_.bounds[dim], of_default(loops, member, dim));
        demands.push_back(demand(text, [member = member, dim](LoopConstraint& constraint) {
          (constraint.*member)[dim] = 0;
        }));
      }
    }
    if (!spatial_) return;
    if (loops.split) {
      demands.push_back(demand(fmt::format("split {}", *loops.split),
                               [](LoopConstraint& constraint) { constraint.split.reset(); }));
    }
    if (!loops.inner.empty() || !loops.outer.empty()) {
      demands.push_back(demand("permutation", [](LoopConstraint& constraint) {
        constraint.inner.clear();
        constraint.outer.clear();
      }));
    }
  }

 private:
  using Limits = std::array<std::int32_t, kMaxDims>;

  // Where a limit comes from that names no dimension.
  static std::string_view of_default(const LoopConstraint& loops, Limits LoopConstraint::*member,
                                     std::size_t dim) {
    if (member == &LoopConstraint::at_most && (loops.default_most >> dim & 1U) != 0) {
      return " (default_max_factor)";
    }
    if (member == &LoopConstraint::at_least && (loops.default_least >> dim & 1U) != 0) {
      return " (default_min_factor)";
    }
    return "";
  }

  template <typename Drop>
  Demand demand(const std::string& what, Drop drop) const {
    const auto member = spatial_ ? &LevelConstraint::spatial : &LevelConstraint::temporal;
    return {fmt::format("{} {} {}", spatial_ ? "spatial" : "temporal", what, where_),
            [member, drop, level = level_](Constraints& constraints) {
              drop(constraints.levels[level].*member);
            }};
  }

  const Problem& problem_;
  std::size_t level_;
  bool spatial_;
  std::string where_;
};

std::vector<Demand> list_demands(const Problem& problem, const Architecture& arch,
                                 const Constraints& constraints) {
  std::vector<Demand> demands;
  for (std::size_t level = 0; level < constraints.levels.size(); ++level) {
    const LevelConstraint& at = constraints.levels[level];
    LoopDemands(problem, arch, level, false).list(at.temporal, demands);
    LoopDemands(problem, arch, level, true).list(at.spatial, demands);
  }
  if (constraints.min_parallelism) {
    demands.push_back({fmt::format("parallelism of at least {}", *constraints.min_parallelism),
                       [](Constraints& all) { all.min_parallelism.reset(); }});
  }
  return demands;
}

}  // namespace

// Drops one demand after the other for good if the rest still leaves nothing without it. What
// remains is needed, each part of it, for the conflict.
std::string explain_conflict(const Problem& problem, const Architecture& arch,
                             const Constraints& constraints, const MapspaceOptions& options,
                             const StopToken& stop) {
  Constraints rest = constraints;
  std::vector<std::string> guilty;
  for (const Demand& demand : list_demands(problem, arch, constraints)) {
    Constraints without = rest;
    demand.drop(without);
    if (FactorizationSpace::feasible(problem, arch, without, options, stop)) {
      guilty.push_back(demand.text);
    } else {
      rest = std::move(without);
    }
  }
  return fmt::format("no mapping satisfies {}{}", fmt::join(guilty, "; "),
                     guilty.size() > 1 ? " together" : "");
}

}  // namespace tilewright
