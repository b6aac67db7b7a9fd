#include "search/small_spaces.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "search/mapspace/factorization.hpp"
#include "search/support.hpp"

namespace tilewright::test {
namespace {

/// All mappings of a space whose factors need not divide: a dimension's loops, from the inside out,
/// have as many steps as they like up to what is left, and the outermost the rest.
class ShortTiles {
 public:
  ShortTiles(const Mapspace& space, const Evaluator& evaluator, const Objective& objective)
      : space_(space),
        evaluator_(evaluator),
        objective_(objective),
        scratch_(evaluator.scratch()),
        mapping_(space.blank()) {
    for (int s = 0; s < mapping_.num_levels; ++s) {
      for (const LoopKind kind : {LoopKind::spatial_x, LoopKind::spatial_y, LoopKind::temporal}) {
        const auto& slots = space.factorizations().rules().slots();
        const bool there = std::any_of(slots.begin(), slots.end(), [&](const SpatialSlot& slot) {
          return slot.level == s && slot.kind == kind;
        });
        if (there || kind == LoopKind::temporal) places_.push_back({s, kind});
      }
    }
  }

  /// Nothing if there are more than `most`.
  bool go(std::uint64_t most) {
    most_ = most;
    choose(0, 0, evaluator_.problem().bounds[0]);
    return count_ <= most_;
  }
  Best best;

 private:
  struct Place {
    int level;
    LoopKind kind;
  };

  void choose(int dim, std::size_t place, std::int64_t rest) {
    if (count_ > most_) return;
    if (place == places_.size()) {
      if (dim + 1 < evaluator_.problem().num_dims()) {
        return choose(dim + 1, 0, evaluator_.problem().bounds[static_cast<std::size_t>(dim) + 1]);
      }
      return score_all();
    }
    const auto [s, kind] = places_[place];
    LevelMapping& level = mapping_.levels[static_cast<std::size_t>(s)];
    const auto d = static_cast<std::size_t>(dim);
    const bool last = place + 1 == places_.size();
    const FactorRange range =
        factor_range(space_.constraints().levels[static_cast<std::size_t>(s)].temporal, dim);
    for (std::int64_t factor = last ? rest : 1; factor <= rest; ++factor) {
      if (kind == LoopKind::temporal && !range.holds(factor)) continue;
      level.factors(kind)[d] = static_cast<std::int32_t>(factor);
      choose(dim, place + 1, (rest + factor - 1) / factor);
    }
    level.factors(kind)[d] = 1;
  }

  void score_all() {
    const SpatialRules& rules = space_.factorizations().rules();
    for (int s = 0; s < mapping_.num_levels; ++s) {
      for (int d = 0; d < mapping_.num_dims; ++d) {
        if (!rules.holds_at(mapping_, d, s)) return;
      }
    }
    if (!rules.holds_together(mapping_)) return;
    settle();
    const auto bypasses = space_.size().bypasses.convert_to<std::uint64_t>();
    for (BigInt i = 0; i < space_.size().permutations * bypasses && count_ <= most_; ++i) {
      const Mapping orders = space_.at(i);  // of some factors; what is kept goes round fastest
      for (int s = 0; s < mapping_.num_levels; ++s) {
        const auto at = static_cast<std::size_t>(s);
        mapping_.levels[at].order = orders.levels[at].order;
        mapping_.levels[at].keep = orders.levels[at].keep;
      }
      ++count_;
      const Outcome outcome = evaluator_.evaluate(mapping_, *scratch_);
      if (!outcome.valid()) continue;
      const Objective::Key key = objective_.key(outcome.cost);
      if (!best || key < *best) best = key;
    }
  }

  // Residuals by counting: the step of each loop in the last iteration.
  void settle() {
    mapping_.imperfect = false;
    for (int dim = 0; dim < mapping_.num_dims; ++dim) {
      const auto d = static_cast<std::size_t>(dim);
      std::int64_t within = 1;
      for (const auto& [s, kind] : places_) {
        LevelMapping& level = mapping_.levels[static_cast<std::size_t>(s)];
        const std::int32_t factor = level.factors(kind)[d];
        const std::int64_t step = (evaluator_.problem().bounds[d] - 1) / within % factor;
        level.residuals(kind)[d] = static_cast<std::int32_t>(step + 1);
        mapping_.imperfect |= step + 1 != factor;
        within *= factor;
      }
    }
  }

