// How long it takes to try one neighbour of a good mapping, on one thread: to draw a random move,
// to know its exact cost or why it is rejected, and to take it back.
#include <benchmark/benchmark.h>

#include "search/moves/move_set.hpp"
#include "workload.hpp"

namespace tilewright::benchmarks {
namespace {

// A climb by random steps: good enough that most neighbours are worse, as late in a search.
Mapping good_mapping(const Workload& workload, Scratch& scratch) {
  constexpr int kSteps = 20000;
  Stream random(5, 0);
  Mapping best = workload.draw(1, true).front();
  double least = workload.evaluator().evaluate(best, scratch).cost.edp();
  for (int i = 0; i < kSteps; ++i) {
    Mapping candidate = best;
    for (std::uint64_t left = 1 + random.below(3); left > 0; --left)
      workload.space().moves().step(random, candidate);
    const Outcome outcome = workload.evaluator().evaluate(candidate, scratch);
    if (!outcome.valid() || outcome.cost.edp() >= least) continue;
    least = outcome.cost.edp();
    best = candidate;
  }
  return best;
}

// Tries neighbours; `score(mapping, move)` says whether one is valid.
template <class Score>
void try_neighbours(benchmark::State& state, const Workload& workload, Mapping mapping,
                    const Score& score) {
  const MoveSet& moves = workload.space().moves();
  Stream random(6, 0);
  std::int64_t valid = 0;
  for (auto _ : state) {
    auto move = moves.step(random, mapping);
    while (!move) move = moves.step(random, mapping);
    valid += score(mapping, *move) ? 1 : 0;
    moves.revert(*move, mapping);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["valid"] =
      benchmark::Counter(static_cast<double>(valid) / static_cast<double>(state.iterations()));
}

void neighbour(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  const auto& evaluator = workload.evaluator();
  const auto scratch = evaluator.scratch();
  const Mapping base = good_mapping(workload, *scratch);
  evaluator.evaluate(base, *scratch);
  evaluator.take_as_base(*scratch);
  try_neighbours(state, workload, base, [&](const Mapping& mapping, const Move& move) {
    return evaluator.evaluate_neighbour(mapping, change_of(move), *scratch).valid();
  });
}

// The same when what costs more than the base is abandoned as soon as that is certain.
void neighbour_below_base(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  const auto& evaluator = workload.evaluator();
  const auto scratch = evaluator.scratch();
  const Mapping base = good_mapping(workload, *scratch);
  const CostCeiling ceiling{.product = evaluator.evaluate(base, *scratch).cost.edp()};
  evaluator.take_as_base(*scratch);
  try_neighbours(state, workload, base, [&](const Mapping& mapping, const Move& move) {
    return evaluator.evaluate_neighbour(mapping, change_of(move), *scratch, ceiling).valid();
  });
}

// The same by the full evaluation.
void neighbour_in_full(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  const auto scratch = workload.evaluator().scratch();
  const Mapping base = good_mapping(workload, *scratch);
  try_neighbours(state, workload, base, [&](const Mapping& mapping, const Move& /*move*/) {
    return workload.evaluator().evaluate(mapping, *scratch).valid();
  });
}

// The move alone, made and taken back.
void move_only(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  const auto scratch = workload.evaluator().scratch();
  try_neighbours(state, workload, good_mapping(workload, *scratch),
                 [](const Mapping& /*mapping*/, const Move& /*move*/) { return true; });
}

ON_EVERY_ARCHITECTURE(neighbour);
ON_EVERY_ARCHITECTURE(neighbour_below_base);
ON_EVERY_ARCHITECTURE(neighbour_in_full);
ON_EVERY_ARCHITECTURE(move_only);

}  // namespace
}  // namespace tilewright::benchmarks
