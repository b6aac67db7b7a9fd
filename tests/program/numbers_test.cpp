// Numbers that are right, or said to be unknown.
#include <gmock/gmock.h>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Numbers = ProgramTest;

// Two layers of 2^52 operations, one of them as often as repeats go.
TEST_F(Numbers, TotalsOfNetworksGoBeyond64Bits) {
  write("large.yaml",
        "network:\n  name: large\n  shape: gemm\n  layers:\n"
        "  - {name: often, repeats: 2147483647, instance: {M: 1048576, N: 1048576, K: 4096}}\n"
        "  - {name: seldom, repeats: 3, instance: {M: 1048576, N: 1048576, K: 4096}}\n");
  const double operations = 2147483650.0 * 4503599627370496.0;
  const ProgramResult network = run("network large.yaml");
  ASSERT_EQ(network.exit_code, 0) << network.err;
  EXPECT_THAT(network.out, HasSubstr("9,671,406,565,924,232,652,390,400"));
  ASSERT_EQ(run("map arch.yaml large.yaml -o out --quiet").exit_code, 0);
  const nlohmann::json total = read_json("out/summary.json")["total"];
  const nlohmann::json layer = read_json("out/summary.json")["layers"][0];
  EXPECT_EQ(total["computes"].get<double>(), operations);
  EXPECT_LE(total["utilization"].get<double>(), 1);
  EXPECT_DOUBLE_EQ(total["utilization"].get<double>(), layer["utilization"].get<double>());
  EXPECT_DOUBLE_EQ(total["cycles"].get<double>(), layer["cycles"].get<double>() * 2147483650.0);
  EXPECT_DOUBLE_EQ(total["energy_per_compute_pJ"].get<double>(),
                   total["energy_pJ"].get<double>() / operations);
  ASSERT_EQ(run("bound arch.yaml large.yaml --json bound.json").exit_code, 0);
  const nlohmann::json bound = read_json("bound.json")["total"];
  EXPECT_EQ(bound["work"]["operations"].get<double>(), operations);
  EXPECT_DOUBLE_EQ(bound["cycles"].get<double>(), operations / 4);
  // Three products of that size, an update of each weight, and no gradient of the first inputs.
  const double weights = 2147483650.0 * 4294967296.0;
  EXPECT_DOUBLE_EQ(bound["work"]["training_operations"].get<double>(),
                   3 * operations + weights - 4503599627370496.0);
}

TEST_F(Numbers, CyclesOfALayerGoBeyond64Bits) {
  write("slow.yaml",
        "arch:\n  arithmetic: {name: MAC, instances: 1}\n  storage:\n"
        "  - {name: Rf, entries: 3, instances: 1, read_bandwidth: 0.1, write_bandwidth: 0.3}\n"
        "  - {name: Mem, technology: DRAM, instances: 1, shared_bandwidth: 0.05}\n"
        "problem: {shape: gemm, instance: {M: 1048576, N: 1048576, K: 500000}}\n"
        "mapping:\n"
        "- {target: Mem, type: temporal, factors: M=1048576 N=1048576 K=500000}\n");
  const ProgramResult result = run("model slow.yaml");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  ASSERT_EQ(run("model slow.yaml --json slow.json").exit_code, 0);
  const nlohmann::json stats = read_json("slow.json");
  double words = 0;
  for (const auto& [name, space] : stats["levels"][2]["dataspaces"].items()) {
    words += space["reads"].get<double>() + space["updates"].get<double>();
  }
  EXPECT_NEAR(stats["cycles"].get<double>() / (words * 20), 1, 1e-12);
  EXPECT_NEAR(stats["utilization"].get<double>(), 0.0167, 0.00005);
  EXPECT_THAT(result.out, HasSubstr("cycles       3.29853e+19 (549755813888000000 without"));
}

