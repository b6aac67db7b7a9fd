#include "model/energy/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tilewright::energy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers everything of one class with one number.
class Constant : public EnergyEstimator {
 public:
  Constant(std::string name, double accuracy, double value, std::string component_class = "SRAM")
      : name_(std::move(name)),
        accuracy_(accuracy),
        value_(value),
        component_class_(std::move(component_class)) {}

  std::string name() const override { return name_; }
  Support support(const Query& query) const override {
    if (query.component_class != component_class_) return Support::no("only " + component_class_);
    return {accuracy_, "constant"};
  }
  double estimate(const Query& /*query*/) const override { return value_; }

 private:
  std::string name_;
  double accuracy_;
  double value_;
  std::string component_class_;
};

class Thrower : public EnergyEstimator {
 public:
  std::string name() const override { return "thrower"; }
  Support support(const Query& query) const override {
    if (query.action == "idle") throw std::runtime_error("no idea of idle");
    return {100, ""};
  }
  double estimate(const Query& query) const override {
    if (query.action == "read") throw std::runtime_error("disk on fire");
    throw Declined("no cell for it");
  }
};

class LeakageOnly : public EnergyEstimator {
 public:
  std::string name() const override { return "leakage"; }
  Support support(const Query& query) const override {
    return query.quantity == Quantity::leakage ? Support{60, ""} : Support::no("leakage only");
  }
  double estimate(const Query& /*query*/) const override { return 3; }  // uW
};

Query read_of(std::string component_class) {
  Query query;
  query.component_class = std::move(component_class);
  query.attributes = {{"width", 64}};
  query.action = "read";
  return query;
}

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Registry, TheMostAccurateAnswersAndTheOthersAreNamed) {
  Registry registry;
  registry.add(std::make_unique<Constant>("rough", 40, 1));
  registry.add(std::make_unique<Constant>("good", 80, 2));
  registry.add(std::make_unique<Constant>("other", 90, 3, "DRAM"));
  const Pricing pricing = registry.price(read_of("SRAM"));
  EXPECT_EQ(pricing.value, 2);
  EXPECT_EQ(pricing.estimator, "good");
  EXPECT_EQ(pricing.accuracy, 80);
  EXPECT_EQ(pricing.note, "constant");
  EXPECT_FALSE(pricing.is_guess());
  EXPECT_THAT(pricing.others, ElementsAre("other: only DRAM", "rough: 40 %, not more accurate"));
}

TEST(Registry, AmongEqualsTheUsersOwnThenTheFirstAnswers) {
  Registry registry;
  registry.add(std::make_unique<Constant>("built-in", 70, 1));
  registry.add(std::make_unique<Constant>("built-in-2", 70, 2));
  EXPECT_EQ(registry.price(read_of("SRAM")).estimator, "built-in");
  registry.add_users(std::make_unique<Constant>("mine", 70, 3));
  registry.add_users(std::make_unique<Constant>("mine-too", 70, 4));
  EXPECT_EQ(registry.price(read_of("SRAM")).estimator, "mine");
  EXPECT_THAT(error_of([&] { registry.add_users(std::make_unique<Constant>("mine", 1, 1)); }),
              HasSubstr("two estimators of the name 'mine'"));
}

TEST(Registry, AUsersOwnTakesThePlaceOfABuiltInOfItsName) {
  Registry registry;
  registry.add(std::make_unique<Constant>("table", 90, 1));
  registry.add_users(std::make_unique<Constant>("table", 10, 2));
  EXPECT_EQ(registry.price(read_of("SRAM")).value, 2);
  EXPECT_THAT(registry.names(), ElementsAre("table"));
}

