#include "model/mapping/check_perfect.hpp"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

constexpr int kLevels = 2;

Problem product() { return make_problem(*find_builtin_shape("gemm"), "p", {6, 1, 1 << 30}, {}); }

// M = 2 * 3, K = 2^30 in the outer level.
Mapping good() {
  const Problem problem = product();
  Mapping mapping = Mapping::unit(kLevels, problem.num_dims(), problem.num_spaces());
  mapping.levels[0].factors(LoopKind::temporal)[0] = 2;
  mapping.levels[1].factors(LoopKind::spatial_x)[0] = 3;
  mapping.levels[1].factors(LoopKind::temporal)[2] = 1 << 30;
  return mapping;
}

std::string fault_of(const Mapping& mapping) {
  return is_perfect(mapping, product()) ? "" : describe_fault(mapping, product());
}

TEST(CheckPerfect, ResidualsFollowTheFactors) {
  Mapping mapping = good();
  EXPECT_NE(mapping.levels[1].residual, mapping.levels[1].factor);
  EXPECT_TRUE(is_perfect(mapping, product()));
  settle_residuals(mapping);
  EXPECT_EQ(mapping.levels[1].residual, mapping.levels[1].factor);
}

TEST(CheckPerfect, FactorsHaveToMakeTheBound) {
  Mapping mapping = good();
  mapping.levels[0].factors(LoopKind::temporal)[0] = 3;
  EXPECT_EQ(fault_of(mapping), "the factors of dimension M make 9, not 6");
  mapping.levels[0].factors(LoopKind::temporal)[0] = -2;
  EXPECT_EQ(fault_of(mapping), "level 0: a factor is below 1");
}

TEST(CheckPerfect, ProductsDoNotWrap) {
  // 2^30 * 2^34 * ... = 2^94: in 64 bits the product would be 2^30 again after 2^64 more.
  Mapping mapping = good();
  mapping.levels[0].factors(LoopKind::temporal)[2] = 1 << 30;
  mapping.levels[0].factors(LoopKind::spatial_x)[2] = 1 << 30;
  mapping.levels[0].factors(LoopKind::spatial_y)[2] = 1 << 4;
  EXPECT_NE(fault_of(mapping), "");
}

TEST(CheckPerfect, OrdersNameEachDimensionOnce) {
  Mapping mapping = good();
  mapping.levels[1].orders(LoopKind::temporal) = {1, 0, 2};
  EXPECT_EQ(fault_of(mapping), "");
  for (const std::uint8_t wrong : {1, 3, 64, 66, 255}) {
    mapping.levels[1].orders(LoopKind::temporal)[2] = wrong;
    EXPECT_EQ(fault_of(mapping), "level 1: an order does not name each dimension once") << +wrong;
  }
}

TEST(CheckPerfect, OnlyTensorsThatExistAreKept) {
  Mapping mapping = good();
  mapping.levels[0].keep = 7;
  EXPECT_EQ(fault_of(mapping), "");
  mapping.levels[0].keep = 8;
  EXPECT_EQ(fault_of(mapping), "level 0: keep has bits beyond the 3 tensors");
}

}  // namespace
}  // namespace tilewright
