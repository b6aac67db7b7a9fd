// Times that leave 64 bits: large layers on memories of hardly any bandwidth.
#include <gtest/gtest.h>

#include <cmath>

#include "model/bound/layer_bound.hpp"
#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

TEST(SlowMemories, CyclesGoBeyond64Bits) {
  // 2^20 * 2^20 * 500,000 products of words that are fetched one by one, 20 cycles each.
  const Problem problem = test::gemm(1 << 20, 1 << 20, 500'000);
  Architecture arch = test::hierarchy({1, 1}, {{1, 1}, {1, 1}});
  arch.storage[1].shared_bandwidth = 0.05;
  Mapping mapping = Mapping::unit(2, 3, 3);
  for (int d = 0; d < 3; ++d) {
    mapping.levels[1].factors(LoopKind::temporal)[d] = static_cast<std::int32_t>(problem.bounds[d]);
  }
  const Evaluator evaluator(problem, arch, price(arch, {}));
  const Stats stats = evaluator.explain(mapping, *evaluator.scratch());
  ASSERT_TRUE(stats.outcome.valid());
  const Cost& cost = stats.outcome.cost;
  double words = 0;
  for (const SpaceStats& space : stats.levels[1].spaces) {
    words += static_cast<double>(space.reads) + static_cast<double>(space.updates);
  }
  EXPECT_GT(cost.cycles, 0x1p64);
  EXPECT_NEAR(cost.cycles / (words * 20), 1, 1e-12);
  EXPECT_EQ(cost.utilization, static_cast<double>(problem.operations()) / cost.cycles);
  EXPECT_GE(cost.cycles,
            bound_of(problem, arch, price(arch, {}), test::unconstrained(arch)).cycles);
}

// Whatever the case: a thousandth of every bandwidth takes a thousand times as long, once bandwidth
// is all that matters.
TEST(SlowMemories, TimeGoesWithBandwidth) {
  oracle::CaseOptions options;
  options.over_mapped = false;
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    oracle::Choices choices = oracle::Choices::from_seed(seed);
    oracle::Case c = oracle::random_case(choices, options);
    for (StorageLevel& level : c.arch.storage) {
      level.read_bandwidth = 1e-9 * choices.pick(1, 9);
      level.write_bandwidth = 1e-9 * choices.pick(1, 9);
      level.network_fill_latency = level.network_drain_latency = 0;
    }
    for (Network& network : c.arch.networks) network.fill_latency = network.drain_latency = 0;
    const auto cycles = [&](double share) {
      Architecture arch = c.arch;
      for (StorageLevel& level : arch.storage) {
        *level.read_bandwidth *= share;
        *level.write_bandwidth *= share;
      }
      const Evaluator evaluator(c.problem, arch, price(arch, {}));
      const Outcome outcome = evaluator.evaluate(c.mapping, *evaluator.scratch());
      return outcome.valid() ? outcome.cost.cycles : 0;
    };
    const double slow = cycles(1e-6);
    if (slow == 0) continue;
    EXPECT_NEAR(cycles(1e-12) / slow, 1e6, 1) << "seed " << seed;
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace tilewright
