// Scoring neighbours of a mapping: what is not counted again must be what the full evaluation
// counts, to the last bit, wherever a walk has been before.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "model/spec/spec.hpp"
#include "oracle/check_cases.hpp"
#include "oracle/random_case.hpp"
#include "places.hpp"
#include "search/allocation_count.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/moves/move_set.hpp"

namespace tilewright {
namespace {

bool same(const Rejection& a, const Rejection& b) {
  return a.reason == b.reason && a.level == b.level && a.needed == b.needed &&
         a.available == b.available && a.share == b.share;
}

bool same(const Cost& a, const Cost& b) {
  return a.energy == b.energy && a.cycles == b.cycles && a.utilization == b.utilization &&
         a.area == b.area && a.accesses == b.accesses;
}

bool beyond(const Cost& cost, const CostCeiling& ceiling) {
  double value = ceiling.energy_power == 0 ? 1 : cost.energy;
  for (int i = 0; i < ceiling.delay_power; ++i) value *= static_cast<double>(cost.cycles);
  return value > ceiling.product;
}

// One evaluator for each four levels, which tells the accesses of these.
class Referees {
 public:
  Referees(const Problem& problem, const Architecture& arch, const Prices& prices) {
    for (int first = 0; first < arch.num_levels(); first += kMaxAccessLevels) {
      std::vector<int> levels;
      for (int s = first; s < std::min(first + kMaxAccessLevels, arch.num_levels()); ++s)
        levels.push_back(s);
      Referee& referee = referees_.emplace_back();
      referee.evaluator = std::make_unique<Evaluator>(problem, arch, prices, levels);
      referee.whole = referee.evaluator->scratch();
      referee.changed = referee.evaluator->scratch();
    }
  }

  // Makes a mapping the base; false if it is rejected.
  bool start(const Mapping& mapping) {
    for (Referee& referee : referees_) {
      if (!referee.evaluator->evaluate(mapping, *referee.changed).valid()) return false;
      referee.evaluator->take_as_base(*referee.changed);
    }
    return true;
  }

  // What is wrong with the score of a neighbour; empty = nothing. Tells whether it may be the next
  // base.
  std::string compare(const Mapping& mapping, const MappingChange& change,
                      const CostCeiling& ceiling, bool& usable) {
    for (Referee& referee : referees_) {
      const Outcome expected = referee.evaluator->evaluate(mapping, *referee.whole);
      const Outcome found =
          referee.evaluator->evaluate_neighbour(mapping, change, *referee.changed, ceiling);
      usable = found.valid() && !found.abandoned;
      if (!same(expected.rejection, found.rejection)) return "another rejection";
      if (!expected.valid()) continue;
      if (found.abandoned) {
        if (!beyond(expected.cost, ceiling)) return "abandoned below the ceiling";
      } else if (!same(expected.cost, found.cost)) {
        return "another cost: " + std::to_string(found.cost.energy) + " pJ, " +
               std::to_string(found.cost.cycles) + " cycles instead of " +
               std::to_string(expected.cost.energy) + ", " + std::to_string(expected.cost.cycles);
      }
    }
    return "";
  }

  void accept() {
    for (Referee& referee : referees_) referee.evaluator->take_as_base(*referee.changed);
  }

