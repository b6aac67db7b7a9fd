#pragma once

namespace tilewright {

// Compile-time maxima: they keep every array of the scoring hot path flat and on the stack.
inline constexpr int kMaxDims = 16;    // dimensions of a problem
inline constexpr int kMaxLevels = 12;  // storage levels of an architecture
inline constexpr int kMaxSpaces = 4;   // dataspaces of a problem
inline constexpr int kMaxRank = 8;     // coordinates of a dataspace
inline constexpr int kMaxTerms = 4;    // dimensions that meet on one coordinate

}  // namespace tilewright
