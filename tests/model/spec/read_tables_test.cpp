#include <gtest/gtest.h>

#include "spec_text.hpp"

namespace tilewright {
namespace {

TEST(EnergyTable, ListsOfNamedActionsAreRead) {
  const auto specs = read_texts({R"(
ERT:
  version: 0.4
  tables:
  - name: system.PE[0..15].mac[1..4]
    actions:
    - {name: compute, arguments: {}, energy: 0.25}
    - {name: multicast, arguments: {num_dest: 2}, energy: 1e-3}
)"});
  ASSERT_TRUE(specs.table && specs.table->has_energy && !specs.table->has_area);
  const auto* mac = specs.table->find_energy("mac");
  ASSERT_NE(mac, nullptr);
  EXPECT_EQ(mac->name, "system.PE.mac");
  ASSERT_EQ(mac->actions.size(), 2U);
  EXPECT_EQ(mac->actions[0].energy, 0.25);
  EXPECT_EQ(mac->actions[1].arguments.at("num_dest"), "2");
}

TEST(EnergyTable, MapsOfVersionTwoAreRead) {
  const auto specs = read_texts({R"(
ERT:
  version: 0.2
  tables:
    system.PE[0..15].mac:
      idle: {energy: 0.5}
      mac_random:
      - {arguments: {width: 8}, energy: 1}
      - {arguments: {width: 16}, energy: 3}
)"});
  const auto* mac = specs.table->find_energy("mac");
  ASSERT_NE(mac, nullptr);
  ASSERT_EQ(mac->actions.size(), 3U);
  EXPECT_EQ(mac->actions[2].name, "mac_random");
  EXPECT_EQ(mac->actions[2].energy, 3);
  EXPECT_EQ(mac->actions[2].arguments.at("width"), "16");
}

TEST(AreaTable, JoinsTheEnergyTableInAnyOrder) {
  const std::string areas =
      "ART:\n  tables:\n  - {name: 'system.mac[1..4]', area: 12.5}\n  - {name: s.x, area: 1}\n";
  const std::string energies =
      "ERT:\n  tables:\n  - {name: system.mac, actions: [{name: compute, energy: 2}]}\n";
  for (const auto& texts : {std::vector{areas, energies}, std::vector{energies, areas}}) {
    const auto specs = read_texts(texts);
    ASSERT_TRUE(specs.table->has_area && specs.table->has_energy);
    EXPECT_EQ(specs.table->find_area("mac"), 12.5);
    EXPECT_EQ(specs.table->find_energy("mac")->actions.size(), 1U);
    EXPECT_EQ(specs.table->find_area("x"), 1.0);
  }
}

TEST(SearchSection, IsReadInEitherSpelling) {
  const auto specs = read_texts({R"(
mapper:
  optimization_metric: []
  optimization-metrics: [delay, energy]
  algorithm: random-pruned
  search_size: 1000
  victory-condition: 0
  timeout: 15000
  num-threads: 8
  live-status: True
  diagnostics: False
  max-permutations-per-if-visit: 16
)"});
  EXPECT_EQ(specs.search.metrics, (std::vector<std::string>{"delay", "energy"}));
  EXPECT_EQ(specs.search.algorithm, "random-pruned");
  EXPECT_EQ(specs.search.search_size, 1000U);
  EXPECT_EQ(specs.search.victory_condition, 0U);
  EXPECT_EQ(specs.search.timeout, 15000U);
  EXPECT_EQ(specs.search.threads, 8);
  EXPECT_EQ(messages_of(specs),
            (std::vector<std::string>{"ignored: mapper: live-status",
                                      "ignored: mapper: max-permutations-per-if-visit"}));
}

TEST(SearchSection, OneMetricNeedsNoList) {
  const auto specs = read_texts({"mapper: {optimization-metric: edp}\n"});
  EXPECT_EQ(specs.search.metrics, std::vector<std::string>{"edp"});
  EXPECT_FALSE(specs.search.search_size);
}

}  // namespace
}  // namespace tilewright
