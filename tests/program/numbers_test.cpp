// Numbers that are right, or said to be unknown.
#include <gmock/gmock.h>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::HasSubstr;

using Numbers = ProgramTest;

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
              HasSubstr("however small its tiles, Buffer: the kept tiles take "
                        "3 words (A 1, B 1, Z 1); 2 are available"));
  // What other constraints leave to the levels inside makes the tiles of the buffer.
  EXPECT_THAT(
      failure("4", "9",
              all + ", {target: Registers, type: spatial, factors: N=1}, "
                    "{target: Mem, type: temporal, factors: M=1 N=8 K=8}"),
      HasSubstr("however small its tiles, Buffer: the kept tiles take 17 words (A 8, B 1, Z "
                "8); 9 are available"));
  const std::string least = "8, min-utilization: 1";
  EXPECT_THAT(
      failure("4", least,
              "{target: Buffer, type: bypass, bypass: [A, B]}, "
              "{target: Mem, type: temporal, factors: M=8 N=8}"),
      HasSubstr("however large its tiles, Buffer: the kept tiles take 1 words (Z 1); at least "
                "8 must be used"));
  // 11 words exactly: no tile of Z, which is 8 x 8, has so many.
  EXPECT_THAT(failure("4", "11, min-utilization: 1",
                      "{target: Buffer, type: bypass, keep: [Z], bypass: [A, B]}"),
              HasSubstr("but for this limit there would be one: Buffer: the kept tiles take "));
}

TEST_F(Numbers, FlatArchitecturesArePricedOrRefused) {
  const ProgramResult flat = run("energy arch.yaml");
  EXPECT_EQ(flat.exit_code, 0) << flat.err;
  EXPECT_THAT(flat.out, HasSubstr("Buf"));
  const ProgramResult nothing = run("energy conv.yaml");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("nothing to price"));
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
