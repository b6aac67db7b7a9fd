// Files of some megabytes that are made to take long or to fill the memory. Without the limits
// each of these tests takes minutes or gigabytes.

#include <gtest/gtest.h>

#include <string>

#include "spec_text.hpp"

namespace tilewright {
namespace {

std::string read_error(const std::string& text) {
  return without_folder(error_of([&] { (void)read_texts({text}); }));
}

std::string repeat(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

bool is_alias_limit(const std::string& message) {
  return message.find("the aliases of the file stand for more than ") != std::string::npos;
}

// Lists of two aliases each to the list before: 2^50000 values.
std::string doubling() {
  std::string text = "components:\n  a0: &a0 [x]\n";
  for (int i = 1; i < 50000; ++i) {
    const auto last = "*a" + std::to_string(i - 1);
    text +=
        "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  return text;
}

TEST(Bounded, AliasesThatDouble) { EXPECT_PRED1(is_alias_limit, read_error(doubling())); }

TEST(Bounded, AliasesToAHugeComponent) {
  const std::string actions = repeat("{name: read, energy: 1}, ", 50000);
  const std::string table = "ERT:\n  tables:\n  - &a {name: a, actions: [" + actions + "]}\n";
  EXPECT_EQ(read_error(table), "no error");
  EXPECT_PRED1(is_alias_limit, read_error(table + repeat("  - *a\n", 300000)));
}

TEST(Bounded, MergesOfAHugeMap) {
  std::string text = "components:\n  a: &a {";
  for (int i = 0; i < 50000; ++i) text += "k" + std::to_string(i) + ": 1, ";
  text += "}\n  b: [" + repeat("{<<: *a}, ", 100000) + "]\n";
  EXPECT_PRED1(is_alias_limit, read_error(text));
}

TEST(Bounded, AliasesToAHugeText) {
  const std::string name(1000000, 'x');
  EXPECT_PRED1(is_alias_limit, read_error("ERT:\n  tables: [{name: &a " + name + "}, " +
                                          repeat("{name: *a}, ", 100000) + "]\n"));
}

TEST(Bounded, NamesByTheHundredThousand) {
  std::string names;
  for (int i = 0; i < 300000; ++i) {
    std::string name;
    for (int rest = i + 1; rest != 0; rest /= 26) name += static_cast<char>('a' + rest % 26);
    names += name + "x, ";
  }
  const auto shape = [](const std::string& keys) {
    return "problem:\n  shape: {dimensions: [" + keys + "}\n  instance: {}\n";
  };
  EXPECT_EQ(read_error(shape(names + "], data-spaces: []")),
            "spec0.yaml:2:23: 300000 dimensions; at most 16 are supported");
  const std::string coefficients = repeat("{name: s}, ", 300000);
  EXPECT_EQ(read_error(shape("C], data-spaces: [], coefficients: [" + coefficients + "]")),
            "spec0.yaml:2:59: 300000 coefficients; at most 128 are supported");
}

TEST(Bounded, LevelsByTheHundredThousand) {
  std::string levels;
  for (int i = 0; i < 100000; ++i) levels += "{name: L" + std::to_string(i) + ", instances: 1}, ";
  const auto message =
      read_error("arch: {arithmetic: {instances: 1}, storage: [" + levels + "]}\n");
  EXPECT_NE(message.find("100000 storage levels; at most 12 are supported"), std::string::npos)
      << message;
}

TEST(Bounded, VariablesByTheHundredThousand) {
  std::string text = "variables: {";
  for (int i = 0; i < 100000; ++i) text += "V" + std::to_string(i) + ": 1, ";
  text += "}\nERT: {tables: [{name: mac, actions: [" +
          repeat("{name: read, energy: V99999}, ", 100000) + "]}]}\n";
  EXPECT_EQ(read_error(text), "no error");
}

TEST(Bounded, LayersByTheHundredThousand) {
  EXPECT_EQ(read_error("network:\n  layers: [" + repeat("x, ", 20001) + "]\n"),
            "spec0.yaml:2:11: 20001 layers; at most 20000 are supported");
}

TEST(Bounded, FindingsAreCutShort) {
  std::string keys;
  for (int i = 0; i < 300000; ++i) keys += "key" + std::to_string(i) + ": 1, ";
  const auto twice = read_texts({"components: {" + repeat("a: 1, ", 300000) + "}\n"});
  ASSERT_EQ(twice.warnings.size(), 100U);
  EXPECT_TRUE(twice.warnings.back().message.ends_with("(as for all others after it)"));
  const auto sizes =
      read_texts({"problem: {shape: gemm, instance: {M: 1, N: 1, K: 1, " + keys + "}}\n"});
  ASSERT_EQ(sizes.warnings.size(), 1U);
  EXPECT_NE(sizes.warnings[0].message.find(" and 299950 more are neither "), std::string::npos);
  const auto attributes = read_texts({"mapper: {" + keys + "}\n"});
  ASSERT_EQ(attributes.warnings.size(), 1U);
  EXPECT_TRUE(attributes.warnings[0].message.ends_with(" and 299950 more"));
}

TEST(Bounded, DeepNestingIsAnErrorAndNoOverflow) {
  const std::string deep = "mapper: " + std::string(100000, '[') + std::string(100000, ']');
  EXPECT_NE(read_error(deep), "no error");
}

TEST(Bounded, LongChainsOfAliasesDoNoHarm) {
  // A factor in a factor in a factor: every list holds the one before.
  std::string text = "components:\n  a0: &a0 [C=1]\n";
  for (int i = 1; i < 300; ++i) {
    const auto name = "a" + std::to_string(i);
    text += "  " + name + ": &" + name + " [{C: *a" + std::to_string(i - 1) + "}]\n";
  }
  text += "mapping: [{target: Main, type: temporal, factors: *a299}]\n";
  const auto specs = read_texts({kSmallArch, kSmallProblem, text});
  EXPECT_NE(error_of([&] {
              (void)read_mapping(specs, specs.layers[0].problem);
            }).find("factors: expected a text, found a map"),
            std::string::npos);
}

}  // namespace
}  // namespace tilewright
