// The files of `timeloop-mapper` and `timeloop-model`, read as scripts for Timeloop read them.
#include <fmt/format.h>

#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "program/run_program.hpp"
#include "program/timeloop_readers.hpp"

namespace tilewright::testing {
namespace {

using Json = nlohmann::json;

class TimeloopCommand : public ProgramTest {
 protected:
  static std::string data(const std::string& names) {
    std::string files;
    std::istringstream in(names);
    for (std::string name; in >> name;) {
      files += " '" + std::string(kSourceFolder) + "/tests/data/timeloop/" + name + ".yaml'";
    }
    return files;
  }
  static std::string specs(const std::string& names) {
    std::string files;
    std::istringstream in(names);
    for (std::string name; in >> name;) {
      files += " '" + std::string(kSourceFolder) + "/specs/" + name + ".yaml'";
    }
    return files;
  }

  void succeed(const std::string& arguments) {
    const ProgramResult result = run(arguments);
    ASSERT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
    out_ = result.out;
    err_ = result.err;
  }

  std::string file(const std::string& name) const { return read_text(folder_ / name); }

  std::string out_, err_;
};

// Levels and networks with energy, fJ per operation, as `model --json` tells them.
std::map<std::string, double> energies_of(const Json& stats) {
  std::map<std::string, double> energies;
  for (const char* list : {"levels", "networks"}) {
    for (const Json& part : stats[list]) {
      const double energy = part["energy_total"].get<double>();
      if (energy != 0) energies[part["name"]] = energy * 1000 / stats["computes"].get<double>();
    }
  }
  return energies;
}

// The summary of `stats.txt` says what `model --json` says, in its two decimals.
void expect_same_summary(const std::string& text, const Json& stats) {
  const FrontEndStats summary = read_summary(text);
  EXPECT_EQ(summary.cycles, stats["cycles"].get<std::int64_t>());
  EXPECT_EQ(summary.computes, stats["computes"].get<std::int64_t>());
  EXPECT_NEAR(summary.utilization, 100 * stats["utilization"].get<double>(), 0.00501);
  const std::map<std::string, double> energies = energies_of(stats);
  ASSERT_EQ(summary.energy.size(), energies.size()) << text;
  for (const auto& [name, energy] : energies) {
    ASSERT_TRUE(summary.energy.contains(name)) << name;
    EXPECT_NEAR(summary.energy.at(name), energy, 0.00501) << name;
  }
}

void expect_same_counts(const std::string& text, const Json& stats) {
  const auto sections = read_sections(text);
  for (const Json& level : stats["levels"]) {
    if (level["kind"] != "buffer") continue;
    const std::string name = level["name"];
    for (const auto& [space, counts] : level["dataspaces"].items()) {
      if (!counts["keep"].get<bool>()) continue;
      const auto& lines = sections.at(name).at(space);
      const auto same = [&](const std::string& line, const char* key) {
        EXPECT_EQ(lines.at(line), std::to_string(counts[key].get<std::uint64_t>()))
            << name << " " << space << " " << line;
      };
      same("Scalar reads (per-instance)", "reads");
      same("Scalar fills (per-instance)", "fills");
      same("Scalar updates (per-instance)", "updates");
      same("Partition size", "partition_size");
      same("Utilized capacity", "utilized_capacity");
      same("Temporal reductions (per-instance)", "temporal_reductions");
      same("Address generations (per-cluster)", "address_generations");
      EXPECT_NEAR(std::stod(lines.at("Energy (total)")), counts["energy_total"].get<double>(),
                  0.00501 + 1e-12 * counts["energy_total"].get<double>());
    }
  }
}

void expect_same_xml(const std::string& text, const Json& stats,
                     const std::vector<double>& problem) {
  const ScriptStats script = read_script_stats(text);
  EXPECT_EQ(script.problem, problem);
  EXPECT_EQ(script.cycles, stats["compute_cycles"].get<double>());
  EXPECT_NEAR(script.energy, stats["energy_pJ"].get<double>(), 1e-9 * script.energy);
  for (const Json& level : stats["levels"]) {
    if (level["kind"] != "buffer") continue;
    const std::string name = level["name"];
    std::size_t p = 0;
    for (const Json& name_of_space : stats["dataspaces"]) {
      const Json& space = level["dataspaces"][name_of_space.get<std::string>()];
      const double words = space["reads"].get<double>() + space["fills"].get<double>() +
                           space["updates"].get<double>();
      EXPECT_EQ(script.accesses.at(name)[p++], words) << name;
    }
  }
}

TEST_F(TimeloopCommand, ModelWritesFilesOfTimeloopsNamesWhereItIsCalled) {
  succeed("timeloop-model arch.yaml conv.yaml mapping.yaml");
  const std::vector<std::string> files = files_of(".");
  for (const char* name : {"map.txt", "map+stats.xml", "stats.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / (std::string("timeloop-model.") + name))) << name;
  }
  // A model neither finds a mapping nor, with the prices of `pat`, calls Accelergy.
  for (const std::string& name : files) {
    EXPECT_EQ(name.find("map.yaml"), std::string::npos) << name;
    EXPECT_EQ(name.find("ERT"), std::string::npos) << name;
  }
  // 48 operations on one of four MACs.
  EXPECT_EQ(out_.rfind("Utilization = 0.25 | pJ/Compute = ", 0), 0) << out_;
  EXPECT_NE(out_.find(" | Cycles = 48\n"), std::string::npos) << out_;
}

TEST_F(TimeloopCommand, FilesGoIntoAFolderThatIsMade) {
  succeed("timeloop-model arch.yaml -o made/for/it conv.yaml mapping.yaml");
  EXPECT_EQ(files_of("made/for/it"),
            (std::vector<std::string>{"timeloop-model.map+stats.xml", "timeloop-model.map.txt",
                                      "timeloop-model.stats.txt"}));
}

TEST_F(TimeloopCommand, LoopNestNamesTheTilesThatAreKept) {
  succeed("timeloop-model" + data("array product mapping"));
  // Registers: A of one M and one K, for N = 12. The buffer: A 8 x 3, B 3 x 12, Z 8 x 12 words.
  EXPECT_EQ(file("timeloop-model.map.txt"),
            "Memory [ A:48 (48) B:72 (72) Z:96 (96) ] \n"
            "----------------------------------------\n"
            "| for K in [0:2)\n"
            "\n"
            "Buffer [ A:24 (24) B:36 (36) Z:96 (96) ] \n"
            "----------------------------------------\n"
            "|   for M in [0:4)\n"
            "|     for K in [0:3) (Spatial-Y)\n"
            "|       for M in [0:2) (Spatial-X)\n"
            "\n"
            "Registers [ A:1 (1) ] \n"
            "---------------------\n"
            "|         for N in [0:12)\n"
            "|           << Compute >>\n");
}

TEST_F(TimeloopCommand, StatisticsAreThoseOfTheModel) {
  succeed("model" + data("array product mapping") + " --json model.json");
  succeed("timeloop-model --no-leakage" + data("array product mapping"));
  const Json stats = read_json("model.json");
  const std::string text = file("timeloop-model.stats.txt");
  expect_same_summary(text, stats);
  expect_same_counts(text, stats);
  expect_same_xml(file("timeloop-model.map+stats.xml"), stats, {8, 12, 6});
  EXPECT_EQ(read_script_stats(file("timeloop-model.map+stats.xml")).utilization, 6.0 / 8);
}

TEST_F(TimeloopCommand, LevelsSayWhatTheyAreAndDo) {
  succeed("timeloop-model" + data("array product mapping"));
  auto sections = read_sections(file("timeloop-model.stats.txt"));
  Section& mult = sections.at("Mult");
  EXPECT_EQ(mult[""]["Instances"], "8 (2*4)");
  EXPECT_EQ(mult[""]["Computes (total)"], "576");
  EXPECT_EQ(mult[""]["Energy (total)"], "1152.00 pJ");
  EXPECT_EQ(mult[""]["Area (total)"], "400.00 um^2");
  Section& buffer = sections.at("Buffer");
  EXPECT_EQ(buffer[""]["Size"], "256");
  EXPECT_EQ(buffer[""]["Technology"], "SRAM");
  EXPECT_EQ(buffer[""]["Read bandwidth"], "-");
  EXPECT_EQ(buffer[""]["Vector access energy"], "12.00 pJ");  // the dearest action
  EXPECT_EQ(buffer[""]["Vector access energy source"], "ERT");
  EXPECT_EQ(buffer[""]["Cycles"], "96");
  // B is not kept by the registers, which work for one M of two at a time: both share each word.
  EXPECT_EQ(buffer["B"]["Scalar reads (per-instance)"], "288");
  EXPECT_EQ(sections.at("Memory")[""]["Read bandwidth"], "16.00");
  Section& registers = sections.at("Registers");
  EXPECT_EQ(registers["A"]["Utilized instances (max)"], "6");
  EXPECT_FALSE(registers.contains("B"));
}

TEST_F(TimeloopCommand, LeakageIsThatOfInstancesAtWork) {
  succeed("timeloop-model" + data("array product mapping"));
  const std::string text = file("timeloop-model.stats.txt");
  const FrontEndStats with = read_summary(text);
  auto sections = read_sections(text);
  // 96 cycles of 6 registers at 0.125 pJ, and of one buffer at 0.25 pJ.
  EXPECT_EQ(sections["Registers"][""]["Leakage energy (total)"], "72.00 pJ");
  EXPECT_EQ(sections["Buffer"][""]["Leakage energy (total)"], "24.00 pJ");
  EXPECT_EQ(sections["Registers"][""]["Per-instance-cycle leakage"], "0.12 pJ");
  succeed("timeloop-model --no-leakage" + data("array product mapping"));
  const FrontEndStats without = read_summary(file("timeloop-model.stats.txt"));
  EXPECT_NEAR(with.energy.at("Registers") - without.energy.at("Registers"), 72e3 / 576, 0.011);
  EXPECT_NEAR(with.energy.at("Buffer") - without.energy.at("Buffer"), 24e3 / 576, 0.011);
  EXPECT_EQ(with.energy.at("Mult"), without.energy.at("Mult"));
}

TEST_F(TimeloopCommand, NetworksWithEnergyAreListed) {
  succeed("timeloop-model" + data("array product mapping"));
  const std::string text = file("timeloop-model.stats.txt");
  const auto first = text.find("Network 0\n---------\nBuffer <==> Registers\n\n    SPECS\n");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("Network 1"), std::string::npos) << "the other wires are free";
  const std::string network = text.substr(first, text.find("Operational") - first);
  EXPECT_NE(network.find("Type            : Legacy\n"), std::string::npos) << network;
  EXPECT_NE(network.find("ConnectionType  : 3\n"), std::string::npos) << network;
  // Each word of B goes to the two units of a row.
  EXPECT_TRUE(
      std::regex_search(network, std::regex("B:\n +Fanout +: 6\n +Multicast factor +: 2\n")))
      << network;
  EXPECT_TRUE(std::regex_search(network, std::regex("@multicast 2 @scatter 3: 288.00\n")))
      << network;
  EXPECT_TRUE(std::regex_search(network, std::regex("Energy \\(per-hop\\) +: 500.00 fJ\n")));
}

TEST_F(TimeloopCommand, OtherKindsOfNetworksHaveTheirOwnFields) {
  const Json golden = Json::parse(
      read_text(std::string(kSourceFolder) + "/tests/data/golden/nets__gemm_128x256x512.json"));
  std::string files;
  for (const auto& [name, text] : golden["inputs"].items()) {
    if (!text.is_string() || text.get<std::string>().empty()) continue;
    write(name + ".yaml", text);
    files += " " + name + ".yaml";
  }
  succeed("timeloop-model --technology 28nm" + files);
  const std::string text = file("timeloop-model.stats.txt");
  const XmlElement root = read_xml(file("timeloop-model.map+stats.xml"));
  std::vector<std::string> names;
  for (const XmlElement* item : root.at("engine").at("topology_").at("networks_").all("item")) {
    names.push_back(item->at("first").text);
  }
  std::vector<std::string> expected;
  for (const Json& network : golden["outputs"]["networks"]) {
    expected.push_back(network["name"]);
    if (network["energy_total"].get<double>() == 0) continue;
    EXPECT_NE(text.find("---------\n" + expected.back() + "\n"), std::string::npos) << text;
  }
  EXPECT_EQ(names, expected);
  EXPECT_TRUE(std::regex_search(text, std::regex("Type +: ReductionTree\n"))) << text;
}

TEST_F(TimeloopCommand, FactorsThatDoNotDivideShowTheLastOne) {
  // Tiles of 6 outputs, the last of 4: 16 = 2 * 6 + 4.
  write("mapping.yaml",
        "mapping:\n- {target: Buf, type: temporal, factors: \"R=3 P=6,4\", permutation: RP}\n"
        "- {target: Main, type: temporal, factors: R=1 P=3, permutation: RP}\n");
  succeed("model arch.yaml conv.yaml mapping.yaml --json model.json");
  succeed("timeloop-model arch.yaml conv.yaml mapping.yaml");
  EXPECT_NE(file("timeloop-model.map.txt").find("for P in [0:6,4)\n"), std::string::npos);
  expect_same_summary(file("timeloop-model.stats.txt"), read_json("model.json"));
  expect_same_counts(file("timeloop-model.stats.txt"), read_json("model.json"));
}

TEST_F(TimeloopCommand, OperationalIntensityCountsAdditionsAndWords) {
  succeed("timeloop-model" + data("array product mapping"));
  const std::string text = file("timeloop-model.stats.txt");
  const auto says = [&](const std::string& name, const std::string& value) {
    EXPECT_TRUE(std::regex_search(text, std::regex(name + " +: " + value + "\n"))) << name << text;
  };
  says("Total elementwise ops", "576");
  says("Total reduction ops", "480");  // 576 less the 96 first ones
  says("Total ops", "1056");
  says("Total memory accesses required", "216");                       // 48 + 72 + 96
  says("Optimal Op per Byte", "2\\.44");                               // 1056 / 432
  EXPECT_NE(text.find("GFLOPs (@1GHz): 11.00\n"), std::string::npos);  // 1056 / 96
  EXPECT_NE(text.find("Area: 0.01 mm^2\n"), std::string::npos);        // 5000 + 8 * 150 um2
}

TEST_F(TimeloopCommand, TablesAreThoseThatPricedTheLevels) {
  succeed("timeloop-model" + data("array product mapping"));
  for (const char* name : {"ERT", "ART", "ERT_summary", "ART_summary"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / fmt::format("timeloop-model.{}.yaml", name)))
        << name;
  }
  // They may take the place of the tables that were given.
  std::string arch = read_text(std::string(kSourceFolder) + "/tests/data/timeloop/array.yaml");
  write("bare.yaml", arch.substr(0, arch.find("ERT:")));
  const std::string first = file("timeloop-model.stats.txt");
  succeed("timeloop-model bare.yaml timeloop-model.ERT.yaml timeloop-model.ART.yaml -o again" +
          data("product mapping"));
  EXPECT_EQ(file("again/timeloop-model.stats.txt"), first);
}

TEST_F(TimeloopCommand, WithoutTablesEstimatorsPriceATree) {
  std::string arch = read_text(std::string(kSourceFolder) + "/tests/data/timeloop/array.yaml");
  write("bare.yaml", arch.substr(0, arch.find("ERT:")));
  succeed("timeloop-model bare.yaml --technology 28nm" + data("product mapping"));
  const auto sections = read_sections(file("timeloop-model.stats.txt"));
  EXPECT_EQ(sections.at("Buffer").at("").at("Vector access energy source"), "ERT");
  // The area of a level stands beside its name and the number of the last instance.
  const std::string areas = file("timeloop-model.ART.yaml");
  EXPECT_TRUE(std::regex_search(areas, std::regex("name: system\\.chip\\.Buffer"))) << areas;
  EXPECT_TRUE(std::regex_search(areas, std::regex("area: [0-9.e+]+"))) << areas;
  succeed("model bare.yaml timeloop-model.ERT.yaml --json model.json" + data("product mapping"));
  EXPECT_EQ(read_summary(file("timeloop-model.stats.txt")).cycles,
            read_json("model.json")["cycles"]);
}

TEST_F(TimeloopCommand, MapperFindsAMappingThatTheModelScoresAlike) {
  succeed("timeloop-mapper --quiet" + data("array product"));
  EXPECT_EQ(out_.rfind("Summary stats for best mapping found by mapper:\n  Utilization = ", 0), 0)
      << out_;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "timeloop-mapper.oaves.csv"));
  succeed("timeloop-model timeloop-mapper.map.yaml" + data("array product"));
  for (const char* ending : {"map.txt", "stats.txt", "map+stats.xml", "ERT.yaml", "ART.yaml"}) {
    EXPECT_EQ(file(std::string("timeloop-mapper.") + ending),
              file(std::string("timeloop-model.") + ending))
        << ending;
  }
}

