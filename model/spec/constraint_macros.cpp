#include "model/spec/constraint_macros.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "model/spec/directive.hpp"
#include "model/spec/maximize_dims.hpp"

namespace tilewright::spec {
namespace {

// A dimension whose factor is told is none of those that defaults are for.
void lift_defaults(LoopConstraint& loops, int dim) {
  const std::uint32_t bit = 1U << static_cast<unsigned>(dim);
  if ((loops.default_most & bit) != 0) loops.at_most[dim] = 0;
  if ((loops.default_least & bit) != 0) loops.at_least[dim] = 0;
  loops.default_most &= ~bit;
  loops.default_least &= ~bit;
}

}  // namespace

void ConstraintMacros::apply(const Constraints& constraints, const Mentions& is_rest) {
  for (const LoopMacros& macros : macros_) apply_factors(macros);
  std::vector<const LoopMacros*> maximized;
  for (const LoopMacros& macros : macros_) {
    if (macros.maximize != nullptr) maximized.push_back(&macros);
  }
  if (maximized.empty()) return;
  // Spatial loops come first, inner levels before outer ones.
  std::stable_sort(maximized.begin(), maximized.end(), [](const auto* a, const auto* b) {
    if (a->is_spatial != b->is_spatial) return a->is_spatial;
    return a->level < b->level;
  });
  std::vector<std::int64_t> left = left_by_factors(constraints, is_rest);
  for (const LoopMacros* macros : maximized) maximize(*macros, is_rest, left);
}

void ConstraintMacros::set_one(const Node& node, std::string_view macro, const LoopMacros& macros,
                               int dim) const {
  lift_defaults(*macros.loops, dim);
  std::int32_t& fixed = macros.loops->fixed[dim];
  if (fixed > 1 || macros.loops->at_least[dim] > 1) {
    node.fail(
        fmt::format("{}: the factor of {} in the {} is 1 by this and {}{} by another "
                    "constraint",
                    macro, problem_.dims[dim], macros.where, fixed > 1 ? "" : "at least ",
                    fixed > 1 ? fixed : macros.loops->at_least[dim]));
  }
  fixed = 1;
}

std::uint32_t ConstraintMacros::dims_of(const Node& dataspaces, std::string_view key) const {
  const SpaceMask spaces = read_spaces(dataspaces, key, problem_);
  std::uint32_t dims = 0;
  for (int s = 0; s < problem_.num_spaces(); ++s) {
    if ((spaces >> s & 1U) == 0) continue;
    for (const auto& coordinate : problem_.spaces[s].projection) {
      for (const auto& term : coordinate) dims |= 1U << term.dim;
    }
  }
  return dims;
}

void ConstraintMacros::apply_factors(const LoopMacros& macros) const {
  std::uint32_t ones = 0;
  if (macros.factors_only != nullptr) {
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if (!mentions_(*macros.loops, d)) set_one(*macros.factors_only, "factors_only", macros, d);
    }
  }
  const auto set_all = [&](const Node& node, std::string_view macro, std::uint32_t dims) {
    for (int d = 0; d < problem_.num_dims(); ++d) {
      if ((dims >> d & 1U) != 0) set_one(node, macro, macros, d);
    }
  };
  if (macros.no_iteration != nullptr) {
    ones = dims_of(*macros.no_iteration, "no_iteration_over_dataspaces");
    set_all(*macros.no_iteration, "no_iteration_over_dataspaces", ones);
  }
  if (macros.must_iterate != nullptr) {
    ones = ~dims_of(*macros.must_iterate, "must_iterate_over_dataspaces");
    set_all(*macros.must_iterate, "must_iterate_over_dataspaces", ones);
  }
}

// What fixed factors leave of each dimension; all of it is taken by a factor 0, the rest.
std::vector<std::int64_t> ConstraintMacros::left_by_factors(const Constraints& constraints,
                                                            const Mentions& is_rest) const {
  std::vector<std::int64_t> left(problem_.bounds.begin(), problem_.bounds.end());
  for (const LevelConstraint& level : constraints.levels) {
    for (const LoopConstraint* loops : {&level.temporal, &level.spatial}) {
      for (int d = 0; d < problem_.num_dims(); ++d) {
        const std::int64_t factor = std::max<std::int64_t>(1, loops->fixed[d]);
        left[d] = is_rest(*loops, d) ? 1 : (left[d] + factor - 1) / factor;
      }
    }
  }
  return left;
}

