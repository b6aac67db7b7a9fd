#pragma once

#include <array>
#include <cstdint>

#include "model/arch/architecture.hpp"
#include "model/big_int.hpp"
#include "model/mapping/constraints.hpp"
#include "model/mapping/mapping.hpp"
#include "model/problem/problem.hpp"
#include "search/stream.hpp"

namespace tilewright {

/// Which level keeps which dataspace. Every bit that no constraint fixes is free, except that the
/// outermost level keeps all it may.
class BypassSpace {
 public:
  /// \throws UsageError if a dataspace must be both kept and bypassed, or is kept nowhere.
  BypassSpace(const Problem& problem, const Architecture& arch, const Constraints& constraints);

  const BigInt& size() const { return size_; }
  /// The dataspaces that `level` may keep or pass by.
  SpaceMask free(int level) const { return free_[static_cast<std::size_t>(level)]; }
  /// Writes the kept bits with all free ones set.
  void fix(Mapping& mapping) const;
  void at(BigInt index, Mapping& mapping) const;
  BigInt rank(const Mapping& mapping) const;
  void sample(Stream& random, Mapping& mapping) const {
    std::uint64_t bits = random.next();  // kMaxLevels * kMaxSpaces <= 64
    for (std::size_t level = 0; level < num_levels_; ++level) {
      mapping.levels[level].keep =
          static_cast<SpaceMask>(kept_[level] | (static_cast<SpaceMask>(bits) & free_[level]));
      bits >>= kMaxSpaces;
    }
  }

 private:
  static_assert(kMaxLevels * kMaxSpaces <= 64);
  std::size_t num_levels_ = 0;
  std::array<SpaceMask, kMaxLevels> kept_{};
  std::array<SpaceMask, kMaxLevels> free_{};
  BigInt size_ = 1;
};

}  // namespace tilewright
