// Networks of depthwise blocks in specs/network: every layer is built again from the tables of the
// papers and the rules of the blocks, and the totals are compared with published ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "network_spec.hpp"

namespace tilewright {
namespace {

// One occurrence of a layer, without its name.
struct Work {
  std::uint64_t macs;
  std::uint64_t weights;
  auto operator<=>(const Work&) const = default;
};

// Collects the layers of a network as its image passes through them, and what normalisation and
// biases add to the parameters.
class Builder {
 public:
  Builder(std::uint64_t width, std::uint64_t channels) : width_(width), channels_(channels) {}

  void conv(std::uint64_t out, std::uint64_t kernel, std::uint64_t stride) {
    width_ = (width_ + stride - 1) / stride;
    const std::uint64_t weights = out * channels_ * kernel * kernel;
    works.push_back({width_ * width_ * weights, weights});
    channels_ = out;
    normalised += out;
  }
  void depthwise(std::uint64_t kernel, std::uint64_t stride) {
    width_ = (width_ + stride - 1) / stride;
    const std::uint64_t weights = channels_ * kernel * kernel;
    works.push_back({width_ * width_ * weights, weights});
    normalised += channels_;
  }
  void squeeze_and_excite(std::uint64_t squeezed) {
    works.push_back({channels_ * squeezed, channels_ * squeezed});
    works.push_back({channels_ * squeezed, channels_ * squeezed});
    biases += squeezed + channels_;
  }
  void fully_connected(std::uint64_t out) {
    works.push_back({channels_ * out, channels_ * out});
    channels_ = out;
    biases += out;
  }
  std::uint64_t channels() const { return channels_; }
  std::uint64_t parameters() const {
    std::uint64_t sum = 2 * normalised + biases;  // a scale and a shift per normalised channel
    for (const auto& work : works) sum += work.weights;
    return sum;
  }

  std::vector<Work> works;
  std::uint64_t normalised = 0;
  std::uint64_t biases = 0;

