// Each kind of finding has a spec that shows it and one that does not.
#include "search/lint/lint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "../../model/spec/spec_text.hpp"
#include "places.hpp"
#include "search/blame/demand.hpp"
#include "search/lint/parts.hpp"
#include "search/support.hpp"

namespace tilewright::lint {
namespace {

std::vector<std::string> lines_of(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    lines.push_back(without_folder(SpecError::locate(finding.mark) + std::string(finding.code) +
                                   ": " + finding.message));
  }
  return lines;
}

Report report_of(const std::vector<std::string>& texts) { return check(read_texts(texts), {}); }

struct Replacement {
  std::string from, to;
};

std::string with(std::string text, const Replacement& change) {
  const auto at = text.find(change.from);
  EXPECT_NE(at, std::string::npos) << change.from;
  return text.replace(at, change.from.size(), change.to);
}

// One file, so that lines count through all of it.
std::string spec_of(const std::vector<Replacement>& changes, const std::string& more = "") {
  std::string text = kSmallArch + kSmallProblem;
  for (const Replacement& change : changes) text = with(text, change);
  return text + more;
}

TEST(Lint, APlainSpecHasNothing) { EXPECT_TRUE(report_of({spec_of({})}).findings.empty()); }

struct Kind {
  std::string code;
  Severity severity;
  std::string place, words;  // line:column of the place, and a part of the message
  std::string bad, good;
};

std::string mapspace(const std::string& target) {
  return "mapspace:\n  targets:\n  - {" + target + "}\n";
}

std::vector<Kind> kinds() {
  const std::string buffer = "{name: Buffer, entries: 4096, instances: 1}";
  const std::string registers = "entries: 64";
  const std::string main = "technology: DRAM, ";
  const std::string sizes = "instance: {R: 3, P: 16, C: 8}";
  const auto table = [](const std::string& write) {
    return "ERT:\n  tables:\n  - {name: Buffer, actions: [{name: read, energy: 1}, {name: write, "
           "energy: " +
           write + "}]}\n";
  };
  const auto temporal = [](const std::string& factors) {
    return mapspace("target: Buffer, type: temporal, factors: " + factors);
  };
  const std::string keep_all =
      mapspace("target: Registers, type: datatype, keep: [Weights, Inputs, Outputs]");
  return {
      {"factors_exclude", Severity::error, "22:5", "temporal factor P=5 of 16 at 'Buffer'",
       spec_of({}, temporal("P=5")), spec_of({}, temporal("P=4"))},
      {"capacity_too_small", Severity::error, "22:5", "'Registers' must keep Weights",
       spec_of({{registers, "entries: 2"}}, keep_all),
       spec_of({{registers, "entries: 3"}}, keep_all)},
      {"contradiction", Severity::error, "22:5", "the fan-out of 'Buffer' (4 x 1)",
       spec_of({}, mapspace("target: Buffer, type: spatial, factors: C=8")),
       spec_of({}, mapspace("target: Buffer, type: spatial, factors: C=4"))},
      {"never_binds", Severity::note, "22:5",
       "never binding: temporal factor P<=16 of 16 at 'Buffer'", spec_of({}, temporal("P<=16")),
       spec_of({}, temporal("P<=8"))},
      {"unusable_level", Severity::warning, "5:5", "'Registers' can never hold anything",
       spec_of({{registers, "entries: 0"}}), spec_of({{registers, "entries: 1"}})},
      {"bandwidth_cap", Severity::note, "7:5", "the Main read bandwidth",
       spec_of({{main, main + "read_bandwidth: 0.01, "}}),
       spec_of({{main, main + "read_bandwidth: 100, "}})},
      {"no_price", Severity::warning, "6:5", "accesses of 'Buffer' cost nothing",
       spec_of({{buffer, "{name: Buffer, instances: 1}"}}), spec_of({})},
      {"odd_price", Severity::warning, "6:5", "'Buffer': fill and update cost nothing",
       spec_of({}, table("0")), spec_of({}, table("1"))},
      {"dimension_without_effect", Severity::warning, "19:33", "the dimension D=2",
       spec_of({{"[R, P, C]", "[R, P, C, D]"}, {sizes, "instance: {R: 3, P: 16, C: 8, D: 2}"}}),
       spec_of({{"[R, P, C]", "[R, P, C, D]"}, {sizes, "instance: {R: 3, P: 16, C: 8, D: 1}"}})},
      // 17 in passes of 4 on an array of 4: five passes for 17 operations.
      {"wasted_array", Severity::warning, "19:20", "P=17, C=7 are prime",
       spec_of({{sizes, "instance: {R: 1, P: 17, C: 7}"}}),
       spec_of({{sizes, "instance: {R: 1, P: 17, C: 8}"}})},
      {"unread_key", Severity::warning, "5:23", "nobody reads 'entires'",
       spec_of({{registers, "entires: 64"}}), spec_of({})},
      {"unknown_value", Severity::warning, "7:30", "the technology 'flash'",
       spec_of({{"technology: DRAM", "technology: flash, vector-access-energy: 1"}}),
       spec_of({{"technology: DRAM", "technology: hbm2"}})},
      {"unpriced", Severity::warning, "22:5", "no price of fill, update",
       spec_of({}, "ERT:\n  tables:\n  - {name: Buffer, actions: [{name: read, energy: 1}]}\n"),
       spec_of({}, table("1"))}};
}

TEST(Lint, EachKindIsFoundWhereItIsAndNowhereElse) {
  for (const Kind& kind : kinds()) {
    const Report bad = report_of({kind.bad});
    const auto found = std::find_if(bad.findings.begin(), bad.findings.end(),
                                    [&](const Finding& one) { return one.code == kind.code; });
    const auto lines = lines_of(bad.findings);
    ASSERT_NE(found, bad.findings.end()) << kind.code << ::testing::PrintToString(lines);
    EXPECT_EQ(found->severity, kind.severity) << kind.code;
    EXPECT_NE(found->message.find(kind.words), std::string::npos) << found->message;
    EXPECT_EQ(std::to_string(found->mark.line) + ":" + std::to_string(found->mark.column),
              kind.place)
        << kind.code << "\n"
        << kind.bad;
    for (const Finding& finding : report_of({kind.good}).findings) {
      EXPECT_NE(finding.code, kind.code) << finding.message;
    }
  }
}

TEST(Lint, SpecsThatShipRaiseNoFalseAlarm) {
  const std::filesystem::path specs = std::filesystem::path(kSourceFolder) / "specs";
  int count = 0;
  for (const auto& arch : std::filesystem::directory_iterator(specs / "arch")) {
    const Report report = check(
        read_specs({arch.path().string(), (specs / "problem/vgg16_conv3_2.yaml").string()}), {});
    ++count;
    for (const Finding& finding : report.findings) {
      EXPECT_EQ(finding.severity, Severity::note)
          << arch.path().stem() << ": " << finding.code << ": " << finding.message;
    }
    EXPECT_TRUE(report.complete);
  }
  EXPECT_GE(count, 10);
}

// --- never binds, against all mappings tried one by one ---

using explain::Demand;
using explain::DemandKind;
using explain::Demands;

std::int32_t factor_of(const Mapping& mapping, const Demand& demand) {
  LevelMapping level = mapping.levels[static_cast<std::size_t>(demand.level)];
  const auto dim = static_cast<std::size_t>(demand.dim);
  if (!demand.spatial) return level.factors(LoopKind::temporal)[dim];
  return level.factors(LoopKind::spatial_x)[dim] * level.factors(LoopKind::spatial_y)[dim];
}

bool breaks(std::int32_t factor, std::int32_t limit, DemandKind kind) {
  if (kind == DemandKind::most) return factor > limit;
  if (kind == DemandKind::least) return factor < limit;
  return factor != limit;
}

bool binds_by_force(const Problem& problem, const Demands& given,
                    const std::vector<Demand>& demands, const Demand& demand) {
  Demands lifted = given;
  Constraints values = given.constraints;
  const std::int32_t limit = factor_limit(demand, values);
  lift(demand, lifted);
  for (const Demand& other : demands) {
    if (other.kind == DemandKind::factor && other.dim == demand.dim) lift(other, lifted);
  }
  const Mapspace space(problem, lifted.arch, lifted.constraints);
  for (BigInt i = 0; i < space.size().total; ++i) {
    if (breaks(factor_of(space.at(i), demand), limit, demand.kind)) return true;
  }
  return false;
}

void demand_some(std::uint64_t seed, const Problem& problem, Constraints& constraints) {
  auto choices = oracle::Choices::from_seed(seed);
  for (LevelConstraint& level : constraints.levels) {
    for (LoopConstraint* loops : {&level.temporal, &level.spatial}) {
      for (int d = 0; d < problem.num_dims(); ++d) {
        const auto dim = static_cast<std::size_t>(d);
        const int bound = static_cast<int>(problem.bounds[dim]);
        if (choices.chance(10)) loops->at_most[dim] = choices.pick(1, bound);
        if (choices.chance(10)) loops->at_least[dim] = choices.pick(1, 2);
        if (choices.chance(10)) loops->fixed[dim] = choices.pick(1, 2);
      }
    }
  }
}

TEST(Lint, WhatNeverBindsIsBrokenByNoMapping) {
  const Problem problem = test::gemm(4, 6, 2);
  const Architecture arch = test::hierarchy({2, 1}, {{2, 1}, {1, 1}});
  int never = 0;
  int sometimes = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SpecSet specs;
    specs.architecture = arch;
    specs.layers.push_back({.name = "gemm", .problem = problem});
    Demands given{test::unconstrained(arch), arch};
    demand_some(seed, problem, given.constraints);
    const Subject subject{specs, price(arch, {}), {{&specs.layers.front(), given.constraints}}};
    std::vector<Finding> findings;
    check_demands(subject, {}, findings);
    if (!findings.empty() && findings.front().severity == Severity::error) continue;
    const auto demands = list_demands(problem, given);
    for (const Demand& demand : demands) {
      const bool is_factor = demand.kind == DemandKind::factor || demand.kind == DemandKind::most ||
                             demand.kind == DemandKind::least;
      Constraints values = given.constraints;
      const bool is_trivial =
          !is_factor || (demand.spatial && arch.fanout(demand.level) == 1) ||
          (demand.kind == DemandKind::least && factor_limit(demand, values) == 1);
      if (is_trivial) continue;
      const std::string text = describe(demand, problem, given);
      const bool told = std::any_of(findings.begin(), findings.end(), [&](const Finding& one) {
        return one.message.find(text) != std::string::npos;
      });
      EXPECT_EQ(told, !binds_by_force(problem, given, demands, demand)) << seed << ": " << text;
      ++(told ? never : sometimes);
    }
  }
  EXPECT_GT(never, 30);
  EXPECT_GT(sometimes, 30);
}

}  // namespace
}  // namespace tilewright::lint
