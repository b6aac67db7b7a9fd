#include "model/printable.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/spec/document.hpp"

namespace tilewright {
namespace {

const std::vector<std::string> kNames{
    "plain",
    "",
    "a\033[31mred",
    "n\033]0;title\a",
    "line\nline",
    "tab\t",
    "back\\slash",
    "\"quoted\"",
    "\x7f",
    "\xc2\x9b[2J",
    "=1+1",
    "-1",
    "+1",
    "@SUM(1)",
    "a, b",
    "it's",
    "caf\xc3\xa9",
    "\x9b",
    "\xe2\x80\xae.",
    "key: value",
    "\xe2\x80\xa8line",
    "#",
    "'",
    "\r\n",
};

TEST(Printable, LeavesNothingThatTerminalsActOn) {
  for (const std::string& name : kNames) {
    const std::string shown = printable(name);
    EXPECT_FALSE(has_control_characters(shown)) << shown;
    for (const char c : shown) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    EXPECT_EQ(printable(shown), shown);
  }
  EXPECT_EQ(printable("a\033[31mred"), "a\\u001b[31mred");
  EXPECT_EQ(printable("\xc2\x9b\xe2\x80\xae\n"), "\\u009b\\u202e\\n");
  EXPECT_EQ(printable("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(printable_lines("a\n\tb\r"), "a\n\tb\\r");
}

TEST(Printable, QuotedTextsReadBack) {
  for (const std::string& name : kNames) {
    if (name == "\x9b") continue;  // no UTF-8
    std::vector<Warning> warnings;
    const auto document = spec::parse_document("a.yaml", "k: " + double_quoted(name), warnings);
    EXPECT_EQ(document->root->at("k").raw_text(), name);
    EXPECT_EQ(nlohmann::json::parse(double_quoted(name)), name);
    EXPECT_FALSE(has_control_characters(double_quoted(name)));
  }
}

TEST(Printable, CellsAreNoFormulas) {
  for (const std::string& name : kNames) {
    const std::string cell = csv_cell(name);
    const std::string content = cell.starts_with('"') ? cell.substr(1) : cell;
    EXPECT_NE(content.find_first_of("=+-@"), 0U) << cell;
    EXPECT_FALSE(has_control_characters(cell)) << cell;
  }
  EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
  EXPECT_EQ(csv_cell("@a, \"b\""), "\"'@a, \"\"b\"\"\"");
  EXPECT_EQ(csv_cell("conv1"), "conv1");
}

}  // namespace
}  // namespace tilewright
