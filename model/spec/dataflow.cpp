#include "model/spec/dataflow.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "model/error.hpp"
#include "model/names.hpp"

namespace tilewright {
namespace {

constexpr std::array<std::pair<std::string_view, Dataflow>, 5> kNames{
    {{"weight-stationary", Dataflow::weight_stationary},
     {"output-stationary", Dataflow::output_stationary},
     {"input-stationary", Dataflow::input_stationary},
     {"row-stationary", Dataflow::row_stationary},
     {"none", Dataflow::none}}};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

bool moves(const DataSpace& space, int dim) {
  return std::any_of(space.projection.begin(), space.projection.end(), [dim](const auto& terms) {
    return std::any_of(terms.begin(), terms.end(),
                       [dim](const Term& term) { return term.dim == dim; });
  });
}

bool has_windows(const DataSpace& space) {
  return std::any_of(space.projection.begin(), space.projection.end(),
                     [](const Coordinate& terms) { return terms.size() > 1; });
}

bool is_called(const DataSpace& space, std::initializer_list<std::string_view> words) {
  std::string name = space.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.starts_with(word); });
}

/// A dimension of windows and the one along which they move.
struct Window {
  int weight = -1;
  int output = -1;
};

class Applier {
 public:
  Applier(const Problem& problem, const Architecture& arch, Constraints& constraints)
      : problem_(problem), arch_(arch), constraints_(constraints) {
    constraints_.levels.resize(index(arch.num_levels()));
  }

  void keep_still(int space, std::string_view role, const std::vector<int>& first = {}) {
    if (space < 0) {
      throw UsageError(
          fmt::format("problem {} has no {} that could be stationary", problem_.name, role));
    }
    level_ = home_of(space);
    const auto mask = static_cast<SpaceMask>(1U << index(space));
    LevelConstraint& home = constraints_.levels[index(level_)];
    if ((home.must_keep & mask) == 0) {
      home.must_keep |= mask;
      add(level_, fmt::format("type: datatype, keep: [{}]", problem_.spaces[index(space)].name));
    }
    std::vector<int> order = first;
    for (int d = 0; d < problem_.num_dims(); ++d) {
      const bool listed = std::find(order.begin(), order.end(), d) != order.end();
      if (!listed && !moves(problem_.spaces[index(space)], d)) order.push_back(d);
    }
    for (int s = level_ + 1; s < arch_.num_levels(); ++s) put_first(s, order);
  }

  void keep_rows(const DataspaceRoles& roles) {
    const std::vector<Window> windows = windows_of(roles);
    if (windows.empty()) return keep_still(roles.weights, "weights");
    const Window row = windows.front();
    keep_still(roles.weights, "weights", {row.output});
    if (level_ + 1 == arch_.num_levels()) return;  // what has no memory of its own takes all loops
    if (is_free(row.weight) && has_room(row)) {
      constraints_.levels[index(level_)].temporal.fixed[index(row.weight)] =
          static_cast<std::int32_t>(problem_.bounds[index(row.weight)]);
      add(level_, fmt::format("type: temporal, factors: {}={}", problem_.dims[index(row.weight)],
                              problem_.bounds[index(row.weight)]));
    }
    for (int s = 0; s < arch_.num_levels(); ++s) {
      if (arch_.fanout(s) > 1) limit(s, true, {row.weight, row.output});
    }
    if (windows.size() > 1) limit(level_, false, {windows[1].weight});
  }

  std::string yaml() const { return yaml_; }

 private:
  void add(int level, const std::string& what) {
    yaml_ += fmt::format("- {{target: {}, {}}}\n", arch_.storage[index(level)].name, what);
  }

  std::string names(const std::vector<int>& dims, std::string_view sign,
                    std::string_view between) const {
    std::vector<std::string> texts;
    for (const int dim : dims)
      texts.push_back(fmt::format("{}{}", problem_.dims[index(dim)], sign));
    return fmt::format("{}", fmt::join(texts, between));
  }

  // The innermost level that may keep it beside all that it must keep; the outermost always may.
  int home_of(int space) const {
    const auto mask = static_cast<SpaceMask>(1U << index(space));
    for (int s = 0; s + 1 < arch_.num_levels(); ++s) {
      const LevelConstraint& level = constraints_.levels[index(s)];
      if ((level.must_bypass & mask) != 0) continue;
      std::uint64_t kept = 0;
      for (unsigned rest = level.must_keep | mask; rest != 0; rest &= rest - 1) ++kept;
      if (arch_.storage[index(s)].effective_entries().value_or(kept) >= kept) return s;
    }
    return arch_.num_levels() - 1;
  }

  void put_first(int level, const std::vector<int>& dims) {
    LoopConstraint& loops = constraints_.levels[index(level)].temporal;
    if (dims.empty() || !loops.inner.empty() || !loops.outer.empty()) return;
    loops.inner = dims;
    add(level, fmt::format("type: temporal, permutation: \"{}\"", names(dims, "", ",")));
  }

  void limit(int level, bool spatial, const std::vector<int>& dims) {
    LevelConstraint& at = constraints_.levels[index(level)];
    LoopConstraint& loops = spatial ? at.spatial : at.temporal;
    std::vector<int> limited;
    for (const int dim : dims) {
      const bool asked = loops.fixed[index(dim)] != 0 || loops.at_most[index(dim)] != 0 ||
                         loops.at_least[index(dim)] != 0;
      if (asked || problem_.bounds[index(dim)] == 1) continue;
      loops.at_most[index(dim)] = 1;
      limited.push_back(dim);
    }
    if (limited.empty()) return;
    add(level, fmt::format("type: {}, factors: {}", spatial ? "spatial" : "temporal",
                           names(limited, "<=1", " ")));
  }

