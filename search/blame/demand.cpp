#include "search/blame/demand.hpp"

#include <fmt/format.h>

#include "model/error.hpp"
#include "search/indices.hpp"

namespace tilewright::explain {
namespace {

constexpr double kPercent = 100;

using Limits = std::array<std::int32_t, kMaxDims>;

Limits LoopConstraint::*member_of(DemandKind kind) {
  switch (kind) {
    case DemandKind::factor:
      return &LoopConstraint::fixed;
    case DemandKind::most:
      return &LoopConstraint::at_most;
    case DemandKind::least:
      return &LoopConstraint::at_least;
    default:
      throw InternalError("no demand on a factor");
  }
}

void list_loops(const LoopConstraint& loops, int level, bool spatial, int num_dims,
                std::vector<Demand>& demands) {
  for (const DemandKind kind : {DemandKind::factor, DemandKind::most, DemandKind::least}) {
    for (int dim = 0; dim < num_dims; ++dim) {
      if ((loops.*member_of(kind))[at(dim)] > 0) demands.push_back({kind, level, spatial, dim});
    }
  }
  if (loops.split) demands.push_back({DemandKind::split, level, spatial});
  if (!loops.inner.empty() || !loops.outer.empty()) {
    demands.push_back({DemandKind::order, level, spatial});
  }
}

void list_keeping(const LevelConstraint& constraint, const Demands& given, int level,
                  int num_spaces, std::vector<Demand>& demands) {
  const bool outermost = level + 1 == given.arch.num_levels();  // keeps all it may anyhow
  for (int p = 0; p < num_spaces; ++p) {
    if (!outermost && (constraint.must_keep >> p & 1) != 0) {
      demands.push_back({DemandKind::keep, level, false, p});
    }
    if ((constraint.must_bypass >> p & 1) != 0) {
      demands.push_back({DemandKind::bypass, level, false, p});
    }
  }
}

void list_limits(const Demands& given, std::vector<Demand>& demands) {
  for (int level = 0; level < given.arch.num_levels(); ++level) {
    const StorageLevel& storage = given.arch.storage[at(level)];
    if (storage.entries) demands.push_back({DemandKind::capacity, level});
    if (storage.entries && storage.min_utilization > 0) {
      demands.push_back({DemandKind::utilization, level});
    }
    demands.push_back({DemandKind::fanout, level});
  }
  if (given.constraints.min_parallelism) demands.push_back({DemandKind::parallelism});
}

// Where a limit comes from that names no dimension.
std::string_view of_default(const LoopConstraint& loops, const Demand& demand) {
  if (demand.kind == DemandKind::most && (loops.default_most & bit(demand.dim)) != 0) {
    return " (default_max_factor)";
  }
  if (demand.kind == DemandKind::least && (loops.default_least & bit(demand.dim)) != 0) {
    return " (default_min_factor)";
  }
  return "";
}

std::string describe_factor(const Demand& demand, const Problem& problem, const Demands& given,
                            const std::string& level) {
  Constraints constraints = given.constraints;
  const LevelConstraint& of_level = constraints.levels[at(demand.level)];
  const std::string_view sign = demand.kind == DemandKind::factor ? "="
                                : demand.kind == DemandKind::most ? "<="
                                                                  : ">=";
  return fmt::format("{} factor {}{}{} of {}{} at '{}'", demand.spatial ? "spatial" : "temporal",
                     problem.dims[at(demand.dim)], sign, factor_limit(demand, constraints),
                     problem.bounds[at(demand.dim)],
                     of_default(demand.spatial ? of_level.spatial : of_level.temporal, demand),
                     level);
}

}  // namespace

std::string_view name(DemandKind kind) {
  constexpr std::array<std::string_view, 11> kNames{
      "factor", "max-factor", "min-factor",  "order",   "split",      "keep",
      "bypass", "capacity",   "utilization", "fan-out", "parallelism"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<Demand> list_demands(const Problem& problem, const Demands& given) {
  std::vector<Demand> demands;
  for (std::size_t s = 0; s < given.constraints.levels.size(); ++s) {
    const LevelConstraint& constraint = given.constraints.levels[s];
    const int level = static_cast<int>(s);
    list_loops(constraint.temporal, level, false, problem.num_dims(), demands);
    list_loops(constraint.spatial, level, true, problem.num_dims(), demands);
    list_keeping(constraint, given, level, problem.num_spaces(), demands);
  }
  list_limits(given, demands);
  return demands;
}

std::string describe(const Demand& demand, const Problem& problem, const Demands& given) {
  const std::string level = demand.level >= 0 ? given.arch.storage[at(demand.level)].name : "";
  const auto space = [&] { return problem.spaces[at(demand.dim)].name; };
  switch (demand.kind) {
    case DemandKind::factor:
    case DemandKind::most:
    case DemandKind::least:
      return describe_factor(demand, problem, given, level);
    case DemandKind::order:
      return fmt::format("the order of the {} loops at '{}'",
                         demand.spatial ? "spatial" : "temporal", level);
    case DemandKind::split:
      return fmt::format("the split {} of the spatial loops at '{}'",
                         *given.constraints.levels[at(demand.level)].spatial.split, level);
    case DemandKind::keep:
      return fmt::format("'{}' must keep {}", level, space());
    case DemandKind::bypass:
      return fmt::format("'{}' must bypass {}", level, space());
    case DemandKind::capacity:
      return fmt::format("the capacity of '{}' ({} words)", level,
                         *given.arch.storage[at(demand.level)].entries);
    case DemandKind::utilization:
      return fmt::format("the least utilization of '{}' ({:g} %)", level,
                         kPercent * given.arch.storage[at(demand.level)].min_utilization);
    case DemandKind::fanout:
      return fmt::format("the fan-out of '{}' ({} x {})", level, given.arch.fanout_x(demand.level),
                         given.arch.fanout_y(demand.level));
    case DemandKind::parallelism:
      return fmt::format("a parallelism of at least {:g} %",
                         kPercent * given.constraints.min_parallelism.value_or(0));
  }
  throw InternalError("unknown kind of a demand");
}

std::int32_t& factor_limit(const Demand& demand, Constraints& constraints) {
  LevelConstraint& level = constraints.levels[at(demand.level)];
  LoopConstraint& loops = demand.spatial ? level.spatial : level.temporal;
  return (loops.*member_of(demand.kind))[at(demand.dim)];
}

void lift(const Demand& demand, Demands& given) {
  const auto constraint = [&]() -> LevelConstraint& {
    return given.constraints.levels[at(demand.level)];
  };
  const auto space = static_cast<SpaceMask>(demand.dim >= 0 ? 1U << at(demand.dim) : 0U);
  switch (demand.kind) {
    case DemandKind::factor:
    case DemandKind::most:
    case DemandKind::least:
      factor_limit(demand, given.constraints) = 0;
      return;
    case DemandKind::order: {
      LoopConstraint& loops = demand.spatial ? constraint().spatial : constraint().temporal;
      loops.inner.clear();
      loops.outer.clear();
      return;
    }
    case DemandKind::split:
      constraint().spatial.split.reset();
      return;
    case DemandKind::keep:
      constraint().must_keep &= static_cast<SpaceMask>(~space);
      return;
    case DemandKind::bypass:
      constraint().must_bypass &= static_cast<SpaceMask>(~space);
      return;
    case DemandKind::capacity:
      given.arch.storage[at(demand.level)].entries.reset();
      [[fallthrough]];  // nothing can be said of a share of what has no size
    case DemandKind::utilization:
      given.arch.storage[at(demand.level)].min_utilization = 0;
      return;
    case DemandKind::fanout:
      return;
    case DemandKind::parallelism:
      given.constraints.min_parallelism.reset();
      return;
  }
}

Architecture with_fanout(const Architecture& arch, int level, std::uint64_t x, std::uint64_t y) {
  Architecture changed = arch;
  const auto scale = [&](std::uint64_t& along_x, std::uint64_t& along_y, std::uint64_t& instances) {
    along_x = along_x / arch.fanout_x(level) * x;
    along_y = along_y / arch.fanout_y(level) * y;
    instances = instances / arch.fanout(level) * (x * y);
  };
  for (int s = 0; s < level; ++s) {
    StorageLevel& inner = changed.storage[at(s)];
    scale(inner.mesh_x, inner.mesh_y, inner.instances);
  }
  scale(changed.compute.mesh_x, changed.compute.mesh_y, changed.compute.instances);
  return changed;
}

}  // namespace tilewright::explain
