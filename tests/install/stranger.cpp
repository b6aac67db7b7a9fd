#include <cstdio>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"

// Prints the cycles of the mapping in the files that are given.
int main(int argc, char** argv) {
  const auto specs = tilewright::read_specs({argv + 1, argv + argc});
  const auto& problem = specs.layers.at(0).problem;
  const tilewright::Evaluator evaluator(problem, *specs.architecture,
                                        tilewright::price(*specs.architecture, {}));
  const auto scratch = evaluator.scratch();
  const auto outcome = evaluator.evaluate(tilewright::read_mapping(specs, problem), *scratch);
  std::printf("%llu\n", static_cast<unsigned long long>(outcome.cost.cycles));
  return outcome.valid() ? 0 : 1;
}
