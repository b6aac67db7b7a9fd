// Compound components beyond what the golden cases have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/energy/compound/energy_input.hpp"
#include "model/energy/compound/write_tables.hpp"
#include "model/energy/estimators/csv_table.hpp"

namespace tilewright::energy {
namespace {

using testing::HasSubstr;

constexpr const char* kPrices =
    "class, action, energy, area\n"
    "cell,  read,   2,      10\n"
    "cell,  write,  3,      10\n";

EnergyInput input_of(const std::string& architecture, const std::string& classes) {
  return read_energy_texts({{"arch.yaml", architecture}, {"classes.yaml", classes}}, {});
}

EnergyTables tables_of(const EnergyInput& input) {
  Registry registry;
  registry.add_users(parse_csv_table("prices.csv", kPrices));
  return price_input(input, registry);
}

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const SpecError& error) {
    return error.what();
  } catch (const EstimationError& error) {
    return error.what();
  }
  return "no error";
}

std::string arch_v03(const std::string& attributes) {
  return "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n    local:\n"
         "    - name: bank\n      class: bank\n      attributes: {" +
         attributes + "}\n";
}

// Two classes within each other: an array of two rows of `cells` cells.
constexpr const char* kNested =
    "compound_components:\n"
    "  version: 0.3\n"
    "  classes:\n"
    "  - name: row\n"
    "    attributes: {cells: must_specify}\n"
    "    subcomponents:\n"
    "    - {name: 'cell[1..cells]', class: cell, area_share: 2}\n"
    "    actions:\n"
    "    - name: access\n"
    "      arguments: {half: 1..2}\n"
    "      subcomponents:\n"
    "      - name: cell[1..cells/half]\n"
    "        actions: [{name: read, repeat: 3}]\n"
    "  - name: bank\n"
    "    attributes: {cells: 4, twice: cells * 2}\n"
    "    subcomponents:\n"
    "    - {name: 'rows[0..1]', class: row, attributes: {cells: twice}}\n"
    "    actions:\n"
    "    - name: access\n"
    "      arguments: {half: 1..2}\n"
    "      subcomponents:\n"
    "      - {name: 'rows[1]', actions: [{name: access, action_share: 0.5, arguments: {half: "
    "half}}]}\n";

// half = 1: row 1 of 8 cells reads all, 3 times, half of the time: 8 * 3 * 0.5 * 2 pJ = 24 pJ.
// Area: 2 rows of 8 cells of 10 um2, counted twice: 320 um2.
TEST(Compound, ClassesWithinEachOtherMultiply) {
  const EnergyTables tables = tables_of(input_of(arch_v03("cells: 4"), kNested));
  ASSERT_EQ(tables.entries.size(), 1U);
  const TableEntry& bank = tables.entries.front();
  ASSERT_EQ(bank.rows.size(), 2U);
  EXPECT_DOUBLE_EQ(bank.rows[0].energy, 24);
  EXPECT_DOUBLE_EQ(bank.rows[1].energy, 12);
  EXPECT_DOUBLE_EQ(bank.area, 320);
  EXPECT_EQ(bank.rows[0].terms[0].part, "rows[1].cell[1..8]");
  EXPECT_EQ(source_of(bank).estimators, "prices");
  EXPECT_EQ(source_of(bank).accuracy, 90);
}

TEST(Compound, WritesAccelergysForm) {
  const EnergyInput input = input_of(arch_v03("cells: 4"), kNested);
  const EnergyTables tables = tables_of(input);
  EXPECT_EQ(write_ert(tables),
            "ERT:\n  version: 0.3\n  tables:\n  - name: chip.bank\n    actions:\n"
            "    - name: access\n      arguments:\n        half: 1\n      energy: 24\n"
            "    - name: access\n      arguments:\n        half: 2\n      energy: 12\n");
  EXPECT_EQ(write_art(tables),
            "ART:\n  version: 0.3\n  tables:\n  - name: chip.bank\n    area: 320\n");
  EXPECT_THAT(write_ert_summary(tables), HasSubstr("average_energy: 18\n"));
  EXPECT_THAT(write_ert_summary(tables), HasSubstr("estimator: prices\n      accuracy: 90\n"));
  EXPECT_THAT(write_flattened(input.design),
              HasSubstr("class: bank\n    attributes:\n      cells: 4\n"));
}

