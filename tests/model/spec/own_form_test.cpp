// Tilewright's own form says what a spec of version 0.3, written by hand beside it, says.

#include <gtest/gtest.h>

#include <string>

#include "model/convert/same_meaning.hpp"
#include "model/energy/prices.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

const std::string kWork = "problem: {shape: gemm, instance: {M: 8, N: 12, K: 6}}\n";
const std::string kOwnWork =
    "network:\n  name: spec1\n  layers:\n"
    "  - {name: spec1, shape: gemm, sizes: {M: 8, N: 12, K: 6}}\n";

void expect_same(const std::string& own, const std::string& old) {
  const SpecSet a = read_texts({"tilewright: 1\n" + own, "tilewright: 1\n" + kOwnWork});
  const SpecSet b = read_texts({old, kWork});
  EXPECT_EQ(convert::find_difference(a, b), "") << own << old;
  EXPECT_EQ(convert::find_difference(b, a), "");
  EXPECT_EQ(a.warnings.size(), b.warnings.size());  // that nobody knows some leakage
}

const std::string kLevels =
    "  levels:\n  - {name: Main, kind: dram}\n  - {name: Buf, fan-out: {x: 4}}\n"
    "  arithmetic: {name: MAC}\n";
const std::string kStorage =
    "  arithmetic: {name: MAC, instances: 4}\n  storage:\n"
    "  - {name: Buf, instances: 1}\n  - {name: Main, technology: DRAM, instances: 1}\n";

TEST(OwnForm, HasEveryKeyOfALevel) {
  expect_same(R"(
architecture:
  cycle-seconds: 5e-9
  copies: {x: 2}
  levels:
  - {name: Main, kind: dram, word-bits: 8, block-size: 8, bandwidth: {shared: 1.2}, process: 28nm}
  - name: Buf
    capacity: 3 KiB
    word-bits: 24
    data-bits: {A: 12}
    cluster-size: 2
    bandwidth: {read: 8, write: 4}
    fan-out: {x: 2, y: 3}
    multiple-buffering: 2
    min-utilization: 0.25
    num-ports: 1
    num-banks: 4
    reduction-supported: false
    process: 16nm
    energy: {access: 2.5, address: 0.125}
    area: 100
  - {name: Reg, capacity: 64 bits, word-bits: 16, energy: {read: 1, fill: 2, update: 3, leak: 0.5}}
  arithmetic: {name: MAC, word-bits: 4, process: 7nm, energy: {operation: 0.75}, area: 7}
)",
              R"(
arch:
  global_cycle_seconds: 5e-9
  arithmetic: {name: MAC, word-bits: 4, instances: 12, meshX: 4, technology: 7nm, energy: 0.75, area: 7}
  storage:
  - {name: Reg, entries: 4, instances: 12, meshX: 4, meshY: 3}
  - {name: Buf, sizeKB: 3, word-bits: 24, data-bits: {A: 12}, cluster-size: 2, read_bandwidth: 8,
     write_bandwidth: 4, instances: 2, multiple-buffering: 2, min-utilization: 0.25, num-ports: 1,
     num-banks: 4, reduction_supported: false, technology: 16nm, vector-access-energy: 2.5,
     addr-gen-energy: 0.125, cluster-area: 200}
  - {name: Main, class: DRAM, word-bits: 8, block-size: 8, shared_bandwidth: 1.2, technology: 28nm,
     instances: 2}
ERT:
  tables:
  - name: Reg
    actions:
    - {name: read, energy: 1}
    - {name: random_fill, energy: 2}
    - {name: random_update, energy: 3}
    - {name: leak, energy: 0.5}
)");
}

