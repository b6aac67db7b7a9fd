#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/big_int.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"
#include "search/stream.hpp"

namespace tilewright {

class BypassSpace;
class FactorizationSpace;
class LoopOrders;
class MoveSet;

/// Loop bounds that somebody would like: [level][kind][dim], any numbers from 1 on.
using LoopWishes = std::array<std::array<std::array<double, kMaxDims>, kLoopKinds>, kMaxLevels>;

struct MapspaceOptions {
  bool both_axes = false;  // a dimension may use X and Y of one level (the reference: one of them)
  /// No network charges for distance (see distances_are_free): layouts of an array that cost the
  /// same are then taken as one.
  bool distances_are_free = false;
  /// Factors need not divide: a dimension's factors multiply to at least its bound, and the last
  /// tiles are short. Sizes, `at`, `sample` and `moves` are those of the perfect mappings in it.
  bool imperfect = false;
};

/// Sizes of the parts whose product is the mapspace (the split of dims over the axes is part of
/// `factorizations`).
struct MapspaceSize {
  BigInt factorizations;  // tilings, temporal and spatial, within factor constraints and fan-out;
                          // of those with X and Y of a level exchanged at the same cost, one
  BigInt permutations;    // orders of the loops of each level
  BigInt bypasses;        // keep/bypass choices
  BigInt total;
  BigInt order_classes;     // at most so many orders of one tiling can differ in cost
  BigInt reduced_total;     // the mapspace without the other orders
  BigInt full_total;        // `total` if exchanged tilings count too
  bool of_perfect = false;  // the mapspace has imperfect mappings besides, which are not counted
};

/// All perfect mappings of a problem on an architecture that satisfy the constraints and every
/// level's fan-out. Capacity is not part of it: mappings that do not fit are rejected by the model.
/// Immutable; const use is thread-safe.
class Mapspace {
 public:
  /// \throws SpecError or UsageError when the constraints leave nothing, saying which one does;
  /// Stopped.
  Mapspace(const Problem& problem, const Architecture& arch, const Constraints& constraints,
           const MapspaceOptions& options = {}, const StopToken& stop = {});
  ~Mapspace();
  Mapspace(Mapspace&&) noexcept;

  const MapspaceSize& size() const;
  /// The mapping number `index`, 0 <= index < size().total.
  Mapping at(const BigInt& index) const;
  /// The number of a mapping of the space; of one whose loops stand in another order at the same
  /// cost, that of the mapping that stands for it. Nothing if there is none.
  std::optional<BigInt> index_of(const Mapping& mapping) const;
  /// The mapping that is nearest to these loop bounds, orders and keeping: one dimension after the
  /// other by its logarithms, as far as the earlier ones leave it free.
  Mapping project(const LoopWishes& wishes, const Mapping& orders) const;
  /// Draws uniformly; allocates nothing. `mapping` must come from `blank()`.
  void sample(Stream& random, Mapping& mapping) const;
  /// A mapping of the right shape with everything that the constraints fix.
  Mapping blank() const;
  /// The parts, for those who go through them one by one.
  const FactorizationSpace& factorizations() const;
  const BypassSpace& bypasses() const;
  /// The orders among which there is always a best one.
  const LoopOrders& complete_orders() const;
  /// The few orders among which there nearly always is one.
  const LoopOrders& quick_orders() const;
  /// Small steps from one mapping of the space to another.
  const MoveSet& moves() const;
  /// What was demanded of the space, one entry per storage level.
  const Constraints& constraints() const;
  const MapspaceOptions& options() const;
  /// Does it hold mappings whose factors do not divide?
  bool imperfect() const;
  /// MACs that a mapping must use at least, less a margin for rounding; 0 = any number.
  double least_instances() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tilewright
