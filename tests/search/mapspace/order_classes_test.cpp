// Which orders of one level are told apart. The counts are made by hand from the projections; that
// the best order is among them is checked by trying all orders of all levels.
#include "search/mapspace/order_classes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "model/energy/prices.hpp"
#include "model/nest/evaluator.hpp"
#include "oracle/random_case.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using Orders = std::vector<OrderClasses::Order>;

enum { kR, kS, kP, kQ, kC, kK, kN };
const std::vector<int> kAll{kR, kS, kP, kQ, kC, kK, kN};
const std::vector<int> kNoBatch{kR, kS, kP, kQ, kC, kK};
const std::vector<int> kNoFilter{kP, kQ, kC, kK};

Problem conv(std::int64_t batch = 2, std::int64_t filter = 2) {
  Problem problem;
  problem.dims = {"R", "S", "P", "Q", "C", "K", "N"};
  problem.bounds = {filter, filter, 4, 4, 4, 4, batch};
  const Coordinate width{{kR, 1}, {kP, 1}};
  const Coordinate height{{kS, 1}, {kQ, 1}};
  problem.spaces = {{"Weights", {{{kC, 1}}, {{kK, 1}}, {{kR, 1}}, {{kS, 1}}}, false},
                    {"Inputs", {{{kN, 1}}, {{kC, 1}}, width, height}, false},
                    {"Outputs", {{{kN, 1}}, {{kK, 1}}, {{kQ, 1}}, {{kP, 1}}}, true}};
  return problem;
}

OrderClasses::DimMask mask(const std::vector<int>& dims) {
  OrderClasses::DimMask bits = 0;
  for (const int dim : dims) bits |= 1U << static_cast<unsigned>(dim);
  return bits;
}

std::size_t count(const Problem& problem, OrderSet set, const std::vector<int>& dims) {
  const OrderClasses classes(problem, set);
  const Orders orders = classes.list(mask(dims));
  for (auto order : orders) {
    std::sort(order.begin(), order.end());
    EXPECT_TRUE(std::equal(order.begin(), order.end(), dims.begin(), dims.end()));
  }
  EXPECT_LE(static_cast<double>(orders.size()), classes.most(mask(dims)));
  return orders.size();
}

TEST(OrderClasses, GemmHasOneClassPerStationaryMatrix) {
  for (const OrderSet set : {OrderSet::quick, OrderSet::complete, OrderSet::complete_with_links}) {
    EXPECT_EQ(count(test::gemm(4, 4, 4), set, {0, 1, 2}), 3U);
  }
}

TEST(OrderClasses, ConvolutionOfOnePointIsLikeGemm) {
  for (const OrderSet set : {OrderSet::quick, OrderSet::complete, OrderSet::complete_with_links}) {
    EXPECT_EQ(count(conv(2, 1), set, {kP, kQ, kC, kK, kN}), 3U);
  }
}

// Each of R, S, P, Q and K may come first; C is worse than R, N than P, as they keep no halo.
TEST(OrderClasses, QuickClassesAreThoseOfTheFirstLoop) {
  EXPECT_EQ(count(conv(), OrderSet::quick, kAll), 5U);
  EXPECT_EQ(count(conv(), OrderSet::quick, kNoFilter), 4U);
}

// Sequences of {K, R, P} and of {K, S, Q}: 15 each, K alone is the same; and C or N first.
TEST(OrderClasses, WithoutLinksALiveSequenceStaysOnOneCoordinate) {
  EXPECT_EQ(count(conv(), OrderSet::complete, kAll), 31U);
  EXPECT_EQ(count(conv(1), OrderSet::complete, kNoBatch), 30U);
  EXPECT_EQ(count(conv(1), OrderSet::complete, kNoFilter), 8U);  // 4 + 4 - 1, and C first
}

// Sequences of {K, P, R, Q, S}: 325, of {K, P, Q}: 15; and C or N first. Without a batch, P goes on
// with Q in any case, and Q with P.
TEST(OrderClasses, WithLinksALiveSequenceMayChangeTheCoordinate) {
  EXPECT_EQ(count(conv(), OrderSet::complete_with_links, kAll), 327U);
  EXPECT_EQ(count(conv(1), OrderSet::complete_with_links, kNoBatch), 324U);
  EXPECT_EQ(count(conv(1), OrderSet::complete_with_links, kNoFilter), 14U);
}

TEST(OrderClasses, TheUsersInnerLoopsLeaveFewerClasses) {
  const OrderClasses classes(conv(), OrderSet::complete);
  const std::vector<std::uint8_t> filter{kR};
  // After R: alone, K, P, KP or PK.
  EXPECT_EQ(classes.list(mask({kP, kQ, kC, kK}), filter).size(), 5U);
  const std::vector<std::uint8_t> dead{kC};
  EXPECT_EQ(classes.list(mask({kP, kQ, kK}), dead).size(), 1U);
  EXPECT_EQ(classes.list(0).size(), 1U);
}

// ---- The best order is among them.

/// A case, what its loops are, and ways to price it.
struct Trial {
  oracle::Case c;
  std::vector<std::vector<int>> loops;  // [level]: dimensions with a temporal loop
  double orders = 1;                    // of all levels together
};

constexpr std::uint8_t kAllSpaces = 0xF;