TEST(OwnForm, HasLinksAndLeakage) {
  expect_same(R"(
architecture:
  leakage: in-use
  levels:
  - {name: Main, kind: dram}
  - name: Buf
    fan-out: {x: 4}
    energy: {access: 1, leak: 0.25}
    link: {wire-energy: 0.1, tile-width: 20, router-energy: 0.2, ingress-energy: 0.3, word-bits: 8,
           fill-latency: 3, drain-latency: 4, distributed-multicast: true}
  arithmetic: {name: MAC, energy: {operation: 1, leak: 0.0625}}
)",
              R"(
arch:
  leakage: in-use
  arithmetic: {name: MAC, instances: 4}
  storage:
  - {name: Buf, instances: 1, wire-energy: 0.1, tile-width: 20, router-energy: 0.2,
     energy-per-ingress: 0.3, network-word-bits: 8, network_fill_latency: 3,
     network_drain_latency: 4, network-type: "M:N"}
  - {name: Main, technology: DRAM, instances: 1}
ERT:
  tables:
  - {name: Buf, actions: [{name: read, energy: 1}, {name: write, energy: 1}, {name: leak, energy: 0.25}]}
  - {name: MAC, actions: [{name: compute, energy: 1}, {name: leak, energy: 0.0625}]}
)");
}

TEST(OwnForm, HasNetworksAndClasses) {
  expect_same(R"(
architecture:
  prices: estimators
  levels:
  - {name: Main, kind: dram, connect: {read: wide, update: sums}, class: LPDDR, attributes: {width: 16, datawidth: 16}, energy: {access: 3}}
  - {name: Buf, capacity: 512 words, fan-out: {x: 4, y: 2}, connect: {fill: wide, drain: sums},
     class: SRAM, attributes: {technology: 45nm, width: 16, depth: 512, datawidth: 16}}
  arithmetic: {name: MAC, class: intmac, attributes: {datawidth: 16, technology: 45nm}}
  networks:
  - {name: wide, kind: multicast, multicast-energy: [{receivers: 4, energy: 2}, {receivers: 8, energy: 3}]}
  - {name: sums, kind: reduction-tree, adder-energy: 0.5}
)",
              R"(
architecture:
  version: 0.3
  subtree:
  - name: system
    local:
    - {name: Main, class: DRAM, attributes: {network_read: wide, network_update: sums, width: 16, datawidth: 16, vector-access-energy: 3}}
    - {name: wide, class: SimpleMulticast, attributes: {action_name: send, multicast_factor_argument: n}}
    - {name: sums, class: ReductionTree, attributes: {adder-energy: 0.5}}
    - {name: Buf, class: SRAM, attributes: {network_fill: wide, network_drain: sums, technology: 45nm, width: 16, depth: 512, datawidth: 16}}
    - {name: "MAC[0..7]", class: intmac, attributes: {meshX: 4, datawidth: 16, technology: 45nm}}
compound_components: {version: 0.3, classes: []}
ERT:
  tables:
  - name: wide
    actions: [{name: send, arguments: {n: 4}, energy: 2}, {name: send, arguments: {n: 8}, energy: 3}]
)");
}

TEST(OwnForm, HasEveryConstraint) {
  const std::string constraints = R"(
mapspace:
  levels:
  - {name: Main, temporal: {order: [M, ..., N], others-at-most: 6, others-at-least: 1, no-reuse: [A]}}
  - name: Buf
    keep: [A, Z]
    bypass: [B]
    temporal: {factors: {M: 2, K: [4, 2]}, at-most: {N: 3}, at-least: {N: 2}, order: [M, N]}
    spatial: {factors: {N: rest, K: 1}, order: [..., M, K], split: 1, no-multicast: [B], no-link-transfer: [Z]}
    min-parallelism: 0.5
search: {objectives: [delay], imperfect: true, threads: 2, algorithm: random, search-size: 3,
         victory-condition: 4, timeout: 5}
)";
  const std::string old = R"(
mapspace:
  template: ruby
  targets:
  - {target: Main, type: temporal, permutation: "N_M", default_max_factor: 6, default_min_factor: 1, no_temporal_reuse: [A]}
  - {target: Buf, type: bypass, keep: [A, Z], bypass: [B]}
  - {target: Buf, type: temporal, factors: "M=2 K=4,2 N<=3 N>=2", permutation: NM}
  - {target: Buf, type: spatial, factors: N=0 K=1, permutation: KM, split: 1, no_multicast_no_reduction: [B], no_link_transfer: [Z]}
  - {target: Buf, type: parallelism, min: 0.5}