 private:
  std::uint64_t width_;
  std::uint64_t channels_;
};

void expect_same_layers(const SpecSet& specs, std::vector<Work> expected) {
  EXPECT_TRUE(specs.warnings.empty()) << specs.warnings.front().message;
  std::vector<Work> actual;
  for (const auto& layer : specs.layers) {
    for (std::uint64_t i = 0; i < layer.repeats; ++i) {
      actual.push_back({layer.problem.operations(), weights_of(layer.problem)});
    }
  }
  std::sort(actual.begin(), actual.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_TRUE(actual == expected);
}

// Every depthwise layer has the shape of its own, not a convolution with one input channel.
void expect_depthwise_layers(const SpecSet& specs, std::uint64_t expected) {
  std::uint64_t count = 0;
  for (const auto& layer : specs.layers) {
    if (layer.problem.shape_name == "depthwise-conv") count += layer.repeats;
  }
  EXPECT_EQ(count, expected);
}

// To a multiple of 8, but never more than a tenth down: as the authors of both networks round.
std::uint64_t rounded(double channels) {
  const auto multiple =
      std::max<std::uint64_t>(8, static_cast<std::uint64_t>(channels + 4) / 8 * 8);
  return static_cast<double>(multiple) < 0.9 * channels ? multiple + 8 : multiple;
}

Builder mobilenet_v1() {
  Builder net(224, 3);
  net.conv(32, 3, 2);
  struct Row {
    std::uint64_t stride, out;
  };
  // Table 1 of the paper.
  for (const auto& [stride, out] : std::vector<Row>{{1, 64},
                                                    {2, 128},
                                                    {1, 128},
                                                    {2, 256},
                                                    {1, 256},
                                                    {2, 512},
                                                    {1, 512},
                                                    {1, 512},
                                                    {1, 512},
                                                    {1, 512},
                                                    {1, 512},
                                                    {2, 1024},
                                                    {1, 1024}}) {
    net.depthwise(3, stride);
    net.conv(out, 1, 1);
  }
  net.fully_connected(1000);
  return net;
}

TEST(MobileNetV1, LayersFollowTheTableOfThePaper) {
  expect_same_layers(network("mobilenet_v1"), mobilenet_v1().works);
  expect_depthwise_layers(network("mobilenet_v1"), 13);
}

TEST(MobileNetV1, TotalsEqualPublished) {
  const auto sum = totals(network("mobilenet_v1"));
  EXPECT_EQ(sum.macs, 568'740'352U);
  EXPECT_EQ(sum.weights, 4'209'088U);
  EXPECT_EQ((sum.macs + 500'000) / 1'000'000, 569U);  // 569M
  EXPECT_EQ((sum.weights + 50'000) / 100'000, 42U);   // 4.2M
  EXPECT_EQ(mobilenet_v1().parameters(), 4'231'976U);
}

Builder mobilenet_v3_large() {
  Builder net(224, 3);
  net.conv(16, 3, 2);
  struct Row {
    std::uint64_t kernel, expansion, out;
    bool squeezes;
    std::uint64_t stride;
  };
  // Table 1 of the paper.
  for (const auto& row : std::vector<Row>{{3, 16, 16, false, 1},
                                          {3, 64, 24, false, 2},
                                          {3, 72, 24, false, 1},
                                          {5, 72, 40, true, 2},
                                          {5, 120, 40, true, 1},
                                          {5, 120, 40, true, 1},
                                          {3, 240, 80, false, 2},
                                          {3, 200, 80, false, 1},
                                          {3, 184, 80, false, 1},
                                          {3, 184, 80, false, 1},
                                          {3, 480, 112, true, 1},
                                          {3, 672, 112, true, 1},
                                          {5, 672, 160, true, 2},
                                          {5, 960, 160, true, 1},
                                          {5, 960, 160, true, 1}}) {
    if (row.expansion != net.channels()) net.conv(row.expansion, 1, 1);
    net.depthwise(row.kernel, row.stride);
    if (row.squeezes) net.squeeze_and_excite(rounded(static_cast<double>(row.expansion) / 4));
    net.conv(row.out, 1, 1);
  }
  net.conv(960, 1, 1);
  net.fully_connected(1280);
  net.fully_connected(1000);
  return net;
}

TEST(MobileNetV3Large, LayersFollowTheTableOfThePaper) {
  expect_same_layers(network("mobilenet_v3_large"), mobilenet_v3_large().works);
  expect_depthwise_layers(network("mobilenet_v3_large"), 15);
}

TEST(MobileNetV3Large, TotalsAreNearPublished) {
  const auto sum = totals(network("mobilenet_v3_large"));
  EXPECT_EQ(sum.macs, 216'589'760U);
  EXPECT_EQ(sum.weights, 5'451'272U);
  EXPECT_NEAR(static_cast<double>(sum.macs) / 219e6, 1, 0.015);    // 219M, see the file's header
  EXPECT_NEAR(static_cast<double>(sum.weights) / 5.4e6, 1, 0.01);  // 5.4M
  EXPECT_EQ(mobilenet_v3_large().parameters(), 5'483'032U);        // torchvision's
}

Builder efficientnet_b4() {
  constexpr double kWidth = 1.4;
  constexpr double kDepth = 1.8;
  Builder net(380, 3);
  net.conv(rounded(32 * kWidth), 3, 2);
  struct Row {
    std::uint64_t kernel, stride, expansion;
    double out, blocks;
  };
  // Table 1 of the paper, B0.
  for (const auto& row : std::vector<Row>{{3, 1, 1, 16, 1},
                                          {3, 2, 6, 24, 2},
                                          {5, 2, 6, 40, 2},
                                          {3, 2, 6, 80, 3},
                                          {5, 1, 6, 112, 3},
                                          {5, 2, 6, 192, 4},
                                          {3, 1, 6, 320, 1}}) {
    const auto blocks = static_cast<int>(std::ceil(row.blocks * kDepth));
    for (int block = 0; block < blocks; ++block) {
      const std::uint64_t entering = net.channels();
      if (row.expansion != 1) net.conv(row.expansion * entering, 1, 1);
      net.depthwise(row.kernel, block == 0 ? row.stride : 1);
      net.squeeze_and_excite(entering / 4);
      net.conv(rounded(row.out * kWidth), 1, 1);
    }
  }
  net.conv(rounded(1280 * kWidth), 1, 1);
  net.fully_connected(1000);
  return net;
}

TEST(EfficientNetB4, LayersFollowTheScaledTableOfThePaper) {
  expect_same_layers(network("efficientnet_b4"), efficientnet_b4().works);
  expect_depthwise_layers(network("efficientnet_b4"), 2 + 4 + 4 + 6 + 6 + 8 + 2);
}

TEST(EfficientNetB4, TotalsAreNearPublished) {
  const auto sum = totals(network("efficientnet_b4"));
  EXPECT_EQ(sum.macs, 4'393'771'024U);
  EXPECT_EQ(sum.weights, 19'186'376U);
  EXPECT_NEAR(static_cast<double>(sum.macs) / 4.2e9, 1, 0.05);  // 4.2G, see the file's header
  EXPECT_EQ((sum.macs + 5'000'000) / 10'000'000, 439U);         // 4.39G, torchvision's
  EXPECT_EQ((sum.weights + 500'000) / 1'000'000, 19U);          // 19M
  EXPECT_EQ(efficientnet_b4().parameters(), 19'341'616U);       // torchvision's
}

}  // namespace
}  // namespace tilewright
