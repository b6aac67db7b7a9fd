// Both oracles end when they are told to.
#include <gtest/gtest.h>

#include <atomic>

#include "model/oracle/point_set_oracle.hpp"
#include "model/oracle/short_tiles.hpp"
#include "oracle/hand_cases.hpp"

namespace tilewright::oracle {
namespace {

Case long_case() {
  Case c = hand_case("tile4_router");
  for (int d = 0; d < c.problem.num_dims(); ++d) c.problem.bounds[d] = 1 << 8;
  return c;
}

TEST(OracleStops, ShortTilesAreNoLongerWalked) {
  Case c = long_case();
  c.mapping = Mapping::unit(c.arch.num_levels(), c.problem.num_dims(), c.problem.num_spaces());
  c.mapping.imperfect = true;
  auto& outermost = c.mapping.levels[static_cast<std::size_t>(c.mapping.num_levels) - 1];
  for (int d = 0; d < c.problem.num_dims(); ++d) {
    outermost.factors(LoopKind::temporal)[d] = c.problem.bounds[d];
  }
  EXPECT_TRUE(count_short_tiles(c.problem, c.mapping));
  const std::atomic<bool> cancelled = true;
  EXPECT_THROW(count_short_tiles(c.problem, c.mapping, {.deadline = {}, .cancelled = &cancelled}),
               Stopped);
}

TEST(OracleStops, PointSetsAreNoLongerCounted) {
  Case c = long_case();
  // Many elements, each of which is looked at.
  c.mapping.levels[1].factors(LoopKind::spatial_x)[0] = 128;
  c.mapping.levels[1].factors(LoopKind::spatial_y)[1] = 128;
  const std::atomic<bool> cancelled = true;
  EXPECT_THROW(
      point_set_oracle(c.problem, c.arch, c.mapping, {.deadline = {}, .cancelled = &cancelled}),
      Stopped);
}

}  // namespace
}  // namespace tilewright::oracle
