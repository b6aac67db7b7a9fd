// The networks in specs/network against hand calculations, layer by layer, and against the totals
// that are published for them.

#include <gtest/gtest.h>

#include <cstdint>

#include "network_spec.hpp"

namespace tilewright {
namespace {

TEST(AlexNet, LayersEqualHandCalculation) {
  expect_layers(network("alexnet"), {{"conv1", 1, 55 * 55 * 96 * 11 * 11 * 3, 96 * 11 * 11 * 3},
                                     {"conv2", 1, 27 * 27 * 256 * 5 * 5 * 48, 256 * 5 * 5 * 48},
                                     {"conv3", 1, 13 * 13 * 384 * 3 * 3 * 256, 384 * 3 * 3 * 256},
                                     {"conv4", 1, 13 * 13 * 384 * 3 * 3 * 192, 384 * 3 * 3 * 192},
                                     {"conv5", 1, 13 * 13 * 256 * 3 * 3 * 192, 256 * 3 * 3 * 192},
                                     {"fc6", 1, 6 * 6 * 256 * 4096, 6 * 6 * 256 * 4096},
                                     {"fc7", 1, 4096 * 4096, 4096 * 4096},
                                     {"fc8", 1, 4096 * 1000, 4096 * 1000}});
}

TEST(AlexNet, TotalsEqualPublished) {
  const auto sum = totals(network("alexnet"));
  EXPECT_EQ(sum.macs, 724'406'816U);
  EXPECT_EQ(sum.weights, 60'954'656U);
  EXPECT_EQ((sum.macs + 500'000) / 1'000'000, 724U);    // 724M
  EXPECT_EQ((sum.weights + 500'000) / 1'000'000, 61U);  // 61M
}

TEST(AlexNet, ConvolutionsReadTheImageAndItsPadding) {
  const auto specs = network("alexnet");
  const auto inputs = [&](int layer) {
    const Problem& problem = specs.layers[layer].problem;
    return problem.tensor_words(problem.find_space("Inputs"));
  };
  EXPECT_EQ(inputs(0), 3U * 227 * 227);
  EXPECT_EQ(inputs(1), 96U * 31 * 31);   // 27 + 2*2, both groups
  EXPECT_EQ(inputs(2), 256U * 15 * 15);  // 13 + 2*1
}

TEST(Vgg16, LayersEqualHandCalculation) {
  expect_layers(network("vgg16"), {{"conv1_1", 1, 224 * 224 * 64 * 3 * 3 * 3, 64 * 3 * 3 * 3},
                                   {"conv1_2", 1, 224 * 224 * 64 * 3 * 3 * 64, 64 * 3 * 3 * 64},
                                   {"conv2_1", 1, 112 * 112 * 128 * 3 * 3 * 64, 128 * 3 * 3 * 64},
                                   {"conv2_2", 1, 112 * 112 * 128 * 3 * 3 * 128, 128 * 3 * 3 * 128},
                                   {"conv3_1", 1, 56 * 56 * 256 * 3 * 3 * 128, 256 * 3 * 3 * 128},
                                   {"conv3_2-3", 2, 56 * 56 * 256 * 3 * 3 * 256, 256 * 3 * 3 * 256},
                                   {"conv4_1", 1, 28 * 28 * 512 * 3 * 3 * 256, 512 * 3 * 3 * 256},
                                   {"conv4_2-3", 2, 28 * 28 * 512 * 3 * 3 * 512, 512 * 3 * 3 * 512},
                                   {"conv5_1-3", 3, 14 * 14 * 512 * 3 * 3 * 512, 512 * 3 * 3 * 512},
                                   {"fc6", 1, 7 * 7 * 512 * 4096, 7 * 7 * 512 * 4096},
                                   {"fc7", 1, 4096 * 4096, 4096 * 4096},
                                   {"fc8", 1, 4096 * 1000, 4096 * 1000}});
}

TEST(Vgg16, TotalsEqualPublished) {
  const auto sum = totals(network("vgg16"));
  EXPECT_EQ(sum.macs, 15'470'264'320U);
  EXPECT_EQ(sum.weights, 138'344'128U);
  EXPECT_EQ((sum.macs + 50'000'000) / 100'000'000, 155U);  // 15.5G
  EXPECT_EQ((sum.weights + 500'000) / 1'000'000, 138U);    // 138M
}

TEST(ResNet50, LayersEqualHandCalculation) {
  expect_layers(network("resnet50"),
                {{"conv1", 1, 112 * 112 * 64 * 7 * 7 * 3, 64 * 7 * 7 * 3},
                 {"conv2_1_projection", 1, 56 * 56 * 256 * 64, 256 * 64},
                 {"conv2_1_1x1a", 1, 56 * 56 * 64 * 64, 64 * 64},
                 {"conv2_x_1x1a", 2, 56 * 56 * 64 * 256, 64 * 256},
                 {"conv2_x_3x3b", 3, 56 * 56 * 64 * 3 * 3 * 64, 64 * 3 * 3 * 64},
                 {"conv2_x_1x1c", 3, 56 * 56 * 256 * 64, 256 * 64},
                 {"conv3_1_projection", 1, 28 * 28 * 512 * 256, 512 * 256},
                 {"conv3_1_1x1a", 1, 28 * 28 * 128 * 256, 128 * 256},
                 {"conv3_x_1x1a", 3, 28 * 28 * 128 * 512, 128 * 512},
                 {"conv3_x_3x3b", 4, 28 * 28 * 128 * 3 * 3 * 128, 128 * 3 * 3 * 128},
                 {"conv3_x_1x1c", 4, 28 * 28 * 512 * 128, 512 * 128},
                 {"conv4_1_projection", 1, 14 * 14 * 1024 * 512, 1024 * 512},
                 {"conv4_1_1x1a", 1, 14 * 14 * 256 * 512, 256 * 512},
                 {"conv4_x_1x1a", 5, 14 * 14 * 256 * 1024, 256 * 1024},
                 {"conv4_x_3x3b", 6, 14 * 14 * 256 * 3 * 3 * 256, 256 * 3 * 3 * 256},
                 {"conv4_x_1x1c", 6, 14 * 14 * 1024 * 256, 1024 * 256},
                 {"conv5_1_projection", 1, 7 * 7 * 2048 * 1024, 2048 * 1024},
                 {"conv5_1_1x1a", 1, 7 * 7 * 512 * 1024, 512 * 1024},
                 {"conv5_x_1x1a", 2, 7 * 7 * 512 * 2048, 512 * 2048},
                 {"conv5_x_3x3b", 3, 7 * 7 * 512 * 3 * 3 * 512, 512 * 3 * 3 * 512},
                 {"conv5_x_1x1c", 3, 7 * 7 * 2048 * 512, 2048 * 512},
                 {"fc", 1, 2048 * 1000, 2048 * 1000}});
}

TEST(ResNet50, HasTheLayersOfThePaper) {
  std::uint64_t layers = 0;
  for (const auto& layer : network("resnet50").layers) layers += layer.repeats;
  // conv1, three in each of 3 + 4 + 6 + 3 blocks, fc: the 50 of the name; and 4 projections.
  EXPECT_EQ(layers, 1U + 3 * (3 + 4 + 6 + 3) + 1 + 4);
}

TEST(ResNet50, TotalsEqualPublished) {
  const auto sum = totals(network("resnet50"));
  EXPECT_EQ(sum.macs, 3'857'973'248U);
  EXPECT_EQ(sum.weights, 25'502'912U);
  EXPECT_EQ((sum.macs + 50'000'000) / 100'000'000, 39U);  // 3.9G
  EXPECT_EQ((sum.weights + 50'000) / 100'000, 255U);      // 25.5M
}

TEST(ResNet50, StrideLiesInTheFirstPointwiseConvolution) {
  for (const auto& layer : network("resnet50").layers) {
    const Problem& problem = layer.problem;
    const bool halves = layer.name == "conv1" || layer.name == "conv3_1_projection" ||
                        layer.name == "conv4_1_projection" || layer.name == "conv5_1_projection" ||
                        layer.name == "conv3_1_1x1a" || layer.name == "conv4_1_1x1a" ||
                        layer.name == "conv5_1_1x1a";
    const auto p = problem.bounds[problem.find_dim("P")];
    const auto r = problem.bounds[problem.find_dim("R")];
    const auto c = problem.bounds[problem.find_dim("C")];
    const auto width = static_cast<std::uint64_t>((halves ? 2 : 1) * (p - 1) + r);
    EXPECT_EQ(problem.tensor_words(problem.find_space("Inputs")),
              static_cast<std::uint64_t>(c) * width * width)
        << layer.name;
  }
}

}  // namespace
}  // namespace tilewright
