// Scaling between technology nodes: Accelergy's, which is mirrored between the nodes of its table,
// and the corrected one.
#include "model/energy/estimators/node_scaling.hpp"

#include <gtest/gtest.h>

#include "model/energy/registry_options.hpp"

namespace tilewright::energy {
namespace {

constexpr NodeInterpolation kUpstream = NodeInterpolation::upstream;
constexpr NodeInterpolation kCorrected = NodeInterpolation::corrected;

// A switch at 0.8 V takes 0.69302 at 45 nm and 0.456936 at 32 nm. 40 nm lies 5/13 of the way from
// 45 to 32 nm: 0.60222 there. Mirrored, 8/13 of the way: 0.54774.
TEST(NodeScaling, From40To45Nanometres) {
  EXPECT_NEAR(node_energy_ratio(40, 45, kCorrected), 0.69302 / 0.60222, 1e-4);
  EXPECT_NEAR(node_energy_ratio(40, 45, kUpstream), 0.69302 / 0.54774, 1e-4);
}

TEST(NodeScaling, NodesOfTheTableAreThemselves) {
  for (const NodeInterpolation interpolation : {kUpstream, kCorrected}) {
    EXPECT_NEAR(node_energy_ratio(45, 32, interpolation), 0.456936 / 0.69302, 1e-6);
    EXPECT_DOUBLE_EQ(node_area_ratio(45, 32, interpolation), 0.46);
    EXPECT_DOUBLE_EQ(node_energy_ratio(40, 40, interpolation), 1);
  }
}

// Towards the nearer node: between its neighbours, and nearly one of them next to it.
TEST(NodeScaling, CorrectedOnesGoFromNodeToNode) {
  const double at_32 = node_energy_ratio(45, 32, kCorrected);
  double before = 1;
  for (int node = 44; node > 32; --node) {
    const double ratio = node_energy_ratio(45, node, kCorrected);
    EXPECT_LT(ratio, before);
    EXPECT_GT(ratio, at_32);
    before = ratio;
  }
  EXPECT_NEAR(node_energy_ratio(45, 44.99, kCorrected), 1, 1e-3);
  EXPECT_NEAR(node_energy_ratio(45, 44.99, kUpstream), at_32, 1e-3);
}

// The library's 32-bit adder takes 0.21 pJ at 40 nm.
TEST(NodeScaling, IsTheUsersChoice) {
  Query query;
  query.component_class = "aladdin_adder";
  query.attributes = {{"technology", "45nm"}, {"global_cycle_seconds", 1e-9}, {"width", 32}};
  query.action = "add";
  RegistryOptions options;
  EXPECT_NEAR(make_registry(options).price(query).value, 0.21 * 1.2652, 1e-4);
  set_option(options, "corrected-nodes", "");
  EXPECT_NEAR(make_registry(options).price(query).value, 0.21 * 1.1508, 1e-4);
}

}  // namespace
}  // namespace tilewright::energy