  const Mapspace& space_;
  const Evaluator& evaluator_;
  const Objective& objective_;
  ScratchPtr scratch_;
  Mapping mapping_;
  std::vector<Place> places_;
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
};

void constrain_loops(oracle::Choices& choices, const Problem& problem, LevelConstraint& level) {
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto dim = static_cast<std::size_t>(d);
    if (choices.chance(12)) level.temporal.at_most[dim] = choices.pick(1, 3);
    if (choices.chance(8)) level.spatial.at_most[dim] = 1;
  }
  if (choices.chance(15)) level.temporal.inner = {choices.pick(0, problem.num_dims() - 1)};
}

Objective random_objective(std::uint64_t seed) {
  constexpr std::array kMetrics{"edp", "energy", "delay", "ed2p", "energy,delay", "delay,energy"};
  return Objective(parse_metrics(kMetrics[seed % kMetrics.size()]));
}

}  // namespace

std::unique_ptr<SmallSpace> make_space(std::uint64_t seed, int operations, bool whole) {
  oracle::CaseOptions options;
  options.distributed = false;
  options.over_mapped = false;
  options.mixed = seed % 3 == 0;
  options.max_operations = operations;
  auto choices = oracle::Choices::from_seed(seed);
  const oracle::Case c = random_case(choices, options);
  const Constraints constraints = random_constraints(
      choices, c, [&](LevelConstraint& level) { constrain_loops(choices, c.problem, level); });
  Prices prices = price(c.arch, {});
  prices.count_idle = seed % 3 == 0;
  prices.idle_in_use = seed % 2 == 0;
  for (StoragePrice& level : prices.storage) level.idle = static_cast<double>(seed % 11);
  try {
    return std::unique_ptr<SmallSpace>(
        new SmallSpace{c, constraints,
                       Mapspace(c.problem, c.arch, constraints,
                                MapspaceOptions{.both_axes = seed % 5 == 0, .imperfect = !whole}),
                       random_objective(seed), Evaluator(c.problem, c.arch, prices)});
  } catch (const UsageError&) {
    return nullptr;
  }
}

std::unique_ptr<SmallSpace> make_small_space(std::uint64_t seed, std::uint64_t most, bool whole) {
  auto small = make_space(seed, whole ? 200 : 60, whole);
  if (small == nullptr) return nullptr;
  const BigInt& total = small->space.size().total;
  return total > most || total == 0 ? nullptr : std::move(small);
}

Best best_of_all(const SmallSpace& small) {
  Best best;
  const ScratchPtr scratch = small.evaluator.scratch();
  for (BigInt i = 0; i < small.space.size().total; ++i) {
    const Outcome outcome = small.evaluator.evaluate(small.space.at(i), *scratch);
    if (!outcome.valid()) continue;
    const Objective::Key key = small.objective.key(outcome.cost);
    best = std::min(best.value_or(key), key);
  }
  return best;
}

bool best_of_short_tiles(const SmallSpace& small, std::uint64_t most, Best& best) {
  ShortTiles all(small.space, small.evaluator, small.objective);
  if (!all.go(most)) return false;
  best = all.best;
  return true;
}

void expect_equal(const Best& found, const Best& truth, const SmallSpace& small,
                  std::uint64_t seed) {
  EXPECT_EQ(found.has_value(), truth.has_value()) << seed << case_yaml(small.c);
  if (!truth || !found) return;
  for (std::size_t i = 0; i < truth->size(); ++i) {
    EXPECT_NEAR((*found)[i], (*truth)[i], 1e-9 * (*truth)[i])
        << small.objective.name() << " of case " << seed << '\n'
        << case_yaml(small.c);
  }
}

}  // namespace tilewright::test