TEST_F(Numbers, CompulsoryWordsWhereADimensionStandsOnTwoCoordinates) {
  write("diagonal.yaml",
        "problem:\n"
        "  shape:\n    name: d\n    dimensions: [I, K]\n    data-spaces:\n"
        "    - {name: A, projection: [[[I]], [[I]], [[K]]]}\n"
        "    - {name: B, projection: [[[I], [K]], [[I]]]}\n"
        "    - {name: Z, projection: [[[I]], [[K]]], read-write: True}\n"
        "  instance: {I: 16, K: 8}\n");
  ASSERT_EQ(run("bound arch.yaml diagonal.yaml --json bound.json").exit_code, 0);
  const nlohmann::json words = read_json("bound.json")["layers"][0]["compulsory_words"];
  EXPECT_EQ(words, (nlohmann::json{{"A", 128}, {"B", 128}, {"Z", 128}}));
}

TEST_F(Numbers, AreasThatNobodyKnowsAreUnknown) {
  const ProgramResult model = run("model arch.yaml conv.yaml mapping.yaml --json stats.json");
  ASSERT_EQ(model.exit_code, 0) << model.err;
  EXPECT_EQ(read_json("stats.json")["area_unknown"], (nlohmann::json{"MAC", "Buf"}));
  EXPECT_THAT(run("model arch.yaml conv.yaml mapping.yaml").out, HasSubstr("area         unknown"));
  for (const char* options : {"--objective area", "--objective edp,area", "--pareto energy,area"}) {
    const ProgramResult map = run("map arch.yaml conv.yaml -o out " + std::string(options));
    EXPECT_EQ(map.exit_code, 2) << options;
    EXPECT_THAT(map.err, HasSubstr("no price source knows the area of MAC, Buf; ")) << options;
  }
  write("art.yaml", "ART: {tables: [{name: Buf, area: 100}, {name: MAC, area: 5}]}\n");
  ASSERT_EQ(run("map arch.yaml conv.yaml art.yaml -o out --objective area").exit_code, 0);
  EXPECT_EQ(read_json("out/summary.json")["layers"][0]["area"], 100 + 4 * 5);
}

TEST_F(Numbers, PricesBeyondDoublesAreRefusedWithTheirPlace) {
  for (const char* price : {"1e101", "1e296", "1e302", "1e-200"}) {
    std::string dear = kArch;
    dear.insert(dear.find("entries: 64"), std::string("vector-access-energy: ") + price + ", ");
    write("dear.yaml", dear);
    const ProgramResult result = run("map dear.yaml conv.yaml -o out");
    EXPECT_EQ(result.exit_code, 2) << price;
    EXPECT_THAT(result.err, HasSubstr("dear.yaml:5:")) << price;
  }
  write(
      "prices.csv",
      "class, action, energy, accuracy, source\nSRAM, read, 1e200, 95, x\nSRAM, write, 1, 95, x\n");
  const ProgramResult result = run("map arch.yaml conv.yaml -o out --table prices.csv");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("Buf: the energy of a read (pJ) is 1e+200"));
}