TEST_F(TimeloopCommand, MappingsAreSpeltAsTimeloopDoes) {
  succeed("timeloop-mapper --quiet" + data("array product"));
  const std::string mapping = file("timeloop-mapper.map.yaml");
  EXPECT_EQ(mapping.rfind("mapping:\n  - target: Registers\n    type: datatype\n    keep:\n", 0), 0)
      << mapping;
  EXPECT_TRUE(std::regex_search(mapping, std::regex("factors: M\\d+ N\\d+ K\\d+\n"))) << mapping;
  EXPECT_TRUE(std::regex_search(mapping, std::regex("permutation: [MNK]{3}\n"))) << mapping;
  EXPECT_TRUE(std::regex_search(mapping, std::regex("split: \\d\n"))) << mapping;
}

TEST_F(TimeloopCommand, OtherAlgorithmsAreReplacedAndTheFirstLineSaysSo) {
  succeed("timeloop-mapper --quiet" + data("array product mapper"));
  const std::string first = out_.substr(0, out_.find('\n'));
  EXPECT_NE(first.find("'auto'"), std::string::npos) << first;
  EXPECT_NE(first.find("'random-pruned'"), std::string::npos) << first;
  // The specs' metric counts, its limits do not: three mappings would hardly be the best.
  const double found = read_summary(file("timeloop-mapper.stats.txt")).energy.at("Buffer");
  succeed("timeloop-mapper --quiet --searcher optimal --objective energy -o best" +
          data("array product"));
  EXPECT_EQ(out_.rfind("Summary", 0), 0) << out_;
  EXPECT_EQ(read_summary(file("best/timeloop-mapper.stats.txt")).energy.at("Buffer"), found);
}