void ConstraintMacros::maximize(const LoopMacros& macros, const Mentions& is_rest,
                                std::vector<std::int64_t>& left) const {
  std::int64_t capacity = static_cast<std::int64_t>(arch_.fanout(macros.level));
  if (macros.capacity != nullptr) {
    capacity = static_cast<std::int64_t>(macros.capacity->count(
        "maximize_dims_capacity", 1, std::numeric_limits<std::int32_t>::max()));
  } else if (!macros.is_spatial) {
    macros.maximize->fail(macros.where +
                          ": 'maximize_dims' of temporal loops needs 'maximize_dims_capacity'");
  }
  const auto& items = macros.maximize->list("maximize_dims");
  const bool is_nested = !items.empty() && items.front()->is_list();
  if (!is_nested) return fill_list(macros, *macros.maximize, capacity, is_rest, left);
  for (const Node* list : items) fill_list(macros, *list, capacity, is_rest, left);
}

void ConstraintMacros::fill_list(const LoopMacros& macros, const Node& list, std::int64_t capacity,
                                 const Mentions& is_rest, std::vector<std::int64_t>& left) const {
  LoopConstraint& loops = *macros.loops;
  for (int d = 0; d < problem_.num_dims(); ++d) {
    // A limit that holds for all that no constraint mentions is none of these.
    const bool by_default = (loops.default_least >> d & 1U) != 0;
    const std::int64_t least = by_default ? 1 : loops.at_least[d];
    capacity /=
        is_rest(loops, d) ? problem_.bounds[d] : std::max<std::int64_t>({1, loops.fixed[d], least});
  }
  std::vector<int> dims;
  std::vector<std::int64_t> sizes;
  for (const Node* item : list.list("maximize_dims")) {
    const std::string& name = item->text("maximize_dims");
    const int dim = problem_.find_dim(name);
    if (dim < 0) {
      item->fail(fmt::format("maximize_dims: unknown dimension '{}' (problem {} has {})", name,
                             problem_.name, fmt::join(problem_.dims, ", ")));
    }
    if (loops.fixed[dim] != 0 || mentions_(loops, dim) ||
        std::find(dims.begin(), dims.end(), dim) != dims.end()) {
      item->fail(fmt::format("maximize_dims: the factor of {} in the {} is given already", name,
                             macros.where));
    }
    dims.push_back(dim);
    sizes.push_back(left[dim]);
  }
  const auto factors = best_fill(sizes, capacity);
  if (!factors) list.fail("maximize_dims: too many ways to fill that much; give factors instead");
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t factor = (*factors)[i];
    lift_defaults(loops, dims[i]);
    loops.fixed[dims[i]] = static_cast<std::int32_t>(factor);
    left[dims[i]] = (left[dims[i]] + factor - 1) / factor;
  }
}

