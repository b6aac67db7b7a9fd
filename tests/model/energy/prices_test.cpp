#include "model/energy/prices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"
#include "model/spec/spec.hpp"

namespace tilewright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kArch =
    "arch:\n"
    "  arithmetic: {name: MAC, instances: 1}\n"
    "  storage:\n"
    "  - {name: Buf, entries: 64, instances: 1}\n"
    "  - {name: Main, technology: DRAM, instances: 1}\n";

Prices prices_of(const std::string& table, const std::string& arch = kArch) {
  const SpecSet specs = read_spec_texts({{"specs.yaml", arch + table}});
  return price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
}

std::string actions(const std::string& level, const std::string& names) {
  std::string text = "ERT:\n  tables:\n  - name: " + level + "\n    actions:\n";
  for (const char name : names) {
    text += "    - {name: ";
    text += name == 'r' ? "read" : name == 'w' ? "write" : name == 'u' ? "random_update" : "leak";
    text += ", energy: 3}\n";
  }
  return text;
}

TEST(Prices, SourcesTellWhichActionsTheyKnow) {
  EXPECT_EQ(prices_of("").storage[0].source, "pat");
  EXPECT_EQ(prices_of(actions("Buf", "rw")).storage[0].source, "ERT");
  EXPECT_EQ(prices_of(actions("Buf", "r")).storage[0].source, "ERT; fill, update: pat");
  EXPECT_EQ(prices_of(actions("Buf", "ru")).storage[0].source, "ERT; fill: pat");
  EXPECT_EQ(prices_of(actions("Buf", "l")).storage[0].source, "pat");
  EXPECT_EQ(prices_of(actions("Buf", "l")).storage[0].idle, 3);
  EXPECT_EQ(prices_of(actions("MAC", "r")).compute.source, "pat");  // no operation
}

TEST(Prices, AreasThatNobodyKnowsAreAbsent) {
  const Prices none = prices_of("");
  EXPECT_FALSE(none.compute.area);
  EXPECT_FALSE(none.storage[0].area);
  EXPECT_EQ(none.storage[1].area, 0);  // off the chip
  const SpecSet specs = read_spec_texts({{"specs.yaml", kArch}});
  EXPECT_THAT(levels_without_area(*specs.architecture, none), ElementsAre("MAC", "Buf"));
  const Prices some = prices_of("ART: {tables: [{name: Buf, area: 5}]}\n");
  EXPECT_EQ(some.storage[0].area, 5);
  EXPECT_THAT(levels_without_area(*specs.architecture, some), ElementsAre("MAC"));
  const Prices all = prices_of("ART: {tables: [{name: Buf, area: 5}, {name: MAC, area: 0}]}\n");
  EXPECT_THAT(levels_without_area(*specs.architecture, all), IsEmpty());
}

// Whoever gives it, whatever it is for.
TEST(Prices, NumbersThatDoublesCannotCarryAreRefused) {
  const SpecSet specs = read_spec_texts({{"specs.yaml", kArch}});
  for (const double bad : {1e101, 1e302, 1e-101, 5e-324}) {
    for (const char* action : {"read", "random_fill", "random_update", "leak"}) {
      ReferenceTable table;
      table.components = {{.name = "Buf", .actions = {{action, {}, bad}}, .area = {}}};
      try {
        (void)price(*specs.architecture, table);
        FAIL() << action << " " << bad;
      } catch (const UsageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("Buf: the energy of a"));
      }
    }
    Architecture wired = *specs.architecture;
    wired.storage[1].implicit_network.energy_per_hop = bad;
    EXPECT_THROW((void)price(wired, {}), UsageError) << bad;
    Architecture dear = *specs.architecture;
    dear.compute.energy = bad;
    EXPECT_THROW((void)price(dear, {}), UsageError) << bad;
  }
}

TEST(Prices, FilesTellWhereSuchANumberStands) {
  for (const char* bad : {"1e101", "1e-101"}) {
    try {
      (void)prices_of("ERT:\n  tables:\n  - name: Buf\n    actions: [{name: read, energy: " +
                      std::string(bad) + "}]\n");
      FAIL() << bad;
    } catch (const SpecError& error) {
      EXPECT_EQ(error.mark().line, 9);
      EXPECT_THAT(error.what(), HasSubstr("is supported"));
    }
  }
}

// The technology model multiplies sizes that together leave 64 bits.
TEST(Prices, HugeMemoriesAreDear) {
  const auto read_price = [](const std::string& entries, const std::string& bits) {
    return prices_of("",
                     "arch:\n  arithmetic: {instances: 1}\n  storage:\n  - {name: A, entries: " +
                         entries + ", word-bits: " + bits + ", instances: 1}\n")
        .storage[0]
        .read;
  };
  // Linear in the size, and in the width.
  const double least = read_price("536870912", "4294967295");  // 2^61 bits
  EXPECT_NEAR(read_price("1099511627776", "4294967295") / least, 2048, 1e-6);
}

}  // namespace
}  // namespace tilewright