TEST(Registry, CanBePinnedAndExcluded) {
  Registry registry;
  registry.add(std::make_unique<Constant>("rough", 40, 1));
  registry.add(std::make_unique<Constant>("good", 80, 2));
  registry.pin("rough", "DRAM");
  EXPECT_EQ(registry.price(read_of("SRAM")).estimator, "good");
  registry.pin("rough", "SRAM");
  const Pricing pinned = registry.price(read_of("SRAM"));
  EXPECT_EQ(pinned.estimator, "rough");
  EXPECT_TRUE(pinned.is_guess());
  EXPECT_THAT(pinned.others, ElementsAre("good: another one is pinned"));
  registry.exclude("rough");
  EXPECT_THAT(error_of([&] { registry.price(read_of("SRAM")); }), HasSubstr("rough: excluded"));
  EXPECT_THAT(error_of([&] { registry.exclude("goood"); }), HasSubstr("did you mean 'good'"));
}

TEST(Registry, AttributesNarrowTheChoice) {
  Registry registry;
  registry.add(std::make_unique<Constant>("rough", 40, 1));
  registry.add(std::make_unique<Constant>("good", 80, 2));
  Query query = read_of("SRAM");
  query.attributes.set("plug_in", "rough");
  EXPECT_EQ(registry.price(query).estimator, "rough");
  query.attributes.set("min_accuracy", 50);
  EXPECT_THAT(error_of([&] { registry.price(query); }), HasSubstr("rough: 40 % is below"));
}

TEST(Registry, NobodyIsAnErrorWithEveryReason) {
  Registry registry;
  registry.add(std::make_unique<Constant>("a", 40, 1));
  registry.add(std::make_unique<Constant>("b", 80, 2, "DRAM"));
  Query query = read_of("ADC");
  query.component = "chip.adc";
  EXPECT_EQ(
      error_of([&] { registry.price(query); }),
      "chip.adc: no estimator can price ADC(width=64).read()\n  a: only SRAM\n  b: only DRAM");
}

TEST(Registry, AMisbehavingEstimatorIsNamed) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {kNan, -1.0, std::numeric_limits<double>::infinity()}) {
    Registry registry;
    registry.add(std::make_unique<Constant>("broken", 40, bad));
    EXPECT_THAT(error_of([&] { registry.price(read_of("SRAM")); }),
                HasSubstr("estimator 'broken' answered"));
  }
  for (const double bad : {kNan, -1.0, 101.0}) {
    Registry registry;
    registry.add(std::make_unique<Constant>("boaster", bad, 1));
    EXPECT_THAT(error_of([&] { registry.price(read_of("SRAM")); }),
                HasSubstr("estimator 'boaster' claims an accuracy"));
  }
  Registry registry;
  registry.add(std::make_unique<Thrower>());
  registry.add(std::make_unique<Constant>("good", 80, 2));
  EXPECT_THAT(error_of([&] { registry.price(read_of("SRAM")); }),
              HasSubstr("estimator 'thrower' failed with \"disk on fire\" for SRAM(width=64)"));
  Query query = read_of("SRAM");
  query.action = "idle";
  EXPECT_THAT(error_of([&] { registry.price(query); }), HasSubstr("no idea of idle"));
}

TEST(Registry, WhoDeclinesLeavesItToTheNext) {
  Registry registry;
  registry.add(std::make_unique<Thrower>());
  registry.add(std::make_unique<Constant>("good", 80, 2));
  Query query = read_of("SRAM");
  query.action = "write";
  const Pricing pricing = registry.price(query);
  EXPECT_EQ(pricing.estimator, "good");
  EXPECT_THAT(pricing.others, ElementsAre("thrower: no cell for it"));
}

// 3 uW over 5 ns are 15e-15 J = 0.015 pJ.
TEST(Registry, LeakPerCycleFollowsFromLeakage) {
  Registry registry;
  registry.add(std::make_unique<LeakageOnly>());
  Query query = read_of("SRAM");
  query.action = "leak";
  EXPECT_FALSE(registry.find_price(query));
  query.attributes.set("global_cycle_seconds", 5e-9);
  EXPECT_DOUBLE_EQ(registry.price(query).value, 0.015);
}

TEST(Registry, NoDummyAnswersUnasked) {
  Query query = read_of("unheard_of");
  EXPECT_THROW(Registry::with_builtins().price(query), EstimationError);
}

}  // namespace
}  // namespace tilewright::energy
