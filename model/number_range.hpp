#pragma once

namespace tilewright {

// Numbers of a user, prices above all, are 0 or of this size: so that energies, times, and
// products of them stay where doubles have all their digits.
inline constexpr double kMostNumber = 1e100;
inline constexpr double kLeastNumber = 1e-100;

}  // namespace tilewright