namespace {

// The dataspaces that the constraints of a branch keep.
SpaceMask kept_by(const KeepingBranch& branch, const Problem& problem) {
  SpaceMask kept = 0;
  for (const Node* node : branch.dataspace) {
    kept |= read_keeps([&](std::string_view key) { return node->find(key); }, problem).keep;
  }
  return kept;
}

std::string names_of(SpaceMask mask, const Problem& problem) {
  std::vector<std::string> names;
  for (int s = 0; s < problem.num_spaces(); ++s) {
    if ((mask >> s & 1U) != 0) names.push_back(problem.spaces[s].name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void check_disjoint(const KeepingBranches& parallel, const std::vector<SpaceMask>& kept,
                    const Problem& problem) {
  for (std::size_t a = 0; a < kept.size(); ++a) {
    for (std::size_t b = a + 1; b < kept.size(); ++b) {
      const auto both = static_cast<SpaceMask>(kept[a] & kept[b]);
      if (both == 0) continue;
      const Node& blamed = parallel.branches[b].dataspace.empty()
                               ? *parallel.node
                               : *parallel.branches[b].dataspace.front();
      blamed.fail(fmt::format("{} is kept in two branches of a '!Parallel': {} and {}",
                              names_of(both, problem), parallel.branches[a].name,
                              parallel.branches[b].name));
    }
  }
}

}  // namespace

void apply_parallels(const std::vector<KeepingBranches>& parallels, const Architecture& arch,
                     const Problem& problem, Constraints& constraints) {
  const SpaceMask all = all_spaces(problem);
  std::vector<std::vector<SpaceMask>> kept;  // [parallel][branch]
  for (const KeepingBranches& parallel : parallels) {
    std::vector<SpaceMask>& here = kept.emplace_back();
    SpaceMask together = 0;
    for (const KeepingBranch& branch : parallel.branches) {
      here.push_back(kept_by(branch, problem));
      together |= here.back();
    }
    check_disjoint(parallel, here, problem);
    const SpaceMask wanted = parallel.parallel < 0 ? all : kept[parallel.parallel][parallel.branch];
    const auto missing = static_cast<SpaceMask>(wanted & ~together);
    if (missing != 0) {
      const std::string names = names_of(missing, problem);
      parallel.node->fail(fmt::format(
          "no branch of this '!Parallel' keeps {}; to pass it by, add\n  - !Nothing {{constraints: "
          "{{dataspace: {{keep: [{}]}}}}}}",
          names, names));
    }
    for (std::size_t b = 0; b < here.size(); ++b) {
      for (const std::string& name : parallel.branches[b].levels) {
        const int level = arch.find_level(name);
        if (level < 0) continue;
        constraints.levels[level].must_bypass |= static_cast<SpaceMask>(all & ~here[b]);
      }
    }
  }
}

namespace {

// The dimensions that the permutation leaves out and that have no loop.
std::vector<int> ones_of(const LoopConstraint& loops, const Problem& problem) {
  const auto names = [&](int d) {
    const auto is_in = [d](const std::vector<int>& list) {
      return std::find(list.begin(), list.end(), d) != list.end();
    };
    return is_in(loops.inner) || is_in(loops.outer);
  };
  std::vector<int> ones;
  for (int d = 0; d < problem.num_dims(); ++d) {
    const bool is_one = loops.fixed[d] == 1 || loops.at_most[d] == 1 || loops.at_least[d] == 1 ||
                        problem.bounds[d] == 1;
    if (is_one && !names(d)) ones.push_back(d);
  }
  return ones;
}

void warn_of_split(const StorageLevel& level, const LoopConstraint& loops,
                   const std::vector<int>& ones, const Problem& problem,
                   std::vector<Warning>* warnings) {
  const auto split = static_cast<std::size_t>(loops.split.value_or(0));
  std::string moved;
  for (std::size_t p = 0; p < std::min(split, loops.inner.size()); ++p) {
    if (p + ones.size() < split || problem.bounds[loops.inner[p]] == 1) continue;
    moved += (moved.empty() ? "" : ", ") + problem.dims[loops.inner[p]];
  }
  if (moved.empty() || warnings == nullptr) return;
  Warning warning;
  warning.mark = level.mark;
  warning.message = fmt::format(
      "{}: {} on Y although the split is {}: files of version 0.4 count the {} dimensions without "
      "a loop first; name all dimensions in the permutation, or raise the split",
      level.name, moved + (moved.find(',') == moved.npos ? " lies" : " lie"), split, ones.size());
  warnings->push_back(std::move(warning));
}

}  // namespace

void put_ones_first(const Architecture& arch, const Problem& problem, Constraints& constraints,
                    std::vector<Warning>* warnings) {
  for (int s = 0; s < arch.num_levels(); ++s) {
    LevelConstraint& level = constraints.levels[s];
    for (LoopConstraint* loops : {&level.temporal, &level.spatial}) {
      if (loops == &level.spatial && arch.fanout(s) == 1) continue;
      const std::vector<int> ones = ones_of(*loops, problem);
      warn_of_split(arch.storage[s], *loops, ones, problem, warnings);
      loops->inner.insert(loops->inner.begin(), ones.begin(), ones.end());
    }
  }
}

}  // namespace tilewright::spec