Trial make_trial(oracle::Choices& choices, bool links, double most) {
  oracle::CaseOptions options;
  options.max_operations = 1 << 13;
  options.distributed = false;
  options.no_temporal_reuse = false;
  options.reuse_masks = links;
  options.capacities = false;
  options.over_mapped = false;
  Trial trial{oracle::random_case(choices, options), {}, 1};
  for (int level = 0; level < trial.c.mapping.num_levels; ++level) {
    LevelMapping& at = trial.c.mapping.levels[static_cast<std::size_t>(level)];
    if (!links) at.no_link_transfer = kAllSpaces;
    auto& dims = trial.loops.emplace_back();
    for (int dim = 0; dim < trial.c.mapping.num_dims; ++dim) {
      if (at.factors(LoopKind::temporal)[static_cast<std::size_t>(dim)] > 1) dims.push_back(dim);
    }
    for (std::size_t i = 2; i <= dims.size(); ++i) trial.orders *= static_cast<double>(i);
  }
  RC_PRE(trial.orders > 1 && trial.orders <= most);
  return trial;
}

Prices random_prices(oracle::Choices& choices, const Architecture& arch) {
  Prices prices = price(arch, {});
  const auto draw = [&] { return choices.chance(20) ? 0.0 : choices.pick(1, 200) / 8.0; };
  for (StoragePrice& level : prices.storage) {
    level.read = draw();
    level.fill = draw();
    level.update = draw();
  }
  for (NetworkPrice& network : prices.implicit_networks) network.per_hop = draw();
  return prices;
}

void write(const std::vector<int>& order, LevelMapping& level, int num_dims) {
  auto& places = level.orders(LoopKind::temporal);
  auto to = std::copy(order.begin(), order.end(), places.begin());
  for (int dim = 0; dim < num_dims; ++dim) {
    if (std::find(order.begin(), order.end(), dim) == order.end()) {
      *to++ = static_cast<std::uint8_t>(dim);
    }
  }
}

using OrdersOfLevels = std::vector<std::vector<std::vector<int>>>;

std::vector<Cost> best_costs(const Trial& trial, const OrdersOfLevels& orders,
                             const std::vector<std::unique_ptr<Evaluator>>& evaluators) {
  std::vector<Cost> best(2 * evaluators.size(), Cost{INFINITY, 1, 0});
  const ScratchPtr scratch = evaluators.front()->scratch();
  Mapping mapping = trial.c.mapping;
  const std::function<void(std::size_t)> choose = [&](std::size_t level) {
    if (level == orders.size()) {
      for (std::size_t i = 0; i < evaluators.size(); ++i) {
        const Outcome outcome = evaluators[i]->evaluate(mapping, *scratch);
        if (!outcome.valid()) return;
        if (outcome.cost.energy < best[2 * i].energy) best[2 * i] = outcome.cost;
        if (outcome.cost.edp() < best[2 * i + 1].edp()) best[2 * i + 1] = outcome.cost;
      }
      return;
    }
    for (const auto& order : orders[level]) {
      write(order, mapping.levels[level], mapping.num_dims);
      choose(level + 1);
    }
  };
  choose(0);
  return best;
}

OrdersOfLevels all_orders(const Trial& trial) {
  OrdersOfLevels orders;
  for (auto dims : trial.loops) {
    auto& level = orders.emplace_back();
    do {
      level.push_back(dims);
    } while (std::next_permutation(dims.begin(), dims.end()));
  }
  return orders;
}

OrdersOfLevels class_orders(const Trial& trial, OrderSet set) {
  const OrderClasses classes(trial.c.problem, set);
  OrdersOfLevels orders;
  for (std::size_t level = 0; level < trial.loops.size(); ++level) {
    auto& to = orders.emplace_back();
    for (const auto& order : classes.list(mask(trial.loops[level]))) {
      to.emplace_back(order.begin(), order.end());
    }
    // Nothing is kept below level 0: only words passed on between the MACs depend on its order.
    if (level > 0) continue;
    if (set == OrderSet::complete_with_links) {
      to = all_orders(trial).front();
    } else {
      to.resize(1);
    }
  }
  return orders;
}

void expect_best_among_classes(const std::vector<std::uint32_t>& numbers, bool links, double most) {
  oracle::Choices choices(numbers);
  const Trial trial = make_trial(choices, links, most);
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  for (int i = 0; i < 4; ++i) {
    evaluators.push_back(std::make_unique<Evaluator>(trial.c.problem, trial.c.arch,
                                                     random_prices(choices, trial.c.arch)));
  }
  const OrderSet set = links ? OrderSet::complete_with_links : OrderSet::complete;
  const auto all = best_costs(trial, all_orders(trial), evaluators);
  const auto few = best_costs(trial, class_orders(trial, set), evaluators);
  for (std::size_t i = 0; i < all.size(); i += 2) {
    const double slack = 1 + 1e-12;  // sums in another order
    if (few[i].energy > all[i].energy * slack || few[i + 1].edp() > all[i + 1].edp() * slack) {
      RC_LOG() << oracle::case_yaml(trial.c);
      RC_FAIL("energy " + std::to_string(few[i].energy) + " > " + std::to_string(all[i].energy));
    }
  }
}

const auto numbers_of_a_case = rc::gen::container<std::vector<std::uint32_t>>(
    oracle::kChoiceCount + 100, rc::gen::arbitrary<std::uint32_t>());

RC_GTEST_PROP(OrderClassesProperty, CompleteSetHoldsTheBestOrder, ()) {
  expect_best_among_classes(*numbers_of_a_case, false, 4000);
}

RC_GTEST_PROP(OrderClassesProperty, CompleteSetWithLinksHoldsTheBestOrder, ()) {
  expect_best_among_classes(*numbers_of_a_case, true, 4000);
}

}  // namespace
}  // namespace tilewright
