// The table at the end of a run: 80 columns, a row for equal work, what limits each layer.
#include "search/network/layer_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "model/spec/spec.hpp"
#include "search/network/limits.hpp"
#include "search/network/network_total.hpp"

namespace tilewright {
namespace {

using ::testing::HasSubstr;

/// Looks on in silence.
struct Nobody final : NetworkSink {
  void begin_layer(std::size_t /*index*/, const std::string& /*name*/,
                   const std::string& /*space_size*/) override {}
  void end_layer(const SearchResult& /*result*/) override {}
  void same_as(std::size_t /*index*/, const std::string& /*name*/,
               const std::string& /*other*/) override {}
  void improved(const Incumbent& /*incumbent*/) override {}
  void progress(const SearchResult& /*result*/) override {}
};

// A memory of `bandwidth` words per cycle, four multipliers, and a network.
struct Searched {
  explicit Searched(const std::string& layers, const char* bandwidth = "1000",
                    const std::string& memory = "Main")
      : specs(read_files_and_texts(
            {}, {{"arch",
                  "arch:\n"
                  "  arithmetic: {name: MACs, instances: 4}\n"
                  "  storage:\n"
                  "  - {name: Buffer, entries: 64, instances: 1}\n"
                  "  - {name: " +
                      memory + ", technology: DRAM, instances: 1, read_bandwidth: " + bandwidth +
                      "}\n"},
                 {"network", "network:\n  name: rows\n  layers:\n" + layers}})),
        search(specs, make_plan({}, {}, &*specs.architecture)) {
    Nobody nobody;
    search.run(nobody, {}, [](const LayerResult& /*result*/) {});
  }
  std::string table() const { return layer_table(search.results(), *specs.architecture); }
  Limits limits() const { return limits_of(*search.results().front().stats, *specs.architecture); }

  SpecSet specs;
  NetworkSearch search;
};

std::string layer(const std::string& name, int m, int repeats = 1) {
  std::ostringstream text;
  text << "  - {name: '" << name << "', shape: gemm, repeats: " << repeats
       << ", instance: {M: " << m << ", N: 8, K: 12}}\n";
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(LayerTable, NoLineIsWiderThanATerminal) {
  const std::string name = "encoder/layers/0/self_attention/query_projection";
  const Searched wide(layer(name, 16, 1'000'000) + layer("short", 8), "1",
                      "TheMainMemoryOfTheWholeChip");
  for (const std::string& line : lines_of(wide.table())) EXPECT_LE(line.size(), kTableWidth);
  EXPECT_THAT(wide.table(), HasSubstr("\nencod~"));
  EXPECT_THAT(wide.table(), HasSubstr("1000000"));
}

TEST(LayerTable, EqualLayersAreOneRow) {
  const Searched rows(layer("first", 16, 2) + layer("other", 8) + layer("twin", 16, 3));
  const std::vector<std::string> lines = lines_of(rows.table());
  ASSERT_EQ(lines.size(), 5);  // heads, two layers, the total and what +1 means
  EXPECT_THAT(lines[1], ::testing::MatchesRegex("first \\+1 +5 .*"));
  EXPECT_THAT(lines[2], ::testing::MatchesRegex("other +1 .*"));
  EXPECT_THAT(lines[4], HasSubstr("same work"));
  EXPECT_EQ(rows.table().find("twin"), std::string::npos);
}

// Of a slow memory the bandwidth sets the time, of a fast one the multipliers do.
TEST(LayerTable, SaysWhatLimits) {
  EXPECT_EQ(Searched(layer("a", 16), "0.01").limits().slowest, "Main");
  EXPECT_EQ(Searched(layer("a", 16), "1000").limits().slowest, "MACs");
  const Searched rows(layer("a", 16));
  const Stats& stats = *rows.search.results().front().stats;
  double most = 0;
  double sum = 0;
  for (const auto& [name, energy] : energy_by_component(stats, *rows.specs.architecture)) {
    sum += energy;
    most = std::max(most, energy);
  }
  EXPECT_NEAR(sum, stats.outcome.cost.energy, 1e-9 * sum);
  EXPECT_NEAR(rows.limits().dearest_share, most / sum, 1e-9);
  EXPECT_EQ(rows.limits().dearest, "Main");  // DRAM at 200 pJ a word
}

TEST(LayerTable, LayersWithoutAMappingSayWhy) {
  const std::string specs = layer("fine", 16);
  SearchWishes wishes;
  wishes.max_delay = 1;
  const Searched rows(specs);
  NetworkSearch none(rows.specs, make_plan(wishes, {}, &*rows.specs.architecture));
  Nobody nobody;
  none.run(nobody, {}, [](const LayerResult& /*result*/) {});
  const std::vector<std::string> lines =
      lines_of(layer_table(none.results(), *rows.specs.architecture));
  ASSERT_EQ(lines.size(), 2);
  EXPECT_THAT(lines[1], HasSubstr("no valid mapping"));
}

TEST(LayerTable, NamesLoseTheirMiddle) {
  EXPECT_EQ(shortened("conv", 4), "conv");
  EXPECT_EQ(shortened("convolution", 6), "con~on");
  EXPECT_EQ(shortened("convolution", 1), "~");
  EXPECT_EQ(shortened("convolution", 0), "");
  EXPECT_EQ(shortened("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9", 3), "\xc3\xa4~\xc3\xa9");
}

}  // namespace
}  // namespace tilewright