mapper: {optimization-metric: delay, num-threads: 2, algorithm: random, search-size: 3, victory-condition: 4, timeout: 5}
)";
  expect_same("architecture:\n" + kLevels + constraints, "arch:\n" + kStorage + old);
  // The same beside the levels.
  const std::string beside =
      "  levels:\n  - {name: Main, kind: dram, keep: [A], temporal: {factors: {M: 4}}}\n"
      "  - {name: Buf, fan-out: {x: 4}, bypass: ['*']}\n  arithmetic: {name: MAC}\n";
  expect_same("architecture:\n" + beside, "arch:\n" + kStorage +
                                              "architecture_constraints:\n"
                                              "- {target: Main, type: bypass, keep: [A]}\n"
                                              "- {target: Main, type: temporal, factors: M=4}\n"
                                              "- {target: Buf, type: bypass, bypass: [A, B, Z]}\n");
}

TEST(OwnForm, HasMappings) {
  expect_same("architecture:\n" + kLevels + R"(
mapping:
  levels:
  - {name: Main, temporal: {factors: {M: 4, N: 4, K: 6}, order: [K, N, M]}}
  - {name: Buf, bypass: [B], temporal: {factors: {M: 2}}, spatial-x: {factors: {N: [3, 3]}}, spatial-y: {order: [N, M, K]}}
)",
              "arch:\n" + kStorage + R"(
mapping:
- {target: Main, type: temporal, factors: "M=4 N=4 K=6", permutation: MNK}
- {target: Buf, type: datatype, bypass: [B]}
- {target: Buf, type: temporal, factors: M=2}
- {target: Buf, type: spatial-x, factors: "N=3"}
- {target: Buf, type: spatial-y, permutation: KMN}
)");
}

// Layers, apart from the architecture.
TEST(OwnForm, HasNetworksOfLayers) {
  const SpecSet own = read_texts({R"(tilewright: 1
network:
  name: net
  shapes:
  - name: conv
    dimensions: [P, R, C]
    coefficients: {stride: 1, dilation: 1}
    tensors: {Weights: [R, C], Inputs: [P*stride + dilation*R, 2*C + P], Outputs: [P]}
    outputs: [Outputs]
  shape: conv
  defaults: {C: 4, stride: 2}
  data-bits: {Weights: 4}
  layers:
  - {name: a, sizes: {P: 8, R: 3}}
  - {name: b, repeats: 3, sizes: {P: 9, R: 2, dilation: 3, stride: 1}, inputs: [a], weights: shared, batch: {P: 3}, data-bits: {Inputs: 8}}
  - {name: c, shape: fully-connected, sizes: {N: 2, C: 3, M: 4}, batch: none}
)"});
  const SpecSet old = read_texts({R"(
network:
  name: net
  shape:
    name: conv
    dimensions: [P, R, C]
    coefficients: [{name: stride, default: 1}, {name: dilation, default: 1}, {name: two, default: 2}]
    data-spaces:
    - {name: Weights, projection: [R, C]}
    - {name: Inputs, projection: [[[P, stride], [R, dilation]], [[C, two], [P]]]}
    - {name: Outputs, projection: [P], read-write: True}
  defaults: {C: 4, stride: 2}
  data-bits: {Weights: 4}
  layers:
  - {name: a, instance: {P: 8, R: 3}}
  - {name: b, repeats: 3, instance: {P: 9, R: 2, dilation: 3, stride: 1}, inputs: [a], weights: shared, batch: {P: 3}, data-bits: {Inputs: 8}}
  - {name: c, shape: fully-connected, instance: {N: 2, C: 3, M: 4}, batch: none}
)"});
  EXPECT_EQ(convert::find_difference(own, old), "");
  EXPECT_EQ(own.network_name, "net");
  EXPECT_TRUE(own.warnings.empty());
}

TEST(OwnForm, IsReadFromJson) {
  const SpecSet specs = read_texts(
      {R"({"tilewright": 1, "architecture": {"levels": [{"name": "Main", "kind": "dram"}], "arithmetic": {"name": "MAC"}}})"});
  EXPECT_EQ(specs.architecture->storage[0].name, "Main");
}

TEST(OwnForm, OldReaderPointsToIt) {
  EXPECT_EQ(without_folder(
                error_of([] { (void)read_texts({"architecture:\n  levels: [{name: Main}]\n"}); })),
            "spec0.yaml:2:11: 'levels' belong to Tilewright's own form: begin the file with "
            "'tilewright: 1'");
}

}  // namespace
}  // namespace tilewright
