#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

using Json = nlohmann::json;

// Nearly everything comes from memory at each step.
constexpr const char* kPoor = R"(mapping:
- {target: Buf, type: temporal, factors: R=3 P=1, permutation: RP}
- {target: Main, type: temporal, factors: R=1 P=16, permutation: RP}
)";

class VerifyCommand : public ProgramTest {
 protected:
  /// A run with a proof and its certificate in out/.
  void search(const std::string& options = "") {
    const ProgramResult result = run("map arch.yaml conv.yaml --quiet -o out " + options);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  ProgramResult verify_with(const std::function<void(Json&)>& change) {
    Json certificate = read_json("out/certificate.json");
    change(certificate);
    write("changed.json", certificate.dump());
    return run("verify changed.json");
  }
};

TEST_F(VerifyCommand, ConfirmsAProof) {
  search();
  const Json claim = read_json("out/certificate.json")["layers"][0];
  EXPECT_TRUE(claim["proven"]);
  EXPECT_EQ(claim["lower_bound"], claim["best"]);
  EXPECT_EQ(claim["best"], read_json("out/summary.json")["layers"][0]["edp_pJ_cycles"]);
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("cost confirmed by evaluator and point sets; none is better"),
            std::string::npos)
      << result.out;
}

TEST_F(VerifyCommand, ConfirmsOtherObjectivesAndBudgets) {
  search("--objective delay,energy --max-energy 1uJ --both-axes --leakage");
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

// Four units that add up partial sums: over a mesh for each direction, with a tree on the way up.
TEST_F(VerifyCommand, ConfirmsProofsWithNetworksOfTheirOwn) {
  write("conv.yaml", "problem: {shape: gemm, instance: {M: 2, N: 2, K: 4}}\n");
  for (const std::string up : {"class: Legacy, attributes: {energy-per-hop: 1.0}",
                               "class: ReductionTree, attributes: {adder-energy: 0.5}",
                               "class: XY_NoC, attributes: {router-energy: 0.5}"}) {
    write("arch.yaml", R"(
architecture:
  version: 0.3
  subtree:
  - name: chip
    local:
    - {name: Main, class: DRAM, attributes: {word-bits: 16, network_read: down, network_update: up}}
    - {name: down, class: SimpleMulticast, attributes: {action_name: send}}
    - {name: up, )" + up + R"(}
    subtree:
    - name: PE[0..3]
      local:
      - name: Regs
        class: regfile
        attributes: {depth: 16, word-bits: 16, meshX: 4, network_fill: down, network_drain: up}
      - {name: mac, class: intmac, attributes: {datawidth: 16, meshX: 4}}
)");
    search();
    const ProgramResult result = run("verify out/certificate.json");
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("cost confirmed by evaluator and point sets; none is better"),
              std::string::npos)
        << result.out;
  }
}

