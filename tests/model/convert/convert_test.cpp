// Converted specs are the same specs: the same levels, layers and constraints, the same mapspaces,
// and the same cost of every mapping. The counts and prices here come from the model, not from the
// comparison that the converter makes itself.

#include "model/convert/convert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/convert/same_meaning.hpp"
#include "model/energy/prices.hpp"
#include "model/error.hpp"
#include "model/nest/evaluator.hpp"
#include "model/report/scored_mapping.hpp"
#include "model/spec/spec_text.hpp"
#include "oracle/random_case.hpp"
#include "places.hpp"
#include "search/mapspace/mapspace.hpp"
#include "search/stream.hpp"

namespace tilewright {
namespace {

using convert::Converted;
using convert::Form;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace fs = std::filesystem;

const std::string kSpecs = std::string(kSourceFolder) + "/specs/";

constexpr Form kForms[] = {Form::tilewright, Form::v03};

// Without what the heading says.
std::string text_of(const SpecSet& specs, Form form) {
  std::string text = convert::convert(specs, form).text;
  while (text.starts_with("#")) text.erase(0, text.find('\n') + 1);
  return text;
}

SpecSet converted(const SpecSet& specs, Form form) {
  return read_spec_texts({{"converted.yaml", convert::convert(specs, form).text}});
}

// Each form of either form is what was written at first.
void expect_stable(const SpecSet& specs) {
  for (const Form first : kForms) {
    const SpecSet once = converted(specs, first);
    for (const Form second : kForms) EXPECT_EQ(text_of(once, second), text_of(specs, second));
  }
}

// Whatever scores must not know who gave a price, which is another in another form.
void expect_same_scores(const Mapping& mapping, const Problem& problem, const SpecSet& a,
                        const SpecSet& b) {
  const auto score = [&](const SpecSet& specs) {
    const Prices prices = price(*specs.architecture, specs.table.value_or(ReferenceTable{}));
    const Evaluator evaluator(problem, *specs.architecture, prices);
    const ScratchPtr scratch = evaluator.scratch();
    return evaluator.evaluate(mapping, *scratch);
  };
  const Outcome one = score(a);
  const Outcome other = score(b);
  ASSERT_EQ(one.valid(), other.valid());
  if (!one.valid()) return;
  EXPECT_EQ(one.cost.energy, other.cost.energy);
  EXPECT_EQ(one.cost.cycles, other.cost.cycles);
}

void expect_same_mapspaces(const SpecSet& a, const SpecSet& b) {
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    const Problem& problem = a.layers[i].problem;
    const Mapspace one(problem, *a.architecture, read_constraints(a, problem));
    const Mapspace other(b.layers[i].problem, *b.architecture,
                         read_constraints(b, b.layers[i].problem));
    EXPECT_EQ(one.size().full_total, other.size().full_total) << a.layers[i].name;
    Stream random(i, 0);
    Mapping mapping = one.blank();
    for (int draw = 0; draw < 5; ++draw) {
      one.sample(random, mapping);
      EXPECT_EQ(one.index_of(mapping), other.index_of(mapping));
      expect_same_scores(mapping, problem, a, b);
    }
  }
}

void expect_same(const SpecSet& specs) {
  for (const Form form : kForms) {
    const SpecSet other = converted(specs, form);
    EXPECT_EQ(other.architecture_name, specs.architecture_name);
    EXPECT_EQ(other.network_name, specs.network_name);
    expect_same_mapspaces(specs, other);
  }
  expect_stable(specs);
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(kSpecs + folder)) {
    files.push_back(entry.path().string());
  }
  return files;
}

TEST(Convert, ShippedArchitecturesStayWhatTheyAre) {
  for (const std::string& arch : files_in("arch")) {
    SCOPED_TRACE(arch);
    expect_same(read_specs({arch, kSpecs + "network/lenet5.yaml"}));
    expect_stable(read_specs({arch}));
  }
}

TEST(Convert, ShippedNetworksStayWhatTheyAre) {
  for (const char* folder : {"network", "problem"}) {
    for (const std::string& file : files_in(folder)) {
      SCOPED_TRACE(file);
      const SpecSet specs = read_specs({file});
      for (const Form form : kForms) {
        const SpecSet other = converted(specs, form);
        ASSERT_EQ(other.layers.size(), specs.layers.size());
        for (std::size_t i = 0; i < specs.layers.size(); ++i) {
          EXPECT_TRUE(other.layers[i].problem.same_work(specs.layers[i].problem));
          EXPECT_EQ(other.layers[i].repeats, specs.layers[i].repeats);
          EXPECT_EQ(other.layers[i].inputs, specs.layers[i].inputs);
          EXPECT_EQ(other.layers[i].weights, specs.layers[i].weights);
        }
      }
      expect_stable(specs);
    }
  }
}

