// What an infeasible spec is blamed on, against all mappings tried one by one.
#include "search/blame/blame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "search/blame/demand.hpp"
#include "search/mapspace/residuals.hpp"
#include "search/support.hpp"

namespace tilewright::explain {
namespace {

using test::legal_loops;

/// A random spec that asks for more than most arrays have.
struct Spec {
  oracle::Case c;
  Demands given;
};

void demand_factors(oracle::Choices& choices, const Problem& problem, LoopConstraint& loops) {
  for (int d = 0; d < problem.num_dims(); ++d) {
    const auto dim = static_cast<std::size_t>(d);
    const auto bound = static_cast<int>(problem.bounds[dim]);
    if (choices.chance(25)) loops.fixed[dim] = choices.pick(1, bound);
    if (choices.chance(12)) loops.at_most[dim] = choices.pick(1, bound);
    if (choices.chance(8)) loops.at_least[dim] = choices.pick(1, bound);
  }
}

Spec make_spec(std::uint64_t seed) {
  auto choices = oracle::Choices::from_seed(seed);
  Spec spec;
  spec.c = oracle::random_case(choices, {.max_operations = 12, .over_mapped = false});
  const Problem& problem = spec.c.problem;
  spec.given.arch = spec.c.arch;
  spec.given.constraints = test::unconstrained(spec.c.arch);
  for (int s = 0; s < spec.c.arch.num_levels(); ++s) {
    LevelConstraint& level = spec.given.constraints.levels[static_cast<std::size_t>(s)];
    StorageLevel& storage = spec.given.arch.storage[static_cast<std::size_t>(s)];
    demand_factors(choices, problem, level.temporal);
    demand_factors(choices, problem, level.spatial);
    const int all = (1 << problem.num_spaces()) - 1;
    if (choices.chance(40)) level.must_keep = static_cast<SpaceMask>(choices.pick(0, all));
    if (choices.chance(25)) {
      level.must_bypass = static_cast<SpaceMask>(choices.pick(0, all) & ~level.must_keep);
    }
    if (choices.chance(30)) level.spatial.split = choices.pick(0, problem.num_dims());
    if (choices.chance(20)) level.spatial.inner = {choices.pick(0, problem.num_dims() - 1)};
    if (choices.chance(50)) storage.entries = static_cast<std::uint64_t>(choices.pick(1, 8));
    if (storage.entries && choices.chance(25)) storage.min_utilization = 0.5;
  }
  if (choices.chance(30)) spec.given.constraints.min_parallelism = 0.25 * choices.pick(1, 4);
  return spec;
}

/// Tries all factors and all that levels can keep.
class Force {
 public:
  Force(const Feasibility& feasibility, const DemandSet& held, const Demands& values)
      : problem_(feasibility.problem()),
        values_(feasibility.only(held, values)),
        imperfect_(feasibility.options().imperfect) {
    int most = 1;
    for (const std::int64_t bound : problem_.bounds) most *= static_cast<int>(bound);
    backed_ = static_cast<SpaceMask>(((1 << problem_.num_spaces()) - 1) &
                                     ~values.constraints.levels.back().must_bypass);
    share_ = values_.constraints.min_parallelism.value_or(0);
    values_.constraints.min_parallelism.reset();
    limited_.assign(static_cast<std::size_t>(values_.arch.num_levels()), true);
    double lifted = 1;
    for (std::size_t i = 0; i < held.size(); ++i) {
      const Demand& demand = feasibility.demands()[i];
      if (held[i] || demand.kind != DemandKind::fanout) continue;
      limited_[static_cast<std::size_t>(demand.level)] = false;
      lifted *= static_cast<double>(values_.arch.fanout(demand.level));
    }
    macs_ = static_cast<double>(values_.arch.compute.instances) / lifted;
    for (int s = 0; s < values_.arch.num_levels(); ++s) {
      if (limited_[static_cast<std::size_t>(s)]) continue;
      const auto any = static_cast<std::uint64_t>(most);
      values_.arch = with_fanout(values_.arch, s, any, any);
    }
    evaluator_.emplace(problem_, values_.arch, feasibility.prices());
    scratch_ = evaluator_->scratch();
    mapping_ = Mapping::unit(values_.arch.num_levels(), problem_.num_dims(), problem_.num_spaces());
  }

  bool runs() { return choose(0, 0, problem_.bounds[0]); }