// Counts beyond 2^53, at which doubles lose digits, and products of them beyond 2^64.
TEST_F(VerifyCommand, ConfirmsCountsOfLargeLayers) {
  write("conv.yaml",
        "problem: {shape: gemm, instance: {M: 16777259, N: 50331653, K: 1000}}\n"
        "constraints:\n- {target: Buf, type: temporal, factors: M=1 N=1}\n");
  search("--searcher optimal");
  const ProgramResult result = run("verify out");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST_F(VerifyCommand, ConfirmsABoundThatIsNoProof) {
  search("--max-evaluated 10");
  const Json claim = read_json("out/certificate.json")["layers"][0];
  EXPECT_FALSE(claim["proven"]);
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_NE(result.out.find("none is below the bound"), std::string::npos) << result.out;
}

TEST_F(VerifyCommand, ConfirmsImperfectMappings) {
  write("conv.yaml", std::string(kConv).replace(std::string(kConv).find("P: 16"), 5, "P: 13"));
  search("--imperfect --searcher optimal");
  EXPECT_TRUE(read_json("out/certificate.json")["layers"][0]["proven"]);
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

// 13 columns on 4 multipliers: the best mapping has a short tile, and nobody asked for it.
TEST_F(VerifyCommand, ChecksTheScopeThatIsNamed) {
  write("conv.yaml", std::string(kConv).replace(std::string(kConv).find("P: 16"), 5, "P: 13"));
  search("--perfect");
  const Json perfect = read_json("out/certificate.json")["layers"][0];
  EXPECT_EQ(perfect["scope"], "perfect");
  EXPECT_TRUE(perfect["proven"]);
  EXPECT_EQ(run("verify out/certificate.json").exit_code, 0);
  const ProgramResult wider =
      verify_with([](Json& certificate) { certificate["layers"][0]["scope"] = "imperfect"; });
  EXPECT_EQ(wider.exit_code, 1) << wider.out << wider.err;
  EXPECT_NE(wider.out.find("another mapping is better"), std::string::npos) << wider.out;

  search();
  const Json claim = read_json("out/certificate.json")["layers"][0];
  EXPECT_EQ(claim["scope"], "imperfect");
  EXPECT_TRUE(claim["proven"]);
  EXPECT_LT(claim["best"].get<double>(), 0.95 * perfect["best"].get<double>());
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  const ProgramResult narrower =
      verify_with([](Json& certificate) { certificate["layers"][0]["scope"] = "perfect"; });
  EXPECT_NE(narrower.exit_code, 0) << narrower.out;
  const ProgramResult unknown =
      verify_with([](Json& certificate) { certificate["layers"][0]["scope"] = "all"; });
  EXPECT_EQ(unknown.exit_code, 2) << unknown.out << unknown.err;
}

TEST_F(VerifyCommand, FindsAWrongCost) {
  search();
  const ProgramResult result = verify_with([](Json& certificate) {
    Json& claim = certificate["layers"][0];
    claim["best"] = claim["lower_bound"] = claim["best"].get<double>() * 0.99;
  });
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_NE(result.out.find("WRONG: the mapping: it costs "), std::string::npos) << result.out;
}

TEST_F(VerifyCommand, FindsABoundThatIsTooHigh) {
  search("--max-evaluated 10");
  const ProgramResult result = verify_with([](Json& certificate) {
    Json& claim = certificate["layers"][0];
    claim["proven"] = false;
    claim["mapping"] = kPoor;
    claim["best"] = 0;
  });
  EXPECT_EQ(result.exit_code, 1) << result.out;
  // What it really costs stands in the answer: claim that, and that nothing is better.
  const std::string cost = result.out.substr(result.out.find("it costs ") + 9);
  const double best = std::stod(cost);
  const ProgramResult second = verify_with([&](Json& certificate) {
    Json& claim = certificate["layers"][0];
    claim["proven"] = true;
    claim["mapping"] = kPoor;
    claim["best"] = claim["lower_bound"] = best;
  });
  EXPECT_EQ(second.exit_code, 1) << second.err;
  EXPECT_NE(second.out.find("another mapping is better than this proven optimum"),
            std::string::npos)
      << second.out;
}

// Two units beside each other get the same word of B, and over a wire that has a price it is
// cheaper to send it to neighbours than to every other unit: which of the spatial loops is the
// inner one makes the difference.
TEST_F(VerifyCommand, KnowsAllOrdersOfSpatialLoops) {
  write("arch.yaml", R"(
arch:
  arithmetic: {name: MAC, instances: 4, meshX: 4, word-bits: 16}
  storage:
  - {name: Regs, entries: 8, instances: 4, meshX: 4, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16, vector-access-energy: 10,
     energy-per-hop: 20}
)");
  write("conv.yaml", R"(
problem: {shape: gemm, instance: {M: 4, N: 1, K: 2}}
mapspace:
- {target: Main, type: spatial, factors: M=2 K=2}
)");
  search("--objective energy");
  const auto claim = [&](const std::string& order, double cost) {
    return verify_with([&](Json& certificate) {
      Json& layer = certificate["layers"][0];
      layer["mapping"] = R"(mapping:
- {target: Regs, type: temporal, factors: M=2 K=1 N=1, permutation: MKN}
- {target: Main, type: spatial, factors: M=2 K=2 N=1, permutation: )" +
                         order + R"(N}
- {target: Main, type: temporal, factors: M=1 K=1 N=1, permutation: MKN}
)";
      layer["proven"] = true;
      layer["best"] = layer["lower_bound"] = cost;
    });
  };
  const auto cost_of = [&](const std::string& order) {
    const std::string out = claim(order, 0).out;
    return std::stod(out.substr(out.find("it costs ") + 9));
  };
  EXPECT_LT(cost_of("KM"), cost_of("MK"));
  const ProgramResult result = claim("MK", cost_of("MK"));
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_NE(result.out.find("another mapping is better than this proven optimum"),
            std::string::npos)
      << result.out;
}

// The certificate of a run under constraints, with a mapping from a run without them.
TEST_F(VerifyCommand, FindsAMappingThatIsNotAllowed) {
  search();
  const std::string free = read_json("out/certificate.json")["layers"][0]["mapping"];
  write("constraints.yaml", R"(
mapspace:
  constraints:
  - {target: Buf, type: temporal, factors: R=1 P=1}
)");
  search("constraints.yaml");
  const ProgramResult result =
      verify_with([&](Json& certificate) { certificate["layers"][0]["mapping"] = free; });
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_NE(result.out.find(" at 'Buf' are not allowed"), std::string::npos) << result.out;
}

TEST_F(VerifyCommand, RefusesOtherFiles) {
  search();
  write("arch.yaml", std::string(kArch) + "# changed\n");
  const ProgramResult result = run("verify out/certificate.json");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("arch.yaml' is not as any input was"), std::string::npos) << result.err;
}

TEST_F(VerifyCommand, RefusesWhatIsNoCertificate) {
  EXPECT_EQ(run("verify missing.json").exit_code, 2);
  EXPECT_EQ(run("verify arch.yaml").exit_code, 2);
  write("other.json", R"({"format": "something else"})");
  const ProgramResult other = run("verify other.json");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.err.find("tilewright certificate 3"), std::string::npos) << other.err;
  write("part.json", R"({"format": "tilewright certificate 3"})");
  EXPECT_EQ(run("verify part.json").exit_code, 2);
}

TEST_F(VerifyCommand, AnUnsettledClaimIsNotConfirmed) {
  write("conv.yaml", "problem: {shape: gemm, instance: {M: 4096, N: 4096, K: 4096}}\n");
  search();
  const ProgramResult result = run("verify out/certificate.json --time 1ms");
  EXPECT_EQ(result.exit_code, 1) << result.out;
  EXPECT_NE(result.out.find("NOT SETTLED"), std::string::npos) << result.out;
}

TEST_F(VerifyCommand, GapsAndImperfectFactorsNeedAProof) {
  EXPECT_EQ(run("map arch.yaml conv.yaml --gap 1% --searcher random").exit_code, 2);
  EXPECT_EQ(run("map arch.yaml conv.yaml --imperfect --searcher genetic").exit_code, 2);
  EXPECT_EQ(run("map arch.yaml conv.yaml --gap 1% --pareto energy,delay").exit_code, 2);
}

}  // namespace
}  // namespace tilewright::testing