TEST(Convert, ShippedMappingsScoreEqually) {
  for (const std::string& mapping : files_in("mapping")) {
    const SpecSet specs = read_specs(
        {kSpecs + "arch/three_level.yaml", kSpecs + "problem/alexnet_conv3.yaml", mapping});
    for (const Form form : kForms) {
      const SpecSet other = converted(specs, form);
      EXPECT_EQ(stats_json(score_mapping(other), other), stats_json(score_mapping(specs), specs));
    }
    expect_stable(specs);
  }
}

TEST(Convert, Version04BecomesTheChainThatItStandsFor) {
  const SpecSet specs = read_specs({kSpecs + "v04"});
  expect_same(specs);
  const Converted result = convert::convert(specs, Form::v03);
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_THAT(result.notes.front(), StartsWith("energies and areas are written as numbers"));
  EXPECT_THAT(result.text, HasSubstr("leakage: in-use"));
}

TEST(Convert, OwnFormOfAnExampleIsTheSame) { expect_same(read_specs({kSpecs + "own/edge.yaml"})); }

// The shipped cases of the reference, with networks of all kinds, tables, imperfect factors.
TEST(Convert, GoldenCasesScoreEqually) {
  std::size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(std::string(kSourceFolder) + "/tests/data/golden")) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().string());
    const auto golden = nlohmann::json::parse(std::ifstream(entry.path()));
    if (golden["status"] != "ok") continue;
    std::vector<SpecText> texts;
    for (const char* key : {"arch_yaml", "problem_yaml", "mapping_yaml", "ert_yaml"}) {
      const auto& text = golden["inputs"][key];
      if (!text.is_null()) texts.push_back({std::string(key) + ".yaml", text.get<std::string>()});
    }
    const SpecSet specs = read_spec_texts(texts);
    const ScoredMapping before = score_mapping(specs);
    for (const Form form : kForms) {
      const SpecSet other = converted(specs, form);
      const ScoredMapping after = score_mapping(other);
      ASSERT_TRUE(after.mapping.has_value());
      EXPECT_EQ(write_mapping(*after.mapping, after.layer->problem, *other.architecture),
                write_mapping(*before.mapping, before.layer->problem, *specs.architecture));
      EXPECT_EQ(after.stats.outcome.cost.energy, before.stats.outcome.cost.energy);
      EXPECT_EQ(after.stats.outcome.cost.cycles, before.stats.outcome.cost.cycles);
    }
    expect_stable(specs);
    ++count;
  }
  EXPECT_GE(count, 40U);
}

TEST(Convert, RandomCasesScoreEqually) {
  oracle::CaseOptions options;
  options.mixed = true;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    auto choices = oracle::Choices::from_seed(seed);
    const std::string text = oracle::case_yaml(oracle::random_case(choices, options));
    SCOPED_TRACE(text);
    const SpecSet specs = read_spec_texts({{"case.yaml", text}});
    for (const Form form : kForms) {
      const SpecSet other = converted(specs, form);
      const ScoredMapping before = score_mapping(specs);
      const ScoredMapping after = score_mapping(other);
      ASSERT_EQ(after.valid(), before.valid());
      if (before.valid()) {
        EXPECT_EQ(after.stats.outcome.cost.energy, before.stats.outcome.cost.energy);
        EXPECT_EQ(after.stats.outcome.cost.cycles, before.stats.outcome.cost.cycles);
      }
    }
    expect_stable(specs);
  }
}

// --- what is kept, in whatever words it was said ---

const char* kWork = "problem: {shape: gemm, instance: {M: 8, N: 12, K: 6}}\n";

TEST(Convert, KeepsEveryKindOfConstraint) {
  const std::string constraints = R"(
architecture_constraints:
  targets:
  - {target: 1, type: bypass, keep: [A], bypass: [B]}
  - {target: Buffer, type: spatial, factors: "M<=4 N=1", permutation: "MN_K", split: 1,
     no_multicast_no_reduction: [A], no_link_transfer: [B]}
  - {target: Buffer, type: temporal, default_min_factor: 1, factors: ["K=0"], no_temporal_reuse: [Z]}
  - {target: Registers, type: parallelism, min: 0.25}
mapspace:
  constraints: mine
  constraints_mine:
  - target: Registers
    constraints:
    - {type: temporal, attributes: {factors: "M=2 N>=2", permutation: KNM}}
  - {target: Registers, type: temporal, default_max_factor: 8}
)";
  const SpecSet specs =
      read_spec_texts({{"a.yaml", kSmallArch}, {"b.yaml", kWork}, {"c.yaml", constraints}});
  expect_same(specs);
  const std::string own = text_of(specs, Form::tilewright);
  EXPECT_THAT(own, HasSubstr("temporal: {factors: {K: rest}, others-at-least: 1, no-reuse: [Z]}"));
  EXPECT_THAT(own, HasSubstr("order: [K, ..., N, M]\n      split: 1\n      no-multicast: [A]"));
  EXPECT_THAT(own, HasSubstr("min-parallelism: 0.25"));
  EXPECT_THAT(own, HasSubstr("mapspace:\n  levels:\n  - name: Registers\n"));
}