// The levels inside could hold what they must; the buffer cannot.
TEST_F(Numbers, TheLevelThatPreventsAllMappingsIsNamed) {
  const auto failure = [&](const std::string& registers, const std::string& buffer,
                           const std::string& constraints) {
    write("tight.yaml",
          "arch:\n  arithmetic: {name: MAC, instances: 4}\n  storage:\n"
          "  - {name: Registers, instances: 4, entries: " +
              registers + "}\n  - {name: Buffer, instances: 1, entries: " + buffer +
              "}\n  - {name: Mem, technology: DRAM, instances: 1}\n"
              "problem: {shape: gemm, instance: {M: 8, N: 8, K: 8}}\n"
              "mapspace: [" +
              constraints + "]\n");
    const ProgramResult result = run("map tight.yaml -o out --quiet");
    EXPECT_EQ(result.exit_code, 3) << result.err;
    return result.err;
  };
  const std::string all = "{target: Buffer, type: bypass, keep: [A, B, Z]}";
  EXPECT_THAT(failure("4", "2", all),
              HasSubstr("no mapping satisfies 'Buffer' must keep A; 'Buffer' must keep B; 'Buffer' "
                        "must keep Z; the capacity of 'Buffer' (2 words) together; a way out: the "
                        "capacity of 'Buffer' (2 words): 3 words"));
  // What other constraints leave to the levels inside makes the tiles of the buffer.
  EXPECT_THAT(
      failure("4", "9",
              all + ", {target: Registers, type: spatial, factors: N=1}, "
                    "{target: Mem, type: temporal, factors: M=1 N=8 K=8}"),
      HasSubstr("no mapping satisfies 'Buffer' must keep A; 'Buffer' must keep Z; temporal factor "
                "M=1 of 8 at 'Mem'; the capacity of 'Buffer' (9 words); the fan-out of 'Mem' (1 x "
                "1) together; a way out: temporal factor M=1 of 8 at 'Mem': 2"));
  const std::string least = "8, min-utilization: 1";
  EXPECT_THAT(failure("4", least,
                      "{target: Buffer, type: bypass, bypass: [A, B]}, "
                      "{target: Mem, type: temporal, factors: M=8 N=8}"),
              HasSubstr("the least utilization of 'Buffer' (100 %)"));
  // 11 words exactly: no tile of Z, which is 8 x 8, has so many.
  EXPECT_THAT(
      failure("4", "11, min-utilization: 1",
              "{target: Buffer, type: bypass, keep: [Z], bypass: [A, B]}"),
      HasSubstr("the capacity of 'Buffer' (11 words); the least utilization of 'Buffer' (100 "
                "%) together"));
}

TEST_F(Numbers, FlatArchitecturesArePricedOrRefused) {
  const ProgramResult flat = run("energy arch.yaml");
  EXPECT_EQ(flat.exit_code, 0) << flat.err;
  EXPECT_THAT(flat.out, HasSubstr("Buf"));
  EXPECT_THAT(flat.err, HasSubstr("65 nm is assumed"));
  EXPECT_THAT(run("energy arch.yaml --technology 28nm").err, Not(HasSubstr("assumed")));
  const ProgramResult nothing = run("energy conv.yaml");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("nothing to price"));
}

TEST_F(Numbers, TechnologyChangesEstimates) {
  const auto energy_at = [&](const std::string& option) {
    EXPECT_EQ(run("map arch.yaml conv.yaml -o out --estimate " + option).exit_code, 0);
    return read_json("out/summary.json")["layers"][0]["energy_pJ"].get<double>();
  };
  const double old = energy_at("");
  const double now = energy_at("--technology 16nm");
  EXPECT_LT(now, old);
  std::string small = kArch;
  small.insert(small.find("  arithmetic"), "  technology: 16nm\n");
  write("arch.yaml", small);
  EXPECT_EQ(energy_at(""), now);
}

TEST_F(Numbers, BitsOfALayerThatALevelOverridesAreTold) {
  std::string narrow = kArch;
  narrow.insert(narrow.find("entries: 64"), "data-bits: {Weights: 8}, ");
  write("arch.yaml", narrow);
  const auto warning = [&](const std::string& bits) {
    std::string conv = kConv;
    conv.insert(conv.find("  shape:"), "  data-bits: {Weights: " + bits + "}\n");
    write("conv.yaml", conv);
    return run("bound arch.yaml conv.yaml").err;
  };
  EXPECT_THAT(warning("4"), HasSubstr("Buf: Weights has 8 bits here, by the level's own data-bits; "
                                      "the 4 bits of layer 'conv' do not count"));
  EXPECT_EQ(warning("8"), "");
}

TEST_F(Numbers, MisspeltOptionsGetTheNearest) {
  EXPECT_THAT(run("map arch.yaml conv.yaml --objectve edp").err,
              HasSubstr("unknown option '--objectve'; did you mean '--objective'?"));
  EXPECT_THAT(run("bound arch.yaml conv.yaml --capcity=4").err,
              HasSubstr("did you mean '--capacity'?"));
}

}  // namespace
}  // namespace tilewright::testing
