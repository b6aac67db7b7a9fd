// The built-in models against the published figures that they rest on, and their ranges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "model/energy/registry.hpp"

namespace tilewright::energy {
namespace {

using testing::Contains;
using testing::HasSubstr;

Query query_of(std::string component_class, Attributes attributes, std::string action) {
  Query query;
  query.component_class = std::move(component_class);
  query.attributes = std::move(attributes);
  query.action = std::move(action);
  return query;
}

Query area_of(Query query) {
  query.quantity = Quantity::area;
  return query;
}

// What one estimator answers.
Pricing ask(const char* estimator, const Query& query) {
  Registry registry = Registry::with_builtins();
  registry.pin(estimator);
  return registry.price(query);
}
double value(const char* estimator, const Query& query) { return ask(estimator, query).value; }

Query integer(const char* kind, double node, double bits) {
  return query_of(kind, {{"technology", node}, {"width", bits}}, "compute");
}
Query floating(const char* kind, double node, double exponent, double mantissa) {
  return query_of(kind, {{"technology", node}, {"exponent", exponent}, {"mantissa", mantissa}},
                  "compute");
}
Query sram(double node, double width, double kibibytes, const char* action = "read") {
  return query_of("SRAM",
                  {{"technology", node}, {"width", width}, {"depth", kibibytes * 8192 / width}},
                  action);
}
Query dram(const char* type, double width) {
  return query_of("DRAM", {{"type", type}, {"width", width}, {"technology", "45nm"}}, "read");
}
Query wire(double node, double bits, const char* length) {
  return query_of("wire", {{"technology", node}, {"width", bits}, {"length", length}},
                  "transfer_random");
}

TEST(Literature, AnswersPublishedFiguresAtTheirNodeAndSize) {
  EXPECT_EQ(value("Literature", integer("intadder", 45, 32)), 0.1);
  EXPECT_EQ(value("Literature", area_of(integer("intadder", 45, 32))), 137);
  EXPECT_EQ(value("Literature", integer("intmultiplier", 7, 8)), 0.07);
  EXPECT_EQ(value("Literature", floating("fpadder", 45, 5, 10)), 0.4);
  EXPECT_EQ(value("Literature", floating("fpmultiplier", 45, 8, 23)), 3.7);
  EXPECT_EQ(value("Literature", floating("fpmultiplier", 45, 8, 24)), 3.7);  // counts the one
  EXPECT_EQ(value("Literature", floating("fpadder", 7, 8, 7)), 0.11);        // bf16
  EXPECT_EQ(value("Literature", sram(45, 64, 32)), 20);
  EXPECT_EQ(value("Literature", sram(7, 64, 1024)), 14);
  // 1,300 pJ for 64 bits are 20.3 per bit; 256 bits over 10 mm take 310 pJ.
  EXPECT_NEAR(value("Literature", dram("DDR4", 64)), 1300, 1);
  EXPECT_NEAR(value("Literature", wire(40, 256, "10mm")), 310, 1);
  EXPECT_EQ(ask("Literature", integer("intadder", 45, 8)).accuracy, 65);
  EXPECT_EQ(ask("Literature", integer("intadder", 45, 8)).note, "Horowitz, ISSCC 2014");
}

TEST(Literature, ScalesNothing) {
  const Registry registry = Registry::with_builtins();
  std::vector<std::string> reasons;
  for (const Query& query : {integer("intadder", 45, 12), integer("intadder", 28, 32),
                             sram(45, 64, 64), dram("DDR9", 64)}) {
    (void)registry.find_price(query, &reasons);
    Registry pinned = Registry::with_builtins();
    pinned.pin("Literature");
    EXPECT_FALSE(pinned.find_price(query, &reasons)) << describe(query);
    EXPECT_THAT(reasons, Contains("Literature: no published figure of this class, node and size"));
  }
}

TEST(Literature, AnswersWholeAccessesOnly) {
  Query query = sram(45, 64, 32);
  query.arguments = {{"data_delta", 0}, {"address_delta", 1}};
  Registry registry = Registry::with_builtins();
  registry.pin("Literature");
  EXPECT_FALSE(registry.find_price(query));
}

// Ratio of the answer to the published figure.
double ratio(const char* estimator, const Query& query) {
  return value(estimator, query) / value("Literature", query);
}

TEST(ScaledArithmetic, IsNearThePublishedFigures) {
  for (const double bits : {8.0, 32.0}) {
    EXPECT_NEAR(ratio("ScaledArithmetic", integer("intadder", 45, bits)), 1, 0.16) << bits;
    EXPECT_NEAR(ratio("ScaledArithmetic", integer("intmultiplier", 45, bits)), 1, 0.03) << bits;
    EXPECT_NEAR(ratio("ScaledArithmetic", integer("intadder", 7, bits)), 1, 0.3) << bits;
    EXPECT_NEAR(ratio("ScaledArithmetic", integer("intmultiplier", 7, bits)), 1, 0.28) << bits;
    EXPECT_NEAR(ratio("ScaledArithmetic", area_of(integer("intadder", 45, bits))), 1, 0.05);
    EXPECT_NEAR(ratio("ScaledArithmetic", area_of(integer("intmultiplier", 45, bits))), 1, 0.14);
  }
  for (const auto& [exponent, mantissa] : {std::pair{5.0, 10.0}, std::pair{8.0, 23.0}}) {
    for (const double node : {45.0, 7.0}) {
      EXPECT_NEAR(
          std::log2(ratio("ScaledArithmetic", floating("fpadder", node, exponent, mantissa))), 0,
          0.4);
      EXPECT_NEAR(
          std::log2(ratio("ScaledArithmetic", floating("fpmultiplier", node, exponent, mantissa))),
          0, 0.4);
    }
  }
}

// 4 times the energy for twice the width; an adder takes twice.
TEST(ScaledArithmetic, MultipliersGrowWithTheSquareAddersLinearly) {
  const auto growth = [](const char* kind, bool area) {
    const Query narrow = integer(kind, 28, 8);
    const Query wide = integer(kind, 28, 16);
    return value("ScaledArithmetic", area ? area_of(wide) : wide) /
           value("ScaledArithmetic", area ? area_of(narrow) : narrow);
  };
  for (const bool area : {false, true}) {
    EXPECT_DOUBLE_EQ(growth("intmultiplier", area), 4);
    EXPECT_DOUBLE_EQ(growth("intadder", area), 2);
  }
  // 16 bits at 45 nm: 0.00307 * 256 + 0.0032 * 16 = 0.83712.
  EXPECT_NEAR(value("ScaledArithmetic", integer("intmac", 45, 16)), 0.83712, 1e-9);
}

TEST(ScaledArithmetic, BeyondItsRangeIsAGuess) {
  EXPECT_FALSE(ask("ScaledArithmetic", integer("intmac", 28, 8)).is_guess());
  EXPECT_TRUE(ask("ScaledArithmetic", integer("intmac", 90, 8)).is_guess());
  EXPECT_TRUE(ask("ScaledArithmetic", integer("intmac", 45, 128)).is_guess());
  EXPECT_TRUE(ask("ScaledArithmetic", floating("fpmac", 45, 11, 52)).is_guess());
}

TEST(AnalyticMemory, IsNearThePublishedFigures) {
  // 10, 20 and 100 pJ (Horowitz), 14 pJ at 40 nm (Keckler), 5 pJ for 32 bits (Han).
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 64, 8)) / 10, 1, 0.4);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 64, 32)) / 20, 1, 0.4);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 64, 1024)) / 100, 1, 0.2);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 32, 8)) / 5, 1, 0.2);
}

