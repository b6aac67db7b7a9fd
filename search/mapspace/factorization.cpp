#include "search/mapspace/factorization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <ranges>
#include <unordered_map>
#include <utility>

#include "model/error.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright {
namespace {

// Beyond this the graph takes more than about 200 MiB.
constexpr std::size_t kMaxEdges = std::size_t{1} << 22U;

using State = SpatialRules::State;
using StateIds = std::unordered_map<State, std::uint32_t, boost::hash<State>>;

[[noreturn]] void throw_too_many() {
  throw UsageError(fmt::format(
      "the spatial levels allow more than {} combinations of factors; constrain some of them",
      kMaxEdges));
}

std::vector<FactorRange> temporal_ranges(int dim, int num_levels, const Constraints& constraints) {
  std::vector<FactorRange> ranges(static_cast<std::size_t>(num_levels));
  for (std::size_t level = 0; level < constraints.levels.size(); ++level) {
    ranges[level] = factor_range(constraints.levels[level].temporal, dim);
  }
  return ranges;
}

}  // namespace

/// Builds the graph forwards: the choices of each layer, the reachable states and the edges.
struct FactorizationSpace::Build {
  /// X of a level whose axes can be exchanged; Y is the next slot.
  using Pair = std::size_t;

  FactorizationSpace& space;
  std::vector<State> states;  // of the nodes that the next layer starts from
  std::size_t num_edges = 0;
  std::vector<Pair> pairs;
  ArrayLayout::DimMask placed = 0;  // dimensions that must not be exchanged
  StopCheck stop;

  Build(FactorizationSpace& built, const StopToken& token)
      : space(built), states{built.rules_.initial()}, stop(token) {}

  Build(FactorizationSpace& built, const ArrayLayout& layout, const StopToken& token)
      : Build(built, token) {
    const auto slots = space.rules_.slots();
    for (std::size_t slot = 0; slot + 1 < slots.size(); ++slot) {
      const bool both = slots[slot].level == slots[slot + 1].level;
      if (both && layout.exchangeable(slots[slot].level)) pairs.push_back(slot);
    }
    placed = layout.placed_somewhere();
  }

  bool is_placed(int dim) const { return ((placed >> static_cast<unsigned>(dim)) & 1U) != 0; }

  // Does `dim` put the first loop of a level on Y? Whoever comes first on X has the twin.
  bool is_exchanged(const State& state, int dim, std::span<const std::int32_t> factors) const {
    if (is_placed(dim)) return false;
    const State& none = space.rules_.initial();
    return std::any_of(pairs.begin(), pairs.end(), [&](Pair x) {
      return state[x] == none[x] && state[x + 1] == none[x + 1] && factors[x + 1] > 1;
    });
  }

  // Appends to `layer` every choice of factors for the slots from `factors.size()` on.
  void choose(Layer& layer, const Divisors& divisors, int left,
              std::vector<std::int32_t>& factors) {
    stop.step();
    const auto slots = space.rules_.slots();
    if (factors.size() == slots.size()) {
      const std::uint64_t splits = layer.splits.count(left);
      if (splits == 0 || !levels_allow(layer.dim, factors)) return;
      if (layer.choices.size() >= kMaxEdges) throw_too_many();
      layer.choices.push_back({left, splits, layer.factors.size()});
      layer.factors.insert(layer.factors.end(), factors.begin(), factors.end());
      return;
    }
    const std::size_t slot = factors.size();
    for (const auto& division : divisors.divisions(left)) {
      if (division.factor > slots[slot].fanout) break;
      if (!space.rules_.allows(layer.dim, slot, division.factor, factors)) continue;
      factors.push_back(division.factor);
      choose(layer, divisors, division.quotient, factors);
      factors.pop_back();
    }
  }

