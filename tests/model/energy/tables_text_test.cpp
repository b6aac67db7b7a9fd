// What people read of energy tables: prices, who gave them and why, and which of them are guesses.
#include "model/energy/compound/tables_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tilewright::energy {
namespace {

using testing::HasSubstr;
using testing::Not;

// An adder at 45 nm, and a pair at 90 nm, which only a model beyond its range knows.
constexpr const char* kInput =
    "architecture:\n"
    "  version: 0.3\n"
    "  subtree:\n"
    "  - name: chip\n"
    "    attributes: {technology: 45nm, latency: 5ns}\n"
    "    local:\n"
    "    - {name: adder, class: intadder, attributes: {datawidth: 32}}\n"
    "    - {name: wide, class: pair}\n"
    "compound_components:\n"
    "  version: 0.3\n"
    "  classes:\n"
    "  - name: pair\n"
    "    attributes: {node: 90nm}\n"
    "    subcomponents:\n"
    "    - {name: 'half[0..1]', class: intadder, attributes: {technology: node, datawidth: "
    "8}}\n"
    "    actions:\n"
    "    - {name: add, subcomponents: [{name: 'half[0..1]', actions: [{name: add}]}]}\n";

EnergyTables tables(const std::string& text = kInput) {
  return price_input(read_energy_texts({{"input.yaml", text}}, {}), Registry::with_builtins());
}

// 40 nm synthesis: 0.0857 pJ.
TEST(TablesText, TellsPricesAndWhoGaveThem) {
  const std::string text = tables_text(tables());
  EXPECT_THAT(text, HasSubstr("chip.adder, intadder: "));
  EXPECT_THAT(text, HasSubstr(" um2\n"));
  EXPECT_THAT(text, HasSubstr("add   0.0857 pJ\n"));
  EXPECT_THAT(text, HasSubstr("chip.wide, pair: "));
  EXPECT_THAT(text, HasSubstr("Aladdin_table, 70 %"));
  EXPECT_THAT(text, HasSubstr("ScaledArithmetic, 40 %, a guess: fitted from 7 to 45 nm: "
                              "chip.wide.half[0..1]\n"));
}

TEST(TablesText, NamesGuessesInOneLine) {
  EXPECT_EQ(guesses_text(tables()),
            "Guesses, below 50 % accuracy: ScaledArithmetic for chip.wide.half[0..1]");
  const std::string line = "\n# " + guesses_text(tables()) + "\n";
  EXPECT_THAT(write_ert_summary(tables()), HasSubstr(line));
  EXPECT_THAT(write_art_summary(tables()), HasSubstr(line));
  std::string sure = kInput;
  sure.replace(sure.find("90nm"), 4, "45nm");
  EXPECT_EQ(guesses_text(tables(sure)), "");
  EXPECT_THAT(write_ert_summary(tables(sure)), Not(HasSubstr("#")));
}

TEST(TablesText, TellsWhyNobodyElseWasTaken) {
  const std::string text = reasons_text(tables());
  EXPECT_THAT(text, HasSubstr("chip.adder add: Aladdin_table, 70 %"));
  EXPECT_THAT(text, HasSubstr("\n  not CactiDRAM: DRAM only\n"));
  EXPECT_THAT(text, HasSubstr("\n  not ScaledArithmetic: 60 %, not more accurate\n"));
  EXPECT_THAT(text, HasSubstr("chip.wide.half[0..1] add: ScaledArithmetic, 40 %"));
  EXPECT_THAT(text, HasSubstr("chip.wide.half[0..1] area: "));
}

// A line of YAML holds no line breaks, whatever a component is called.
TEST(TablesText, NamesCannotEndTheComment) {
  std::string text = kInput;
  text.replace(text.find("name: wide"), 10, "name: \"wi\\nde\"");
  const std::string summary = write_ert_summary(tables(text));
  const std::string tail = summary.substr(summary.find("# Guesses"));
  EXPECT_EQ(tail.find('\n'), tail.size() - 1);
}

}  // namespace
}  // namespace tilewright::energy
