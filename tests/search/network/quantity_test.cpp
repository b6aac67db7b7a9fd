#include "search/network/quantity.hpp"

#include <gtest/gtest.h>

#include "model/error.hpp"

namespace tilewright {
namespace {

TEST(Energy, UnitsScaleToPicojoules) {
  EXPECT_DOUBLE_EQ(parse_energy("12"), 12);
  EXPECT_DOUBLE_EQ(parse_energy("12pJ"), 12);
  EXPECT_DOUBLE_EQ(parse_energy("1.5 nJ"), 1500);
  EXPECT_DOUBLE_EQ(parse_energy("3.2uJ"), 3.2e6);
  EXPECT_DOUBLE_EQ(parse_energy("3.2\u00b5J"), 3.2e6);
  EXPECT_DOUBLE_EQ(parse_energy("2mJ"), 2e9);
  EXPECT_DOUBLE_EQ(parse_energy("1e-3J"), 1e9);
}

TEST(Energy, AnythingElseIsAnError) {
  for (const char* text :
       {"", "uJ", "3.2MJ", "3.2 u J", "-1", "0", "nan", "inf", "1e308J", "3,2uJ"}) {
    EXPECT_THROW(parse_energy(text), UsageError) << text;
  }
}

TEST(Bytes, UnitsAreThoseOfMemory) {
  EXPECT_EQ(parse_bytes("1000"), 1'000U);
  EXPECT_EQ(parse_bytes("500MB"), 500'000'000U);
  EXPECT_EQ(parse_bytes("1.5 GiB"), 3'221'225'472U / 2);
  for (const char* text : {"", "GB", "0", "-1", "nan", "1e30", "4 G B", "4gb"}) {
    EXPECT_THROW(parse_bytes(text), UsageError) << text;
  }
}

TEST(Share, NumberOrPercentage) {
  EXPECT_DOUBLE_EQ(parse_share("0"), 0);
  EXPECT_DOUBLE_EQ(parse_share("0.25"), 0.25);
  EXPECT_EQ(parse_share("70%"), 0.7);
  EXPECT_DOUBLE_EQ(parse_share("1"), 1);
  for (const char* text : {"", "25", "-0.1", "1.01", "101%", "half"}) {
    EXPECT_THROW(parse_share(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace tilewright
