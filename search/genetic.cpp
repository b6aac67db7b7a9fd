#include "search/genetic.hpp"

#include <algorithm>

#include "search/moves/move_set.hpp"
#include "search/searchers.hpp"

namespace tilewright {
namespace {

constexpr std::size_t kPopulation = 32;
constexpr std::uint32_t kDraws = 4;      // valid draws per individual of a fresh population
constexpr std::uint64_t kMutations = 3;  // moves per child, at most

// The better of two drawn at random.
const Elite& tournament(Stream& random, const std::vector<Elite>& population) {
  const Elite& a = population[random.below(population.size())];
  const Elite& b = population[random.below(population.size())];
  return b.key < a.key ? b : a;
}

Mapping cross(const MoveSet& moves, Stream& random, const Mapping& mother, const Mapping& father) {
  Mapping child = mother;
  for (int dim = 0; dim < child.num_dims; ++dim) {
    if (random.below(2) == 0) moves.take_dimension(father, dim, child);
  }
  for (int s = 0; s < child.num_levels; ++s) {
    if (random.below(2) == 0) child.levels[s].keep = father.levels[s].keep;
    // Spatial orders are bound to the axes of the loops, so only temporal ones are taken.
    if (random.below(2) == 0) {
      child.levels[s].orders(LoopKind::temporal) = father.levels[s].orders(LoopKind::temporal);
    }
  }
  return child;
}

}  // namespace

void breed(Trial& trial, std::vector<Elite>& population) {
  if (population.empty()) return;
  const MoveSet& moves = trial.space().moves();
  const auto worse = [](const Elite& a, const Elite& b) { return a.key < b.key; };
  while (!trial.over()) {
    Stream& random = trial.random();
    Elite child{{},
                cross(moves, random, tournament(random, population).mapping,
                      tournament(random, population).mapping)};
    for (std::uint64_t left = random.below(kMutations + 1); left > 0; --left) {
      moves.step(random, child.mapping);
    }
    const auto key = trial.score(child.mapping);
    if (!key) continue;
    child.key = *key;
    const bool known = std::any_of(population.begin(), population.end(),
                                   [&](const Elite& e) { return e.key == *key; });
    const auto worst = std::max_element(population.begin(), population.end(), worse);
    if (!known && child.key < worst->key) *worst = child;
  }
}

void breed_elites(Trial& trial, std::size_t individuals, std::uint32_t draws) {
  std::vector<Elite> population(trial.elites());
  while (population.size() < individuals && !trial.over()) {
    if (auto fresh = draw_start(trial, draws)) population.push_back(*fresh);
  }
  breed(trial, population);
}

// Every block is an island; the elites of earlier rounds join it.
std::unique_ptr<Searcher> make_genetic(const SearchOptions& options) {
  return make_round_searcher("genetic", options,
                             [](Trial& trial) { breed_elites(trial, kPopulation, kDraws); });
}

}  // namespace tilewright
