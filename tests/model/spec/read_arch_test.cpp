#include <gtest/gtest.h>

#include <algorithm>

#include "model/energy/prices.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

// One level with the given keys, between two arithmetic units and the main memory.
std::string flat(const std::string& keys) {
  return "arch:\n  arithmetic: {name: MAC, instances: 4}\n  storage:\n  - {name: Buf, " + keys +
         "}\n  - {name: Main, technology: DRAM, instances: 1}\n";
}

StorageLevel level_with(const std::string& keys) {
  return read_texts({flat(keys)}).architecture->storage[0];
}

TEST(FlatArchitecture, ListsLevelsFromTheInside) {
  const auto specs = read_texts({kSmallArch});
  ASSERT_TRUE(specs.architecture);
  EXPECT_EQ(specs.architecture_name, "spec0");
  EXPECT_EQ(specs.architecture->level_names(),
            (std::vector<std::string>{"Registers", "Buffer", "Main"}));
  EXPECT_EQ(specs.architecture->fanout_x(1), 4U);
  EXPECT_EQ(specs.architecture->storage[2].technology, Technology::dram);
  EXPECT_FALSE(specs.architecture->storage[2].entries);
  EXPECT_TRUE(specs.warnings.empty());
}

TEST(FlatArchitecture, AnyTwoOfInstancesAndMeshGiveTheThird) {
  for (const char* keys : {"instances: 4, meshX: 2", "instances: 4, meshY: 2", "meshX: 2, meshY: 2",
                           "instances: 4, meshX: 2, meshY: 2"}) {
    const std::string text = "arch:\n  arithmetic: {" + std::string(keys) +
                             "}\n  storage:\n  - {name: Main, instances: 1}\n";
    const auto compute = read_texts({text}).architecture->compute;
    EXPECT_EQ(compute.instances, 4U) << keys;
    EXPECT_EQ(compute.mesh_x, 2U) << keys;
    EXPECT_EQ(compute.mesh_y, 2U) << keys;
  }
}

TEST(FlatArchitecture, InstancesAloneFormARow) {
  const auto level = level_with("instances: 4");
  EXPECT_EQ(level.mesh_x, 4U);
  EXPECT_EQ(level.mesh_y, 1U);
}

TEST(FlatArchitecture, SizesComeInEntriesRowsOrKilobytes) {
  EXPECT_EQ(level_with("instances: 4, entries: 100").entries, 100U);
  EXPECT_EQ(level_with("instances: 4, depth: 25, block-size: 4").entries, 100U);
  EXPECT_EQ(level_with("instances: 4, memory_depth: 25, n_words: 4").entries, 100U);
  EXPECT_EQ(level_with("instances: 4, data_storage_depth: 100").entries, 100U);
  // 2 KB are 16384 bits.
  EXPECT_EQ(level_with("instances: 4, sizeKB: 2, word-bits: 8").entries, 2048U);
  EXPECT_EQ(level_with("instances: 4, entries: 0").entries, 0U);
  EXPECT_FALSE(level_with("instances: 4").entries);
}

TEST(FlatArchitecture, TheWidthReplacesBlockOrCluster) {
  const auto block = level_with("instances: 4, word-bits: 8, width: 32");
  EXPECT_EQ(block.block_size, 4U);
  EXPECT_EQ(block.cluster_size, 1U);
  const auto cluster = level_with("instances: 4, word-bits: 8, block-size: 2, memory_width: 64");
  EXPECT_EQ(cluster.block_size, 2U);
  EXPECT_EQ(cluster.cluster_size, 4U);
  const auto both = level_with("instances: 4, word-bits: 8, cluster-size: 2, width: 32");
  EXPECT_EQ(both.block_size, 2U);
  EXPECT_EQ(both.cluster_size, 2U);
}

TEST(FlatArchitecture, KeysMayBeSpelledEitherWay) {
  const auto level = level_with(
      "instances: 4, word_bits: 8, block_size: 2, cluster_size: 2, multiple_buffering: 2.0, "
      "vector_access_energy: 1.5, num_ports: 1, min-utilization: 0.5, entries: 8");
  EXPECT_EQ(level.word_bits, 8U);
  EXPECT_EQ(level.block_size, 2U);
  EXPECT_EQ(level.cluster_size, 2U);
  EXPECT_EQ(level.multiple_buffering, 2.0);
  EXPECT_EQ(level.vector_access_energy, 1.5);
  EXPECT_EQ(level.num_ports, 1U);
  EXPECT_EQ(level_with("instances: 4, word_width: 24").word_bits, 24U);
  EXPECT_EQ(level_with("instances: 4, datawidth: 24").word_bits, 24U);
}

