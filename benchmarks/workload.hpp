#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::benchmarks {

/// AlexNet conv3 on a shipped architecture: its mapspace, its evaluator, and mappings to score.
class Workload {
 public:
  explicit Workload(const std::string& arch)
      : specs_(read_specs({spec("arch/" + arch), spec("problem/alexnet_conv3")})),
        space_(problem(), *specs_.architecture, read_constraints(specs_, problem())),
        evaluator_(problem(), *specs_.architecture, price(*specs_.architecture, {})) {}

  const Mapspace& space() const { return space_; }
  const Evaluator& evaluator() const { return evaluator_; }

  /// `count` mappings drawn uniformly among those that are (or are not) valid.
  std::vector<Mapping> draw(std::size_t count, bool valid) const {
    Stream random(1, 0);
    const auto scratch = evaluator_.scratch();
    std::vector<Mapping> mappings;
    Mapping mapping = space_.blank();
    while (mappings.size() < count) {
      space_.sample(random, mapping);
      if (evaluator_.evaluate(mapping, *scratch).valid() == valid) mappings.push_back(mapping);
    }
    return mappings;
  }

 private:
  static std::string spec(const std::string& name) {
    return TILEWRIGHT_SOURCE_DIR "/specs/" + name + ".yaml";
  }
  const Problem& problem() const { return specs_.layers.front().problem; }

  SpecSet specs_;
  Mapspace space_;
  Evaluator evaluator_;
};

}  // namespace tilewright::benchmarks

#define ON_EVERY_ARCHITECTURE(function)                              \
  BENCHMARK_CAPTURE(function, three_level, "three_level");           \
  BENCHMARK_CAPTURE(function, eyeriss_like_168, "eyeriss_like_168"); \
  BENCHMARK_CAPTURE(function, eyeriss_like_256, "eyeriss_like_256"); \
  BENCHMARK_CAPTURE(function, simba_like, "simba_like")
