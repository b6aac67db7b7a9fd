// GoogLeNet, LeNet-5, the encoder of BERT-base and an LSTM layer in specs/network against hand
// calculations and published totals.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "network_spec.hpp"

namespace tilewright {
namespace {

// A row of table 1 of the GoogLeNet paper: an inception module and its branches.
struct Inception {
  std::string name;
  std::uint64_t width, in, conv1, reduce3, conv3, reduce5, conv5, projection;
  std::uint64_t out() const { return conv1 + conv3 + conv5 + projection; }
};

const std::vector<Inception> kInceptions{
    {"3a", 28, 192, 64, 96, 128, 16, 32, 32},     {"3b", 28, 256, 128, 128, 192, 32, 96, 64},
    {"4a", 14, 480, 192, 96, 208, 16, 48, 64},    {"4b", 14, 512, 160, 112, 224, 24, 64, 64},
    {"4c", 14, 512, 128, 128, 256, 24, 64, 64},   {"4d", 14, 512, 112, 144, 288, 32, 64, 64},
    {"4e", 14, 528, 256, 160, 320, 32, 128, 128}, {"5a", 7, 832, 256, 160, 320, 32, 128, 128},
    {"5b", 7, 832, 384, 192, 384, 48, 128, 128}};

std::vector<Expected> googlenet_layers() {
  std::vector<Expected> layers{
      {"conv1", 1, 112 * 112 * 64 * 7 * 7 * 3, 64 * 7 * 7 * 3},
      {"conv2_reduce", 1, 56 * 56 * 64 * 64, 64 * 64},
      {"conv2", 1, 56 * 56 * 192 * 3 * 3 * 64, 192 * 3 * 3 * 64},
  };
  for (const auto& m : kInceptions) {
    const auto add = [&](const std::string& suffix, std::uint64_t weights) {
      layers.push_back({m.name + suffix, 1, m.width * m.width * weights, weights});
    };
    add("_1x1", m.conv1 * m.in);
    add("_3x3_reduce", m.reduce3 * m.in);
    add("_3x3", m.conv3 * 3 * 3 * m.reduce3);
    add("_5x5_reduce", m.reduce5 * m.in);
    add("_5x5", m.conv5 * 5 * 5 * m.reduce5);
    add("_pool_proj", m.projection * m.in);
  }
  layers.push_back({"fc", 1, 1024 * 1000, 1024 * 1000});
  return layers;
}

TEST(GoogLeNet, LayersFollowTheTableOfThePaper) {
  for (std::size_t i = 0; i + 1 < kInceptions.size(); ++i) {
    EXPECT_EQ(kInceptions[i].out(), kInceptions[i + 1].in) << kInceptions[i].name;
  }
  EXPECT_EQ(kInceptions.back().out(), 1024U);
  expect_layers(network("googlenet"), googlenet_layers());
}

TEST(GoogLeNet, TotalsAreNearPublished) {
  const auto sum = totals(network("googlenet"));
  EXPECT_EQ(sum.macs, 1'582'671'872U);
  EXPECT_EQ(sum.weights, 6'990'272U);
  EXPECT_EQ((sum.weights + 500'000) / 1'000'000, 7U);            // 7M
  EXPECT_NEAR(static_cast<double>(sum.macs) / 1.43e9, 1, 0.11);  // 1.43G, see the file's header
}

TEST(LeNet5, LayersEqualHandCalculation) {
  expect_layers(network("lenet5"), {{"c1", 1, 28 * 28 * 6 * 5 * 5, 6 * 5 * 5},
                                    {"c3_from_3", 6, 10 * 10 * 3 * 5 * 5, 3 * 5 * 5},
                                    {"c3_from_4", 9, 10 * 10 * 4 * 5 * 5, 4 * 5 * 5},
                                    {"c3_from_6", 1, 10 * 10 * 6 * 5 * 5, 6 * 5 * 5},
                                    {"c5", 1, 120 * 16 * 5 * 5, 120 * 16 * 5 * 5},
                                    {"f6", 1, 84 * 120, 84 * 120},
                                    {"output", 1, 10 * 84, 10 * 84}});
}

TEST(LeNet5, TotalsEqualPublished) {
  const auto sum = totals(network("lenet5"));
  EXPECT_EQ(sum.macs, 326'520U);
  EXPECT_EQ(sum.weights, 60'570U);
  // The paper counts biases, and the 2 x 2 sums of S2 and S4 with one bias each, as connections.
  const std::uint64_t biases = 28 * 28 * 6 + 10 * 10 * 16 + 120 + 84;
  const std::uint64_t subsampling = 14 * 14 * 6 * (2 * 2 + 1) + 5 * 5 * 16 * (2 * 2 + 1);
  EXPECT_EQ(sum.macs + biases + subsampling, 340'908U);
  // Trainable: not the output layer; a bias per map, and two parameters per map of S2 and S4.
  EXPECT_EQ(sum.weights - 10 * 84 + (6 + 16 + 120 + 84) + 2 * (6 + 16), 60'000U);
}

constexpr std::uint64_t kTokens = 512;
constexpr std::uint64_t kHidden = 768;
constexpr std::uint64_t kInner = 3072;
constexpr std::uint64_t kHeads = 12;
constexpr std::uint64_t kLayers = 12;

TEST(BertBaseEncoder, LayersEqualHandCalculation) {
  constexpr std::uint64_t kPerHead = kHidden / kHeads;
  // The operand of an attention product that stands for the weights: keys, values.
  constexpr std::uint64_t kOperand = kHeads * kTokens * kPerHead;
  expect_layers(network("bert_base_encoder"),
                {{"query_key_value", 3 * kLayers, kTokens * kHidden * kHidden, kHidden * kHidden},
                 {"scores", kLayers, kHeads * kTokens * kTokens * kPerHead, kOperand},
                 {"context", kLayers, kHeads * kTokens * kTokens * kPerHead, kOperand},
                 {"attention_output", kLayers, kTokens * kHidden * kHidden, kHidden * kHidden},
                 {"feed_forward_1", kLayers, kTokens * kHidden * kInner, kHidden * kInner},
                 {"feed_forward_2", kLayers, kTokens * kHidden * kInner, kHidden * kInner}});
}

TEST(BertBaseEncoder, TotalsEqualPublished) {
  const auto specs = network("bert_base_encoder");
  std::uint64_t weights = 0;  // of the layers that have some
  for (const auto& layer : specs.layers) {
    if (layer.problem.find_dim("G") < 0) weights += layer.repeats * weights_of(layer.problem);
  }
  EXPECT_EQ(totals(specs).macs, 48'318'382'080U);
  EXPECT_EQ(weights, kLayers * (4 * kHidden * kHidden + 2 * kHidden * kInner));
  const std::uint64_t biases = kLayers * (4 * kHidden + kInner + kHidden);
  const std::uint64_t normalisation = kLayers * 2 * 2 * kHidden;
  const std::uint64_t encoder = weights + biases + normalisation;
  EXPECT_EQ((encoder + 500'000) / 1'000'000, 85U);  // 85M
  const std::uint64_t embeddings = (30'522 + 512 + 2) * kHidden + 2 * kHidden;
  const std::uint64_t pooler = kHidden * kHidden + kHidden;
  EXPECT_EQ(encoder + embeddings + pooler, 109'482'240U);  // 110M
}

TEST(LstmLayer, LayersEqualHandCalculation) {
  expect_layers(network("lstm_layer"), {{"input", 1, 35 * 4 * 1500 * 1500, 4 * 1500 * 1500},
                                        {"recurrent", 35, 4 * 1500 * 1500, 4 * 1500 * 1500}});
  EXPECT_EQ(totals(network("lstm_layer")).macs, 630'000'000U);
}

TEST(LstmLayer, MakesTheModelItIsFrom) {
  std::uint64_t weights = 0;  // the recurrent ones are the same in every step
  for (const auto& layer : network("lstm_layer").layers) weights += weights_of(layer.problem);
  EXPECT_EQ(weights, 18'000'000U);
  EXPECT_EQ(2 * weights + 2 * 10'000 * 1500, 66'000'000U);  // 66M
}

}  // namespace
}  // namespace tilewright
