#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/mapping/constraints.hpp"
#include "model/problem/problem.hpp"

namespace tilewright::explain {

/// What kind of thing a user asks for that can rule mappings out.
enum class DemandKind : std::uint8_t {
  factor,       // of one dimension at one level, temporal or spatial
  most,         // the largest factor allowed
  least,        // the smallest
  order,        // of loops; of spatial ones it says, with a split, who lies on X
  split,        // of spatial loops over X and Y
  keep,         // a level must keep a dataspace
  bypass,       // a level must pass a dataspace by
  capacity,     // words of a level
  utilization,  // share of a level that must be filled
  fanout,       // instances inside one instance of a level
  parallelism   // share of the MACs that must be used
};
std::string_view name(DemandKind kind);
/// Is it about the factor of one dimension?
constexpr bool is_factor(DemandKind kind) {
  return kind == DemandKind::factor || kind == DemandKind::most || kind == DemandKind::least;
}
/// Is it about the loops of one kind at one level?
constexpr bool is_of_loops(DemandKind kind) {
  return is_factor(kind) || kind == DemandKind::order || kind == DemandKind::split;
}

/// One thing that a user asks for: a member of the sets that an explanation blames.
struct Demand {
  DemandKind kind = DemandKind::factor;
  int level = -1;
  bool spatial = false;  // of factors and orders
  int dim = -1;          // dimension of a factor, dataspace of keep and bypass
  friend bool operator==(const Demand&, const Demand&) = default;
};

/// Members are chosen by their places in a list of demands.
using DemandSet = std::vector<bool>;

/// A spec as values that can be changed one by one.
struct Demands {
  Constraints constraints;
  Architecture arch;
};

/// All that a spec asks for: constraints first, then what the architecture limits.
std::vector<Demand> list_demands(const Problem& problem, const Demands& given);

/// "temporal factor C=16 at 'Buffer'", "the capacity of 'Buffer' (512 words)", ...
std::string describe(const Demand& demand, const Problem& problem, const Demands& given);

/// Takes a constraint or a limit of a memory back. Fan-outs, which have no value that limits
/// nothing, are left to who asks.
void lift(const Demand& demand, Demands& given);

/// The limits of a factor: which of the three a demand is about.
std::int32_t& factor_limit(const Demand& demand, Constraints& constraints);

/// The same architecture with another array inside `level`: the instances of all levels further in
/// follow.
Architecture with_fanout(const Architecture& arch, int level, std::uint64_t x, std::uint64_t y);

}  // namespace tilewright::explain