TEST(Compound, ScalesThatContradictAreAnError) {
  std::string classes = kNested;
  classes.replace(classes.find("repeat: 3"), 9, "repeat: 3, energy_scale: 4");
  EXPECT_THAT(error_of([&] { input_of(arch_v03("cells: 4"), classes); }),
              HasSubstr("classes.yaml:13:32: 'repeat' contradicts 'energy_scale'"));
}

TEST(Compound, WhatIsMissingIsNamedWithItsPlace) {
  std::string classes = kNested;
  classes.replace(classes.find("rows[1]"), 7, "row[1]_");
  EXPECT_THAT(error_of([&] { tables_of(input_of(arch_v03("cells: 4"), classes)); }),
              HasSubstr("classes.yaml:22:9: chip.bank: there is no subcomponent 'row_'"));
  classes = kNested;
  classes.replace(classes.find("rows[1]"), 7, "rows[2]");
  EXPECT_THAT(error_of([&] { tables_of(input_of(arch_v03("cells: 4"), classes)); }),
              HasSubstr("'rows[2]' is no part of 'rows[0..1]'"));
  classes = kNested;
  classes.replace(classes.find("attributes: {cells: twice}"), 26, "attributes: {celsl: twice}");
  EXPECT_THAT(error_of([&] { tables_of(input_of(arch_v03("cells: 4"), classes)); }),
              HasSubstr("class 'row' needs the attribute 'cells'"));
  EXPECT_THAT(error_of([&] { tables_of(input_of(arch_v03("cells: none"), kNested)); }),
              HasSubstr("classes.yaml"));
}

TEST(Compound, AClassThatContainsItselfIsAnError) {
  const char* classes =
      "compound_components:\n  version: 0.3\n  classes:\n  - name: bank\n    attributes: {}\n"
      "    subcomponents: [{name: inner, class: bank}]\n    actions: []\n";
  EXPECT_THAT(error_of([&] { tables_of(input_of(arch_v03(""), classes)); }),
              HasSubstr("class 'bank' contains itself"));
}

TEST(Compound, AnExpressionOfVersion04ThatFailsIsAnError) {
  const std::string architecture =
      "architecture:\n  version: 0.4\n  nodes:\n  - !Component\n    name: bank\n    class: cell\n"
      "    attributes: {width: 45nm, technology: \"45nm\", global_cycle_seconds: 1e-9}\n";
  EXPECT_THAT(error_of([&] { input_of(architecture, "variables: {version: 0.4}"); }),
              HasSubstr("arch.yaml:7:25: component bank: width: the expression '45nm' has no "
                        "value: 'n' follows a "
                        "number; a text needs quotes in files of version 0.4"));
}

// An attribute that computes something must have a value; it used to count as the number that it
// starts with. Names that only look like expressions stay names.
TEST(Compound, AnExpressionThatFailsIsAnErrorInVersion03) {
  const auto with_width = [](const std::string& width) {
    return error_of([&] {
      const EnergyInput input =
          read_energy_texts({{"arch.yaml",
                              "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n"
                              "    attributes: {technology: 45nm, size: 64}\n"
                              "    local: [{name: a, class: SRAM, attributes: {depth: 64, width: " +
                                  width + "}}]\n"}},
                            {});
      (void)price_input(input, Registry::with_builtins());
    });
  };
  for (const char* good : {"64", "size", "size + 8", "2 * size", "64 if size > 4 else 2"}) {
    EXPECT_EQ(with_width(good), "no error") << good;
  }
  for (const char* bad : {"64 + nothing", "nothing * 64", "ceil(nothing)", "64 if nothing else 2",
                          "64 + size / 0", "2 ** nothing"}) {
    EXPECT_THAT(with_width("\"" + std::string(bad) + "\""),
                HasSubstr("arch.yaml:6:67: chip.a: width: the expression '" + std::string(bad)))
        << bad;
  }
  const auto with_name = [&](const std::string& text) {
    return with_width("64, kind: \"" + text + "\"");
  };
  for (const char* name :
       {"45nm", "8-bit", "dual-port", "a/b/c", "LPDDR4", "x.y", "1r1w", "f(x)"}) {
    EXPECT_EQ(with_name(name), "no error") << name;
  }
}

