// Spatial loops at a level without fan-out: nothing would take them, and the counts leave them out.
#include <gtest/gtest.h>

#include "model/mapping/check_perfect.hpp"
#include "model/nest/evaluator.hpp"
#include "search/support.hpp"

namespace tilewright {
namespace {

using test::gemm;
using test::hierarchy;

Rejection rejection_of(const Mapping& mapping, const Architecture& arch) {
  const Problem problem = gemm(4, 6, 8);
  const Evaluator evaluator(problem, arch, price(arch, {}));
  const ScratchPtr scratch = evaluator.scratch();
  const Outcome outcome = evaluator.evaluate(mapping, *scratch);
  EXPECT_EQ(evaluator.explain(mapping, *scratch).outcome.valid(), outcome.valid());
  return outcome.rejection;
}

// All loops in time at the outermost level.
Mapping in_time(const Architecture& arch) {
  Mapping mapping = Mapping::unit(arch.num_levels(), 3, 3);
  auto& factors = mapping.levels[arch.num_levels() - 1].factors(LoopKind::temporal);
  factors[0] = 4;
  factors[1] = 6;
  factors[2] = 8;
  settle_residuals(mapping);
  return mapping;
}

TEST(FanOut, LoopsOverInstancesThatDoNotExistAreRejectedAtEveryLevel) {
  const Architecture arch = hierarchy({4, 4}, {{4, 4}, {2, 1}, {1, 1}, {1, 1}});
  const Mapping base = in_time(arch);
  ASSERT_EQ(rejection_of(base, arch).reason, RejectReason::none);
  for (const int level : {0, 3}) {  // the others have a fan-out
    for (const auto kind : {LoopKind::spatial_x, LoopKind::spatial_y}) {
      for (int dim = 0; dim < 3; ++dim) {
        Mapping mapping = base;
        mapping.levels[3].factors(LoopKind::temporal)[dim] /= 2;
        mapping.levels[level].factors(kind)[dim] = 2;
        settle_residuals(mapping);
        const Rejection rejection = rejection_of(mapping, arch);
        EXPECT_EQ(rejection.reason, RejectReason::instances);
        EXPECT_EQ(rejection.level, level - 1);
        EXPECT_EQ(rejection.needed, 2U);
        EXPECT_EQ(rejection.available, 1U);
      }
    }
  }
}

TEST(FanOut, TheReasonNamesBothLevels) {
  const Architecture arch = hierarchy({4, 4}, {{4, 4}, {1, 1}});
  Mapping mapping = in_time(arch);
  mapping.levels[1].factors(LoopKind::temporal)[2] = 4;
  mapping.levels[0].factors(LoopKind::spatial_x)[2] = 2;
  const std::string text = describe(rejection_of(mapping, arch), gemm(4, 6, 8), arch);
  EXPECT_NE(text.find("the mapping spreads over 2 instances for each L0; one is there"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace tilewright
