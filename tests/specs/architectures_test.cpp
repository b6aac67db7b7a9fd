// The architectures in specs/arch against the figures of the papers they follow.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "model/spec/spec.hpp"
#include "places.hpp"

namespace tilewright {
namespace {

Architecture architecture(const std::string& name) {
  const auto specs = read_specs({std::string(kSourceFolder) + "/specs/arch/" + name + ".yaml"});
  EXPECT_TRUE(specs.warnings.empty()) << specs.warnings.front().message;
  EXPECT_TRUE(specs.architecture.has_value());
  return specs.architecture.value_or(Architecture{});
}

const StorageLevel& level(const Architecture& arch, const std::string& name) {
  const int index = arch.find_level(name);
  EXPECT_GE(index, 0) << name;
  return arch.storage.at(static_cast<std::size_t>(index));
}

// Bytes of all instances of a level.
std::uint64_t total_bytes(const StorageLevel& level) {
  return level.instances * level.entries.value_or(0) * level.word_bits / 8;
}

TEST(ThreeLevel, HasTheSizesItSays) {
  const auto arch = architecture("three_level");
  EXPECT_EQ(arch.compute.instances, 16U * 16U);
  ASSERT_EQ(arch.num_levels(), 3);
  EXPECT_EQ(arch.fanout_x(1), 16U);
  EXPECT_EQ(arch.fanout_y(1), 16U);
  EXPECT_EQ(level(arch, "RegisterFile").entries, 256U);
  EXPECT_EQ(level(arch, "GlobalBuffer").entries, 65'536U);
  EXPECT_EQ(total_bytes(level(arch, "GlobalBuffer")), 128U * 1024);
  EXPECT_EQ(level(arch, "DRAM").technology, Technology::dram);
  EXPECT_FALSE(level(arch, "DRAM").entries.has_value());
}

TEST(ThreeLevelMixed, HasTheMemoriesOfThreeLevelBitForBit) {
  const auto plain = architecture("three_level");
  const auto mixed = architecture("three_level_mixed");
  ASSERT_EQ(mixed.num_levels(), plain.num_levels());
  for (int s = 0; s < plain.num_levels(); ++s) {
    const StorageLevel& ours = mixed.storage[s];
    const StorageLevel& theirs = plain.storage[s];
    EXPECT_EQ(ours.name, theirs.name);
    EXPECT_EQ(ours.instances, theirs.instances);
    EXPECT_EQ(ours.effective_bits(), theirs.effective_bits());
    EXPECT_EQ(ours.word_bits * ours.block_size, theirs.word_bits * theirs.block_size);
    EXPECT_EQ(ours.data_bits.size(), 3U);
  }
}

TEST(EyerissLike168, HasTheSizesOfTheChip) {
  const auto arch = architecture("eyeriss_like_168");
  EXPECT_EQ(arch.compute.instances, 168U);
  EXPECT_EQ(arch.compute.mesh_x, 14U);
  EXPECT_EQ(arch.compute.mesh_y, 12U);
  EXPECT_EQ(level(arch, "PsumSpad").entries, 24U);
  EXPECT_EQ(level(arch, "WeightSpad").entries, 224U);
  EXPECT_EQ(level(arch, "IfmapSpad").entries, 12U);
  EXPECT_EQ(level(arch, "IfmapSpad").instances, 168U);
  EXPECT_EQ(total_bytes(level(arch, "GlobalBuffer")), 100U * 1024);
  EXPECT_EQ(arch.fanout_y(arch.find_level("PEColumn")), 12U);
  EXPECT_EQ(arch.fanout_x(arch.find_level("GlobalBuffer")), 14U);
  EXPECT_DOUBLE_EQ(level(arch, "DRAM").shared_bandwidth.value_or(0), 4 * 60 / 200.0);
}

TEST(EyerissLike256, HasTheSizesOfTheDataflowStudy) {
  const auto arch = architecture("eyeriss_like_256");
  EXPECT_EQ(arch.compute.instances, 256U);
  // 512 B of scratchpads per PE, and as much per PE in the global buffer.
  EXPECT_EQ(total_bytes(level(arch, "PsumSpad")) + total_bytes(level(arch, "WeightSpad")) +
                total_bytes(level(arch, "IfmapSpad")),
            256U * 512);
  EXPECT_EQ(total_bytes(level(arch, "GlobalBuffer")), 256U * 512);
  EXPECT_EQ(arch.fanout_y(arch.find_level("PEColumn")), 16U);
  EXPECT_EQ(arch.fanout_x(arch.find_level("GlobalBuffer")), 16U);
}

TEST(SimbaLike, HasTheSizesOfAChiplet) {
  const auto arch = architecture("simba_like");
  constexpr std::uint64_t kPes = 16;
  EXPECT_EQ(arch.compute.instances, kPes * 8 * 8);
  EXPECT_EQ(total_bytes(level(arch, "AccumulationBuffer")), kPes * 3 * 1024);
  EXPECT_EQ(total_bytes(level(arch, "WeightBuffer")), kPes * 32 * 1024);
  EXPECT_EQ(total_bytes(level(arch, "InputBuffer")), kPes * 8 * 1024);
  EXPECT_EQ(total_bytes(level(arch, "GlobalBuffer")), 64U * 1024);
  EXPECT_EQ(arch.fanout(arch.find_level("GlobalBuffer")), kPes);
  EXPECT_EQ(arch.fanout(arch.find_level("InputBuffer")), 8U);
  EXPECT_EQ(arch.fanout(arch.find_level("AccumulationBuffer")), 8U);
  EXPECT_EQ(level(arch, "AccumulationBuffer").word_bits, 24U);
}

TEST(DianNaoLike, HasTheSizesOfThePaper) {
  const auto arch = architecture("diannao_like");
  constexpr std::uint64_t kNeurons = 16;
  constexpr std::uint64_t kSynapses = 16;
  EXPECT_EQ(arch.compute.instances, kNeurons * kSynapses);
  EXPECT_EQ(total_bytes(level(arch, "NBin")), 2U * 1024);
  EXPECT_EQ(total_bytes(level(arch, "NBout")), 2U * 1024);
  EXPECT_EQ(total_bytes(level(arch, "SB")), 32U * 1024);
  EXPECT_EQ(level(arch, "SB").block_size, kNeurons * kSynapses);  // 64 rows of them
  EXPECT_EQ(level(arch, "NBin").block_size, kSynapses);
  EXPECT_NEAR(level(arch, "DRAM").shared_bandwidth.value_or(0), 250 / 0.98 / 2, 0.5);
}

TEST(TpuLike, HasTheSizesOfThePaper) {
  const auto arch = architecture("tpu_like");
  EXPECT_EQ(arch.compute.instances, 65'536U);
  EXPECT_EQ(arch.compute.word_bits, 8U);
  EXPECT_EQ(total_bytes(level(arch, "Accumulators")), 4U * 1024 * 1024);
  EXPECT_EQ(total_bytes(level(arch, "UnifiedBuffer")), 24U * 1024 * 1024);
  EXPECT_EQ(arch.fanout_y(arch.find_level("Accumulators")), 256U);
  EXPECT_EQ(arch.fanout_x(arch.find_level("UnifiedBuffer")), 256U);
  EXPECT_NEAR(level(arch, "DRAM").shared_bandwidth.value_or(0), 30 / 0.7, 0.5);
}

// The three arrays differ in their constraints alone.
TEST(StationaryArrays, HaveTheLevelsOfThreeLevel) {
  const auto plain = architecture("three_level");
  for (const char* name : {"weight_stationary", "output_stationary", "input_stationary"}) {
    const auto arch = architecture(name);
    ASSERT_EQ(arch.num_levels(), plain.num_levels());
    EXPECT_EQ(arch.compute.instances, plain.compute.instances);
    for (int s = 0; s < arch.num_levels(); ++s) {
      EXPECT_EQ(arch.storage[s].name, plain.storage[s].name) << name;
      EXPECT_EQ(arch.storage[s].entries, plain.storage[s].entries) << name;
      EXPECT_EQ(arch.storage[s].instances, plain.storage[s].instances) << name;
      EXPECT_EQ(arch.storage[s].block_size, plain.storage[s].block_size) << name;
    }
  }
}

}  // namespace
}  // namespace tilewright
