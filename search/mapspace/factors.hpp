#pragma once

#include <array>
#include <cstdint>

#include "model/limits.hpp"

namespace tilewright {

/// A number per dimension.
using Factors = std::array<std::int64_t, kMaxDims>;

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace tilewright