  bool levels_allow(int dim, std::span<const std::int32_t> factors) const {
    const auto slots = space.rules_.slots();
    std::size_t slot = 0;
    for (int level = 0; level < space.rules_.num_levels(); ++level) {
      std::int64_t product = 1;
      for (; slot < slots.size() && slots[slot].level == level; ++slot) product *= factors[slot];
      if (!space.rules_.level_allows(dim, level, product)) return false;
    }
    return true;
  }

  // The edges of `layer` from the current states, which become those behind them.
  void connect(Layer& layer) {
    const std::size_t slots = space.rules_.slots().size();
    StateIds ids;
    std::vector<State> reached;
    layer.first.push_back(0);
    for (const State& state : states) {
      for (std::uint32_t choice = 0; choice < layer.choices.size(); ++choice) {
        stop.step();
        const auto factors = std::span<const std::int32_t>(layer.factors)
                                 .subspan(layer.choices[choice].factors, slots);
        auto next = space.rules_.advance(state, layer.dim, factors);
        if (!next) continue;
        if (++num_edges > kMaxEdges) throw_too_many();
        const auto [id, added] = ids.try_emplace(*next, static_cast<std::uint32_t>(reached.size()));
        if (added) reached.push_back(std::move(*next));
        const std::uint32_t exchanged = is_exchanged(state, layer.dim, factors) ? 1 : 0;
        layer.edges.push_back({choice, exchanged, id->second});
      }
      layer.first.push_back(layer.edges.size());
    }
    states = std::move(reached);
  }

  void add_layer(int dim, std::int64_t bound, std::vector<FactorRange> ranges) {
    const Divisors divisors(bound);
    Layer layer(dim, TemporalSplits(dim, divisors, std::move(ranges)));
    std::vector<std::int32_t> factors;
    choose(layer, divisors, divisors.size() - 1, factors);
    if (bound == 1 && layer.choices.size() == 1) return;  // a blank mapping has it already
    connect(layer);
    space.layers_.push_back(std::move(layer));
  }

  void add_layers(const Problem& problem, const Architecture& arch,
                  const Constraints& constraints) {
    for (const bool first : {true, false}) {
      for (int dim = 0; dim < problem.num_dims(); ++dim) {
        if ((pairs.empty() || is_placed(dim)) != first) continue;
        add_layer(dim, problem.bounds[static_cast<std::size_t>(dim)],
                  temporal_ranges(dim, arch.num_levels(), constraints));
      }
    }
    for (const State& state : states) space.end_.emplace_back(space.rules_.accepts(state) ? 1 : 0);
  }

  // Removes edges from which nothing acceptable can be reached, and counts the paths of the rest.
  BigInt count_paths() {
    const std::vector<BigInt>* behind = &space.end_;
    for (auto& layer : space.layers_ | std::views::reverse) {
      std::size_t kept = 0;
      layer.paths.clear();
      for (std::size_t node = 0; node + 1 < layer.first.size(); ++node) {
        BigInt sum = 0;
        const std::size_t begin = std::exchange(layer.first[node], kept);
        stop.step(1 + layer.first[node + 1] - begin);
        for (std::size_t i = begin; i < layer.first[node + 1]; ++i) {
          const Edge edge = layer.edges[i];
          if ((*behind)[edge.next] == 0) continue;
          sum += layer.choices[edge.choice].splits * (*behind)[edge.next];
          layer.edges[kept++] = edge;
        }
        layer.paths.push_back(std::move(sum));
      }
      layer.first.back() = kept;
      layer.edges.resize(kept);
      behind = &layer.paths;
    }
    return behind->front();
  }

  void remove_exchanged() {
    for (Layer& layer : space.layers_) {
      std::size_t kept = 0;
      for (std::size_t node = 0; node + 1 < layer.first.size(); ++node) {
        const std::size_t begin = std::exchange(layer.first[node], kept);
        for (std::size_t i = begin; i < layer.first[node + 1]; ++i) {
          if (layer.edges[i].exchanged == 0) layer.edges[kept++] = layer.edges[i];
        }
      }
      layer.first.back() = kept;
      layer.edges.resize(kept);
    }
  }

