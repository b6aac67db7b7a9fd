#include "model/energy/estimators/csv_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/energy/registry.hpp"

namespace tilewright::energy {
namespace {

using testing::HasSubstr;

constexpr const char* kTable =
    "# our memories\n"
    "class,  technology, width, action,     arg:data_delta, energy, area, leakage, accuracy, "
    "source\n"
    "SRAM,   45nm,       64,    read|write, 1,              27.8,   530,  12.5,    95,       lab\n"
    "SRAM,   45nm,       64,    read|write, *,              20,     ,     ,        ,\n"
    "\n"
    "\"mac\", 45,        ,      *,          ,               2.2,    9\n";

Query query_of(std::string component_class, std::string action) {
  Query query;
  query.component_class = std::move(component_class);
  query.attributes = {{"technology", "45nm"}, {"width", 64}, {"depth", 512}};
  query.action = std::move(action);
  query.arguments = {{"data_delta", 1}};
  return query;
}

std::string error_of(std::string_view text) {
  try {
    (void)parse_csv_table("t.csv", text);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CsvTable, TheRowWithMostCellsThatMatchAnswers) {
  const auto table = parse_csv_table("dir/lab.csv", kTable);
  EXPECT_EQ(table->name(), "lab");
  Query query = query_of("SRAM", "write");
  EXPECT_EQ(table->support(query).accuracy, 95);
  EXPECT_EQ(table->support(query).reason, "lab");
  EXPECT_EQ(table->estimate(query), 27.8);
  query.arguments.set("data_delta", 0);
  EXPECT_EQ(table->support(query).accuracy, 90);
  EXPECT_EQ(table->support(query).reason, "dir/lab.csv:4");
  EXPECT_EQ(table->estimate(query), 20);
}

TEST(CsvTable, AnswersAreaAndLeakageFromTheRowsThatHaveThem) {
  const auto table = parse_csv_table("lab.csv", kTable);
  Query query = query_of("SRAM", "");
  query.arguments = {};
  query.quantity = Quantity::area;
  EXPECT_EQ(table->estimate(query), 530);
  query.quantity = Quantity::leakage;
  EXPECT_EQ(table->estimate(query), 12.5);
}

TEST(CsvTable, NumbersCompareByValueAndTextsByLetter) {
  const auto table = parse_csv_table("lab.csv", kTable);
  Query query = query_of("mac", "compute");
  EXPECT_EQ(table->support(query).accuracy, 0);  // 45nm is not 45
  query.attributes.set("technology", 45.0);
  EXPECT_EQ(table->estimate(query), 2.2);
  query.attributes.set("technology", "45.0");
  EXPECT_EQ(table->estimate(query), 2.2);
}

TEST(CsvTable, SaysWhatItCannotPrice) {
  const auto table = parse_csv_table("lab.csv", kTable);
  EXPECT_EQ(table->support(query_of("SRAM", "idle")).reason, "no row matches");
  EXPECT_EQ(table->support(query_of("DRAM", "read")).accuracy, 0);
  Query query = query_of("SRAM", "read");
  query.attributes.erase("width");
  EXPECT_EQ(table->support(query).accuracy, 0);
}

TEST(CsvTable, FaultsHaveAPlace) {
  EXPECT_EQ(error_of(""), "t.csv:1:1: the table is empty");
  EXPECT_EQ(error_of("width,energy\n"), "t.csv:1:1: a table of prices needs a column 'class'");
  EXPECT_THAT(error_of("class,width\n"), HasSubstr("needs a column 'energy', 'area'"));
  EXPECT_EQ(error_of("class,energy,energy(pJ)\n"), "t.csv:1:14: a second column 'energy'");
  EXPECT_EQ(error_of("class,energy\nmac,-1\n"),
            "t.csv:2:5: energy: expected a number of at least 0, found '-1'");
  EXPECT_EQ(error_of("class,energy\nmac,nan\n"),
            "t.csv:2:5: energy: expected a number of at least 0, found 'nan'");
  EXPECT_EQ(error_of("class,energy\nmac,1,2\n"),
            "t.csv:2:7: 3 cells, but only 2 columns are named");
  EXPECT_EQ(error_of("class,energy\n\"mac,1\n"), "t.csv:2:1: this quote does not end in its line");
  EXPECT_EQ(error_of("class,energy,accuracy\nmac,1,101\n"),
            "t.csv:2:7: accuracy: expected 0 to 100 percent");
}

TEST(CsvTable, CompetesInTheRegistry) {
  Registry registry = Registry::with_builtins();
  registry.add_users(parse_csv_table("lab.csv", kTable));
  EXPECT_EQ(registry.price(query_of("SRAM", "read")).estimator, "lab");
}

}  // namespace
}  // namespace tilewright::energy