 private:
  bool choose(int dim, int slot, std::int64_t left) {
    const int level = slot / kLoopKinds;
    const auto d = static_cast<std::size_t>(dim);
    if (level == values_.arch.num_levels()) {
      if (left != 1) return false;
      if (dim + 1 < problem_.num_dims()) return choose(dim + 1, 0, problem_.bounds[d + 1]);
      return uses_enough() &&
             legal_loops(mapping_, problem_, values_.arch, values_.constraints, {}) && keep(0);
    }
    const auto kind = static_cast<LoopKind>(slot % kLoopKinds);
    LevelMapping& at = mapping_.levels[static_cast<std::size_t>(level)];
    for (std::int32_t factor = 1; factor <= left; ++factor) {
      if (!imperfect_ && left % factor != 0) continue;
      if (kind == LoopKind::spatial_x && factor > 1 && values_.arch.fanout_x(level) == 1) break;
      if (kind == LoopKind::spatial_y && factor > 1 && values_.arch.fanout_y(level) == 1) break;
      at.factors(kind)[d] = at.residuals(kind)[d] = factor;
      if (choose(dim, slot + 1, (left + factor - 1) / factor)) return true;
    }
    at.factors(kind)[d] = at.residuals(kind)[d] = 1;
    return false;
  }

  bool uses_enough() const {
    double used = 1;
    for (int s = 0; s < values_.arch.num_levels(); ++s) {
      if (!limited_[static_cast<std::size_t>(s)]) continue;
      const LevelMapping& at = mapping_.levels[static_cast<std::size_t>(s)];
      for (std::size_t d = 0; d < problem_.dims.size(); ++d) {
        used *= at.factors(LoopKind::spatial_x)[d] * at.factors(LoopKind::spatial_y)[d];
      }
    }
    return used + 1e-9 >= share_ * macs_;
  }

  bool keep(int level) {
    if (level == values_.arch.num_levels()) {
      Mapping mapping = mapping_;
      if (imperfect_) write_residuals(problem_, mapping);
      return evaluator_->evaluate(mapping, *scratch_).valid();
    }
    const LevelConstraint& at = values_.constraints.levels[static_cast<std::size_t>(level)];
    for (int mask = (1 << problem_.num_spaces()) - 1; mask >= 0; --mask) {
      if ((mask & at.must_bypass) != 0 || (~mask & at.must_keep) != 0) continue;
      if (level + 1 == values_.arch.num_levels() && (~mask & backed_) != 0) continue;
      mapping_.levels[static_cast<std::size_t>(level)].keep = static_cast<SpaceMask>(mask);
      if (keep(level + 1)) return true;
    }
    return false;
  }

