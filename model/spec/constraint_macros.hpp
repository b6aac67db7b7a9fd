#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"
#include "model/spec/lower_nodes.hpp"
#include "model/spec/node.hpp"
#include "model/spec/spec.hpp"

namespace tilewright::spec {

/// What a constraint on loops says of dimensions that it does not name one by one; nullptr =
/// nothing.
struct LoopMacros {
  LoopConstraint* loops = nullptr;
  int level = 0;
  bool is_spatial = false;
  std::string where;                   // for messages
  const Node* factors_only = nullptr;  // its factors are read already; all others are 1
  const Node* no_iteration = nullptr;  // dataspaces whose dimensions have factors of 1
  const Node* must_iterate = nullptr;  // dataspaces without whose dimensions factors are 1
  const Node* maximize = nullptr;      // dimensions, or lists of them
  const Node* capacity = nullptr;      // for them; of spatial loops the fan-out
};

/// Turns the macros of constraints into factors, once all factors are known.
class ConstraintMacros {
 public:
  /// Whether constraints on the loops name the dimension in `factors`.
  using Mentions = std::function<bool(const LoopConstraint& loops, int dim)>;

  ConstraintMacros(const Architecture& arch, const Problem& problem, Mentions mentions)
      : arch_(arch), problem_(problem), mentions_(std::move(mentions)) {}

  void add(LoopMacros macros) { macros_.push_back(std::move(macros)); }
  /// `is_rest`: whether a factor takes what the others leave of its dimension.
  /// \throws SpecError for macros that contradict each other or a factor
  void apply(const Constraints& constraints, const Mentions& is_rest);

 private:
  void set_one(const Node& node, std::string_view macro, const LoopMacros& macros, int dim) const;
  std::uint32_t dims_of(const Node& dataspaces, std::string_view key) const;
  void apply_factors(const LoopMacros& macros) const;
  void maximize(const LoopMacros& macros, const Mentions& is_rest,
                std::vector<std::int64_t>& left) const;
  void fill_list(const LoopMacros& macros, const Node& list, std::int64_t capacity,
                 const Mentions& is_rest, std::vector<std::int64_t>& left) const;
  std::vector<std::int64_t> left_by_factors(const Constraints& constraints,
                                            const Mentions& is_rest) const;

  const Architecture& arch_;
  const Problem& problem_;
  Mentions mentions_;
  std::vector<LoopMacros> macros_;
};

/// Sends each dataspace past the branches of every `!Parallel` that do not keep it.
/// \throws SpecError for one that two branches keep, or none.
void apply_parallels(const std::vector<KeepingBranches>& parallels, const Architecture& arch,
                     const Problem& problem, Constraints& constraints);

/// Puts the dimensions without a loop (of size 1, or a factor of 1) in front of those that a
/// permutation names, as Timeloop's front end of version 0.4 does. That changes what lies on which
/// axis where there is a `split`, of which a warning tells.
void put_ones_first(const Architecture& arch, const Problem& problem, Constraints& constraints,
                    std::vector<Warning>* warnings);

}  // namespace tilewright::spec
