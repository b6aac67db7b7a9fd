#include "model/names.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tilewright {
namespace {

const std::vector<std::string> kKeys{"word-bits", "entries", "Hstride", "meshX"};

TEST(Names, HyphensAndUnderscoresAreTheSame) {
  EXPECT_TRUE(same_key("word-bits", "word_bits"));
  EXPECT_FALSE(same_key("word-bits", "wordbits"));
  EXPECT_FALSE(same_key("word-bits", "word-bit"));
}

TEST(Names, FindsTheNearestOne) {
  EXPECT_EQ(nearest("HStride", kKeys), "Hstride");
  EXPECT_EQ(nearest("wordbits", kKeys), "word-bits");
  EXPECT_EQ(nearest("entires", kKeys), "entries");
  EXPECT_EQ(nearest("meshx", kKeys), "meshX");
}

TEST(Names, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("bandwidth", kKeys), "");
  EXPECT_EQ(nearest("X", std::vector<std::string>{"R", "S"}), "");
  EXPECT_EQ(nearest(std::string(100, 'x'), kKeys), "");
}

TEST(Names, HintsListTheChoicesWhenNothingIsNear) {
  EXPECT_EQ(hint("entris", kKeys), "; did you mean 'entries'?");
  EXPECT_EQ(hint("X", std::vector<std::string>{"R", "S", "P"}), "; expected R, S or P");
  EXPECT_EQ(hint("X", {}), "");
}

}  // namespace
}  // namespace tilewright