TEST(FlatArchitecture, BandwidthIsDividedWithAWarning) {
  const auto specs = read_texts({flat("instances: 4, bandwidth: 10")});
  EXPECT_EQ(specs.architecture->storage[0].read_bandwidth, 5.0);
  EXPECT_EQ(specs.architecture->storage[0].write_bandwidth, 5.0);
  ASSERT_EQ(specs.warnings.size(), 1U);
  EXPECT_NE(specs.warnings[0].message.find("deprecated"), std::string::npos);
}

TEST(FlatArchitecture, WiresBelongToTheNetworkBelow) {
  const auto level = level_with(
      "instances: 4, word-bits: 8, network-type: 'M:N', wire-energy: 0.1, tile-width: 50, "
      "router-energy: 0.2, energy-per-hop: 0.3, energy-per-ingress: 0.4");
  EXPECT_TRUE(level.implicit_network.distributed_multicast);
  EXPECT_EQ(level.implicit_network.word_bits, 8U);
  EXPECT_EQ(level.implicit_network.wire_energy, 0.1);
  EXPECT_EQ(level.implicit_network.tile_width, 50.0);
  EXPECT_EQ(level.implicit_network.router_energy, 0.2);
  EXPECT_EQ(level.implicit_network.energy_per_hop, 0.3);
  EXPECT_EQ(level.implicit_network.energy_per_ingress, 0.4);
  EXPECT_EQ(level.implicit_network.name, "Buf <==> MAC");
  EXPECT_EQ(
      level_with("instances: 4, word-bits: 8, network-word-bits: 32").implicit_network.word_bits,
      32U);
}

TEST(FlatArchitecture, TheEnergyOfAnOperationMayBeAFraction) {
  const auto specs =
      read_texts({"arch:\n  arithmetic: {instances: 1, energy: 0.56, area: 3}\n  storage:\n"
                  "  - {name: Main, instances: 1}\n"});
  EXPECT_EQ(specs.architecture->compute.energy, 0.56);
  EXPECT_EQ(specs.architecture->compute.area, 3.0);
  EXPECT_EQ(specs.architecture->compute.name, "__ARITH__");
}

TEST(FlatArchitecture, UnknownKeysAreReportedOncePerLevel) {
  const auto specs = read_texts({flat("instances: 4, nports: 2, nbanks: 3")});
  ASSERT_EQ(specs.warnings.size(), 1U);
  EXPECT_EQ(specs.warnings[0].mark.line, 4);
  EXPECT_EQ(specs.warnings[0].message,
            "Buf: nobody reads 'nports' (did you mean 'n_ports'?), 'nbanks' (did you mean "
            "'n_banks'?)");
}

const std::string kTree = R"(
architecture:
  version: 0.3
  subtree:
  - name: system
    attributes: {technology: SET ME}
    local:
    - name: DRAM
      class: DRAM
      attributes: {type: LPDDR4, width: 64, block-size: 4, word-bits: 16}
    subtree:
    - name: chip
      local:
      - name: shared_glb
        class: smartbuffer_SRAM
        attributes: {memory_depth: 16384, memory_width: 64, n_banks: 32, block-size: 4}
      - name: DummyBuffer[0..13]
        class: regfile
        attributes: {depth: 16, width: 16, meshX: 14}
      - name: sorter
        class: comparator
      subtree:
      - name: PE[0..167]
        local:
        - name: spad
          class: smartbuffer_RF
          attributes: {memory_depth: 12, memory_width: 16, meshX: 14, n_rd_ports: 2, latency: 1}
        - name: mac[1..2]
          class: intmac
          attributes: {meshX: 28}
)";

TEST(TreeArchitecture, TheDeepestListEndsInnermost) {
  const auto specs = read_texts({kTree});
  const auto& arch = *specs.architecture;
  EXPECT_EQ(arch.level_names(),
            (std::vector<std::string>{"spad", "DummyBuffer", "shared_glb", "DRAM"}));
  EXPECT_EQ(arch.storage[3].technology, Technology::dram);
  EXPECT_EQ(arch.storage[2].num_banks, 32U);
  EXPECT_EQ(messages_of(specs),
            std::vector<std::string>{"ignored: component sorter of class 'comparator', which is no "
                                     "memory, arithmetic or network"});
}

