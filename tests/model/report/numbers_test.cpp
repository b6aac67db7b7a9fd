#include "model/report/numbers.hpp"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

const BigInt kBeyond = BigInt(1) << 64;  // what 64 bits cannot hold

TEST(PrintedNumbers, CountsHaveCommas) {
  EXPECT_EQ(with_commas(std::uint64_t{0}), "0");
  EXPECT_EQ(with_commas(std::uint64_t{999}), "999");
  EXPECT_EQ(with_commas(std::uint64_t{1234567}), "1,234,567");
  EXPECT_EQ(with_commas(kBeyond), "18,446,744,073,709,551,616");
  EXPECT_EQ(with_commas(453600.0), "453,600");
}

TEST(PrintedNumbers, DoublesBeyondTheirDigitsHaveAnExponent) {
  EXPECT_EQ(with_commas(9007199254740991.0), "9,007,199,254,740,991");
  EXPECT_EQ(with_commas(3.298534883328e19), "3.29853e+19");
  EXPECT_EQ(plain(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(plain(-12.0), "-12");
  EXPECT_EQ(plain(3.298534883328e19), "3.29853e+19");
}

TEST(PrintedNumbers, JsonHasWholeNumbersAsFarAsItsReadersDo) {
  EXPECT_EQ(count_json(453600.0).dump(), "453600");
  EXPECT_EQ(count_json(0.5).dump(), "0.5");
  EXPECT_EQ(count_json(1e300).dump(), "1e+300");
  EXPECT_EQ(count_json(BigInt(kBeyond - 1)).dump(), "18446744073709551615");
  EXPECT_EQ(count_json(kBeyond).dump(), "1.8446744073709552e+19");
  EXPECT_EQ(number_json(INFINITY).dump(), "null");
}

}  // namespace
}  // namespace tilewright
