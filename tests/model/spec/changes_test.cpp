#include <gtest/gtest.h>

#include "model/spec/spec.hpp"
#include "places.hpp"
#include "spec_text.hpp"

namespace tilewright {
namespace {

const char* kFlat = R"(arch:
  arithmetic: {name: MAC, instances: 16, meshX: 4, word-bits: 16}
  storage:
  - {name: Buf, sizeKB: 1, instances: 4, meshX: 4, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1}
architecture_constraints:
- {target: Buf, type: temporal, factors: "R=1 P<=4"}
)";

const char* kTree = R"(architecture:
  version: 0.3
  subtree:
  - name: system
    local:
    - {name: Main, class: DRAM, attributes: {word-bits: 16}}
    subtree:
    - name: PE[0..3]
      local:
      - {name: Buf, class: regfile, attributes: {memory_depth: 512, word-bits: 16}}
      - {name: MAC, class: intmac, attributes: {datawidth: 16}}
)";

SpecSet changed(const std::string& arch, const std::string& changes) {
  return read_spec_texts(
      {{"arch.yaml", arch}, {"changes.yaml", "architecture_changes:\n" + changes}});
}

TEST(ArchitectureChanges, ReplaceAKeyInAllItsSpellings) {
  for (const char* arch : {kFlat, kTree}) {
    const Architecture result = *changed(arch, "- {target: Buf, entries: 100}\n").architecture;
    EXPECT_EQ(result.storage[0].entries, 100);
    EXPECT_EQ(result.storage[0].instances, 4);
    EXPECT_EQ(*changed(arch, "- {target: Buf, sizeKB: 2}\n").architecture->storage[0].entries,
              1024);
  }
}

TEST(ArchitectureChanges, AddAKeyOrTakeItAway) {
  const Architecture result =
      *changed(kTree, "- {target: Buf, read_bandwidth: 2}\n- {target: Buf, depth: ~}\n")
           .architecture;
  EXPECT_EQ(result.storage[0].read_bandwidth, 2);
  EXPECT_FALSE(result.storage[0].entries.has_value());
}

TEST(ArchitectureChanges, LaterOnesWinAndTheArithmeticIsAComponentToo) {
  const Architecture result =
      *changed(kFlat, "- {target: MAC, energy: 1}\n- {target: MAC, energy: 0.5}\n").architecture;
  EXPECT_EQ(result.compute.energy, 0.5);
}

TEST(ArchitectureChanges, AreCheckedLikeTheArchitecture) {
  EXPECT_EQ(error_of([] { changed(kFlat, "- {target: Buf, entries: -1}\n"); }).substr(0, 37),
            "changes.yaml:2:26: entries: expected ");
  EXPECT_EQ(error_of([] { changed(kFlat, "- {target: Bu, entries: 1}\n"); }),
            "changes.yaml:2:12: unknown component 'Bu'; did you mean 'Buf'?");
  EXPECT_EQ(error_of([] { changed(kFlat, "- {entries: 1}\n"); }),
            "changes.yaml:2:3: a change needs a 'target', the component to be changed");
  const SpecSet odd = changed(kFlat, "- {target: Buf, entris: 1}\n");
  ASSERT_EQ(odd.warnings.size(), 1);
  EXPECT_NE(odd.warnings[0].message.find("did you mean 'entries'"), std::string::npos);
}

TEST(WriteSpecs, WhatIsWrittenIsReadBackWithChangesAndConstraints) {
  for (const char* arch : {kFlat, kTree}) {
    const SpecSet before = changed(arch, "- {target: Buf, entries: 100, read_bandwidth: 0.5}\n");
    const std::string text = write_specs(before);
    const SpecSet after = read_spec_texts({{"written.yaml", text}});
    EXPECT_TRUE(after.warnings.empty());
    EXPECT_EQ(after.architecture->storage[0].entries, 100) << text;
    EXPECT_EQ(after.architecture->storage[0].read_bandwidth, 0.5);
    EXPECT_EQ(after.architecture->storage[0].mesh_x, 4);
    EXPECT_EQ(after.architecture->storage[1].technology, Technology::dram);
    EXPECT_EQ(write_specs(after), text);
  }
  EXPECT_NE(write_specs(changed(kFlat, "  []\n")).find("factors: \"R=1 P<=4\""), std::string::npos);
}

TEST(WriteSpecs, LongMapsAndListsAreBroken) {
  const SpecSet network =
      read_specs({std::string(kSourceFolder) + "/specs/network/bert_base_encoder.yaml"});
  const SpecSet again = read_spec_texts({{"written.yaml", write_specs(network)}});
  ASSERT_EQ(again.layers.size(), network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    EXPECT_EQ(again.layers[i].name, network.layers[i].name);
    EXPECT_EQ(again.layers[i].repeats, network.layers[i].repeats);
    EXPECT_TRUE(again.layers[i].problem.same_work(network.layers[i].problem));
  }
}

TEST(WriteSpecs, OddTextsSurvive) {
  const std::string text =
      "network:\n  name: \"a \\\"b\\\" \\\\ \\n: # ~\"\n  shape: gemm\n"
      "  layers: [{name: \"~\", instance: {M: 1, N: 1, K: 1}}]\n";
  const SpecSet once = read_spec_texts({{"odd.yaml", text}});
  const SpecSet twice = read_spec_texts({{"odd.yaml", write_specs(once)}});
  EXPECT_EQ(once.network_name, "a \"b\" \\ \n: # ~");
  EXPECT_EQ(twice.network_name, once.network_name);
  EXPECT_EQ(twice.layers[0].name, "~");
}

}  // namespace
}  // namespace tilewright