 private:
  struct Referee {
    std::unique_ptr<Evaluator> evaluator;
    ScratchPtr whole, changed;
  };
  std::vector<Referee> referees_;
};

struct Tally {
  int valid = 0, rejected = 0, abandoned_or_worse = 0, accepted = 0;
};

// Walks `steps` moves from a valid mapping; what went wrong first.
std::string walk(const MoveSet& moves, Referees& referees, Mapping mapping, int steps,
                 std::uint64_t seed, Tally& tally) {
  Stream random(seed, 0);
  if (!referees.start(mapping)) return "the start is rejected";
  for (int step = 0; step < steps; ++step) {
    // Now and then several moves at once: the change then tells of all of them.
    std::vector<Move> made;
    MappingChange change;
    for (std::uint64_t left = random.below(8) == 0 ? 3 : 1; left > 0; --left) {
      const auto move = moves.step(random, mapping);
      if (!move) continue;
      made.push_back(*move);
      change = change | change_of(*move);
    }
    CostCeiling ceiling;
    if (random.below(4) == 0) {
      ceiling.energy_power = static_cast<int>(random.below(2));
      ceiling.delay_power = static_cast<int>(random.below(3));
      ceiling.product = 1;
      for (std::uint64_t digits = random.below(20); digits > 0; --digits) ceiling.product *= 10;
    }
    bool usable = false;
    const std::string complaint = referees.compare(mapping, change, ceiling, usable);
    if (!complaint.empty()) return complaint + " in step " + std::to_string(step);
    ++(usable ? tally.valid : tally.rejected);
    if (usable && random.below(4) == 0) {
      referees.accept();
      ++tally.accepted;
      continue;
    }
    std::reverse(made.begin(), made.end());
    for (const Move& move : made) moves.revert(move, mapping);
  }
  return "";
}

const std::string kSpecs = std::string(kSourceFolder) + "/specs/";

Problem problem_of(const char* shape, const std::vector<std::int64_t>& bounds,
                   const std::vector<std::int64_t>& coefficients) {
  return make_problem(*find_builtin_shape(shape), shape, bounds, coefficients);
}

// {Wstride, Hstride, Wdilation, Hdilation}
std::vector<Problem> convolutions() {
  return {problem_of("conv", {1, 96, 48, 28, 14, 5, 3}, {2, 2, 1, 1}),
          problem_of("cnn-layer", {3, 3, 13, 13, 256, 384, 2}, {1, 1, 2, 1}),
          problem_of("depthwise-conv", {1, 64, 56, 56, 3, 3}, {2, 1, 1, 1}),
          problem_of("grouped-conv", {2, 4, 16, 24, 14, 28, 3, 5}, {1, 1, 1, 1}),
          problem_of("conv", {1, 64, 256, 56, 56, 1, 1}, {1, 1, 1, 1})};
}

class Neighbours : public testing::TestWithParam<const char*> {};

TEST_P(Neighbours, CostWhatTheFullEvaluationSays) {
  SpecSet specs = read_specs({kSpecs + "arch/" + GetParam() + ".yaml"});
  const Architecture& arch = *specs.architecture;
  std::vector<Problem> problems = convolutions();
  if (std::string(GetParam()) == "three_level")
    problems.push_back(problem_of("gemm", {96, 200, 64}, {}));
  for (const Problem& problem : problems) {
    SCOPED_TRACE(problem.name);
    const Mapspace space(problem, arch, read_constraints(specs, problem));
    Referees referees(problem, arch, price(arch, {}));
    Stream random(1, 0);
    Tally tally;
    for (int start = 0; start < 4; ++start) {
      Mapping mapping = space.blank();
      int draws = 0;
      do {
        space.sample(random, mapping);
      } while (!referees.start(mapping) && ++draws < 20000);
      ASSERT_LT(draws, 20000);
      ASSERT_EQ(walk(space.moves(), referees, mapping, 2500, 7 + static_cast<std::uint64_t>(start),
                     tally),
                "");
    }
    EXPECT_GT(tally.valid, 100);
    EXPECT_GT(tally.rejected, 100);
    EXPECT_GT(tally.accepted, 20);
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Neighbours,
                         testing::Values("three_level", "eyeriss_like_168", "eyeriss_like_256",
                                         "simba_like", "diannao_like", "tpu_like",
                                         "weight_stationary", "output_stationary",
                                         "input_stationary"),
                         [](const auto& info) { return std::string(info.param); });

// Networks with a price, few ports, reuse that is switched off, odd projections.
TEST(NeighboursOfRandomCases, CostWhatTheFullEvaluationSays) {
  oracle::CaseOptions options;
  options.over_mapped = false;  // such loops lie in no mapspace
  oracle::check_cases(1500, options, [](const oracle::Case& c) -> std::string {
    Constraints constraints;
    constraints.levels.resize(c.arch.storage.size());
    const Mapspace space(c.problem, c.arch, constraints, {.both_axes = true});
    Referees referees(c.problem, c.arch, price(c.arch, {}));
    if (!referees.start(c.mapping)) return "";
    Tally tally;
    return walk(space.moves(), referees, c.mapping, 60, 1, tally);
  });
}

TEST(NeighboursOfAMapping, AreScoredWithoutHeap) {
  SpecSet specs =
      read_specs({kSpecs + "arch/simba_like.yaml", kSpecs + "problem/alexnet_conv3.yaml"});
  const Problem& problem = specs.layers.front().problem;
  const Mapspace space(problem, *specs.architecture, read_constraints(specs, problem));
  const Evaluator evaluator(problem, *specs.architecture, price(*specs.architecture, {}));
  const auto scratch = evaluator.scratch();
  Stream random(1, 0);
  Mapping mapping = space.blank();
  do {
    space.sample(random, mapping);
  } while (!evaluator.evaluate(mapping, *scratch).valid());
  evaluator.take_as_base(*scratch);
  const auto before = test::allocation_count();
  for (int i = 0; i < 2000; ++i) {
    const auto move = space.moves().step(random, mapping);
    if (!move) continue;
    const Outcome outcome = evaluator.evaluate_neighbour(mapping, change_of(*move), *scratch);
    if (outcome.valid() && i % 3 == 0) {
      evaluator.take_as_base(*scratch);
    } else {
      space.moves().revert(*move, mapping);
    }
  }
  EXPECT_EQ(test::allocation_count(), before);
}

}  // namespace
}  // namespace tilewright