TEST_F(TimeloopCommand, TableOfMappingsHasALineOfTheBest) {
  succeed("timeloop-mapper --quiet" + data("array product mapper"));
  const std::string table = file("timeloop-mapper.oaves.csv");
  // Operations per byte, words of buffers and of the memory; the same of A, B and Z; the mapping.
  EXPECT_TRUE(std::regex_match(
      table, std::regex("[\\d.]+,(\\d+),(\\d+)(,\\d+,\\d+){3},L2\\[ABZ\\].*L0\\[.*,None\n")))
      << table;
}

TEST_F(TimeloopCommand, MapperGoesOnWithItsOwnFilesAmongTheInputs) {
  succeed("timeloop-mapper --quiet" + data("array product"));
  const std::string first = file("timeloop-mapper.stats.txt");
  succeed("timeloop-mapper --quiet timeloop-mapper.map.yaml" + data("array product"));
  EXPECT_EQ(file("timeloop-mapper.stats.txt"), first);
}

TEST_F(TimeloopCommand, ShippedSpecsGiveWhatModelSays) {
  const std::string files = specs(
      "arch/three_level problem/alexnet_conv3 mapping/three_level_alexnet_conv3_row_stationary");
  succeed("model --json model.json" + files);
  succeed("timeloop-model -o out" + files);
  const Json stats = read_json("model.json");
  const std::string text = file("out/timeloop-model.stats.txt");
  expect_same_summary(text, stats);
  expect_same_counts(text, stats);
  expect_same_xml(file("out/timeloop-model.map+stats.xml"), stats, {1, 384, 256, 13, 13, 3, 3});
}