TEST(Convert, KeepsTheSettingsOfTheSearch) {
  const SpecSet specs = read_spec_texts(
      {{"a.yaml", kSmallArch},
       {"b.yaml", kWork},
       {"c.yaml",
        "mapper: {optimization-metric: [delay, energy], num-threads: 3, algorithm: random,\n"
        "  search-size: 5, victory-condition: 6, timeout: 7}\nmapspace: {template: ruby}\n"}});
  for (const Form form : kForms) {
    const SearchSettings search = converted(specs, form).search;
    EXPECT_EQ(search.metrics, (std::vector<std::string>{"delay", "energy"}));
    EXPECT_EQ(search.threads, 3);
    EXPECT_EQ(search.algorithm, "random");
    EXPECT_EQ(search.search_size, 5U);
    EXPECT_EQ(search.victory_condition, 6U);
    EXPECT_EQ(search.timeout, 7U);
    EXPECT_TRUE(search.imperfect);
  }
}

const std::string kTreeArch = R"(
architecture:
  version: 0.2
  subtree:
  - name: system
    attributes: {technology: 45nm}
    local:
    - {name: Main, class: DRAM, attributes: {type: LPDDR4, width: 64, block-size: 4, word-bits: 16}}
    - {name: Buf, class: SRAM, attributes: {depth: 512, width: 64, datawidth: 16, n_banks: 4, read_bandwidth: 4}}
    subtree:
    - name: PE[0..7]
      local:
      - {name: Reg, class: regfile, attributes: {depth: 16, width: 16, datawidth: 16, meshX: 4}}
      - {name: MAC, class: intmac, attributes: {datawidth: 16, meshX: 4}}
)";

TEST(Convert, KeepsClassesAndAttributesForEstimators) {
  const std::string classes = "compound_components: {version: 0.3, classes: []}\n";
  for (const std::string& estimated : {std::string(), classes}) {
    const SpecSet specs = read_spec_texts({{"a.yaml", kTreeArch + estimated}, {"b.yaml", kWork}});
    expect_same(specs);
    const std::string own = text_of(specs, Form::tilewright);
    EXPECT_THAT(own,
                HasSubstr("class: SRAM\n    attributes: {depth: 512, width: 64, datawidth: 16, "
                          "n_banks: 4, technology: \"45nm\"}"));
    EXPECT_EQ(own.find("prices: estimators") != own.npos, !estimated.empty());
  }
}

TEST(Convert, KeepsTables) {
  const std::string tables = R"(
ERT:
  version: 0.2
  tables:
    system.PE[0..7].Reg: {read: {energy: 0.5}, write: [{energy: 0.75, arguments: {a: 1}}, {energy: 0.7}]}
    system.PE[0..7].MAC: {mac_random: {energy: 1.25}, idle: {energy: 0.1}}
    system.other: {read: {energy: 1}}
ART: {version: 0.3, tables: [{name: "system.Buf", area: 0}, {name: MAC, area: 12.5}]}
)";
  const SpecSet specs = read_spec_texts({{"a.yaml", kTreeArch + tables}, {"b.yaml", kWork}});
  expect_same(specs);
  const Converted own = convert::convert(specs, Form::tilewright);
  EXPECT_THAT(own.text, HasSubstr("energy: {read: 0.5, fill: 0.75, update: 0.75}"));
  EXPECT_THAT(own.text, HasSubstr("energy: {operation: 1.25, leak: 0.1}"));
  ASSERT_EQ(own.notes.size(), 1U);
  EXPECT_EQ(own.notes.front(), "the tables' component system.other is no level and is left out");
}

TEST(Convert, WritesNumbersWhereAClassCannotBeSaid) {
  std::string arch = kTreeArch;
  arch.replace(arch.find("datawidth: 16, n_banks"), 13, "datawidth: 8, word-bits: 16");
  const SpecSet specs = read_spec_texts({{"a.yaml", arch}, {"b.yaml", kWork}});
  const Converted own = convert::convert(specs, Form::tilewright);
  expect_same(specs);
  ASSERT_EQ(own.notes.size(), 1U);
  EXPECT_THAT(own.notes.front(), HasSubstr("'datawidth' is '8', but the component has '16'"));
}

