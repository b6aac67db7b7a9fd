#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "model/spec/spec.hpp"
#include "places.hpp"

// What the tests of specs/network have in common.
namespace tilewright {

inline SpecSet network(const std::string& name) {
  return read_specs({std::string(kSourceFolder) + "/specs/network/" + name + ".yaml"});
}

// What one occurrence of a layer amounts to.
struct Expected {
  std::string name;
  std::uint64_t repeats;
  std::uint64_t macs;
  std::uint64_t weights;
};

inline std::uint64_t weights_of(const Problem& problem) {
  return problem.tensor_words(problem.find_space("Weights"));
}

inline void expect_layers(const SpecSet& specs, const std::vector<Expected>& expected) {
  EXPECT_TRUE(specs.warnings.empty()) << specs.warnings.front().message;
  ASSERT_EQ(specs.layers.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Layer& layer = specs.layers[i];
    SCOPED_TRACE(expected[i].name);
    EXPECT_EQ(layer.name, expected[i].name);
    EXPECT_EQ(layer.repeats, expected[i].repeats);
    EXPECT_EQ(layer.problem.operations(), expected[i].macs);
    EXPECT_EQ(weights_of(layer.problem), expected[i].weights);
  }
}

struct Totals {
  std::uint64_t macs = 0;
  std::uint64_t weights = 0;
};

inline Totals totals(const SpecSet& specs) {
  Totals sum;
  for (const auto& layer : specs.layers) {
    sum.macs += layer.repeats * layer.problem.operations();
    sum.weights += layer.repeats * weights_of(layer.problem);
  }
  return sum;
}

}  // namespace tilewright