TEST(TreeArchitecture, KeysOutOfPlaceAreReported) {
  const auto specs = read_texts({R"(
architecture:
  subtree:
  - name: system
    locl: []
    local:
    - {name: Main, class: DRAM, meshX: 1, attributes: {word-bits: 8}}
    - {name: mac, class: mac}
)"});
  ASSERT_EQ(specs.warnings.size(), 2U);
  EXPECT_EQ(specs.warnings[0].message, "Main, outside of 'attributes': nobody reads 'meshX'");
  EXPECT_EQ(specs.warnings[1].message, "subtree: nobody reads 'locl' (did you mean 'local'?)");
}

TEST(TreeArchitecture, RangesMultiplyAlongThePath) {
  const auto arch = *read_texts({kTree}).architecture;
  EXPECT_EQ(arch.storage[1].instances, 14U);
  EXPECT_EQ(arch.storage[0].instances, 168U);
  EXPECT_EQ(arch.storage[0].mesh_y, 12U);
  EXPECT_EQ(arch.compute.name, "mac");
  EXPECT_EQ(arch.compute.instances, 336U);
}

TEST(TreeArchitecture, MergedAttributesAreRead) {
  const auto arch = *read_texts({R"(
architecture:
  subtree:
  - name: system
    local:
    - {name: Main, class: DRAM, attributes: &a {word-bits: 8, block-size: 4}}
    - {name: Buf, class: SRAM, attributes: {<<: *a, depth: 16, block-size: 2}}
    - {name: mac, class: mac}
)"})
                         .architecture;
  EXPECT_EQ(arch.storage[0].word_bits, 8U);
  EXPECT_EQ(arch.storage[0].entries, 32U);
}

TEST(TreeArchitecture, NetworksOfTheirOwnAreLinked) {
  const auto arch = *read_texts({R"(
architecture:
  version: 0.2
  subtree:
  - name: system
    local:
    - {name: Main, class: DRAM, attributes: {network_read: down, network_update: up}}
    - {name: down, class: XY_NoC, attributes: {datawidth: 8, tile-width: 100, fill_latency: 20}}
    - name: up
      class: ReductionTree
      attributes: {datawidth: 24, adder-energy: 0.5, drain_latency: 9}
    subtree:
    - name: PE[0..3]
      local:
      - {name: mac, class: intmac, attributes: {network_operand: down, network_result: up}}
)"})
                         .architecture;
  ASSERT_EQ(arch.networks.size(), 2U);
  const auto network = [&](std::string_view name) {
    return *std::find_if(arch.networks.begin(), arch.networks.end(),
                         [&](const Network& candidate) { return candidate.name == name; });
  };
  EXPECT_EQ(network("down").kind, NetworkKind::legacy);
  EXPECT_EQ(network("down").fill_latency, 20U);
  EXPECT_EQ(network("up").kind, NetworkKind::reduction_tree);
  EXPECT_EQ(network("up").adder_energy, 0.5);
  EXPECT_EQ(network("up").word_bits, 24U);
  EXPECT_EQ(arch.storage[0].read_network, "down");
  EXPECT_EQ(arch.compute.result_network, "up");
}

std::optional<double> clock_of(const std::string& arch) {
  return read_texts({arch}).architecture->cycle_seconds;
}

TEST(Clock, StandsInTheArchitectureOrInTheAttributesOfItsTree) {
  EXPECT_FALSE(clock_of(kSmallArch));
  EXPECT_EQ(clock_of(flat("instances: 4") + "  global_cycle_seconds: 5e-9\n"), 5e-9);
  const std::string tree =
      "architecture:\n  version: 0.3\n  subtree:\n  - name: system\n"
      "    local: [{name: Main, class: DRAM, attributes: {instances: 1}}]\n"
      "    subtree:\n    - name: chip\n"
      "      attributes: {technology: 45nm, global_cycle_seconds: CLOCK}\n"
      "      local: [{name: MAC, class: mac, attributes: {instances: 1}}]\n";
  const auto with = [&](const std::string& clock) {
    std::string text = tree;
    return text.replace(text.find("CLOCK"), 5, clock);
  };
  EXPECT_EQ(clock_of(with("1e-9")), 1e-9);
  // An expression is Accelergy's to work out.
  EXPECT_FALSE(clock_of(with("1 / 1e9")));
}

TEST(Clock, HasToBePositive) {
  const auto message =
      error_of([] { (void)read_texts({flat("instances: 4") + "  global_cycle_seconds: 0\n"}); });
  EXPECT_NE(message.find("spec0.yaml:6:25: global_cycle_seconds: expected a number of at least"),
            std::string::npos)
      << message;
}

TEST(SpecSetSections, ASecondArchitectureIsRefused) {
  const auto message = error_of([] { (void)read_texts({kSmallArch, kSmallArch}); });
  EXPECT_NE(message.find("spec1.yaml:2:1: a second architecture; the first is in"),
            std::string::npos);
  EXPECT_NE(message.find("spec0.yaml line 2"), std::string::npos);
}

TEST(SpecSetSections, VariablesStandForTheirValues) {
  const auto specs = read_texts({flat("instances: 4, entries: SIZE"), "variables: {SIZE: 96}\n"});
  EXPECT_EQ(specs.architecture->storage[0].entries, 96U);
}

TEST(SpecSetSections, SectionsOfOtherProgramsAreListed) {
  const auto specs = read_texts({"ERT_summary: {version: 0.3}\nmacros_ignore: 3\n"});
  EXPECT_EQ(warnings_of(specs),
            (std::vector<std::string>{"spec0.yaml:1:1: ignored: the section ERT_summary",
                                      "spec0.yaml:2:1: ignored: the section macros_ignore"}));
}

TEST(FlatArchitecture, KindsOfDramCountInAnyCaseAndHaveTheirPrices) {
  const auto memory = [](const std::string& technology) {
    return read_texts(
        {"arch:\n  arithmetic: {name: MAC, instances: 1}\n  storage: [{name: Main, "
         "instances: 1, word-bits: 16, technology: " +
         technology + "}]\n"});
  };
  // 3.9 and 8 pJ per bit; 200 pJ for 16 bits of no kind in particular.
  const std::vector<std::pair<std::string, double>> prices{
      {"hbm2", 62.4}, {"HBM2", 62.4}, {"LPDDR4", 128}, {"dram", 200}, {"DRAM", 200}};
  for (const auto& [technology, energy] : prices) {
    const SpecSet specs = memory(technology);
    EXPECT_EQ(specs.architecture->storage[0].technology, Technology::dram) << technology;
    EXPECT_TRUE(specs.warnings.empty()) << specs.warnings[0].message;
    const Prices found = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
    EXPECT_DOUBLE_EQ(found.storage[0].read, energy) << technology;
  }
  const SpecSet unknown = memory("HBM9");
  ASSERT_EQ(unknown.warnings.size(), 1U);
  EXPECT_EQ(unknown.warnings[0].code, odd::kUnpriced);
}

TEST(FlatArchitecture, PartsOfAKilobyteAreWholeWords) {
  const auto specs = read_texts({flat("instances: 4, sizeKB: 0.03125")});
  EXPECT_EQ(specs.architecture->storage[0].entries, 16U);  // 256 bits
  EXPECT_NE(error_of([] {
              (void)read_texts({flat("instances: 4, sizeKB: 0.03")});
            }).find("sizeKB: 0.03 kilobytes are 245.76 bits, no whole number of words of 16"),
            std::string::npos);
}

// In steps: GCC 12 sees uninitialised texts in a list of values.
Warning warning_about(const std::string& name, int line, const std::string& words, Effect effect) {
  Warning warning;
  warning.mark.file = "a";
  warning.mark.line = line;
  warning.mark.column = 1;
  warning.about = name;
  warning.message = name + ": " + words;
  warning.effect = effect;
  return warning;
}

TEST(Warnings, OfSeveralComponentsAreOneAndThoseOnResultsComeFirst) {
  std::vector<Warning> warnings;
  warnings.push_back(warning_about("X", 1, "is idle", Effect::none));
  warnings.push_back(warning_about("A", 2, "costs nothing", Effect::on_results));
  warnings.push_back(warning_about("B", 3, "costs nothing", Effect::on_results));
  const auto list = arranged(warnings);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].text(), "a:2:1: A and B: costs nothing");
  EXPECT_EQ(list[1].text(), "a:1:1: X: is idle");
}

}  // namespace
}  // namespace tilewright