TEST(Convert, MacrosBecomeFactorsWhereTheyAreTheSameForAllLayers) {
  const std::string macros =
      "mapspace:\n- {target: Registers, type: temporal, factors_only: [\"M=2\"]}\n";
  const SpecSet one =
      read_spec_texts({{"a.yaml", kSmallArch}, {"b.yaml", kWork}, {"c.yaml", macros}});
  expect_same(one);
  EXPECT_THAT(text_of(one, Form::tilewright), HasSubstr("factors: {M: 2, N: 1, K: 1}"));
  const SpecSet none = read_spec_texts({{"a.yaml", kSmallArch}, {"c.yaml", macros}});
  EXPECT_EQ(
      error_of([&] { (void)convert::convert(none, Form::tilewright); }),
      "c.yaml:2:1: these constraints stand for factors of a problem: give the problem as well");
}

TEST(Convert, ConstraintsThatDifferByLayerAreRefused) {
  const std::string two =
      "network:\n  shape: gemm\n  layers:\n  - {name: a, instance: {M: 8, N: 12, K: 6}}\n"
      "  - {name: b, instance: {M: 4, N: 12, K: 6}}\n";
  const std::string macros =
      "mapspace:\n- {target: Buffer, type: spatial, maximize_dims: [[M]]}\n"
      "- {target: Main, type: temporal, factors: M=0}\n";
  const SpecSet specs =
      read_spec_texts({{"a.yaml", kSmallArch}, {"b.yaml", two}, {"c.yaml", macros}});
  try {
    (void)convert::convert(specs, Form::tilewright);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("other factors in layer 'b' than in 'a'"));
  }
}

TEST(Convert, WithoutAnArchitectureLevelsAreNamed) {
  const SpecSet specs =
      read_spec_texts({{"c.yaml", "mapspace: [{target: Buf, type: temporal, factors: XY=2}]\n"}});
  EXPECT_THAT(text_of(specs, Form::tilewright),
              HasSubstr("[{name: Buf, temporal: {factors: {XY: 2}}}]"));
  const SpecSet numbered =
      read_spec_texts({{"c.yaml", "mapspace: [{target: 0, type: temporal, factors: X=2}]\n"}});
  EXPECT_EQ(error_of([&] { (void)convert::convert(numbered, Form::v03); }),
            "c.yaml:1:21: a level by its number needs the architecture: give it as well");
}

TEST(Convert, FormsAreKnownByName) {
  EXPECT_EQ(convert::form_of("v0.3"), Form::v03);
  EXPECT_EQ(convert::form_of("tilewright"), Form::tilewright);
  EXPECT_THROW((void)convert::form_of("v0.4"), UsageError);
  EXPECT_THROW((void)convert::form_of("v0.5"), UsageError);
  EXPECT_THROW(
      (void)convert::convert(read_spec_texts({{"a.yaml", "variables: {a: 1}\n"}}), Form::v03),
      UsageError);
}

TEST(Convert, PartsReadTogetherAreTheWhole) {
  const SpecSet specs = read_specs({kSpecs + "own/edge.yaml"});
  for (const Form form : kForms) {
    const Converted result = convert::convert(specs, form);
    std::vector<SpecText> texts;
    for (const Converted::Part& part : result.parts) {
      texts.push_back({part.name + ".yaml", part.text});
    }
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(convert::find_difference(read_spec_texts(texts), specs), "");
  }
}

// The converter's own comparison sees every number.
TEST(SameMeaning, EveryChangedNumberIsSeen) {
  const std::string text = text_of(read_specs({kSpecs + "own/edge.yaml"}), Form::v03);
  const SpecSet before = read_spec_texts({{"a.yaml", text}});
  std::size_t seen = 0;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const bool ends_number = std::isdigit(static_cast<unsigned char>(text[i])) != 0 &&
                             std::isalnum(static_cast<unsigned char>(text[i + 1])) == 0 &&
                             text[i + 1] != '.' &&
                             std::isalpha(static_cast<unsigned char>(text[i - 1])) == 0;
    const std::size_t line = text.rfind('\n', i) + 1;
    if (!ends_number || text.find("version:", line) < i) continue;
    std::string changed = text;
    changed[i] = text[i] == '8' ? '4' : '8';
    try {
      const SpecSet after = read_spec_texts({{"a.yaml", changed}});
      EXPECT_NE(convert::find_difference(before, after), "") << changed.substr(i - 30, 40);
      ++seen;
    } catch (const SpecError&) {  // levels that no longer nest, and the like
    } catch (const UsageError&) {
    }
  }
  EXPECT_GE(seen, 40U);
}

}  // namespace
}  // namespace tilewright
