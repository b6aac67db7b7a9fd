#include "model/energy/expression/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tilewright::energy {
namespace {

using testing::HasSubstr;

const Attributes kBindings{{"depth", 12},
                           {"width", 16},
                           {"technology", "45nm"},
                           {"buffer", ValueMap{{"attributes", ValueMap{{"depth", 64}}}}}};

Value value_of(std::string_view text, Syntax syntax = Syntax::python) {
  return Expression(text, syntax).evaluate(AttributeScope(kBindings));
}

std::string text_of(std::string_view text) { return value_of(text).to_string(); }

std::string error_of(std::string_view text, Syntax syntax = Syntax::python) {
  try {
    return "no error but " + value_of(text, syntax).to_string();
  } catch (const ExpressionError& error) {
    return error.what();
  }
}

// What Python 3.11 prints for the same.
TEST(Expression, HasPythonsPrecedence) {
  EXPECT_EQ(text_of("2 + 3 * 4 ** 2"), "50");
  EXPECT_EQ(text_of("-2 ** 2"), "-4");
  EXPECT_EQ(text_of("2 ** 3 ** 2"), "512");
  EXPECT_EQ(text_of("2 ** -1"), "0.5");
  EXPECT_EQ(text_of("-7 // 2"), "-4");
  EXPECT_EQ(text_of("-7 % 3"), "2");
  EXPECT_EQ(text_of("7 / 2"), "3.5");
  EXPECT_EQ(text_of("1 + 1 == 2 and not 3 < 2"), "True");
  EXPECT_EQ(text_of("1 < 2 < 3"), "True");
  EXPECT_EQ(text_of("1 < 3 < 2"), "False");
  EXPECT_EQ(text_of("0 or 5"), "5");
  EXPECT_EQ(text_of("1 << 4"), "16");
  EXPECT_EQ(text_of("1 if depth > 20 else 2 if depth > 10 else 3"), "2");
  EXPECT_EQ(text_of("'a' + 'b' in ['ab', 'c']"), "True");
}

// From the log of Accelergy 0.4 on its Eyeriss-like design.
TEST(Expression, EvaluatesWhatDesignsSay) {
  EXPECT_EQ(text_of("max(32, width)"), "32");
  EXPECT_EQ(text_of("max(1, ceil(log2(depth))) if depth >= 1 else 1"), "4");
  EXPECT_DOUBLE_EQ(*value_of("0.5 * ((depth / 64) ** (1.56 / 2))").number(), 0.1354911710963393);
  EXPECT_EQ(text_of("width*depth"), "192");
}

TEST(Expression, HasPythonsFunctions) {
  EXPECT_DOUBLE_EQ(*value_of("log(depth)").number(), std::log(12));  // the natural one
  EXPECT_EQ(text_of("log(8, 2)"), "3");
  EXPECT_EQ(text_of("round(2.5)"), "2");
  EXPECT_EQ(text_of("round(3.14159, 2)"), "3.14");
  EXPECT_EQ(text_of("sum([1, 2, 3]) + len(range(4)) + min(3, 2)"), "12");
  EXPECT_EQ(text_of("int('12') + float('0.5')"), "12.5");
  EXPECT_EQ(text_of("gcd(12, 18) + comb(5, 2) + factorial(4)"), "40");
  EXPECT_EQ(text_of("[10, 20, 30][-1]"), "30");
  EXPECT_EQ(text_of("{'a': 1, 'b': 2}['b']"), "2");
  EXPECT_EQ(text_of("buffer.attributes[\"depth\"]"), "64");
  EXPECT_EQ(text_of("str(width) + technology"), "1645nm");
}

TEST(Expression, HasJinjasOperators) {
  const auto jinja = [](std::string_view text) {
    return value_of(text, Syntax::jinja).to_string();
  };
  EXPECT_EQ(jinja("technology ~ '/' ~ depth"), "45nm/12");
  EXPECT_EQ(jinja("missing | default('none') ~ '!'"), "none!");
  EXPECT_EQ(jinja("depth | default(1)"), "12");
  EXPECT_EQ(jinja("missing is defined"), "False");
  EXPECT_EQ(jinja("missing is not defined"), "True");
  EXPECT_EQ(jinja("depth is defined and technology | upper == '45NM'"), "True");
}

TEST(Expression, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("dept + 1"), "'dept' is not known; did you mean 'depth'?");
  EXPECT_EQ(error_of("celi(2)"), "there is no function 'celi'; did you mean 'ceil'?");
  EXPECT_EQ(error_of("1 / (depth - 12)"), "division by zero");
  EXPECT_EQ(error_of("technology * 2"), "'*' needs numbers, found '45nm'");
  EXPECT_EQ(error_of("45nm"), "'n' follows a number");
  EXPECT_EQ(error_of("(1 + 2"), "it ends too early; expected ','");
  EXPECT_EQ(error_of("1 2"), "'2' is not expected here");
  EXPECT_EQ(error_of("sqrt(-1)"), "sqrt(): outside of its domain");
  EXPECT_EQ(error_of("[1][3]"), "the list has 1 items, none is [3]");
  EXPECT_EQ(error_of("range(10 ** 9)"), "range(): too long");
  EXPECT_EQ(error_of("missing", Syntax::jinja), "'missing' is not known");
}

TEST(Expression, HostileOnesAreRefused) {
  EXPECT_EQ(error_of(std::string(5000, '(')), "it is too long");
  EXPECT_EQ(error_of(std::string(1000, '(')), "too deeply nested");
  EXPECT_EQ(error_of(std::string(1500, '-') + "1"), "too deeply nested");
  EXPECT_THAT(error_of("9 ** 9 ** 9 ** 9"), HasSubstr("leaves the numbers"));
  EXPECT_EQ(error_of("__import__('os')"), "there is no function '__import__'");
}

}  // namespace
}  // namespace tilewright::energy
