#include "model/spec/document.hpp"

#include <gtest/gtest.h>

#include "spec_text.hpp"

namespace tilewright::spec {
namespace {

struct Parsed {
  std::vector<Warning> warnings;
  std::unique_ptr<Document> document;
  const Node& operator[](std::string_view key) const { return document->root->at(key); }
};

Parsed parse(std::string_view text) {
  Parsed parsed;
  parsed.document = parse_document("a.yaml", text, parsed.warnings);
  return parsed;
}

TEST(Document, MergeKeysFillInWhatTheMapLacks) {
  const auto parsed = parse("base: &b {x: 1, y: 2}\nmap: {y: 3, <<: *b}\n");
  EXPECT_EQ(parsed["map"].at("x").count("x", 0, 9), 1U);
  EXPECT_EQ(parsed["map"].at("y").count("y", 0, 9), 3U);
  EXPECT_TRUE(parsed.warnings.empty());
}

TEST(Document, OfSeveralMergedMapsTheFirstWins) {
  const auto parsed = parse("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nmap:\n  <<: [*a, *b]\n");
  EXPECT_EQ(parsed["map"].at("x").count("x", 0, 9), 1U);
  EXPECT_EQ(parsed["map"].at("y").count("y", 0, 9), 2U);
}

TEST(Document, MergesAreResolvedInMergedMaps) {
  const auto parsed = parse("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n");
  EXPECT_EQ(parsed["c"].at("x").count("x", 0, 9), 1U);
}

TEST(Document, OfTwoEqualKeysTheFirstCountsWithAWarning) {
  const auto parsed = parse("x: 1\ny: 2\nx: 3\n");
  EXPECT_EQ(parsed["x"].count("x", 0, 9), 1U);
  ASSERT_EQ(parsed.warnings.size(), 1U);
  EXPECT_EQ(parsed.warnings[0].mark.line, 3);
  EXPECT_EQ(parsed.warnings[0].message, "the key 'x' is already given in line 1; that one counts");
}

TEST(Document, NodesKnowTheirPlace) {
  const auto parsed = parse("map:\n  key: value\n");
  const Mark mark = parsed["map"].at("key").mark();
  EXPECT_EQ(mark.file, "a.yaml");
  EXPECT_EQ(mark.line, 2);
  EXPECT_EQ(mark.column, 8);
}

TEST(Document, NumbersComeInTheirUsualForms) {
  const auto parsed = parse("{a: 42, b: 0x2a, c: 4.2e1, d: 42.0, e: +42, f: 1e400}");
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    EXPECT_EQ(parsed[key].count(key, 42, 42), 42U) << key;
  }
  EXPECT_THROW((void)parsed["f"].real("f", 0), SpecError);
  EXPECT_THROW((void)parsed["a"].count("a", 43, 50), SpecError);
  EXPECT_THROW((void)parsed["a"].count("a", 0, 41), SpecError);
}

TEST(Document, FlagsAreThoseOfYaml) {
  const auto parsed = parse("{a: [true, True, TRUE, yes, On, y], b: [false, No, OFF, n], c: tRUE}");
  for (const Node* item : parsed["a"].list("a")) EXPECT_TRUE(item->flag("a"));
  for (const Node* item : parsed["b"].list("b")) EXPECT_FALSE(item->flag("b"));
  EXPECT_THROW((void)parsed["c"].flag("c"), SpecError);
}

TEST(Document, KeysWithoutValueAreAbsent) {
  const auto parsed = parse("map: {a: , b: ~, c: 1}\n");
  EXPECT_EQ(parsed["map"].find("a"), nullptr);
  EXPECT_EQ(parsed["map"].find("b"), nullptr);
  EXPECT_NE(parsed["map"].find("c"), nullptr);
}

TEST(Document, AByteOrderMarkIsNoContent) {
  EXPECT_EQ(parse("\xef\xbb\xbfx: 1\n")["x"].count("x", 0, 9), 1U);
}

}  // namespace
}  // namespace tilewright::spec
