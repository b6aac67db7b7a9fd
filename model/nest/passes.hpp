#pragma once

#include <cstdint>

namespace tilewright {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// How often something happens along one dimension whose last tile is short, for the tiles of some
/// level: as often in every tile, but for the last one.
struct Passes {
  double full = 1;
  double last = 1;

  double total(std::int64_t tiles) const { return static_cast<double>(tiles - 1) * full + last; }
  /// In the first tile alone, which no other surpasses.
  double least(std::int64_t tiles) const { return tiles > 1 ? full : last; }

  /// For tiles of `steps` of these tiles each, if it happens in all of them.
  Passes repeated(std::int64_t tiles, std::int64_t steps) const {
    return {static_cast<double>(steps) * full, total(last_steps(tiles, steps))};
  }
  /// The same if the first of them stands for all: they share, or nothing changes in between.
  Passes shared(std::int64_t tiles, std::int64_t steps) const {
    return {full, least(last_steps(tiles, steps))};
  }

 private:
  static std::int64_t last_steps(std::int64_t tiles, std::int64_t steps) {
    return tiles - (ceil_div(tiles, steps) - 1) * steps;
  }
};

}  // namespace tilewright
