#include "search/support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace tilewright::test {
namespace {

constexpr std::array kKinds{LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal};

bool within(const LoopConstraint& loops, int dim, std::int64_t factor) {
  if (loops.fixed[dim] > 0 && factor != loops.fixed[dim]) return false;
  if (loops.at_most[dim] > 0 && factor > loops.at_most[dim]) return false;
  return factor >= loops.at_least[dim];
}

// Is there an order, with the user's first and last dimensions, and a split with X before Y?
bool some_order_fits(const LevelMapping& level, const LoopConstraint& loops, int num_dims) {
  // Without demands, the loops on X can always come first.
  if (loops.inner.empty() && loops.outer.empty() && !loops.split) return true;
  std::vector<int> order(num_dims);
  std::iota(order.begin(), order.end(), 0);
  const auto inner = static_cast<std::ptrdiff_t>(loops.inner.size());
  const auto outer = static_cast<std::ptrdiff_t>(loops.outer.size());
  do {
    if (!std::equal(order.begin(), order.begin() + inner, loops.inner.begin())) continue;
    if (!std::equal(order.end() - outer, order.end(), loops.outer.begin())) continue;
    for (int split = 0; split <= num_dims; ++split) {
      if (loops.split && split != std::min(*loops.split, num_dims)) continue;
      bool fits = true;
      for (int i = 0; i < num_dims; ++i) {
        const auto wrong = i < split ? LoopKind::spatial_y : LoopKind::spatial_x;
        fits = fits && level.factors(wrong)[order[i]] == 1;
      }
      if (fits) return true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

bool legal_level(const LevelMapping& level, int place, int num_dims, const Architecture& arch,
                 const LevelConstraint& constraint, bool both_axes) {
  std::uint64_t x = 1;
  std::uint64_t y = 1;
  for (int dim = 0; dim < num_dims; ++dim) {
    const auto on_x = level.factors(LoopKind::spatial_x)[dim];
    const auto on_y = level.factors(LoopKind::spatial_y)[dim];
    if (!both_axes && on_x > 1 && on_y > 1) return false;
    if (!within(constraint.spatial, dim, std::int64_t{on_x} * on_y)) return false;
    if (!within(constraint.temporal, dim, level.factors(LoopKind::temporal)[dim])) return false;
    x *= static_cast<std::uint64_t>(on_x);
    y *= static_cast<std::uint64_t>(on_y);
  }
  if (x > arch.fanout_x(place) || y > arch.fanout_y(place)) return false;
  return both_axes || some_order_fits(level, constraint.spatial, num_dims);
}

}  // namespace

Problem gemm(std::int64_t m, std::int64_t n, std::int64_t k) {
  Problem problem;
  problem.name = "gemm";
  problem.dims = {"M", "N", "K"};
  problem.bounds = {m, n, k};
  problem.spaces = {{"A", {{{0, 1}}, {{2, 1}}}, false},
                    {"B", {{{2, 1}}, {{1, 1}}}, false},
                    {"Out", {{{0, 1}}, {{1, 1}}}, true}};
  return problem;
}

Architecture hierarchy(Mesh macs, const std::vector<Mesh>& levels) {
  Architecture arch;
  arch.name = "test";
  arch.compute.mesh_x = macs.x;
  arch.compute.mesh_y = macs.y;
  arch.compute.instances = macs.x * macs.y;
  for (const Mesh mesh : levels) {
    StorageLevel level;
    level.name = fmt::format("L{}", arch.storage.size());
    level.mesh_x = mesh.x;
    level.mesh_y = mesh.y;
    level.instances = mesh.x * mesh.y;
    arch.storage.push_back(level);
  }
  return arch;
}

Architecture small_arch() {
  Architecture arch = hierarchy({4, 2}, {{4, 2}, {1, 1}, {1, 1}});
  arch.storage[0].entries = 8;
  arch.storage[1].entries = 100;
  arch.storage[2].technology = Technology::dram;
  return arch;
}

Prices small_prices(const Architecture& arch) {
  Prices prices;
  prices.compute.op = 1;
  double energy = 1;
  for (std::size_t level = 0; level < arch.storage.size(); ++level, energy *= 10) {
    StoragePrice price;
    price.read = price.fill = price.update = energy;
    prices.storage.push_back(price);
    prices.implicit_networks.emplace_back();
  }
  return prices;
}

Constraints unconstrained(const Architecture& arch) {
  Constraints constraints;
  constraints.levels.resize(arch.storage.size());
  return constraints;
}

std::string factor_fingerprint(const Mapping& mapping) {
  std::string text;
  for (int level = 0; level < mapping.num_levels; ++level) {
    for (const LoopKind kind : kKinds) {
      for (int dim = 0; dim < mapping.num_dims; ++dim) {
        const LevelMapping& at = mapping.levels[level];
        text += fmt::format("{}/{} ", at.factors(kind)[dim], at.residuals(kind)[dim]);
      }
    }
  }
  return text;
}

Constraints random_constraints(oracle::Choices& choices, const oracle::Case& c,
                               const std::function<void(LevelConstraint&)>& constrain_loops) {
  Constraints constraints;
  constraints.levels.resize(c.arch.storage.size());
  const auto all = static_cast<SpaceMask>((1U << c.problem.spaces.size()) - 1U);
  for (std::size_t s = 0; s < c.arch.storage.size(); ++s) {
    LevelConstraint& level = constraints.levels[s];
    const LevelMapping& from = c.mapping.levels[s];
    level.no_link_transfer = from.no_link_transfer;
    level.no_multicast = from.no_multicast;
    level.no_temporal_reuse = from.no_temporal_reuse;
    if (choices.chance(50)) {
      level.must_keep = from.keep;
      level.must_bypass = static_cast<SpaceMask>(all & ~from.keep);
    }
    constrain_loops(level);
  }
  if (choices.chance(15)) constraints.min_parallelism = 0.25 * choices.pick(1, 3);
  return constraints;
}

std::string fingerprint(const Mapping& mapping) {
  std::string text = factor_fingerprint(mapping);
  for (int level = 0; level < mapping.num_levels; ++level) {
    for (const LoopKind kind : kKinds) {
      for (int i = 0; i < mapping.num_dims; ++i) {
        text += static_cast<char>('0' + mapping.levels[level].orders(kind)[i]);
      }
    }
    text += fmt::format(":{} ", mapping.levels[level].keep);
  }
  return text;
}

bool legal_loops(const Mapping& mapping, const Problem& problem, const Architecture& arch,
                 const Constraints& constraints, const MapspaceOptions& options) {
  std::int64_t used = 1;
  for (int level = 0; level < mapping.num_levels; ++level) {
    const LevelMapping& at = mapping.levels[level];
    for (int dim = 0; dim < problem.num_dims(); ++dim) {
      used *=
          std::int64_t{at.factors(LoopKind::spatial_x)[dim]} * at.factors(LoopKind::spatial_y)[dim];
    }
    if (!legal_level(at, level, problem.num_dims(), arch, constraints.levels[level],
                     options.both_axes)) {
      return false;
    }
  }
  const double share = static_cast<double>(used) / static_cast<double>(arch.compute.instances);
  return share + 1e-9 >= constraints.min_parallelism.value_or(0);
}

bool legal_factors(const Mapping& mapping, const Problem& problem, const Architecture& arch,
                   const Constraints& constraints, const MapspaceOptions& options) {
  std::vector<std::int64_t> product(problem.dims.size(), 1);
  for (int level = 0; level < mapping.num_levels; ++level) {
    for (const LoopKind kind : kKinds) {
      for (int dim = 0; dim < problem.num_dims(); ++dim) {
        product[dim] *= mapping.levels[level].factors(kind)[dim];
      }
    }
  }
  return product == problem.bounds && legal_loops(mapping, problem, arch, constraints, options);
}

std::vector<std::string> enumerate_factors(const Problem& problem, const Architecture& arch,
                                           const Constraints& constraints,
                                           const MapspaceOptions& options) {
  std::vector<std::string> found;
  Mapping mapping = Mapping::unit(arch.num_levels(), problem.num_dims(), problem.num_spaces());
  const int slots = arch.num_levels() * kLoopKinds;
  const std::function<void(int, int, std::int64_t)> choose = [&](int dim, int slot,
                                                                 std::int64_t left) {
    if (dim == problem.num_dims()) {
      if (legal_factors(mapping, problem, arch, constraints, options)) {
        found.push_back(factor_fingerprint(mapping));
      }
      return;
    }
    if (slot == slots) {
      if (left == 1) choose(dim + 1, 0, dim + 1 < problem.num_dims() ? problem.bounds[dim + 1] : 1);
      return;
    }
    LevelMapping& level = mapping.levels[slot / kLoopKinds];
    const auto kind = static_cast<LoopKind>(slot % kLoopKinds);
    for (std::int32_t factor = 1; factor <= left; ++factor) {
      if (left % factor != 0) continue;
      if (kind == LoopKind::spatial_x && arch.fanout_x(slot / kLoopKinds) == 1 && factor > 1) break;
      if (kind == LoopKind::spatial_y && arch.fanout_y(slot / kLoopKinds) == 1 && factor > 1) break;
      level.factors(kind)[dim] = level.residuals(kind)[dim] = factor;
      choose(dim, slot + 1, left / factor);
    }
    level.factors(kind)[dim] = level.residuals(kind)[dim] = 1;
  };
  choose(0, 0, problem.bounds[0]);
  std::sort(found.begin(), found.end());
  return found;
}

double uniformity_excess(const std::vector<std::uint64_t>& counts) {
  const double total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  const double expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (const std::uint64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    statistic += off * off / expected;
  }
  const double freedom = static_cast<double>(counts.size() - 1);
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

}  // namespace tilewright::test
