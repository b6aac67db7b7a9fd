// The random cases must be valid, and must reach the corners that the properties are about.
#include "oracle/random_case.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "model/oracle/nest.hpp"
#include "model/oracle/point_set_oracle.hpp"
#include "oracle/check_cases.hpp"

namespace tilewright::oracle {
namespace {

// Which corners a case reaches.
std::set<std::string> features(const Case& c) {
  const OracleCounts counts = point_set_oracle(c.problem, c.arch, c.mapping);
  std::set<std::string> found;
  if (!counts.violations.empty()) found.insert("rejected");
  if (c.arch.fanout(0) > 1 && !build_nest(c.mapping).loops.empty() &&
      build_nest(c.mapping).loops.front().spatial()) {
    found.insert("several MACs under level 0");
  }
  for (const OracleNetwork& below : counts.networks) {
    for (const NetworkCounts& network : below.spaces) {
      if (network.link_transfers > 0) found.insert("links");
      if (!network.distributed.empty()) found.insert("distributed multicast");
      if (network.ingresses.size() > 1) found.insert("several multicast factors");
      if (network.multicast > 1) found.insert("multicast");
    }
  }
  for (int level = 0; level < c.mapping.num_levels; ++level) {
    for (int space = 0; space < c.problem.num_spaces(); ++space) {
      if (!counts.levels[level][space].keep) found.insert("bypass");
    }
  }
  return found;
}

TEST(RandomCases, ReachTheCorners) {
  std::map<std::string, int> seen;
  constexpr int kCases = 3000;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    Choices choices = Choices::from_seed(seed);
    for (const std::string& feature : features(random_case(choices))) ++seen[feature];
  }
  const std::map<std::string, int> least = {{"rejected", 200},
                                            {"several MACs under level 0", 200},
                                            {"links", 200},
                                            {"distributed multicast", 20},
                                            {"several multicast factors", 100},
                                            {"multicast", 500},
                                            {"bypass", 500}};
  for (const auto& [feature, count] : least) EXPECT_GE(seen[feature], count) << feature;
}

TEST(RandomCases, FactorsReachTheBounds) {
  check_cases(500, {}, [](const Case& c) -> std::string {
    if (find_fault(c.arch)) return "faulty architecture: " + find_fault(c.arch)->message;
    return reached_bounds(c.mapping) == c.problem.bounds ? "" : "bounds are not reached";
  });
}

TEST(RandomCases, NoChoicesMakeTheSimplestCase) {
  Choices none({});
  const Case c = random_case(none);
  EXPECT_EQ(c.arch.num_levels(), 1);
  EXPECT_EQ(c.problem.operations(), 1u);
}

}  // namespace
}  // namespace tilewright::oracle
