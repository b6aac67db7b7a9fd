#include "model/bound/layer_work.hpp"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

// M, N, K: A is M x K, B (the weights) N x K, Z M x N.
Layer product(std::uint64_t repeats, WeightUse weights) {
  Layer layer;
  layer.problem = make_problem(*find_builtin_shape("gemm"), "product", {2, 3, 4}, {});
  layer.repeats = repeats;
  layer.weights = weights;
  return layer;
}

TEST(LayerWork, TrainingTakesThreeTimesTheProductsAndAnUpdate) {
  const LayerWork work = work_of(product(5, WeightUse::own));
  EXPECT_EQ(work.operations, 5 * 24);
  EXPECT_EQ(work.weights, 5 * 12);
  EXPECT_EQ(work.inputs, 5 * 8);
  EXPECT_EQ(work.outputs, 5 * 6);
  EXPECT_EQ(work.backward_operations, 5 * 24);
  EXPECT_EQ(work.gradient_operations, 5 * 24);
  EXPECT_EQ(work.update_operations, 5 * 12);
  EXPECT_EQ(work.training_operations(), 3 * 5 * 24 + 5 * 12);
}

TEST(LayerWork, StepsOfARecurrentLayerShareTheirWeights) {
  const LayerWork work = work_of(product(5, WeightUse::shared));
  EXPECT_EQ(work.weights, 12);
  EXPECT_EQ(work.gradient_operations, 5 * 24);  // each step adds to the same gradient
  EXPECT_EQ(work.update_operations, 12);
  EXPECT_EQ(work.kept_activations, 5 * 8);  // back through time
}

TEST(LayerWork, ProductsOfActivationsHaveTwoGradientsAndNoWeights) {
  const LayerWork work = work_of(product(1, WeightUse::none));
  EXPECT_EQ(work.weights, 0);
  EXPECT_EQ(work.inputs, 8 + 12);
  EXPECT_EQ(work.backward_operations, 2 * 24);
  EXPECT_EQ(work.training_operations(), 3 * 24);
}

TEST(LayerWork, SumsGoBeyond64Bits) {
  Layer large = product(2147483647, WeightUse::own);
  large.problem.bounds = {1 << 20, 1 << 20, 1 << 12};
  const BigInt operations = BigInt(2147483647) << 52;
  const LayerWork work = work_of(large);
  EXPECT_EQ(work.operations, operations);
  EXPECT_EQ(work.weights, BigInt(2147483647) << 32);
  EXPECT_EQ(work.training_operations(), 3 * operations + (BigInt(2147483647) << 32));
  LayerWork total = work;
  for (int i = 0; i < 99; ++i) total += work;
  EXPECT_EQ(total.backward_operations, 100 * operations);
}

TEST(LayerWork, TheFirstLayerFeedsNoGradientBack) {
  std::vector<Layer> layers{product(1, WeightUse::own), product(1, WeightUse::own)};
  EXPECT_EQ(work_of(layers)[0].backward_operations, 0);
  EXPECT_EQ(work_of(layers)[1].backward_operations, 24);
  const std::vector<Layer> repeated{product(5, WeightUse::own)};
  EXPECT_EQ(work_of(repeated)[0].backward_operations, 4 * 24);
  layers[0].inputs = {1};  // the second is the first to run
  EXPECT_EQ(work_of(layers)[0].backward_operations, 24);
  EXPECT_EQ(work_of(layers)[1].backward_operations, 0);
}

}  // namespace
}  // namespace tilewright
