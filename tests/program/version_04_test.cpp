// Files of Timeloop v0.4 through the program: templates, results, certificates.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "places.hpp"
#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Version04 : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    std::filesystem::create_directory(folder_ / "design");
    for (const char* file : {"top.yaml.jinja2", "arch.yaml", "conv3.yaml"}) {
      write("design/" + std::string(file),
            read_text(std::filesystem::path(kSourceFolder) / "specs/v04" / file));
    }
  }

  nlohmann::json layer_of(const std::string& folder) const {
    const nlohmann::json summary = read_json(folder + "/summary.json");
    return summary["layers"][0];
  }
};

TEST_F(Version04, ATemplateIsMappedProvenAndVerified) {
  const ProgramResult result = run("map design -o out --quiet");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json layer = layer_of("out");
  EXPECT_EQ(layer["proven"], true);
  // 256*384*13*13*9 operations on 16 columns of 8 PEs, all of them at work.
  EXPECT_EQ(layer["cycles"], 256 * 384 * 13 * 13 * 9 / 128);
  const ProgramResult verified = run("verify out");
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  // What the template includes is an input like it.
  write("design/conv3.yaml", read_text(folder_ / "design/conv3.yaml") + "# another\n");
  const ProgramResult changed = run("verify out");
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, HasSubstr("conv3.yaml"));
}

TEST_F(Version04, VariablesOfTemplatesAreGivenAndRemembered) {
  ASSERT_EQ(run("map design -o wide --quiet").exit_code, 0);
  ASSERT_EQ(run("map design/top.yaml.jinja2 --define columns=8 -o narrow --quiet").exit_code, 0);
  EXPECT_EQ(layer_of("narrow")["cycles"], layer_of("wide")["cycles"].get<double>() * 4);
  const ProgramResult verified = run("verify narrow");
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_THAT(run("bound design --define colums=8").err,
              HasSubstr("no template asks for the variable 'colums'"));
  EXPECT_THAT(run("map design --define columns -o bad").err, HasSubstr("expected NAME=VALUE"));
}

TEST_F(Version04, TheModelScoresTheMappingThatWasFound) {
  ASSERT_EQ(run("map design -o out --quiet").exit_code, 0);
  const ProgramResult result = run("model design out/conv3.map.yaml --json stats.json");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json stats = read_json("stats.json");
  const nlohmann::json layer = layer_of("out");
  EXPECT_EQ(stats["cycles"], layer["cycles"]);
  EXPECT_EQ(stats["edp_pJ_cycles"], layer["edp_pJ_cycles"]);
}

TEST_F(Version04, TemplatesSeeTheFoldersOfTheFilesAndThoseAllowed) {
  std::filesystem::rename(folder_ / "design/conv3.yaml", folder_ / "conv3.yaml");
  const std::string map = "map design -o out --quiet --define problem=../conv3.yaml";
  const ProgramResult refused = run(map);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("conv3.yaml' lies outside"), HasSubstr("--allow-outside")));
  const ProgramResult allowed = run(map + " --allow-outside .");
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
}

TEST_F(Version04, SparseOptimizationsAreRefusedUnlessIgnored) {
  write("sparse.yaml",
        "sparse_optimizations:\n  version: 0.4\n  targets:\n"
        "  - {name: weights_spad, action_optimization: [{type: gating, target: Inputs}]}\n");
  const ProgramResult refused = run("bound design sparse.yaml");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("sparse.yaml:4:3"), HasSubstr("--dense")));
  const ProgramResult dense = run("bound design sparse.yaml --dense");
  EXPECT_EQ(dense.exit_code, 0) << dense.err;
  EXPECT_THAT(dense.err, HasSubstr("all tensors are dense"));
}

TEST_F(Version04, AnErrorInConstraintsIsAllThatIsTold) {
  write("more.yaml",
        "constraints: {targets: [{target: DRAM, type: dataspace, keep: [Weights], bypass: "
        "[Weights]}]}\n");
  const ProgramResult result = run("map design more.yaml -o out");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.rfind("tilewright: error: more.yaml:1:25: whether DRAM keeps Weights", 0),
            0U)
      << result.err;
}

// The chain that the nodes stand for, written by hand in version 0.3.
TEST_F(Version04, IsTheSameAsItsChain) {
  write("chain.yaml", R"(
architecture:
  subtree:
  - name: top
    attributes: {technology: 45nm, global_cycle_seconds: 1e-9}
    local:
    - {name: DRAM, class: DRAM, attributes: {type: LPDDR4, width: 64, datawidth: 8}}
    - {name: global_buffer, class: SRAM, attributes: {depth: 16384, width: 64, datawidth: 8}}
    - {name: inter_column_spatial, class: dummy_storage, attributes: {depth: 1, width: 1, datawidth: 1}}
    - {name: "inter_PE_spatial[1..16]", class: dummy_storage,
       attributes: {depth: 1, width: 1, datawidth: 1, meshX: 16, meshY: 1}}
    - {name: "weights_spad[1..128]", class: regfile,
       attributes: {depth: 96, width: 8, datawidth: 8, meshX: 16, meshY: 8}}
    - {name: "sums_spad[1..128]", class: regfile,
       attributes: {depth: 32, width: 16, datawidth: 16, meshX: 16, meshY: 8}}
    - {name: "mac[1..128]", class: intmac, attributes: {datawidth: 8, meshX: 16, meshY: 8}}
constraints:
  targets:
  - {target: global_buffer, type: bypass, keep: [Inputs, Outputs], bypass: [Weights]}
  - {target: inter_column_spatial, type: bypass, bypass: [Weights, Inputs, Outputs]}
  - {target: inter_column_spatial, type: temporal, factors: "C=1,M=1,R=1,S=1,N=1,P=1,Q=1"}
  - {target: inter_column_spatial, type: spatial, factors: M=16, permutation: NM, split: 999}
  - {target: inter_PE_spatial, type: bypass, bypass: [Weights, Inputs, Outputs]}
  - {target: inter_PE_spatial, type: temporal, factors: "C=1,M=1,R=1,S=1,N=1,P=1,Q=1"}
  - {target: inter_PE_spatial, type: spatial, factors: "C=8,M=1,R=1,S=1,N=1,P=1,Q=1", split: 0}
  - {target: weights_spad, type: bypass, keep: [Weights], bypass: [Inputs, Outputs]}
  - {target: sums_spad, type: bypass, keep: [Outputs], bypass: [Inputs, Weights]}
)");
  const ProgramResult nodes = run("map design --objective delay --quiet -o nodes");
  ASSERT_EQ(nodes.exit_code, 0) << nodes.err;
  const ProgramResult chain =
      run("map chain.yaml design/conv3.yaml --objective delay --quiet -o chain");
  ASSERT_EQ(chain.exit_code, 0) << chain.err;
  EXPECT_EQ(layer_of("nodes")["cycles"], layer_of("chain")["cycles"]);
  EXPECT_EQ(layer_of("nodes")["mapspace_size"], layer_of("chain")["mapspace_size"]);
}

}  // namespace
}  // namespace tilewright::testing