  // Does nobody say anything of its factors?
  bool is_free(int dim) const {
    const auto unasked = [dim](const LoopConstraint& loops) {
      return loops.fixed[index(dim)] == 0 && loops.at_most[index(dim)] == 0 &&
             loops.at_least[index(dim)] == 0;
    };
    return std::all_of(
        constraints_.levels.begin(), constraints_.levels.end(),
        [&](const LevelConstraint& at) { return unasked(at.temporal) && unasked(at.spatial); });
  }

  // Of the box around it, steps and holes included.
  std::uint64_t words_of_row(const DataSpace& space, int dim) const {
    std::uint64_t words = 1;
    for (const Coordinate& terms : space.projection) {
      for (const Term& term : terms) {
        if (term.dim != dim) continue;
        const std::int64_t reach = std::abs(term.coefficient) * (problem_.bounds[index(dim)] - 1);
        words *= 1 + static_cast<std::uint64_t>(reach);
      }
    }
    return words;
  }

  // For a row of every dataspace that the level must keep.
  bool has_room(const Window& row) const {
    std::uint64_t words = 0;
    for (int p = 0; p < problem_.num_spaces(); ++p) {
      if ((constraints_.levels[index(level_)].must_keep >> index(p) & 1U) == 0) continue;
      words += words_of_row(problem_.spaces[index(p)], row.weight);
    }
    return arch_.storage[index(level_)].effective_entries().value_or(words) >= words;
  }

  std::vector<Window> windows_of(const DataspaceRoles& roles) const {
    std::vector<Window> windows;
    if (roles.weights < 0 || roles.inputs < 0 || roles.outputs < 0) return windows;
    const DataSpace& weights = problem_.spaces[index(roles.weights)];
    const DataSpace& outputs = problem_.spaces[index(roles.outputs)];
    for (const Coordinate& terms : problem_.spaces[index(roles.inputs)].projection) {
      Window window;
      for (const Term& term : terms) {
        const bool of_weights = moves(weights, term.dim);
        const bool of_outputs = moves(outputs, term.dim);
        if (of_weights && !of_outputs) window.weight = term.dim;
        if (of_outputs && !of_weights) window.output = term.dim;
      }
      if (window.weight >= 0 && window.output >= 0) windows.push_back(window);
    }
    return windows;
  }

  const Problem& problem_;
  const Architecture& arch_;
  Constraints& constraints_;
  int level_ = 0;  // the home of what is stationary
  std::string yaml_;
};

}  // namespace

std::vector<std::string_view> dataflow_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, dataflow] : kNames) names.push_back(name);
  return names;
}

Dataflow parse_dataflow(std::string_view text) {
  for (const auto& [name, dataflow] : kNames) {
    if (same_key(name, text)) return dataflow;
  }
  throw UsageError(unknown_name_message("dataflow", text, dataflow_names()));
}

DataspaceRoles roles_of(const Problem& problem) {
  DataspaceRoles roles;
  std::vector<int> operands;
  for (int p = 0; p < problem.num_spaces(); ++p) {
    if (problem.spaces[index(p)].read_write) {
      if (roles.outputs < 0) roles.outputs = p;
    } else {
      operands.push_back(p);
    }
  }
  const auto find = [&](const auto& is) {
    const auto it = std::find_if(operands.begin(), operands.end(),
                                 [&](int p) { return is(problem.spaces[index(p)]); });
    return it == operands.end() ? -1 : *it;
  };
  roles.weights = find([](const DataSpace& s) { return is_called(s, {"weight", "filter"}); });
  roles.inputs = find([](const DataSpace& s) { return is_called(s, {"input", "ifmap", "act"}); });
  if (roles.inputs < 0) roles.inputs = find(has_windows);
  const auto other = [&](int than) {
    const auto it =
        std::find_if(operands.begin(), operands.end(), [&](int p) { return p != than; });
    return it == operands.end() ? -1 : *it;
  };
  if (roles.inputs < 0 && roles.weights < 0 && roles.outputs >= 0) {
    const DataSpace& result = problem.spaces[index(roles.outputs)];
    for (int d = 0; d < problem.num_dims() && roles.inputs < 0; ++d) {
      if (moves(result, d)) roles.inputs = find([d](const DataSpace& s) { return moves(s, d); });
    }
  }
  if (roles.weights < 0) roles.weights = other(roles.inputs);
  if (roles.inputs < 0) roles.inputs = other(roles.weights);
  return roles;
}

int space_by_role(const Problem& problem, std::string_view name) {
  constexpr std::array<std::string_view, 3> kUsual{"Weights", "Inputs", "Outputs"};
  // A problem with one of these names means something else by another.
  for (const std::string_view usual : kUsual) {
    if (problem.find_space(usual) >= 0) return -1;
  }
  const DataspaceRoles roles = roles_of(problem);
  if (name == kUsual[0]) return roles.weights;
  if (name == kUsual[1]) return roles.inputs;
  return name == kUsual[2] ? roles.outputs : -1;
}

std::string apply_dataflow(Dataflow dataflow, const Problem& problem, const Architecture& arch,
                           Constraints& constraints) {
  const DataspaceRoles roles = roles_of(problem);
  Applier applier(problem, arch, constraints);
  switch (dataflow) {
    case Dataflow::none:
      break;
    case Dataflow::weight_stationary:
      applier.keep_still(roles.weights, "weights");
      break;
    case Dataflow::output_stationary:
      applier.keep_still(roles.outputs, "outputs");
      break;
    case Dataflow::input_stationary:
      applier.keep_still(roles.inputs, "inputs");
      break;
    case Dataflow::row_stationary:
      applier.keep_rows(roles);
      break;
  }
  return applier.yaml();
}

}  // namespace tilewright
