// What of a network grows with the batch: said, assumed, or refused.

#include "model/network/batch.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

std::vector<Layer> layers(const std::string& lines) {
  return read_spec_texts({{"net", "network:\n  name: net\n  layers:\n" + lines}}).layers;
}

std::vector<std::int64_t> bounds_at(const std::string& lines, std::int64_t batch) {
  std::vector<Layer> found = layers(lines);
  set_batch(found, batch);
  std::vector<std::int64_t> bounds;
  for (const Layer& layer : found) {
    bounds.insert(bounds.end(), layer.problem.bounds.begin(), layer.problem.bounds.end());
  }
  return bounds;
}

std::string refusal(const std::string& lines, std::int64_t batch = 2) {
  try {
    (void)bounds_at(lines, batch);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

const std::string kFc = "  - {shape: fully-connected, name: ";

TEST(Batch, IsNWhereNothingElseIsSaid) {
  const std::string fc = kFc + "a, instance: {N: 3, C: 5, M: 7}}\n";
  EXPECT_EQ(bounds_at(fc, 2), (std::vector<std::int64_t>{2, 5, 7}));
  EXPECT_EQ(batch_of(layers(fc)), 3U);
}

TEST(Batch, MultipliesWhatTheLayerSays) {
  const std::string net = kFc + "steps, batch: {N: 35}, instance: {N: 70, C: 5, M: 7}}\n" + kFc +
                          "plain, batch: N, instance: {N: 2, C: 5, M: 7}}\n" + kFc +
                          "columns, batch: {M: 4}, instance: {N: 1, C: 5, M: 8}}\n" + kFc +
                          "fixed, batch: none, instance: {N: 9, C: 5, M: 7}}\n" +
                          "  - {shape: gemm, name: rows, batch: {M: 6}, "
                          "instance: {M: 12, N: 3, K: 4}}\n";
  EXPECT_EQ(batch_of(layers(net)), 2U);
  EXPECT_EQ(bounds_at(net, 3),
            (std::vector<std::int64_t>{105, 5, 7, 3, 5, 7, 1, 5, 12, 9, 5, 7, 18, 3, 4}));
  EXPECT_EQ(bounds_at(net, 2),  // as they are
            (std::vector<std::int64_t>{70, 5, 7, 2, 5, 7, 1, 5, 8, 9, 5, 7, 12, 3, 4}));
}

// An N that differs from layer to layer counts more than the batch in some of them: to overwrite it
// would drop their work.
TEST(Batch, IsRefusedWhereLayersWithoutAWordDiffer) {
  const std::string net =
      kFc + "a, instance: {N: 35, C: 5, M: 7}}\n" + kFc + "b, instance: {N: 1, C: 5, M: 7}}\n";
  EXPECT_EQ(refusal(net),
            "batch: N is 35 in layer 'a' and 1 in layer 'b'; say in the network what the batch "
            "multiplies, as in `batch: {N: 35}`");
  EXPECT_EQ(batch_of(layers(net)), std::nullopt);
}

TEST(Batch, IsRefusedWhereItIsNotKnown) {
  EXPECT_EQ(refusal(kFc + "a, batch: unknown, instance: {N: 1, C: 5, M: 7}}\n"),
            "batch: what of layer 'a' grows with the batch is not known (`batch: unknown`); say in "
            "the network what the batch multiplies, as in `batch: {N: 35}`");
  EXPECT_EQ(refusal("  - {shape: gemm, name: a, instance: {M: 2, N: 3, K: 4}}\n")
                .rfind("batch: N of layer 'a' counts columns of a matrix product", 0),
            0U);
}

TEST(Batch, IsRefusedWhereASizeWouldBeTooLarge) {
  const std::string steps =
      kFc + "a, batch: {N: 2000000000}, instance: {N: 2000000000, C: 1, M: 1}}\n";
  EXPECT_EQ(refusal(steps),
            "batch 2: layer 'a': dimension N would be 4000000000; at most 2147483647 is supported");
}

}  // namespace
}  // namespace tilewright
