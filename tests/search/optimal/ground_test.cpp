// What a keeping costs at least: the quick bound never above the one that takes all tables.
#include "search/optimal/ground.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/bypass.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/optimal/merging.hpp"

namespace tilewright::optimal {
namespace {

// How many keepings were compared.
int compare_roots(std::uint64_t seed, const oracle::CaseOptions& options) {
  auto random = oracle::Choices::from_seed(seed);
  const oracle::Case c = random_case(random, options);
  const Mapspace space(c.problem, c.arch, {});
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const Merging merging(c.problem, evaluator.terms(), space);
  const Evaluator merged(merging.problem(), c.arch, evaluator.prices());
  const TileLattice lattice(merging.problem());
  Labelling labelling(space.blank(), merged, lattice);
  const LoopClasses classes(merged.terms(), space.complete_orders(), space.blank());
  const auto choices = list_spatial_choices(space, c.problem, merging, lattice);
  Ground ground(space, lattice, choices, labelling, classes);
  int compared = 0;
  Mapping mapping = space.blank();
  for (std::uint64_t i = 0; i < space.size().bypasses.convert_to<std::uint64_t>(); ++i) {
    space.bypasses().at(i, mapping);
    const Keeping keeping = make_keeping(mapping, merged.terms().num_spaces());
    bool kept = true;
    for (int p = 0; p < merged.terms().num_spaces(); ++p) kept &= keeping.server_of(p, -1) >= 0;
    if (!kept) continue;
    const Ground::Root quick = ground.quick_root(keeping);
    const Ground::Root whole = ground.root(keeping);
    EXPECT_LE(quick.energy, whole.energy + 1e-12 * std::abs(whole.energy)) << case_yaml(c);
    EXPECT_EQ(quick.cycles, whole.cycles);
    ++compared;
  }
  return compared;
}

TEST(Ground, TheQuickRootIsNeverAboveTheWholeOne) {
  oracle::CaseOptions options;
  options.distributed = false;
  options.over_mapped = false;
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 1'000 && !testing::Test::HasFailure(); ++seed) {
    options.mixed = seed % 2 == 0;
    compared += compare_roots(seed, options);
  }
  EXPECT_GT(compared, 10'000);
}

}  // namespace
}  // namespace tilewright::optimal