  void count() {
    space.size_ = space.full_size_ = count_paths();
    if (pairs.empty()) return;
    remove_exchanged();
    space.size_ = count_paths();
  }

  void prepare_drawing() {
    for (std::size_t at = 0; at < space.layers_.size(); ++at) {
      Layer& layer = space.layers_[at];
      for (std::uint32_t node = 0; node < layer.paths.size(); ++node) {
        const std::vector<BigInt> weights = space.weights(at, node);
        stop.step(1 + weights.size());
        // Dead ends are never drawn from, but keep the numbers of the others.
        layer.table.add(weights.empty() ? std::vector<BigInt>{1} : weights, layer.paths[node]);
      }
      std::vector<int> quotients;
      for (const Choice& choice : layer.choices) quotients.push_back(choice.quotient);
      std::sort(quotients.begin(), quotients.end());
      quotients.erase(std::unique(quotients.begin(), quotients.end()), quotients.end());
      layer.splits.tabulate(quotients);
    }
  }
};

FactorizationSpace::FactorizationSpace(const Problem& problem, const Architecture& arch,
                                       const Constraints& constraints,
                                       const MapspaceOptions& options, const ArrayLayout& layout,
                                       const StopToken& stop)
    : rules_(problem.num_dims(), arch, constraints, options) {
  Build build(*this, layout, stop);
  build.add_layers(problem, arch, constraints);
  build.count();
  if (size_ > 0) build.prepare_drawing();
}

bool FactorizationSpace::feasible(const Problem& problem, const Architecture& arch,
                                  const Constraints& constraints, const MapspaceOptions& options,
                                  const StopToken& stop) {
  FactorizationSpace space(SpatialRules(problem.num_dims(), arch, constraints, options));
  Build(space, stop).add_layers(problem, arch, constraints);
  return std::find(space.end_.begin(), space.end_.end(), 1) != space.end_.end();
}

std::vector<BigInt> FactorizationSpace::weights(std::size_t layer, std::uint32_t node) const {
  const Layer& here = layers_[layer];
  const std::vector<BigInt>& behind = layer + 1 < layers_.size() ? layers_[layer + 1].paths : end_;
  std::vector<BigInt> weights;
  for (std::size_t i = here.first[node]; i < here.first[node + 1]; ++i) {
    const Edge edge = here.edges[i];
    weights.emplace_back(here.choices[edge.choice].splits * behind[edge.next]);
  }
  return weights;
}

void FactorizationSpace::at(BigInt index, Mapping& mapping) const {
  std::uint32_t node = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const std::vector<BigInt>& behind = l + 1 < layers_.size() ? layers_[l + 1].paths : end_;
    for (std::size_t i = layer.first[node]; i < layer.first[node + 1]; ++i) {
      const Edge edge = layer.edges[i];
      const Choice& choice = layer.choices[edge.choice];
      const BigInt here = choice.splits * behind[edge.next];
      if (index >= here) {
        index -= here;
        continue;
      }
      const auto rank = static_cast<std::uint64_t>(BigInt(index / behind[edge.next]));
      index %= behind[edge.next];
      write(layer, choice, rank, mapping);
      node = edge.next;
      break;
    }
  }
}

void FactorizationSpace::sample(Stream& random, Mapping& mapping) const {
  std::uint32_t node = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const std::uint32_t drawn = layer.table.draw(node, random, [&] { return weights(l, node); });
    const Edge edge = layer.edges[layer.first[node] + drawn];
    const Choice& choice = layer.choices[edge.choice];
    const std::uint64_t rank = choice.splits == 1 ? 0 : random.below(choice.splits);
    write(layer, choice, rank, mapping);
    node = edge.next;
  }
}

}  // namespace tilewright