// CACTI 7 at 45 nm with 1 port: 64 bits x 16384 rows 32.29 and 26.07 pJ, 429,589 um2; 32 bits x 64
// rows 0.672 and 1.105 pJ, 1,055 um2.
TEST(AnalyticMemory, IsNearCacti) {
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 64, 128)) / 32.29, 1, 0.05);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 64, 128, "write")) / 26.07, 1, 0.3);
  EXPECT_NEAR(value("AnalyticMemory", area_of(sram(45, 64, 128))) / 429589, 1, 0.05);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 32, 0.25)) / 0.672, 1, 0.25);
  EXPECT_NEAR(value("AnalyticMemory", sram(45, 32, 0.25, "write")) / 1.105, 1, 0.2);
  EXPECT_NEAR(value("AnalyticMemory", area_of(sram(45, 32, 0.25))) / 1055, 1, 0.25);
}

TEST(AnalyticMemory, GrowsWithEverythingButBanksInside) {
  const auto with = [](const char* key, double number) {
    Query query = sram(45, 64, 64);
    query.attributes.set(key, number);
    return query;
  };
  const double base = value("AnalyticMemory", sram(45, 64, 64));
  EXPECT_GT(value("AnalyticMemory", with("n_rdwr_ports", 2)), base);
  EXPECT_GT(value("AnalyticMemory", with("depth", 16384)), base);
  EXPECT_GT(value("AnalyticMemory", with("technology", 65)), base);
  EXPECT_GT(value("AnalyticMemory", sram(45, 128, 64)), base);
  EXPECT_GT(value("AnalyticMemory", area_of(with("n_banks", 16))),
            value("AnalyticMemory", area_of(sram(45, 64, 64))));
  EXPECT_EQ(ask("AnalyticMemory", sram(45, 64, 64)).accuracy, 60);
  EXPECT_TRUE(ask("AnalyticMemory", sram(7, 64, 64)).is_guess());
  EXPECT_TRUE(ask("AnalyticMemory", sram(45, 1024, 64)).is_guess());
}

