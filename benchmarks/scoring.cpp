// How long it takes to score one mapping, pricing included, on one thread. Each iteration scores
// another of 256 mappings drawn uniformly: too many for a branch predictor to learn, few enough to
// stay in the second cache, as a mapping that was just proposed would.
#include <benchmark/benchmark.h>

#include "workload.hpp"

namespace tilewright::benchmarks {
namespace {

void score(benchmark::State& state, const std::string& arch, bool valid) {
  const Workload workload(arch);
  const auto mappings = workload.draw(256, valid);
  const auto scratch = workload.evaluator().scratch();
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(workload.evaluator().evaluate(mappings[i], *scratch));
    i = (i + 1) % mappings.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void valid(benchmark::State& state, const std::string& arch) { score(state, arch, true); }
void rejected(benchmark::State& state, const std::string& arch) { score(state, arch, false); }

void draw(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  Stream random(1, 0);
  Mapping mapping = workload.space().blank();
  for (auto _ : state) {
    workload.space().sample(random, mapping);
    benchmark::DoNotOptimize(mapping);
  }
  state.SetItemsProcessed(state.iterations());
}

// Draw and score: what random search spends on a mapping that it considers.
void draw_and_score(benchmark::State& state, const std::string& arch) {
  const Workload workload(arch);
  const auto scratch = workload.evaluator().scratch();
  Stream random(1, 0);
  Mapping mapping = workload.space().blank();
  std::int64_t valid_count = 0;
  for (auto _ : state) {
    workload.space().sample(random, mapping);
    valid_count += workload.evaluator().evaluate(mapping, *scratch).valid() ? 1 : 0;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["valid"] = benchmark::Counter(static_cast<double>(valid_count) /
                                               static_cast<double>(state.iterations()));
}

ON_EVERY_ARCHITECTURE(valid);
ON_EVERY_ARCHITECTURE(rejected);
ON_EVERY_ARCHITECTURE(draw);
ON_EVERY_ARCHITECTURE(draw_and_score);

}  // namespace
}  // namespace tilewright::benchmarks
