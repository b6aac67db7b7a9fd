// Elements that are no words of a level: capacity, accesses, bandwidth and wires count bits.
#include "model/arch/precision.hpp"

#include <gtest/gtest.h>

#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "oracle/random_case.hpp"

namespace tilewright {
namespace {

// Z[m] += A[m, k] * B[k], 8 x 6, on one MAC; the buffer keeps a tile of all.
Problem product() {
  Problem problem{.name = "product", .dims = {"M", "K"}, .bounds = {8, 6}};
  problem.spaces = {{.name = "A", .projection = {{{.dim = 0}}, {{.dim = 1}}}},
                    {.name = "B", .projection = {{{.dim = 1}}}},
                    {.name = "Z", .projection = {{{.dim = 0}}}, .read_write = true}};
  return problem;
}

Architecture buffered(std::uint64_t entries) {
  Architecture arch{.compute = {.name = "MAC", .instances = 1, .mesh_x = 1}};
  arch.storage = {{.name = "Buf", .entries = entries, .word_bits = 8, .block_size = 2},
                  {.name = "Main", .word_bits = 8}};
  arch.storage[0].vector_access_energy = 1;
  arch.storage[1].vector_access_energy = 100;
  arch.storage[0].data_bits = {{"A", 4}, {"B", 8}, {"Z", 24}};
  return arch;
}

// Everything in one tile: A 48, B 6 and Z 8 elements in the buffer.
Mapping whole_tile() {
  Mapping mapping = Mapping::unit(2, 2, 3);
  mapping.levels[0].factors(LoopKind::temporal)[0] = 8;
  mapping.levels[0].factors(LoopKind::temporal)[1] = 6;
  return mapping;
}

Stats explain(const Architecture& arch, const Problem& problem = product(),
              const Mapping& mapping = whole_tile()) {
  const Evaluator evaluator(problem, arch, price(arch, {}));
  return evaluator.explain(mapping, *evaluator.scratch());
}

// 48 * 4 + 6 * 8 + 8 * 24 = 432 bits = 54 words of 8.
TEST(Precision, CapacityIsCountedInBits) {
  EXPECT_TRUE(explain(buffered(54)).outcome.valid());
  const Stats stats = explain(buffered(53));
  const Rejection& rejection = stats.outcome.rejection;
  EXPECT_EQ(rejection.reason, RejectReason::capacity);
  EXPECT_EQ(rejection.needed, 432U);
  EXPECT_EQ(rejection.available, 424U);
  EXPECT_EQ(
      describe(rejection, product(), buffered(53)),
      "Buf: the kept tiles take 432 bits (A 48 of 4 bits, B 6 of 8 bits, Z 8 of 24 bits); 424 "
      "are available");
}

TEST(Precision, BitsBeyondTheLastWordCount) {
  Architecture arch = buffered(53);
  arch.storage[0].spare_bits = 7;
  EXPECT_FALSE(explain(arch).outcome.valid());
  arch.storage[0].word_bits = 9;  // 53 * 9 + 7 = 484
  EXPECT_EQ(arch.storage[0].effective_bits(), 484U);
  EXPECT_TRUE(explain(arch).outcome.valid());
  arch.storage[0].multiple_buffering = 2;
  EXPECT_EQ(arch.storage[0].effective_bits(), 242U);
}

// A row is 2 words of 8 bits. A: 48 reads of 4 bits are 12 rows; B: 48 of 8 bits are 24; Z: 48
// updates of 24 bits are 72, and 40 reads, as the first 8 find nothing to add to, 60. Filling takes
// A 12, B 3.
TEST(Precision, RowsAreSharedByTheBitsOfElements) {
  const Stats stats = explain(buffered(54));
  const auto& spaces = stats.levels[0].spaces;
  ASSERT_EQ(spaces[0].reads, 48U);
  EXPECT_EQ(spaces[0].read_energy, 12);
  EXPECT_EQ(spaces[0].fill_energy, 12);
  ASSERT_EQ(spaces[1].reads, 48U);
  EXPECT_EQ(spaces[1].read_energy, 24);
  EXPECT_EQ(spaces[1].fill_energy, 3);
  ASSERT_EQ(spaces[2].updates, 48U);
  EXPECT_EQ(spaces[2].update_energy, 72);
  ASSERT_EQ(spaces[2].reads, 40U);
  EXPECT_EQ(spaces[2].read_energy, 60);
}

// 48 steps read 48 * 4 + 48 * 8 + 40 * 24 = 1,536 bits. With 2 words of 8 bits per cycle that takes
// 96 cycles.
TEST(Precision, BandwidthIsCountedInBits) {
  Architecture arch = buffered(54);
  arch.storage[0].read_bandwidth = 2;
  EXPECT_EQ(explain(arch).outcome.cost.cycles, 96U);
  arch.storage[0].data_bits.clear();
  EXPECT_FALSE(explain(arch).outcome.valid());  // 62 words of 8 bits
  arch.storage[0].entries = 62;
  EXPECT_EQ(explain(arch).outcome.cost.cycles, 68U);  // 136 words
}

// A wire of 1 mm at 1 pJ per bit and mm takes 4, 8 and 24 pJ.
TEST(Precision, WiresCarryTheBitsOfElements) {
  Architecture arch = buffered(54);
  Network& network = arch.storage[0].implicit_network;
  network.word_bits = 8;
  network.wire_energy = 1;
  network.tile_width = 1000;
  Stats stats = explain(arch);
  EXPECT_EQ(stats.networks[0].spaces[0].energy_per_hop, 4);
  EXPECT_EQ(stats.networks[0].spaces[1].energy_per_hop, 8);
  EXPECT_EQ(stats.networks[0].spaces[2].energy_per_hop, 24);
  network.energy_per_hop = 5;  // of a word, as given
  EXPECT_EQ(explain(arch).networks[0].spaces[2].energy_per_hop, 5);
}

TEST(Precision, TheLevelThenTheProblemThenTheWordCounts) {
  Problem problem = product();
  problem.spaces[0].bits = 2;
  problem.spaces[1].bits = 3;
  StorageLevel level{.name = "Buf", .word_bits = 8};
  level.data_bits = {{"A", 4}};
  EXPECT_EQ(element_bits(level, problem, 0), 4U);
  EXPECT_EQ(element_bits(level, problem, 1), 3U);
  EXPECT_EQ(element_bits(level, problem, 2), 8U);
  EXPECT_TRUE(is_mixed(level, problem));
  EXPECT_FALSE(is_mixed(level, product()) && level.data_bits.empty());
  EXPECT_FALSE(product().same_work(problem));
}

// A price per word instead of one per bit, of which an element of two words takes twice as many.
void price_hops(Architecture& arch) {
  for (StorageLevel& level : arch.storage) level.implicit_network.energy_per_hop = 0.5;
  for (Network& network : arch.networks) network.energy_per_hop = 0.5;
}

// Words of half the bits, twice as many of them, and elements of two words: the same memory.
TEST(Precision, HalfWordsAndElementsOfTwoAreTheSameMemory) {
  int valid = 0;
  int rejected = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    const oracle::Case c = oracle::random_case(choices);
    Architecture halves = c.arch;
    for (StorageLevel& level : halves.storage) {
      if (level.word_bits % 2 != 0) level.word_bits *= 2;  // has no bearing on words
      for (const DataSpace& space : c.problem.spaces) {
        level.data_bits.push_back({space.name, level.word_bits});
      }
      level.word_bits /= 2;
      level.block_size *= 2;
      if (level.entries) *level.entries *= 2;
      for (auto* bandwidth :
           {&level.read_bandwidth, &level.write_bandwidth, &level.shared_bandwidth}) {
        if (*bandwidth) **bandwidth *= 2;
      }
    }
    Architecture plain = c.arch;
    price_hops(plain);
    price_hops(halves);
    const Prices prices = price(plain, {});
    const Evaluator words(c.problem, plain, prices);
    const Evaluator bits(c.problem, halves, prices);
    const Outcome expected = words.evaluate(c.mapping, *words.scratch());
    const Outcome outcome = bits.evaluate(c.mapping, *bits.scratch());
    ASSERT_EQ(outcome.rejection.reason, expected.rejection.reason) << "seed " << seed;
    (outcome.valid() ? valid : rejected)++;
    if (!outcome.valid()) continue;
    EXPECT_EQ(outcome.cost.energy, expected.cost.energy) << "seed " << seed;
    EXPECT_EQ(outcome.cost.cycles, expected.cost.cycles) << "seed " << seed;
  }
  EXPECT_GT(valid, 500);
  EXPECT_GT(rejected, 50);
}

SpecSet read(const std::string& text) { return read_spec_texts({{"t.yaml", text}}); }

constexpr const char* kArch =
    "arch:\n"
    "  arithmetic: {name: MAC, instances: 1}\n"
    "  storage:\n"
    "  - {name: Buffer, sizeKB: 1, word-bits: 24, instances: 1, data-bits: {A: 4, Z: 24}}\n"
    "  - {name: Main, technology: DRAM, instances: 1}\n";

TEST(Precision, SpecsSayItOfLevelsProblemsAndNetworks) {
  const SpecSet specs = read(std::string(kArch) +
                             "network:\n"
                             "  data-bits: {A: 3, B: 5}\n"
                             "  shape: gemm\n"
                             "  layers:\n"
                             "  - {name: a, instance: {M: 2, N: 2, K: 2}}\n"
                             "  - {name: b, instance: {M: 2, N: 2, K: 2}, data-bits: {A: 6}}\n"
                             "  - name: c\n"
                             "    problem: {shape: gemm, data-bits: {B: 7}, instance: {M: 2, N: 2, "
                             "K: 2}}\n");
  const StorageLevel& buffer = specs.architecture->storage[0];
  EXPECT_EQ(buffer.entries, 341U);  // of 24 bits in 8,192
  EXPECT_EQ(buffer.effective_bits(), 8192U);
  ASSERT_EQ(buffer.data_bits.size(), 2U);
  EXPECT_EQ(element_bits(buffer, specs.layers[0].problem, 0), 4U);
  EXPECT_EQ(element_bits(buffer, specs.layers[0].problem, 1), 5U);
  const StorageLevel& main = specs.architecture->storage[1];
  EXPECT_EQ(element_bits(main, specs.layers[0].problem, 0), 3U);
  EXPECT_EQ(element_bits(main, specs.layers[1].problem, 0), 6U);
  EXPECT_EQ(element_bits(main, specs.layers[2].problem, 1), 7U);
  EXPECT_EQ(element_bits(main, specs.layers[2].problem, 2), 16U);
  EXPECT_FALSE(specs.layers[0].problem.same_work(specs.layers[1].problem));
}

}  // namespace
}  // namespace tilewright