// 70 % of an access are the cells.
TEST(AnalyticMemory, ARepeatedWordTakesTheAddressOnly) {
  Query query = sram(45, 64, 64);
  const double whole = value("AnalyticMemory", query);
  query.arguments = {{"data_delta", 0}, {"address_delta", 1}};
  EXPECT_NEAR(value("AnalyticMemory", query), 0.3 * whole, 1e-9);
}

// A row of 16 flip-flops at 40 nm: 16 * 0.009 pJ.
TEST(AnalyticMemory, ARegisterFileIsNeverBelowItsFlipFlops) {
  const Query one = query_of("regfile", {{"technology", 40}, {"width", 16}, {"depth", 1}}, "read");
  EXPECT_NEAR(value("AnalyticMemory", one), 0.144, 1e-9);
  // 1 KiB of 32 bits: published 1 pJ at 45 nm.
  const Query published =
      query_of("regfile", {{"technology", 45}, {"width", 32}, {"depth", 256}}, "read");
  EXPECT_EQ(value("Literature", published), 1);
  EXPECT_NEAR(value("AnalyticMemory", published), 1, 0.4);
}

// The sums that are published for these kinds.
TEST(AnalyticDram, AddsUpToThePublishedSums) {
  for (const char* kind : {"DDR4", "GDDR6", "HBM2"}) {
    EXPECT_NEAR(ratio("AnalyticDRAM", dram(kind, 64)), 1, 0.02) << kind;
  }
  EXPECT_TRUE(ask("AnalyticDRAM", dram("DDR4", 64)).is_guess());
  // 64 bits * (0.058 * 8192 / 256 + 0.2 * 6 + 2) = 323.584
  Query own = dram("own", 64);
  own.attributes.set("page_bits", 8192);
  own.attributes.set("burst_bits", 256);
  own.attributes.set("interface_pj_per_bit", 2);
  EXPECT_NEAR(value("AnalyticDRAM", own), 323.584, 1e-9);
}

TEST(AnalyticNetwork, WiresAreThoseOfTheLiterature) {
  EXPECT_NEAR(ratio("AnalyticNetwork", wire(40, 64, "2mm")), 1, 1e-9);
  EXPECT_NEAR(ratio("AnalyticNetwork", wire(10, 64, "2mm")), 1, 0.01);
  EXPECT_EQ(ask("AnalyticNetwork", wire(28, 64, "2mm")).accuracy, 55);
  EXPECT_TRUE(ask("AnalyticNetwork", wire(90, 64, "2mm")).is_guess());
}

// At 40 nm, 32 bits, 5 ports: 32 * (0.018 + 0.68 / 128 * 5) = 1.426 pJ.
TEST(AnalyticNetwork, ARouterBuffersAndSwitches) {
  const Query router = query_of("router", {{"technology", 40}, {"width", 32}}, "transfer");
  EXPECT_NEAR(value("AnalyticNetwork", router), 1.426, 1e-9);
}

TEST(Models, GiveLeakageAndIdleEnergy) {
  Query leak = sram(45, 64, 128);
  leak.action = "leak";
  leak.attributes.set("global_cycle_seconds", 1e-9);
  // 1,048,576 bits * 3.9e-6 uW over 1 ns = 0.00408945 pJ.
  EXPECT_NEAR(value("AnalyticMemory", leak), 0.00408945, 1e-7);
  Query idle = sram(45, 64, 128);
  idle.dialect = Dialect::v03;
  idle.action = "idle";
  idle.attributes.set("latency", "2ns");
  EXPECT_NEAR(value("AnalyticMemory", idle), 0.0081789, 1e-7);
}

TEST(Models, AreLessSureThanTheEstimatorsThatMirrorAccelergy) {
  const Registry registry = Registry::with_builtins();
  EXPECT_EQ(registry.price(integer("intmac", 45, 16)).estimator, "Aladdin_table");
  EXPECT_EQ(registry.price(dram("HBM2", 64)).estimator, "CactiDRAM");
  EXPECT_EQ(registry.price(sram(45, 16, 0.125)).estimator, "Aladdin_table");
}

TEST(Models, SayWhatIsMissing) {
  for (const char* name :
       {"Literature", "ScaledArithmetic", "AnalyticMemory", "AnalyticDRAM", "AnalyticNetwork"}) {
    Registry registry = Registry::with_builtins();
    registry.pin(name);
    for (const char* kind : {"SRAM", "intmac", "fpmac", "wire", "DRAM"}) {
      std::vector<std::string> reasons;
      Query query = query_of(kind, {}, "read");
      EXPECT_FALSE(registry.find_price(query, &reasons)) << name << " " << kind;
      EXPECT_THAT(reasons, Contains(HasSubstr(name)));
    }
  }
}

}  // namespace
}  // namespace tilewright::energy
