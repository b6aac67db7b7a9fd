// Whatever valid specs are turned into, a command ends with a result, an error or without a
// mapping, and soon.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <sstream>

#include "hostile/mutator.hpp"
#include "program/run_program.hpp"

namespace tilewright::testing {
namespace {

const std::string kTree = R"(
architecture:
  version: 0.3
  subtree:
  - name: system
    attributes: {technology: 45nm}
    local:
    - {name: DRAM, class: DRAM, attributes: {width: 64, word-bits: 16, block-size: 4}}
    subtree:
    - name: chip
      local:
      - {name: Glb, class: SRAM, attributes: {depth: 1024, width: 64, word-bits: 16, n_banks: 2,
         read_bandwidth: 4, network_read: NoC, network_update: NoC}}
      - {name: NoC, class: XY_NoC, attributes: {router-energy: 1, wire-energy: 0.1}}
      subtree:
      - name: PE[0..15]
        local:
        - {name: Rf, class: regfile, attributes: {depth: 16, width: 16, word-bits: 16, meshX: 4,
           network_fill: NoC, network_drain: NoC}}
        - {name: MAC, class: intmac, attributes: {datawidth: 16, meshX: 4}}
)";

const std::string kFlat = R"(
arch:
  arithmetic: {name: MAC, instances: 8, meshX: 4, word-bits: 16}
  storage:
  - {name: Rf, entries: 64, instances: 8, meshX: 4, word-bits: 16, data-bits: {A: 8}}
  - {name: Glb, sizeKB: 4, instances: 1, word-bits: 16, block-size: 4, min-utilization: 0.001}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16, shared_bandwidth: 2}
variables: {SIZE: 4}
)";

const std::string kNetwork = R"(
network:
  name: two
  shape: gemm
  defaults: {N: 4}
  layers:
  - {name: one, instance: {M: 8, K: 4}}
  - {name: two, repeats: 2, instance: {M: 4, K: 8}, inputs: [one], weights: shared}
)";

const std::string kLayer = R"(
problem:
  shape:
    name: conv
    dimensions: [R, P, C]
    coefficients: [{name: Stride, default: 2}]
    data-spaces:
    - {name: A, projection: [[[R]], [[C]]]}
    - {name: B, projection: [[[R], [P, Stride]], [[C]]]}
    - {name: Z, projection: [[[P]]], read-write: True}
  instance: {R: 3, P: 8, C: 4, Stride: 1}
)";

const std::string kMapping = R"(
mapping:
- {target: Rf, type: temporal, factors: R=3 P=1 C=1, permutation: RPC}
- {target: Glb, type: spatial, factors: R=1 P=4 C=2, permutation: PCR, split: 1}
- {target: Glb, type: temporal, factors: R=1 P=2 C=2, permutation: RPC}
- {target: Glb, type: datatype, keep: [A, B], bypass: [Z]}
- {target: DRAM, type: temporal, factors: R=1 P=1 C=1, permutation: RPC}
)";

const std::string kConstraints = R"(
mapspace:
  targets:
  - {target: Glb, type: spatial, factors: "K=1 M<=4", permutation: MKN, split: 1}
  - {target: Rf, type: temporal, factors: "N=1", permutation: KMN}
  - {target: Glb, type: datatype, keep: [A], bypass: [B]}
  - {target: Rf, type: utilization, min: 0.1}
mapper: {optimization-metric: [edp], search-size: 10, timeout: 100, num-threads: 1}
)";

const std::string kTables = R"(
ERT:
  version: 0.3
  tables:
  - {name: "system.chip.Glb[0..1]", actions: [{name: read, arguments: {data_delta: 1}, energy: 2},
     {name: write, energy: 3}]}
ART: {tables: [{name: system.chip.Glb, area: 10}]}
)";

const std::string kClasses = R"(
compound_components:
  version: 0.3
  classes:
  - name: regfile
    attributes: {width: 16, depth: 4, datawidth: width}
    subcomponents:
    - {name: "cell[1..depth]", class: reg, attributes: {datawidth: width}, area_share: 2}
    actions:
    - {name: read, arguments: {data_delta: 0..1}, subcomponents: [{name: "cell[1..depth]",
       actions: [{name: access, arguments: {data_delta: data_delta}, repeat: 2}]}]}
    - {name: write, subcomponents: [{name: "cell[1..1]", actions: [{name: access}]}]}
action_counts:
  subtree: [{name: system, subtree: [{name: chip, local: [{name: Glb, action_counts:
    [{name: read, counts: 7}]}]}]}]
)";

struct Family {
  std::string specs;
  std::string command;
};

const std::array<Family, 7> kFamilies{{
    {kFlat + kNetwork + kConstraints,
     "map specs.yaml -o out --quiet --searcher random --max-evaluated 20 --seed 1"},
    {kFlat + kNetwork + kConstraints, "map specs.yaml -o out --quiet --time 0.1s -j 1"},
    {kTree + kLayer + kMapping + kTables, "model specs.yaml"},
    {kTree + kLayer + kMapping + kTables, "timeloop-model specs.yaml -o out"},
    {kTree + kLayer + kMapping + kTables, "bound specs.yaml --json -"},
    {kNetwork + kFlat, "network specs.yaml --merge"},
    {kTree + kClasses, "energy specs.yaml -o out --dummy"},
}};

class Mutants : public ProgramTest {
 protected:
  void try_many(std::uint64_t first_seed, int count) const {
    for (int i = 0; i < count; ++i) {
      const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(i);
      const Family& family = kFamilies[static_cast<std::size_t>(i) % kFamilies.size()];
      const std::string mutant = hostile::Mutator(seed).mutate(family.specs);
      write("specs.yaml", mutant);
      const int code = run_limited(family.command);
      if (code == 0 || code == 2 || code == 3) continue;
      ADD_FAILURE() << "seed " << seed << ": exit code " << code << " of `" << family.command
                    << "`: " << read_text(folder_ / "err.txt").substr(0, 500) << "\n"
                    << mutant;
    }
  }

 private:
  // A signal ends the program after 20 seconds of CPU.
  int run_limited(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() + "' && '" + kMeasure + "' 20 '" +
                                kProgram + "' " + arguments + " >cost.txt";
    if (std::system(command.c_str()) != 0) return -1;
    double seconds = 0;
    long kibibytes = 0;
    int code = -1;
    std::istringstream(read_text(folder_ / "cost.txt")) >> seconds >> kibibytes >> code;
    return code;
  }
};

TEST_F(Mutants, TheValidSpecsRun) {
  for (const Family& family : kFamilies) {
    write("specs.yaml", family.specs);
    const ProgramResult result = run(family.command);
    EXPECT_EQ(result.exit_code, 0) << family.command << ": " << result.err;
  }
}

TEST_F(Mutants, EndWithAResultOrAnError) { try_many(1, 300); }
TEST_F(Mutants, EndWithAResultOrAnErrorLong) { try_many(10'000, 6'000); }

}  // namespace
}  // namespace tilewright::testing
