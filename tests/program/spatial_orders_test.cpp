// The order of spatial loops on one axis, seen by a user: it changes hops and who is whose
// neighbour.
#include <gmock/gmock.h>

#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

class SpatialOrders : public ProgramTest {
 protected:
  double best(const std::string& specs, const char* metric) const {
    const ProgramResult result =
        run("map " + specs + " --searcher optimal --objective " + metric + " -o out");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const nlohmann::json layer = read_json("out/summary.json")["layers"][0];
    EXPECT_TRUE(layer["proven"]);
    return layer[std::string(metric) == "energy" ? "energy_pJ" : "edp_pJ_cycles"];
  }
};

// Four PEs in a row, two by M and two by K: partial sums of K meet after one hop or after two.
TEST_F(SpatialOrders, ATighterConstraintFindsNothingBetter) {
  write("row.yaml", R"(
arch:
  arithmetic: {name: MAC, instances: 4, meshX: 4, word-bits: 16}
  storage:
  - {name: RF, entries: 8, instances: 4, meshX: 4, word-bits: 16}
  - {name: Mem, technology: DRAM, instances: 1, word-bits: 16, vector-access-energy: 10, energy-per-hop: 20}
)");
  write("product.yaml", "problem:\n  shape: gemm\n  instance: {M: 4, N: 1, K: 2}\n");
  const char* const kFree = "mapspace:\n- {target: Mem, type: spatial, factors: M=2 K=2%s}\n";
  const std::string free = kFree;
  const auto with = [&](const std::string& more) {
    return std::string(free).replace(free.find("%s"), 2, more);
  };
  write("free.yaml", with(""));
  const double optimum = best("row.yaml product.yaml free.yaml", "energy");
  EXPECT_NEAR(optimum, 659.7079, 1e-4);
  for (const char* order : {"K", "M", "KM", "MK"}) {
    write("fixed.yaml", with(", permutation: " + std::string(order)));
    EXPECT_GE(best("row.yaml product.yaml fixed.yaml", "energy"), optimum * (1 - 1e-12)) << order;
  }
}

// Wires are free; inputs on a shared coordinate pass from one PE to the next in some orders only.
// 1,428,725.996 pJ x cycles is what Timeloop v3.0.3 counts for P, R, Q in this order.
TEST_F(SpatialOrders, NeighboursAreSearched) {
  write("row.yaml", R"(
arch:
  arithmetic: {name: MAC, instances: 16, meshX: 16, word-bits: 16}
  storage:
  - {name: RF, entries: 8, instances: 16, meshX: 16, word-bits: 16}
  - {name: Buf, sizeKB: 16, instances: 1, word-bits: 16, block-size: 4, read_bandwidth: 100, write_bandwidth: 100}
  - {name: Mem, technology: DRAM, instances: 1, word-bits: 16, block-size: 4}
)");
  write("layer.yaml", R"(
problem:
  shape:
    name: strided
    dimensions: [R, P, Q, C]
    data-spaces:
    - {name: Weights, projection: [[[C]], [[R]]]}
    - {name: Inputs, projection: [[[C]], [[R], [P, stride]], [[Q, stride]]]}
    - {name: Outputs, projection: [[[C]], [[Q]], [[P]]], read-write: true}
    coefficients: [{name: stride, default: 2}]
  instance: {R: 6, P: 3, Q: 6, C: 3}
)");
  EXPECT_LE(best("row.yaml layer.yaml", "edp"), 1'428'725.997);
}

}  // namespace
}  // namespace tilewright::testing
