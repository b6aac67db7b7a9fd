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

// The same memories in words of a `part` of the bits; elements keep theirs.
Architecture in_parts(const Architecture& whole, const Problem& problem, std::uint32_t part) {
  Architecture arch = whole;
  for (StorageLevel& level : arch.storage) {
    for (const DataSpace& space : problem.spaces) {
      level.data_bits.push_back({space.name, level.word_bits, {}});
    }
    level.word_bits /= part;
    level.block_size *= part;
    if (level.entries) *level.entries *= part;
    for (auto* bandwidth :
         {&level.read_bandwidth, &level.write_bandwidth, &level.shared_bandwidth}) {
      if (*bandwidth) **bandwidth *= part;
    }
  }
  return arch;
}

void expect_same_counts(const Stats& bits, const Stats& words, std::uint64_t seed) {
  for (std::size_t s = 0; s < words.levels.size(); ++s) {
    EXPECT_EQ(bits.levels[s].cycles, words.levels[s].cycles) << "seed " << seed;
    for (std::size_t p = 0; p < words.levels[s].spaces.size(); ++p) {
      const SpaceStats& one = bits.levels[s].spaces[p];
      const SpaceStats& other = words.levels[s].spaces[p];
      EXPECT_EQ(one.reads, other.reads) << "seed " << seed;
      EXPECT_EQ(one.read_energy, other.read_energy) << "seed " << seed;
      EXPECT_EQ(one.fill_energy, other.fill_energy) << "seed " << seed;
      EXPECT_EQ(one.update_energy, other.update_energy) << "seed " << seed;
      EXPECT_EQ(one.energy_total, other.energy_total) << "seed " << seed;
    }
  }
}

// Elements that are all of the same bits are words of their own: whatever word the memory is cut
// into, everything is as in the spec that knows of no precision. One part: its own words.
TEST(Precision, ElementsOfTheSameBitsAreWords) {
  int valid = 0;
  int rejected = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    oracle::Case c = oracle::random_case(choices);
    price_hops(c.arch);
    for (StorageLevel& level : c.arch.storage) level.word_bits = 16;
    const std::uint32_t part = 1U << (seed % 5);
    const Architecture parts = in_parts(c.arch, c.problem, part);
    EXPECT_EQ(is_mixed(parts, c.problem), part != 1);
    const Prices prices = price(c.arch, {});
    const Evaluator words(c.problem, c.arch, prices);
    const Evaluator bits(c.problem, parts, prices);
    const Stats expected = words.explain(c.mapping, *words.scratch());
    const Stats found = bits.explain(c.mapping, *bits.scratch());
    ASSERT_EQ(found.outcome.rejection.reason, expected.outcome.rejection.reason) << "seed " << seed;
    (found.outcome.valid() ? valid : rejected)++;
    if (!found.outcome.valid()) continue;
    EXPECT_EQ(found.outcome.cost.energy, expected.outcome.cost.energy) << "seed " << seed;
    EXPECT_EQ(found.outcome.cost.cycles, expected.outcome.cost.cycles) << "seed " << seed;
    expect_same_counts(found, expected, seed);
  }
  EXPECT_GT(valid, 500);
  EXPECT_GT(rejected, 50);
}

// Half the bits of one dataspace: what fitted fits, and nothing takes longer or costs more.
TEST(Precision, FewerBitsNeverTakeMore) {
  oracle::CaseOptions options;
  options.mixed = true;
  int valid = 0;
  int cheaper = 0;
  int faster = 0;
  int now_fitting = 0;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    oracle::Case c = oracle::random_case(choices, options);
    const auto space = static_cast<std::size_t>(seed) % c.problem.spaces.size();
    for (StorageLevel& level : c.arch.storage) {
      level.min_utilization = 0;  // fewer bits fill less
      for (DataBits& entry : level.data_bits) entry.bits *= 2;
    }
    oracle::Case half = c;
    for (StorageLevel& level : half.arch.storage) {
      for (DataBits& entry : level.data_bits) {
        if (entry.space == c.problem.spaces[space].name) entry.bits /= 2;
      }
    }
    const Prices prices = price(c.arch, {});
    const Evaluator before(c.problem, c.arch, prices);
    const Evaluator after(half.problem, half.arch, prices);
    const Outcome full = before.evaluate(c.mapping, *before.scratch());
    const Outcome halved = after.evaluate(c.mapping, *after.scratch());
    if (!full.valid()) {
      now_fitting += halved.valid() ? 1 : 0;
      continue;
    }
    ++valid;
    ASSERT_TRUE(halved.valid()) << "seed " << seed;
    EXPECT_LE(halved.cost.energy, full.cost.energy) << "seed " << seed;
    EXPECT_LE(halved.cost.cycles, full.cost.cycles) << "seed " << seed;
    cheaper += halved.cost.energy < full.cost.energy ? 1 : 0;
    faster += halved.cost.cycles < full.cost.cycles ? 1 : 0;
  }
  EXPECT_GT(valid, 2000);
  EXPECT_GT(cheaper, valid / 3);
  EXPECT_GT(faster, 20);
  EXPECT_GT(now_fitting, 20);
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
