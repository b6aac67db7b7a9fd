// Every network in specs/network at several batches: so many times the work, the same weights.

#include "model/network/batch.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "network_spec.hpp"

namespace tilewright {
namespace {

TEST(NetworksThatShip, DoSoManyTimesTheWorkInABatch) {
  std::size_t seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(kSourceFolder) + "/specs/network")) {
    const SpecSet one = read_specs({entry.path().string()});
    ASSERT_EQ(batch_of(one.layers), 1U) << entry.path();
    for (const std::int64_t batch : {1, 2, 3, 16}) {
      SpecSet many = one;
      set_batch(many.layers, batch);
      EXPECT_EQ(batch_of(many.layers), static_cast<std::uint64_t>(batch));
      for (std::size_t i = 0; i < one.layers.size(); ++i) {
        SCOPED_TRACE(entry.path().string() + ": " + one.layers[i].name);
        const Problem& before = one.layers[i].problem;
        const Problem& after = many.layers[i].problem;
        const auto times = static_cast<std::uint64_t>(batch);
        EXPECT_EQ(many.layers[i].repeats, one.layers[i].repeats);
        EXPECT_EQ(after.operations(), times * before.operations());
        const bool has_weights = one.layers[i].weights != WeightUse::none;
        EXPECT_EQ(weights_of(after), (has_weights ? 1 : times) * weights_of(before));
      }
    }
    ++seen;
  }
  EXPECT_GE(seen, 10U);
}

}  // namespace
}  // namespace tilewright
