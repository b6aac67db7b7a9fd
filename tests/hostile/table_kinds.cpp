// Tables of prices.
#include "hostile/hostile_inputs.hpp"

namespace tilewright::hostile {
namespace {

using std::to_string;

constexpr const char* kMemory =
    "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n    attributes: {technology: "
    "45nm}\n"
    "    local: [{name: a, class: SRAM, attributes: {width: 64, depth: 64}}]\n";

Input with_table(std::string table) {
  return {{"energy", "input.yaml", "--table", "table.csv"},
          {{"input.yaml", kMemory}, {"table.csv", std::move(table)}}};
}

Input with_library(std::string table) {
  return {{"energy", "input.yaml", "--library", "tables"},
          {{"input.yaml", kMemory}, {"tables/sram.csv", std::move(table)}}};
}

Maker table(std::string begin, std::string middle) {
  return [=](std::size_t bytes) { return with_table(begin + filled(bytes, middle) + "\n"); };
}

Maker library(std::string begin, std::string middle) {
  return [=](std::size_t bytes) { return with_library(begin + filled(bytes, middle) + "\n"); };
}

Input columns(std::size_t bytes) {
  return with_table("class,energy" + filled(bytes, [](int i) { return ",a" + to_string(i); }) +
                    "\n");
}

// Every question looks at every row.
Input questions(std::size_t bytes, const std::string& option, const std::string& file,
                const std::string& header, const std::string& row) {
  const std::string components = filled(bytes / 2, [](int i) {
    return "    - {name: a" + to_string(i) +
           ", class: SRAM, attributes: {width: 64, depth: " + to_string(64 + i) + "}}\n";
  });
  return {{"energy", "input.yaml", option, option == "--library" ? "tables" : file},
          {{"input.yaml",
            "architecture:\n  version: 0.3\n  subtree:\n  - name: chip\n"
            "    attributes: {technology: 45nm}\n    local:\n" +
                components},
           {file, header + filled(bytes / 2, row)}}};
}

Input answers_of_cacti(std::size_t bytes) {
  const std::string header =
      "kind,technology_nm,size_bytes,block_bytes,bus_bits,ports,banks,tag_bits,associativity,"
      "read_pJ,write_pJ,leakage_mW_per_bank,area_um2,cycle_ns\n";
  return {{"energy", "input.yaml", "--cacti-answers", "answers.csv"},
          {{"input.yaml", kMemory}, {"answers.csv", header + filled(bytes, [](int i) {
                                                      return "ram,45," + to_string(i) +
                                                             ",4,32,1,1,0,1,1,1,1,1,1\n";
                                                    })}}};
}

}  // namespace

std::vector<Kind> table_kinds() {
  const std::string library_header = "technology,width,energy,area,action\n";
  return {
      {"TableColumns", columns},
      {"TableCells", table("class,energy\n", ",")},
      {"TableRows", table("class,energy\n", "a,1\n")},
      {"TableBlankRows", table("class,energy\n", "\n")},
      {"TableComments", table("class,energy\n", "#\n")},
      {"TableQuotes", table("class,energy\n\"", "\"\"")},
      {"TableAlternatives", table("class,energy\n", "|")},
      {"TableQuestions",
       [](std::size_t bytes) {
         return questions(bytes, "--table", "table.csv", "class,energy,width\n", "SRAM,1,32\n");
       }},
      {"LibraryRows", library(library_header, "40nm,32,1,1,read\n")},
      {"LibraryCells", library(library_header, ",")},
      {"LibraryAlternatives", library(library_header + "40nm,32,1,1,", "|")},
      {"LibraryColumns", library(library_header.substr(0, library_header.size() - 1), ",a")},
      {"LibraryComponents", library("", "COMPONENT: a\n")},
      {"LibraryQuestions",
       [=](std::size_t bytes) {
         return questions(bytes, "--library", "tables/sram.csv", library_header,
                          "40nm,32,1,1,read\n");
       }},
      {"AnswersOfCacti", answers_of_cacti},
      {"TableWithoutEnd",
       [](std::size_t) {
         return Input{{"energy", "input.yaml", "--table", "/dev/zero"}, {{"input.yaml", kMemory}}};
       }},
  };
}

}  // namespace tilewright::hostile
