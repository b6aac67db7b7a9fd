#include "model/report/text_table.hpp"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

using Kind = TextTable::Kind;

TEST(TextTable, IsAsWideAsWhatItHolds) {
  TextTable table({{"name", Kind::text}, {"count"}});
  table.add({"a", "12"});
  table.add({"longer", "1,234,567"});
  EXPECT_EQ(table.str(),
            "name        count\n"
            "a              12\n"
            "longer  1,234,567\n");
}

TEST(TextTable, CutsTextsAndNeverNumbersOrEnds) {
  TextTable table({{"name", Kind::text}, {"count"}});
  table.add({{"convolution", " +3"}, {"1234567890"}});
  EXPECT_EQ(table.str(21),
            "name            count\n"
            "con~ion +3 1234567890\n");
  // Where that is not enough, the gap becomes narrower, and then the line longer.
  EXPECT_EQ(table.str(17),
            "name        count\n"
            "c~n +3 1234567890\n");
  EXPECT_EQ(table.str(5), table.str(17));
}

TEST(TextTable, WrapsWhereItIsTold) {
  TextTable table({{"name", Kind::text}, {"sizes", Kind::wrapped}, {"n"}});
  table.add({"a", "R=3 S=3 P=55 Q=55 C=64", "7"});
  EXPECT_EQ(table.str(25),
            "name  sizes             n\n"
            "a     R=3 S=3 P=55      7\n"
            "      Q=55 C=64\n");
}

TEST(TextTable, CountsCharactersNotBytes) {
  TextTable table({{"name", Kind::text}, {"n"}});
  table.add({"\xc3\xa4\xc3\xb6", "1"});
  EXPECT_EQ(table.str(), "name  n\n\xc3\xa4\xc3\xb6    1\n");
}

TEST(TextTable, RestStandsInPlaceOfCells) {
  TextTable table({{"name", Kind::text}, {"a"}, {"b"}});
  table.add({"x"}, "no valid mapping");
  EXPECT_EQ(table.str(), "name  a  b\nx     no valid mapping\n");
}

TEST(TextTable, WithoutHeadsHasNoLineOfThem) {
  TextTable table({{"", Kind::text}, {"", Kind::text}});
  table.add({"x", "y"});
  EXPECT_EQ(table.str(), "x  y\n");
}

TEST(TextTable, CountsTakeElevenColumnsAtMost) {
  EXPECT_EQ(count_cell_with_commas(999999999), "999,999,999");
  EXPECT_EQ(count_cell_with_commas(1e9), "1e+09");
  EXPECT_EQ(count_cell_with_commas(1.23456789e25), "1.2346e+25");
  EXPECT_EQ(count_cell(9999999999.0), "9999999999");
  EXPECT_EQ(count_cell(123456789012.0), "1.2346e+11");
}

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_EQ(wrapped("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrapped("a_word_longer_than_that b", 9), "a_word_longer_than_that\nb");
}

}  // namespace
}  // namespace tilewright::testing
