#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "model/spec/node.hpp"

// What the directives of a mapping and the constraints of a mapspace have in common: a target
// level, factors, permutations, and lists of dataspaces.
namespace tilewright::spec {

enum class Relation : std::uint8_t { equal, at_most, at_least };

/// One of `C=4`, `C4`, `P=5,3`, `C<=8`, `C>=2`, `C=0`, as it is written.
struct NamedFactor {
  std::string dim;
  Relation relation = Relation::equal;
  std::int32_t value = 0;     // 0 = whatever the other factors leave
  std::int32_t residual = 0;  // of the last pass; 0 = not given
  friend bool operator==(const NamedFactor&, const NamedFactor&) = default;
};

/// The same of a problem.
struct FactorTerm {
  int dim = 0;
  Relation relation = Relation::equal;
  std::int32_t value = 0;
  std::int32_t residual = 0;
};

/// Dimensions that constraints name and the problem lacks, although a built-in shape has them, in
/// the order met. They count as dimensions of size 1, so that the constraints of an architecture go
/// with every kind of layer.
using AbsentDims = std::vector<std::string>;

/// `factors` as a text, a list or a map. \throws SpecError for anything that is no factor
std::vector<NamedFactor> scan_factors(const Node& node);

/// The same for a problem. \throws SpecError for unknown dimensions, naming the known
/// ones, and for a dimension that occurs twice with one relation.
/// With `absent`, terms of such dimensions are left out and the dimensions noted there; those that
/// a size of 1 cannot satisfy are errors.
std::vector<FactorTerm> read_factors(const Node& node, const Problem& problem,
                                     AbsentDims* absent = nullptr);

/// `permutation` as it is written: each word is a dimension, or dimensions of one letter each.
struct NamedPermutation {
  std::vector<std::string> first;
  std::vector<std::string> last;
};
NamedPermutation scan_permutation(const Node& node);

/// `permutation`: dimensions innermost first; `_` divides the first ones from the last ones.
struct Permutation {
  std::vector<int> first;
  std::vector<int> last;
};
Permutation read_permutation(const Node& node, const Problem& problem,
                             AbsentDims* absent = nullptr);

/// What a name stands for that no dataspace has; -1 = nothing.
using UnknownSpace = std::function<int(const Node& node, const std::string& name)>;

/// The dataspaces in a list of names; `*` stands for all.
SpaceMask read_spaces(const Node& node, std::string_view what, const Problem& problem,
                      const UnknownSpace& unknown = {});

/// All dataspaces of a problem.
SpaceMask all_spaces(const Problem& problem);

/// What a constraint on dataspaces says: `keep`, `bypass`, and the macros `keep_only` and
/// `bypass_only`, which say of all. `find` gives the value of a key, or nullptr.
struct Keeps {
  SpaceMask keep = 0, bypass = 0;
};
Keeps read_keeps(const std::function<const Node*(std::string_view)>& find, const Problem& problem,
                 const UnknownSpace& unknown = {});

/// The level that `target` (or `name`) means, by name or by index (0 = innermost).
int read_target(const Node& directive, const Architecture& arch);

/// The message about spatial loops at a level that has none.
[[noreturn]] void fail_without_fanout(const Node& node, const Architecture& arch, int level);

}  // namespace tilewright::spec
