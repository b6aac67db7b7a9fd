// The kinds of spatial loops: for each choice that a tile has room for, one that can do no less.
#include "search/optimal/kinds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "oracle/random_case.hpp"
#include "search/mapspace/mapspace.hpp"

namespace tilewright::optimal {
namespace {

bool can_do(const Kind& kind, const SpatialChoice& choice, const Labelling& labelling,
            SpaceMask spaces, bool time) {
  constexpr double kRounding = 1e-12;
  const Terms& terms = labelling.terms();
  for (int p = 0; p < terms.num_spaces(); ++p) {
    if ((spaces >> p & 1) == 0) continue;
    const auto at = static_cast<std::size_t>(p);
    if (kind.share[at] > labelling.least_share(p, choice) * (1 + kRounding)) return false;
    const double help = terms.simple(p) ? 1 : labelling.least_unhelped(p, choice);
    if (kind.help[at] > help * (1 + kRounding)) return false;
    const double visits = terms.read_write(p) ? labelling.first_visits(p, choice) : 1;
    if (kind.visits[at] < visits * (1 - kRounding)) return false;
  }
  return !time || kind.instances >= choice.instances * (1 - kRounding);
}

// How many choices were looked for.
int look_for_choices(std::uint64_t seed, std::size_t most_exact) {
  auto random = oracle::Choices::from_seed(seed);
  const oracle::Case c = random_case(random, {});
  const Mapspace space(c.problem, c.arch, {});
  const Evaluator evaluator(c.problem, c.arch, price(c.arch, {}));
  const Merging merging(c.problem, evaluator.terms(), space);
  const TileLattice lattice(merging.problem());
  const Labelling labelling(c.mapping, evaluator, lattice);
  const auto choices = list_spatial_choices(space, c.problem, merging, lattice);
  Kinds kinds(labelling, choices, {}, most_exact);
  // For some dataspaces only, and where time does not matter, fewer kinds do.
  const auto spaces = static_cast<SpaceMask>(seed % 3 == 0 ? (1U << kMaxSpaces) - 1 : seed % 16);
  const bool time = seed % 5 != 0;
  int looked = 0;
  for (std::uint64_t id = 0; id < lattice.size(); id += 1 + lattice.size() / 8) {
    const Tile tile = lattice.tile(id);
    for (std::size_t s = 0; s < choices.size(); ++s) {
      const auto best =
          kinds.best(choices[s].empty() ? -1 : static_cast<int>(s), tile, spaces, time);
      for (const SpatialChoice& choice : choices[s]) {
        const bool room = std::all_of(choice.steps.begin(), choice.steps.end(), [&](auto step) {
          return lattice.rest(tile, step.first) %
                     choice.factor[static_cast<std::size_t>(step.first)] ==
                 0;
        });
        if (!room) continue;
        ++looked;
        EXPECT_TRUE(std::any_of(best.begin(), best.end(), [&](const Kind& kind) {
          return can_do(kind, choice, labelling, spaces, time);
        })) << case_yaml(c);
      }
    }
  }
  return looked;
}

TEST(Kinds, CanDoAllThatAnyChoiceCan) {
  int looked = 0;
  for (std::uint64_t seed = 0; seed < 1'200 && !testing::Test::HasFailure(); ++seed) {
    looked += look_for_choices(seed, seed % 2 == 0 ? Kinds::kMostExact : 0);
  }
  EXPECT_GT(looked, 6'000);
}

}  // namespace
}  // namespace tilewright::optimal