TEST_F(TimeloopCommand, ShippedArrayIsSearched) {
  succeed("timeloop-mapper --quiet -o out" + specs("arch/eyeriss_like_168 problem/fc_1000x2048"));
  succeed("model --json model.json out/timeloop-mapper.map.yaml" +
          specs("arch/eyeriss_like_168 problem/fc_1000x2048"));
  const Json stats = read_json("model.json");
  expect_same_summary(file("out/timeloop-mapper.stats.txt"), stats);
  expect_same_counts(file("out/timeloop-mapper.stats.txt"), stats);
}

TEST_F(TimeloopCommand, SeveralProblemsAreForMap) {
  write("second.yaml", kConv);
  for (const char* command : {"timeloop-mapper", "timeloop-model"}) {
    const ProgramResult result =
        run(std::string(command) + " arch.yaml conv.yaml second.yaml mapping.yaml -o out");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_NE(result.err.find("2 problems"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("tilewright map"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
}

TEST_F(TimeloopCommand, WithoutAMappingNoneOfAnEarlierRunStays) {
  succeed("timeloop-model arch.yaml conv.yaml mapping.yaml");
  succeed("timeloop-mapper --quiet arch.yaml conv.yaml");
  std::string small = kArch;
  small.replace(small.find("entries: 64"), 11, "entries: 2");
  write("arch.yaml", small);
  EXPECT_EQ(run("timeloop-model arch.yaml conv.yaml mapping.yaml").exit_code, 3);
  // Three words at least: one of each tensor.
  write("keep.yaml",
        "architecture_constraints:\n- {target: Buf, type: bypass, keep: [Weights, Inputs, "
        "Outputs]}\n");
  const ProgramResult result = run("timeloop-mapper --quiet arch.yaml conv.yaml keep.yaml");
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_NE(result.err.find("tilewright: error: "), std::string::npos) << result.err;
  for (const std::string& name : files_of(".")) {
    EXPECT_EQ(name.find("timeloop-"), std::string::npos) << name;
  }
}

TEST_F(TimeloopCommand, NamesCannotBreakTheXml) {
  std::string arch = kArch;
  arch.replace(arch.find("name: Buf"), 9, "name: '<&\">'");
  write("arch.yaml", arch);
  write("mapping.yaml",
        "mapping:\n- {target: 0, type: temporal, factors: R=3 P=16, permutation: RP}\n"
        "- {target: Main, type: temporal, factors: R=1 P=1, permutation: RP}\n");
  succeed("timeloop-model arch.yaml conv.yaml mapping.yaml");
  const XmlElement root = read_xml(file("timeloop-model.map+stats.xml"));
  const auto levels = root.at("engine").at("topology_").at("levels_").all("item");
  ASSERT_EQ(levels.size(), 3U);
  EXPECT_EQ(levels[1]->at("px").at("specs_").at("LevelSpecs").at("level_name").text,
            "&lt;&amp;&quot;&gt;");
}

}  // namespace
}  // namespace tilewright::testing