TEST(Compound, AnExpressionThatFailsInAPartIsAnErrorInVersion03) {
  EXPECT_THAT(error_of([] {
                (void)tables_of(read_energy_texts(
                    {{"arch.yaml", arch_v03("cells: 4")},
                     {"classes.yaml",
                      "compound_components:\n  version: 0.3\n  classes:\n  - name: bank\n"
                      "    subcomponents: [{name: x, class: SRAM, attributes: {depth: 64,\n"
                      "      width: 64 + nothing}}]\n"
                      "    actions: [{name: access, subcomponents: [{name: x, actions: [{name: "
                      "read}]}]}]\n"}},
                    {}));
              }),
              HasSubstr("the expression '64 + nothing' has no value: 'nothing' is not known"));
}

TEST(Compound, GivenTablesAnswerBeforeAnybodyIsAsked) {
  const char* ert =
      "ERT:\n  version: 0.3\n  tables:\n  - name: chip.bank\n    actions:\n"
      "    - {name: access, arguments: {half: 1}, energy: 7}\n"
      "ART:\n  version: 0.3\n  tables: [{name: chip.bank, area: 5}]\n"
      "action_counts:\n  version: 0.3\n  local:\n  - name: chip.bank\n"
      "    action_counts: [{name: access, counts: 3}, {name: access, arguments: {half: 1}, counts: "
      "2}]\n";
  const EnergyInput input = read_energy_texts(
      {{"arch.yaml", arch_v03("cells: 4")}, {"classes.yaml", kNested}, {"ert.yaml", ert}}, {});
  const EnergyTables tables = tables_of(input);
  ASSERT_EQ(tables.entries.size(), 1U);
  EXPECT_EQ(tables.entries[0].rows.size(), 1U);
  EXPECT_EQ(tables.entries[0].area, 5);
  const auto energies = energy_of_counts(input.design, tables);
  ASSERT_EQ(energies.size(), 1U);
  EXPECT_DOUBLE_EQ(energies[0].energy, 35);
}

TEST(Compound, NobodyIsAskedForWhatIsGiven) {
  const char* given =
      "ERT:\n  version: 0.3\n  tables:\n  - name: chip.bank\n    actions:\n"
      "    - {name: access, arguments: {half: 1}, energy: 7}\n"
      "ART:\n  version: 0.3\n  tables: [{name: chip.bank, area: 5}]\n";
  const EnergyInput input = read_energy_texts(
      {{"arch.yaml", arch_v03("cells: 4")}, {"classes.yaml", kNested}, {"given.yaml", given}}, {});
  const EnergyTables tables = price_input(input, Registry());  // knows nothing
  ASSERT_EQ(tables.entries.size(), 1U);
  EXPECT_EQ(tables.entries[0].rows.size(), 1U);
  EXPECT_EQ(tables.entries[0].area, 5);
}

TEST(Compound, CountsOfWhatIsNotThereAreErrors) {
  const auto counted = [](const std::string& name, const std::string& action) {
    const std::string counts = "action_counts:\n  version: 0.3\n  local:\n  - name: " + name +
                               "\n    action_counts: [{name: " + action + ", counts: 3}]\n";
    const EnergyInput input = read_energy_texts(
        {{"arch.yaml", arch_v03("cells: 4")}, {"classes.yaml", kNested}, {"counts.yaml", counts}},
        {});
    return error_of([&] { energy_of_counts(input.design, tables_of(input)); });
  };
  EXPECT_EQ(counted("chip.bnak", "access"),
            "counts.yaml:5:21: action_counts: there is no component 'chip.bnak'; did you mean "
            "'chip.bank'?");
  EXPECT_THAT(counted("chip.bank", "acess"), HasSubstr("did you mean 'access'?"));
}

}  // namespace
}  // namespace tilewright::energy