  const Problem& problem_;
  Demands values_;
  bool imperfect_;
  SpaceMask backed_ = 0;  // the outermost level keeps all that it need not pass by
  double share_ = 0;
  double macs_ = 1;
  std::vector<bool> limited_;
  std::optional<Evaluator> evaluator_;
  ScratchPtr scratch_;
  Mapping mapping_;
};

bool runs(const Feasibility& feasibility, const DemandSet& held, const Demands& values) {
  return Force(feasibility, held, values).runs();
}

DemandSet without(DemandSet held, const Members& members) {
  for (const std::size_t member : members) held[member] = false;
  return held;
}

// It cannot run with these alone, and can with all but any one of them.
void expect_minimal(const Feasibility& feasibility, const Members& members) {
  DemandSet held(feasibility.demands().size(), false);
  for (const std::size_t member : members) held[member] = true;
  EXPECT_FALSE(runs(feasibility, held, feasibility.given()));
  for (const std::size_t member : members) {
    EXPECT_TRUE(runs(feasibility, without(held, {member}), feasibility.given()));
  }
}

// What is said of one member alone is true, and for sizes no less would do.
void expect_least(const Feasibility& feasibility, std::size_t member,
                  const std::optional<Change>& change) {
  const DemandSet all = feasibility.all();
  EXPECT_EQ(change.has_value(), runs(feasibility, without(all, {member}), feasibility.given()));
  if (!change || !change->to) return;
  const Demand& demand = feasibility.demands()[member];
  Demands changed = feasibility.given();
  if (demand.kind == DemandKind::capacity) {
    auto& entries = changed.arch.storage[static_cast<std::size_t>(demand.level)].entries;
    const std::uint64_t now = *entries;
    const auto to = static_cast<std::uint64_t>(*change->to);
    entries = to;
    EXPECT_TRUE(runs(feasibility, all, changed));
    while (*entries != now) {
      entries = to > now ? *entries - 1 : *entries + 1;
      EXPECT_FALSE(runs(feasibility, all, changed))
          << *entries << " is nearer to " << now << " than " << to << ", buffered "
          << changed.arch.storage[static_cast<std::size_t>(demand.level)].multiple_buffering;
    }
  }
  if (demand.kind == DemandKind::factor || demand.kind == DemandKind::most ||
      demand.kind == DemandKind::least) {
    const double now = factor_limit(demand, changed.constraints);
    const double far = std::abs(std::log(*change->to / now));
    const std::int64_t bound = feasibility.problem().bounds[static_cast<std::size_t>(demand.dim)];
    for (std::int32_t value = 1; value <= bound; ++value) {
      factor_limit(demand, changed.constraints) = value;
      const bool nearer = std::abs(std::log(value / now)) < far - 1e-9;
      if (value == *change->to) {
        EXPECT_TRUE(runs(feasibility, all, changed));
      } else if (nearer) {
        EXPECT_FALSE(runs(feasibility, all, changed));
      }
    }
  }
  if (demand.kind == DemandKind::fanout) {
    changed.arch = with_fanout(changed.arch, demand.level, static_cast<std::uint64_t>(*change->to),
                               static_cast<std::uint64_t>(*change->to_y));
    EXPECT_TRUE(runs(feasibility, all, changed));
  }
}

// With those that have to change as well it runs, and not if one of them does not.
void expect_together(const Feasibility& feasibility, const Conflict& conflict, std::size_t i) {
  const Members& others = conflict.together[i];
  if (others.empty()) return;
  EXPECT_FALSE(conflict.alone[i].has_value());
  const DemandSet rest = without(feasibility.all(), {conflict.members[i]});
  EXPECT_TRUE(runs(feasibility, without(rest, others), feasibility.given()));
  for (const std::size_t other : others) {
    Members fewer = others;
    std::erase(fewer, other);
    EXPECT_FALSE(runs(feasibility, without(rest, fewer), feasibility.given()));
  }
}

// The whole spec runs with the changes, and not if one of them is left out.
void expect_repaired(const Feasibility& feasibility, const Repair& repair) {
  EXPECT_TRUE(runs(feasibility, feasibility.all(), repair.values));
  Members members;
  for (const Change& change : repair.changes) members.push_back(change.demand);
  for (const std::size_t member : members) {
    Members others = members;
    std::erase(others, member);
    EXPECT_FALSE(runs(feasibility, without(feasibility.all(), others), feasibility.given()));
  }
}

// What can run is decided rightly, and a set to blame is minimal, where tiles may be short as well.
TEST(Blame, AgreesWithAllMappingsWhoseFactorsNeedNotDivide) {
  int infeasible = 0;
  for (std::uint64_t seed = 1; infeasible < 600; ++seed) {
    ASSERT_LT(seed, 30000U);
    SCOPED_TRACE(seed);
    const Spec spec = make_spec(seed);
    if (spec.c.arch.num_levels() > 2) continue;
    const std::vector<Demand> demands = list_demands(spec.c.problem, spec.given);
    const Prices prices = test::small_prices(spec.given.arch);
    const Feasibility feasibility(spec.c.problem, spec.given, demands, prices, {.imperfect = true},
                                  {});
    const bool can = runs(feasibility, feasibility.all(), spec.given);
    ASSERT_EQ(feasibility.find(feasibility.all()).has_value(), can);
    if (can) continue;
    ++infeasible;
    expect_minimal(feasibility, minimal_conflict(feasibility, feasibility.all()));
    for (const Repair& repair : blame(feasibility, 2).repairs) {
      EXPECT_TRUE(runs(feasibility, feasibility.all(), repair.values));
    }
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Blame, AgreesWithAllMappingsTriedOneByOne) {
  int infeasible = 0;
  int with_two = 0;
  for (std::uint64_t seed = 1; infeasible < 150; ++seed) {
    ASSERT_LT(seed, 3000U);
    SCOPED_TRACE(seed);
    const Spec spec = make_spec(seed);
    if (spec.c.arch.num_levels() > 3) continue;
    const std::vector<Demand> demands = list_demands(spec.c.problem, spec.given);
    const Prices prices = test::small_prices(spec.given.arch);
    const Feasibility feasibility(spec.c.problem, spec.given, demands, prices, {}, {});
    const bool can = runs(feasibility, feasibility.all(), spec.given);
    ASSERT_EQ(feasibility.find(feasibility.all()).has_value(), can);
    if (can) continue;
    ++infeasible;
    const Blame found = blame(feasibility, 4);
    ASSERT_FALSE(found.conflicts.empty());
    with_two += found.conflicts.size() > 1 ? 1 : 0;
    DemandSet seen(demands.size(), false);
    for (const Conflict& conflict : found.conflicts) {
      expect_minimal(feasibility, conflict.members);
      for (std::size_t i = 0; i < conflict.members.size(); ++i) {
        EXPECT_FALSE(seen[conflict.members[i]]);
        seen[conflict.members[i]] = true;
        expect_least(feasibility, conflict.members[i], conflict.alone[i]);
        expect_together(feasibility, conflict, i);
      }
    }
    ASSERT_FALSE(found.repairs.empty());
    EXPECT_GE(found.repairs.front().changes.size(), found.conflicts.size());
    for (const Repair& repair : found.repairs) expect_repaired(feasibility, repair);
    if (::testing::Test::HasFailure()) {
      for (const Conflict& conflict : found.conflicts) {
        for (const std::size_t member : conflict.members) {
          ADD_FAILURE() << describe(demands[member], spec.c.problem, spec.given);
        }
      }
      return;
    }
  }
  EXPECT_GT(with_two, 20);
}

}  // namespace
}  // namespace tilewright::explain
