#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "model/arch/architecture.hpp"
#include "model/big_int.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "model/stop_token.hpp"
#include "search/mapspace/array_layout.hpp"
#include "search/mapspace/choice_table.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/mapspace/spatial_rules.hpp"
#include "search/mapspace/temporal_splits.hpp"
#include "search/stream.hpp"

namespace tilewright {

/// All ways to write the bound of every dimension as a product of one temporal factor per level and
/// one spatial factor per slot, within the constraints and the fan-outs.
///
/// Fan-outs couple the dimensions. A graph resolves this: one layer per dimension, a node per state
/// of SpatialRules, an edge per choice of spatial factors, weighted by the number of temporal
/// splits of what they leave. A factorization is a path with one split per edge; counting paths
/// from the end gives the exact size, exact ranks and exactly uniform draws.
///
/// Where X and Y of a level can be exchanged at no cost, only one of the two tilings is listed: the
/// one whose first dimension with a loop there lies on X. Dimensions whose place may matter come
/// first in the graph; where one of them has a loop, both tilings stay.
class FactorizationSpace {
 public:
  /// Check that size() > 0 before at() and sample(). \throws UsageError, Stopped.
  FactorizationSpace(const Problem& problem, const Architecture& arch,
                     const Constraints& constraints, const MapspaceOptions& options,
                     const ArrayLayout& layout, const StopToken& stop);

  /// Is there any factorization? Cheaper than building the space.
  static bool feasible(const Problem& problem, const Architecture& arch,
                       const Constraints& constraints, const MapspaceOptions& options,
                       const StopToken& stop);

  const BigInt& size() const { return size_; }
  /// The same with the tilings that are left out because X and Y are exchanged.
  const BigInt& full_size() const { return full_size_; }
  const SpatialRules& rules() const { return rules_; }
  void at(BigInt index, Mapping& mapping) const;
  void sample(Stream& random, Mapping& mapping) const;
  /// The number of a mapping's factors, if the space holds them.
  std::optional<BigInt> rank(const Mapping& mapping) const;
  /// Writes factors that are near to what is wished.
  void project(const LoopWishes& wishes, Mapping& mapping) const;

 private:
  struct Choice {
    int quotient = 0;          // divisor of the bound that is left for the temporal loops
    std::uint64_t splits = 1;  // its temporal splits
    std::size_t factors = 0;   // into Layer::factors, one per slot
  };
  struct Edge {
    std::uint32_t choice : 31 = 0;
    std::uint32_t exchanged : 1 = 0;  // leads to tilings of which another edge has the twins
    std::uint32_t next = 0;
  };
  struct Layer {
    Layer(int of, TemporalSplits temporal) : dim(of), splits(std::move(temporal)) {}

    int dim;
    TemporalSplits splits;
    std::vector<Choice> choices;
    std::vector<std::int32_t> factors;
    std::vector<std::size_t> first;  // [node]: its edges begin; one past the end last
    std::vector<Edge> edges;
    std::vector<BigInt> paths;  // [node]: factorizations of this and the later dimensions
    ChoiceTable table;          // [node]
  };
  struct Build;

  explicit FactorizationSpace(SpatialRules rules) : rules_(std::move(rules)) {}
  std::vector<BigInt> weights(std::size_t layer, std::uint32_t node) const;
  bool has_factors(const Layer& layer, const Choice& choice, const Mapping& mapping) const;
  void write_spatial(const Layer& layer, const Choice& choice, Mapping& mapping) const {
    const std::int32_t* factor = layer.factors.data() + choice.factors;
    for (const SpatialSlot& slot : rules_.slots()) {
      LevelMapping& target = mapping.levels[static_cast<std::size_t>(slot.level)];
      target.factors(slot.kind)[static_cast<std::size_t>(layer.dim)] = *factor;
      target.residuals(slot.kind)[static_cast<std::size_t>(layer.dim)] = *factor;
      ++factor;
    }
  }
  void write(const Layer& layer, const Choice& choice, std::uint64_t rank, Mapping& mapping) const {
    write_spatial(layer, choice, mapping);
    layer.splits.write(choice.quotient, rank, mapping);
  }

  SpatialRules rules_;
  std::vector<Layer> layers_;
  std::vector<BigInt> end_;  // [node after the last layer]: 1 if acceptable, else 0
  BigInt size_ = 0;
  BigInt full_size_ = 0;
};

}  // namespace tilewright
